"""A password chosen, and the address proven by the code that was mailed to it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tui_admin.domain import codes as rules
from tui_admin.domain.errors import Denied, Reason, Refused
from tui_admin.domain.joining import Passed, Step
from tui_admin.services.joining import codes, sessions
from tui_admin.services.joining.arriving import aim
from tui_admin.services.joining.enrolling import (
    account_of,
    chosen,
    enrol_for_product,
    prove,
    take_up,
)
from tui_admin.services.joining.journeys import STEPS, check_live, invitation_of
from tui_admin.services.joining.visitor import become

if TYPE_CHECKING:
    from tui_admin.services.work import Work


async def choose(work: Work, session: str, password_hash: str) -> Passed:
    """See `Joining.choose_password`."""
    row, person = await _on_the_way(work, session)
    await chosen(work, row)
    if not await codes.change_password(work, session, password_hash):
        await _mail(work, row, session, person, password_hash)
    return Passed(session, Step.CODE)


async def again(work: Work, session: str) -> None:
    """See `Joining.send_code_again`."""
    row, person = await _on_the_way(work, session)
    last = await codes.latest_of(work, session)
    if last is None:
        raise Refused("code_over")
    if codes.fresh(last, work.now):
        left = last.created_at + rules.BETWEEN - work.now
        raise Refused("code_too_soon", seconds=math.ceil(left.total_seconds()))
    await _mail(work, row, session, person, last.password_hash)


async def _on_the_way(work: Work, session: str) -> tuple[Any, Any]:
    """Return the session and the account of its address, None for none.

    Raises `Denied` (`session_over`), or `Refused` (`invitation_is`) where that is over.
    """
    row = await sessions.anonymous(work, session)
    if row.invitation_id is not None:
        check_live(work, await invitation_of(work, row.invitation_id))
    person = await account_of(work, row.email)
    if person is not None:
        become(work, person)
    return row, person


async def _mail(work: Work, row: Any, session: str, person: Any, password_hash: str) -> None:
    offer = await aim(work, row)
    if offer is None:
        raise Denied("session_over")
    await codes.mail(work, codes.Asked(row, session, person, offer, password_hash))


async def verify(work: Work, session: str, typed: str) -> Passed | Reason:
    """Return the next step, or why the code did not do: that it was tried has to be kept."""
    row = await sessions.anonymous(work, session)
    person = await account_of(work, row.email)
    invitation = await _invitation(work, row, person)
    code = await codes.enter(work, session, typed)
    if isinstance(code, Reason):
        return code
    person = await prove(work, row.email, person, code.password_hash)
    if isinstance(person, Reason):
        return person
    begun = await _registered(work, row, invitation, person)
    new = await sessions.open_for(
        work, user_id=person.id, email=person.email, language=row.language
    )
    return Passed(new, STEPS[begun.status] if begun else Step.DETAILS, begun.id if begun else None)


async def _invitation(work: Work, row: Any, person: Any) -> Any:
    """Return the session's invitation, which still has to hold or be accepted by the same hand."""
    if row.invitation_id is None:
        return None
    found = await invitation_of(work, row.invitation_id)
    accepted = found.status == "accepted" and person is not None and found.user_id == person.id
    if not accepted:
        check_live(work, found)
    return found


async def _registered(work: Work, row: Any, invitation: Any, person: Any) -> Any:
    if invitation is not None:
        return await take_up(work, invitation, person, row.email, row.language)
    if row.product_id is not None:
        return await enrol_for_product(work, person, row.product_id, row.email, row.language)
    return None
