"""A verdict for each pasted address: what will happen to it, before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from tui_admin.domain.addresses import domain_of
from tui_admin.domain.doubts import Doubt, Lists, doubt
from tui_admin.domain.errors import because
from tui_admin.domain.lifecycle import LIVE, REGISTERED
from tui_admin.domain.verdicts import SHARED_DOMAINS, Verdict
from tui_admin.services.chunks import chunks
from tui_admin.services.doubting import lists_of
from tui_admin.services.people import by_key, free_usernames, usernames_like
from tui_admin.store.schema.environment import email_domain
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.joining import registration

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.paste import Entry
    from tui_admin.services.planning import Resolved
    from tui_admin.services.work import Work


class Known(NamedTuple):
    """What the store knows of the addresses: read once, in a few statements for any number."""

    accounts: dict[str, Any]
    invited: dict[str, Any]
    registered: frozenset[int]
    usernames: dict[str, str]
    shared: frozenset[str]
    lists: Lists


async def judge(work: Work, resolved: Resolved, entries: Sequence[Entry]) -> tuple[Verdict, ...]:
    """Return the verdicts in the entries' order (CONTRACT.md names their precedence)."""
    known = await _look_up(work, resolved, entries)
    sendable = 0
    names: dict[str, int] = {}
    found = []
    for entry in entries:
        verdict, detail = _verdict(entry, known, names)
        if verdict == "ok":
            sendable += 1
            if sendable > work.policy.batch_limit:
                verdict, detail = "over_limit", because("over_limit", limit=work.policy.batch_limit)
        said = _doubt(entry, known) if verdict == "ok" else None
        found.append(
            Verdict(
                entry.line,
                entry.input,
                entry.email,
                entry.name,
                entry.username,
                verdict,
                detail,
                said.warning if said else None,
                said.suggestion if said else "",
            )
        )
    names_of = await _usernames(work, known, entries, found)
    return tuple(each._replace(username=names_of.get(i, "")) for i, each in enumerate(found))


async def _usernames(
    work: Work, known: Known, entries: Sequence[Entry], found: Sequence[Verdict]
) -> dict[int, str]:
    """Return by index what people are or will be called: as asked for, as now, or derived."""
    good = [i for i, each in enumerate(found) if each.verdict == "ok"]
    new = {entries[i].key: entries[i].username for i in good}
    new = {key: asked for key, asked in new.items() if key not in known.accounts}
    derived = await free_usernames(work, new)
    names = {i: entry.username for i, entry in enumerate(entries)}
    for i in good:
        key = entries[i].key
        names[i] = derived[key] if key in derived else str(known.accounts[key].username)
    return names


async def _look_up(work: Work, resolved: Resolved, entries: Sequence[Entry]) -> Known:
    keys = {entry.key for entry in entries if entry.key}
    accounts = await by_key(work, keys)
    return Known(
        accounts,
        await _live(work, resolved, keys),
        await _registered(work, resolved, {account.id for account in accounts.values()}),
        await usernames_like(work, {entry.username for entry in entries if entry.username}),
        SHARED_DOMAINS | await _marked_shared(work),
        await lists_of(work, resolved.place[0]),
    )


async def _live(work: Work, resolved: Resolved, keys: Collection[str]) -> dict[str, Any]:
    place, goods = resolved.place
    found: dict[str, Any] = {}
    for some in chunks(keys):
        rows = await work.rows(
            select(invitation.c.email_key, invitation.c.created_at, invitation.c.id).where(
                invitation.c.email_key.in_(some),
                invitation.c.status.in_(LIVE),
                invitation.c.expires_at > work.now,
                invitation.c.organisation_id.is_not_distinct_from(place),
                invitation.c.product_id.is_not_distinct_from(goods),
            )
        )
        found |= {row.email_key: row for row in rows}
    return found


async def _registered(work: Work, resolved: Resolved, people: Collection[int]) -> frozenset[int]:
    """Return who of the people has the product for the organisation, or is on the way to it."""
    place, goods = resolved.place
    found: set[int] = set()
    if goods is None:
        return frozenset()
    for some in chunks(people):
        rows = await work.connection.execute(
            select(registration.c.user_id).where(
                registration.c.user_id.in_(some),
                registration.c.status.in_(REGISTERED),
                registration.c.organisation_id.is_not_distinct_from(place),
                registration.c.product_id == goods,
            )
        )
        found |= set(rows.scalars())
    return frozenset(found)


async def _marked_shared(work: Work) -> frozenset[str]:
    found = await work.connection.execute(
        select(email_domain.c.domain).where(email_domain.c.kind == "shared")
    )
    return frozenset(found.scalars())


def _verdict(entry: Entry, known: Known, names: dict[str, int]) -> tuple[str, Reason | None]:
    if entry.reason is not None:
        return "invalid", entry.reason
    if entry.first_line is not None:
        return "duplicate", because("duplicate_of", line=entry.first_line)
    if live := known.invited.get(entry.key):
        return "already_invited", because("already_invited", at=live.created_at, id=live.id)
    account = known.accounts.get(entry.key)
    if account is not None and account.status == "blocked":
        return "existing_user", because("account_blocked")
    if account is not None and account.id in known.registered:
        return "existing_user", because("has_product")
    if clash := _username_clash(entry, known, names):
        return "username_taken", clash
    if domain_of(entry.key) in known.shared:
        return "shared_domain", because("shared_domain", domain=domain_of(entry.key))
    linked = account is not None and account.status == "active"
    return "ok", because("will_be_linked") if linked else None


def _doubt(entry: Entry, known: Known) -> Doubt | None:
    """Return why to look again; an address with an account was right before."""
    if entry.key in known.accounts:
        return None
    return doubt(entry.email, domain_of(entry.key), known.lists)


def _username_clash(entry: Entry, known: Known, names: dict[str, int]) -> Reason | None:
    """Return why a username that was asked for cannot be had, if so."""
    if not entry.username:
        return None
    if known.usernames.get(entry.username, entry.key) != entry.key:
        return because("username_taken", username=entry.username)
    first = names.setdefault(entry.username, entry.line)
    if first != entry.line:
        return because("username_of_line", username=entry.username, line=first)
    return None
