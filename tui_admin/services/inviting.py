"""Sending invitations: one press of Send is one batch, decided and queued in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from tui_admin.domain.errors import Refused
from tui_admin.domain.outcomes import Undo
from tui_admin.domain.permissions import BASIC
from tui_admin.domain.secrets import new_token, token_hash
from tui_admin.services.invitations import flip_overdue, undo_until
from tui_admin.services.judging import judge
from tui_admin.services.people import by_key, free_usernames, naming, searchable
from tui_admin.services.planning import (
    Plan,
    Resolved,
    coupon_spent,
    coupon_uses,
    resolve,
)
from tui_admin.services.posting import Addressed, post_invitations
from tui_admin.services.trail import Subject
from tui_admin.services.work import Service, Work, reads, writes
from tui_admin.store.schema import (
    authorisation_set,
    coupon,
    invitation,
    invitation_batch,
    organisation,
    product,
    role,
    role_permission,
    user,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.paste import Entry
    from tui_admin.domain.verdicts import Verdict


class Choice(NamedTuple):
    """Something that can be chosen: the word a plan takes, and what people read."""

    value: str
    label: str


class CouponChoice(NamedTuple):
    """A coupon, for which product ("" for any), and why it cannot be used now, if so."""

    value: str
    label: str
    product: str
    usable: bool
    why_not: Reason | None


class AuthorisationChoice(NamedTuple):
    """An authorisation set of a product."""

    value: str
    label: str
    product: str


class Options(NamedTuple):
    """What this operator can choose from when inviting."""

    organisations: tuple[Choice, ...]
    products: tuple[Choice, ...]
    coupons: tuple[CouponChoice, ...]
    roles: tuple[Choice, ...]
    authorisations: tuple[AuthorisationChoice, ...]
    environment_allowed: bool
    bulk_allowed: bool


class Sent(NamedTuple):
    """What became of a press of Send; `kept` are the lines that stay behind in the draft."""

    batch: int | None
    sent: int
    items: tuple[Verdict, ...]
    undo: Undo | None
    kept: tuple[int, ...]


class Inviting(Service):
    """Choosing whom to invite for what, and sending."""

    @reads("can_invite")
    async def options(self, work: Work) -> Options:
        """Return what can be chosen."""
        scope = work.rights.scope("can_invite")
        places = select(organisation).where(organisation.c.status == "active")
        if not scope.everywhere:
            places = places.where(organisation.c.id.in_(scope.organisations))
        goods = await work.rows(select(product).order_by(product.c.id))
        codes = {each.id: each.code for each in goods}
        sets = await work.rows(select(authorisation_set).order_by(authorisation_set.c.id))
        return Options(
            tuple(
                Choice(each.name, each.name)
                for each in await work.rows(places.order_by(organisation.c.name_key).limit(1000))
            ),
            tuple(Choice(each.code, each.name) for each in goods),
            await _coupons(work, codes),
            await _grantable_roles(work),
            tuple(
                AuthorisationChoice(each.name, each.name, codes[each.product_id]) for each in sets
            ),
            scope.everywhere,
            bool(work.rights.scope("can_bulk_invite")),
        )

    @reads("can_invite")
    async def verdicts(
        self, work: Work, plan: Plan, entries: Sequence[Entry]
    ) -> tuple[Verdict, ...]:
        """Return what would become of each address if it were sent now."""
        return await judge(work, await resolve(work, plan), entries)

    @writes("can_invite")
    async def send(self, work: Work, plan: Plan, entries: Sequence[Entry]) -> Sent:
        """Invite those whose verdict is ok; with any over the limit, nobody.

        Raises `Denied` for more than one address without `can_bulk_invite`, `Refused` for a
        product without a choice of coupon, and what `resolve` raises.
        """
        resolved = await resolve(work, plan)
        if resolved.product is not None and resolved.coupon is None and not plan.no_coupon:
            raise Refused("coupon_not_chosen", product=resolved.product.code)
        items = await judge(work, resolved, entries)
        good = [entry for entry, item in zip(entries, items, strict=True) if item.verdict == "ok"]
        over = any(item.verdict == "over_limit" for item in items)
        kept = tuple(item.line for item in items if over or item.verdict != "ok")
        if over or not good:
            return Sent(None, 0, items, None, kept)
        if len(good) > 1:
            work.require("can_bulk_invite", resolved.place[0])
        await self._check_coupon(work, resolved, len(good))
        batch = await self._write(work, resolved, good)
        # The events are filled in when the work is finished.
        return Sent(batch, len(good), items, Undo((), undo_until(work)), kept)

    async def _check_coupon(self, work: Work, resolved: Resolved, wanted: int) -> None:
        ticket = resolved.coupon
        if ticket is None:
            return
        used = await coupon_uses(work, ticket.id)
        if why := coupon_spent(ticket, used, work.now, wanted):
            raise why.refusal

    async def _write(self, work: Work, resolved: Resolved, good: list[Entry]) -> int:
        expires_at = work.now + work.policy.expires_after
        await flip_overdue(work, [entry.key for entry in good])
        people = await _accounts(work, resolved, good, expires_at)
        batch = await _batch(work, len(good))
        tokens = [new_token() for _ in good]
        rows = [
            _invitation(work, resolved, entry, people[entry.key], token, batch, expires_at)
            for entry, token in zip(good, tokens, strict=True)
        ]
        statement = invitation.insert().returning(invitation.c.id, sort_by_parameter_order=True)
        ids = (await work.connection.execute(statement, rows)).scalars().all()
        letters = [
            (_addressed(resolved, entry, new_id, people[entry.key], expires_at), token)
            for entry, token, new_id in zip(good, tokens, ids, strict=True)
        ]
        await post_invitations(work, letters, undo_until(work), batch)
        for letter, _ in letters:
            self._note(work, resolved, letter, batch)
        return batch

    def _note(self, work: Work, resolved: Resolved, letter: Addressed, batch: int) -> None:
        after = {
            "status": "queued",
            "batch": batch,
            "organisation": letter.organisation,
            "product": resolved.product.code if resolved.product else "",
            "coupon": resolved.coupon.code if resolved.coupon else "",
            "role": resolved.role.name,
        }
        subject = Subject("invitation", letter.id, letter.email, 1)
        work.trail.note("invitation.send", subject, {}, after)


async def _coupons(work: Work, codes: dict[int, str]) -> tuple[CouponChoice, ...]:
    scope = work.rights.scope("can_invite")
    found = []
    for each in await work.rows(select(coupon).order_by(coupon.c.code)):
        if each.organisation_id is not None and not scope.covers(each.organisation_id):
            continue
        why_not = coupon_spent(each, await coupon_uses(work, each.id), work.now)
        terms = "prepaid" if each.prepaid else f"{each.discount_percent} %"
        found.append(
            CouponChoice(
                each.code,
                f"{each.code} ({terms})",
                codes.get(each.product_id, ""),
                why_not is None,
                why_not,
            )
        )
    return tuple(found)


async def _grantable_roles(work: Work) -> tuple[Choice, ...]:
    """Return the roles within the operator's ceiling, Basic first."""
    held: dict[int, set[str]] = {}
    for row in await work.rows(select(role_permission)):
        held.setdefault(row.role_id, set()).add(row.permission)
    found = [
        Choice(each.name, each.name)
        for each in await work.rows(select(role).order_by(role.c.id))
        if each.name == BASIC or not work.rights.beyond(frozenset(held.get(each.id, ())))
    ]
    return tuple(sorted(found, key=lambda each: each.value != BASIC))


async def _accounts(
    work: Work, resolved: Resolved, good: list[Entry], expires_at: datetime
) -> dict[str, int]:
    """Return the account of each address, making those that there are not yet."""
    known = await by_key(work, [entry.key for entry in good])
    new = [entry for entry in good if entry.key not in known]
    names = await free_usernames(work, {entry.key: entry.username for entry in new})
    rows = [
        {
            "email": entry.email,
            "email_key": entry.key,
            "status": "invited",
            "role_id": resolved.role.id,
            "created_at": work.now,
            "leaves_at": expires_at,
            **naming(entry.key, names[entry.key], entry.name),
        }
        for entry in new
    ]
    people = {key: int(account.id) for key, account in known.items()}
    if rows:
        statement = user.insert().returning(user.c.id, user.c.email_key)
        found = await work.connection.execute(statement, rows)
        people |= {row.email_key: row.id for row in found}
    await _return(work, resolved, [known[e.key] for e in good if e.key in known], expires_at)
    return people


async def _return(
    work: Work, resolved: Resolved, accounts: list[Any], expires_at: datetime
) -> None:
    """Bring people who never accepted back into the lists; nobody else's account is touched."""
    waiting = [each for each in accounts if each.status == "invited" and each.leaves_at is not None]
    gone = [each for each in waiting if each.leaves_at <= work.now]
    still = [each for each in waiting if each.leaves_at > work.now and each.leaves_at < expires_at]
    # Somebody who had left is a new person: newest first, with the role of this invitation.
    fresh = {"leaves_at": expires_at, "created_at": work.now, "role_id": resolved.role.id}
    await work.change(user, gone, fresh)
    await work.change(user, still, {"leaves_at": expires_at})


async def _batch(work: Work, size: int) -> int:
    statement = (
        invitation_batch.insert()
        .values(
            created_at=work.now,
            created_by=work.rights.operator_id,
            size=size,
            undo_until=undo_until(work),
        )
        .returning(invitation_batch.c.id)
    )
    return int((await work.connection.execute(statement)).scalar_one())


def _invitation(
    work: Work,
    resolved: Resolved,
    entry: Entry,
    user_id: int,
    token: str,
    batch: int,
    expires_at: datetime,
) -> dict[str, Any]:
    place, goods = resolved.place
    return {
        "batch_id": batch,
        "user_id": user_id,
        "email": entry.email,
        "email_key": entry.key,
        "name": entry.name,
        "search": searchable(entry.key, "", entry.name),
        "status": "queued",
        "organisation_id": place,
        "product_id": goods,
        "coupon_id": resolved.coupon.id if resolved.coupon else None,
        "role_id": resolved.role.id,
        "authorisation_set_id": resolved.authorisations.id if resolved.authorisations else None,
        "invited_by": work.rights.operator_id,
        "language": resolved.language,
        "note": resolved.note,
        "token_hash": token_hash(token),
        "created_at": work.now,
        "expires_at": expires_at,
    }


def _addressed(
    resolved: Resolved, entry: Entry, new_id: int, user_id: int, expires_at: datetime
) -> Addressed:
    return Addressed(
        new_id,
        user_id,
        entry.email,
        entry.name,
        resolved.organisation.name if resolved.organisation else "",
        resolved.product.name if resolved.product else "",
        resolved.language,
        resolved.note,
        expires_at,
    )
