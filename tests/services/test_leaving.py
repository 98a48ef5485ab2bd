"""Somebody who leaves: places, invitations and access end in one step, and come back in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.applicants import members
from tests.support.company import ACME
from tui_admin.domain.errors import Denied, Refused

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.domain.outcomes import Outcome


def why(outcome: Outcome) -> list[str]:
    return [row.reason.id for row in outcome.skipped if row.reason]


@pytest.fixture
async def ada(company: Company) -> Company:
    """Give a company in which ada has two places and an invitation that is sent."""
    await company.add_organisation("Other BV")
    await company.add("ada", "Advanced user")
    await company.desk.memberships.add(await company.pick("ada"), ACME, "administrator")
    await company.desk.memberships.add(await company.pick("ada"), "Other BV")
    await company.invite("ada@acme.example", organisation="Other BV")
    await company.mails_have_gone()
    return company


async def test_places_invitations_and_access_end_without_a_word_and_come_back(
    ada: Company,
) -> None:
    before = await ada.desk.users.show("ada")
    mails = len(await ada.mails())
    left = await ada.desk.leaving.leave(await ada.pick("ada"), "left the company")
    assert [row.label for row in left.done] == ["ada@acme.example"]
    after = await ada.desk.users.show("ada")
    assert (after.row.status, after.blocked_reason) == ("blocked", "left the company")
    assert after.memberships == ()
    assert [each.status for each in after.invitations] == ["revoked"]
    assert len(await ada.mails()) == mails
    assert left.undo
    await ada.desk.undo(left.undo)
    again = await ada.desk.users.show("ada")
    assert again.memberships == before.memberships
    assert (again.row.status, again.row.role) == ("active", "Advanced user")
    assert [each.status for each in again.invitations] == ["sent"]
    assert (await ada.desk.audit.verify()).bad is None


async def test_an_invitation_that_still_waits_is_not_sent_and_goes_after_all_when_taken_back(
    company: Company,
) -> None:
    await company.invite("new@x.example", organisation=ACME)
    left = await company.desk.leaving.leave(await company.pick("new"))
    assert [each.status for each in await company.mails()] == ["cancelled"]
    assert left.undo
    await company.desk.undo(left.undo)
    assert [each.status for each in await company.mails()] == ["queued"]
    assert (await company.user("new")).status == "invited"


async def test_the_last_ones_stay_and_nobody_sees_themselves_out(ada: Company) -> None:
    founder = await ada.pick("founder")
    assert why(await ada.desk.leaving.leave(founder)) == ["not_yourself"]
    admin, last = await ada.add("admin", "Administrator"), await ada.pick("ada")
    other = await admin.leaving.leave(founder)
    assert why(other) == []
    assert set(await members(ada, ACME)) == {"ada"}
    assert why(await admin.leaving.leave(last)) == ["last_of_organisation"]
    assert (await admin.leaving.leave(last, even_last=True)).done


async def test_a_rehearsal_ends_nothing(ada: Company) -> None:
    plan = await ada.desk.rehearsing().leaving.leave(await ada.pick("ada"))
    assert len(plan.done) == 1
    assert (await ada.user("ada")).status == "active"
    assert "ada" in await members(ada, ACME)


async def test_whoever_may_block_but_not_manage_members_ends_no_place(ada: Company) -> None:
    await ada.add_role("Blocker", "can_view", "can_block")
    blocker = await ada.add("bo", "Blocker")
    assert why(await blocker.leaving.leave(await ada.pick("ada"))) == ["not_allowed_there"]
    await ada.add("eve")
    left = await blocker.leaving.leave(await ada.pick("eve"))
    assert left.done
    with pytest.raises(Denied):
        await (await ada.desk_of("ada")).leaving.leave(await ada.pick("bo"))


async def test_somebody_who_is_blocked_already_is_seen_out_too(ada: Company) -> None:
    await ada.desk.users.block(await ada.pick("ada"), "first")
    left = await ada.desk.leaving.leave(await ada.pick("ada"))
    assert left.done
    assert (await ada.desk.users.show("ada")).blocked_reason == "first"
    assert left.undo
    await ada.desk.undo(left.undo)
    assert (await ada.user("ada")).status == "blocked"
    await ada.desk.users.unblock(await ada.pick("ada"))
    assert (await ada.user("ada")).status == "active"


async def test_it_is_not_taken_back_once_somebody_went_further(ada: Company) -> None:
    left = await ada.desk.leaving.leave(await ada.pick("ada"))
    await ada.desk.users.unblock(await ada.pick("ada"))
    assert left.undo
    with pytest.raises(Refused, match="undo_went_further"):
        await ada.desk.undo(left.undo)
