"""What the query bar's filters for people ask of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from tui_admin.domain.addresses import domain_word
from tui_admin.domain.text import fold
from tui_admin.services.whereabouts import alone_at, is_stuck
from tui_admin.store.pages import Clause, ago, contains, has_word, union_of
from tui_admin.store.schema.accounts import last_seen, role, user
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.joining import registration
from tui_admin.store.schema.organisations import membership, organisation
from tui_admin.store.schema.products import product

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import Select

    from tui_admin.domain.query import Term
    from tui_admin.store.pages import Column

inviter = user.alias("inviter")


def _found_by(*ways: tuple[Column, Column]) -> Clause:
    """Return the clause of people whom any of these ways leads to.

    A way is the column of another table that names a person, and the condition of its rows.
    """
    tests = [select(who).where(who == user.c.id, rows).exists() for who, rows in ways]
    among: list[Select[Any]] = [select(who).where(rows) for who, rows in ways]
    return Clause(or_(*tests), among[0].distinct() if len(among) == 1 else union_of(*among))


def _organisations(term: Term, _now: datetime) -> Clause:
    """Members of organisations whose name has the word."""
    named = select(organisation.c.id).where(contains(organisation.c.name_key, fold(term.value)))
    return _found_by((membership.c.user_id, membership.c.organisation_id.in_(named)))


def _role(term: Term, _now: datetime) -> Clause:
    """Those whose role's name has the word."""
    test = user.c.role_id.in_(select(role.c.id).where(has_word(role.c.name, term.value)))
    return Clause(test, select(user.c.id).where(test))


def _product(term: Term, _now: datetime) -> Clause:
    """Those who register for a product, or were invited to; its code or its name has the word."""
    named = or_(has_word(product.c.code, term.value), has_word(product.c.name, term.value))
    wanted = select(product.c.id).where(named)
    return _found_by(
        (registration.c.user_id, registration.c.product_id.in_(wanted)),
        (invitation.c.user_id, invitation.c.product_id.in_(wanted)),
    )


def _domain(term: Term, _now: datetime) -> Clause:
    """Those the domain of whose address has the word."""
    word = domain_word(term.value)
    # What is searched begins with the key, so that the word's own index leads to it.
    return Clause(contains(user.c.email_key, word, behind="@"), words=(word,))


def _invited_by(term: Term, _now: datetime) -> Clause:
    """Those whom somebody invited whose username, name or address has the word."""
    named = select(inviter.c.id).where(contains(inviter.c.search, fold(term.value)))
    return _found_by((invitation.c.user_id, invitation.c.invited_by.in_(named)))


def _seen(term: Term, now: datetime) -> Clause:
    """Those last seen before or since a time; of who never was, nothing is known."""
    then = ago(term.value, now)
    late, own = (
        (last_seen < then, user.c.seen_at < then)
        if term.op == ">"
        else (last_seen >= then, user.c.seen_at >= then)
    )
    return Clause(own, select(user.c.id).where(late, own))


def _stuck(term: Term, now: datetime) -> Clause:
    """Those whose invitation, or whose registration without one, is stuck at one of these steps."""
    return _found_by(
        (invitation.c.user_id, is_stuck(term, now)),
        (
            registration.c.user_id,
            and_(registration.c.invitation_id.is_(None), or_(*alone_at(term, now))),
        ),
    )


FILTERS: Mapping[str, Callable[[Term, datetime], Clause]] = {
    "organisations": _organisations,
    "role": _role,
    "product": _product,
    "domain": _domain,
    "invited_by": _invited_by,
    "seen_at": _seen,
    "stuck": _stuck,
}
