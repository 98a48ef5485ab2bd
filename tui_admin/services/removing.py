"""Taking somebody out for good: what is theirs is erased, what was done stays in the log.

The account's row stays under a name that says nothing, so that whatever refers to it still does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, or_, select, update

from tui_admin.domain.lifecycle import LIVE, UNDECIDED, WAITING, WITHDRAWN
from tui_admin.domain.permissions import BASIC
from tui_admin.domain.usernames import removed
from tui_admin.services.chunks import chunks
from tui_admin.services.identities import draft_about
from tui_admin.services.people import find_role, naming
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.desk import operator_state
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.joining import (
    digital_identity,
    portal_session,
    registration,
    verification_code,
)
from tui_admin.store.schema.organisations import membership
from tui_admin.store.schema.outbox import outbox_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.services.work import Work

NOWHERE = "removed.invalid"


async def erase(work: Work, people: Sequence[Any]) -> None:
    """Erase what is these people's (rows of `user`): sessions, links and mails end at once."""
    for some in chunks([person.id for person in people]):
        for table in (digital_identity, membership, portal_session, operator_state):
            await work.connection.execute(delete(table).where(table.c.user_id.in_(some)))
        drafts = operator_state.c.name.in_(map(draft_about, some))
        await work.connection.execute(delete(operator_state).where(drafts))
        await _close_registrations(work, some)
    for few in chunks([person.email_key for person in people]):
        await work.connection.execute(
            delete(verification_code).where(verification_code.c.key.in_(few))
        )
    for few in chunks({person.email for person in people}):
        await work.connection.execute(delete(outbox_message).where(outbox_message.c.to.in_(few)))
    basic = (await find_role(work, BASIC)).id
    for person in people:
        await _erase_invitations(work, person.id)
        await _erase_account(work, person, basic)


async def _close_registrations(work: Work, people: list[int]) -> None:
    theirs = registration.c.user_id.in_(people)
    emptied = {"email": "", "answers": "{}", "version": registration.c.version + 1}
    await work.connection.execute(update(registration).where(theirs).values(emptied))
    open_ones = registration.c.status.in_((*UNDECIDED, WAITING, "approved"))
    await work.connection.execute(
        update(registration).where(theirs, open_ones).values(status=WITHDRAWN)
    )


async def _erase_invitations(work: Work, user_id: int) -> None:
    theirs = select(invitation.c.id, invitation.c.status).where(invitation.c.user_id == user_id)
    rows = await work.rows(theirs)
    for some in chunks([row.id for row in rows]):
        mails = outbox_message.c.invitation_id.in_(some)
        await work.connection.execute(delete(outbox_message).where(mails))
        sessions = or_(portal_session.c.invitation_id.in_(some))
        await work.connection.execute(delete(portal_session).where(sessions))
    for row in rows:
        nobody = f"{removed(user_id)}@{NOWHERE}"
        values = {
            "email": nobody,
            "email_key": nobody,
            "name": "",
            "note": "",
            "search": "",
            "token_hash": f"removed-{row.id}",
            "status": "revoked" if row.status in LIVE else row.status,
        }
        await work.change(invitation, [row], values)


async def _erase_account(work: Work, person: Any, role_id: int) -> None:
    name = removed(person.id)
    nobody = f"{name}@{NOWHERE}"
    values = {
        "email": nobody,
        "email_key": nobody,
        **naming(nobody, name, ""),
        # What the lists leave out: somebody who never came, whose time is over.
        "status": "invited",
        "leaves_at": work.now,
        "blocked_from": "",
        "blocked_reason": "",
        "role_id": role_id,
        "password_hash": "",
        "seen_at": None,
    }
    await work.change(user, [person], values)
