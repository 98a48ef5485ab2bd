"""Writing a batch: accounts, invitations and mails of one press of Send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tui_admin.domain.secrets import new_token, token_hash
from tui_admin.services.people import by_key, free_usernames, naming, searchable
from tui_admin.services.places import flip_overdue, undo_until
from tui_admin.services.posting import Addressed, Seen, post_invitations, shown_invitation
from tui_admin.services.trail import Subject
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.inviting import invitation, invitation_batch

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.paste import Entry
    from tui_admin.services.planning import Resolved
    from tui_admin.services.work import Work


async def write_batch(work: Work, resolved: Resolved, good: list[Entry]) -> int:
    """Write accounts, invitations and mails for these entries; returns the batch's id."""
    expires_at = work.now + work.policy.expires_after
    await flip_overdue(work, [entry.key for entry in good])
    people = await _accounts(work, resolved, good, expires_at)
    batch = await _batch(work, len(good))
    tokens = [new_token() for _ in good]
    rows = [
        _invitation(work, resolved, entry, people[entry.key], token, batch, expires_at)
        for entry, token in zip(good, tokens, strict=True)
    ]
    await work.connection.execute(invitation.insert(), rows)
    ids = await _ids(work, batch)
    letters = [
        (_addressed(resolved, entry, ids[entry.key], people[entry.key], expires_at), token)
        for entry, token in zip(good, tokens, strict=True)
    ]
    await post_invitations(work, letters, undo_until(work), batch)
    for letter, _ in letters:
        _note(work, resolved, letter, batch)
    return batch


async def _ids(work: Work, batch: int) -> dict[str, int]:
    """Return a batch's invitations by their addresses.

    Asked for afterwards: SQLite would give them in order only by a statement for each.
    """
    found = await work.rows(
        select(invitation.c.email_key, invitation.c.id).where(invitation.c.batch_id == batch)
    )
    return {row.email_key: row.id for row in found}


def letter_to(work: Work, resolved: Resolved, entry: Entry) -> Seen:
    """Return the mail that somebody would be sent now, as it may be shown."""
    expires_at = work.now + work.policy.expires_after
    return shown_invitation(work, _addressed(resolved, entry, 0, 0, expires_at))


def _note(work: Work, resolved: Resolved, letter: Addressed, batch: int) -> None:
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
            "language": resolved.language,
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
    fresh = {
        "leaves_at": expires_at,
        "created_at": work.now,
        "role_id": resolved.role.id,
        "language": resolved.language,
    }
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
