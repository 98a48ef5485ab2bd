"""What becomes of a registration that was handed in: it waits, or nobody need approve it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tui_admin.domain.approving import lost_right
from tui_admin.domain.errors import Refused
from tui_admin.domain.lifecycle import (
    APPROVED,
    APPROVED_MAIL,
    COMPLETED,
    COMPLETED_MAIL,
    FOLLOWS,
    WAITING,
    WITHDRAWN,
)
from tui_admin.services.admitting import admit
from tui_admin.services.approval_rows import SOURCE
from tui_admin.services.approvers import tell_approvers
from tui_admin.services.assessing import applicants
from tui_admin.services.joining import letters, sessions
from tui_admin.services.joining.journeys import journey, of_claimed_domain, of_person
from tui_admin.services.joining.visitor import note
from tui_admin.services.posting import Recipient, cancel_posted
from tui_admin.store.schema.joining import registration

if TYPE_CHECKING:
    from tui_admin.domain.joining import Journey
    from tui_admin.services.work import Work


async def settle(work: Work, row: Any, values: dict[str, Any], *, given: bool) -> None:
    """Hand in a registration with these values, and let it wait or go on.

    `given` says that the person named an organisation that nobody had invited them to.
    """
    status = WAITING if await _needs_approval(work, row, given) else APPROVED
    handed_in = values | {"status": WAITING, "submitted_at": work.now}
    await work.change(registration, [row], handed_in)
    now = await _as_it_is(work, row.id)
    if status == APPROVED and await _is_held(work, now):
        status = WAITING
    if status == APPROVED:
        now = await _approved(work, await admit(work, now))
    after = {name: values[name] for name in ("organisation_id", "company_name", "company_number")}
    before = {"status": row.status}
    after |= {"status": status}
    note(work, "registration.hand_in", "registration", row, before, after, version=now.version)
    if status == WAITING:
        await tell_approvers(work, now)


async def _needs_approval(work: Work, row: Any, given: bool) -> bool:
    """Say whether somebody has to look at it: nobody joins a company on their own word."""
    if given or row.needs_approval:
        return True
    if row.invitation_id is not None:
        return row.product_id is None and row.organisation_id is not None
    return await of_claimed_domain(work, row.email)


async def _is_held(work: Work, row: Any) -> bool:
    """Say whether the inviter may no longer give what the invitation promised (rule 4)."""
    found = await work.rows(SOURCE.rows.where(registration.c.id == row.id))
    applicant = (await applicants(work, found))[row.id]
    return lost_right(applicant.promise) is not None


async def _approved(work: Work, row: Any) -> Any:
    values = {"status": APPROVED, "decided_at": work.now}
    await work.change(registration, [row], values)
    return await _as_it_is(work, row.id)


async def _as_it_is(work: Work, registration_id: int) -> Any:
    wanted = select(registration).where(registration.c.id == registration_id)
    return (await work.rows(wanted))[0]


async def complete(work: Work, session: str, registration_id: int) -> Journey:
    """See `Joining.complete`."""
    person = await sessions.signed_in(work, session)
    row = await of_person(work, person.id, registration_id)
    if row.status != COMPLETED:
        await _complete(work, person, row)
    return await journey(work, await of_person(work, person.id, row.id))


async def _complete(work: Work, person: Any, row: Any) -> None:
    await _end(work, row, COMPLETED, {"completed_at": work.now})
    to = Recipient(person.id, row.email, person.display_name, row.language)
    facts = {
        "product": row.product or "",
        "organisation": row.organisation or "",
        "invitee_name": person.display_name,
    }
    await letters.send(work, COMPLETED_MAIL, to, facts, f"{COMPLETED_MAIL}-{row.id}")


async def withdraw(work: Work, session: str, registration_id: int) -> None:
    """See `Joining.withdraw`."""
    person = await sessions.signed_in(work, session)
    row = await of_person(work, person.id, registration_id)
    if row.status != WITHDRAWN:
        await _end(work, row, WITHDRAWN, {})


async def _end(work: Work, row: Any, status: str, values: dict[str, Any]) -> None:
    if row.status not in FOLLOWS[status]:
        raise Refused("registration_is", status=row.status)
    await work.change(registration, [row], values | {"status": status})
    # Word of the approval has nothing to say any more, if it still waits.
    await cancel_posted(work, [f"{APPROVED_MAIL}-{row.id}-{row.version}"])
    action = "registration.complete" if status == COMPLETED else "registration.withdraw"
    note(work, action, "registration", row, {"status": row.status}, {"status": status})
