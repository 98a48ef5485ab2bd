"""Who belongs to an organisation: added, changed, taken out, and the last administrator guarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.support.applicants import members
from tests.support.company import ACME
from tui_admin.domain.errors import Denied, NotFound, Refused, Stale
from tui_admin.domain.outcomes import Picks
from tui_admin.store.schema.organisations import membership

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.domain.outcomes import Outcome


def why(outcome: Outcome) -> list[str]:
    return [row.reason.id for row in outcome.skipped if row.reason]


async def test_people_are_added_changed_and_taken_out_and_each_of_it_can_be_taken_back(
    company: Company,
) -> None:
    await company.add("ada")
    await company.add("bob")
    desk = company.desk
    added = await desk.memberships.add(await company.pick("ada", "bob"), ACME)
    assert len(added.done) == 2
    again = await desk.memberships.add(await company.pick("ada"), ACME)
    assert why(again) == ["member_already"]
    raised = await desk.memberships.change(await company.pick("ada"), ACME, "administrator")
    assert (await members(company, ACME))["ada"] == ("administrator", False)
    assert raised.undo
    await desk.undo(raised.undo)
    assert (await members(company, ACME))["ada"] == ("member", False)
    out = await desk.memberships.remove(await company.pick("ada", "bob"), ACME)
    assert set(await members(company, ACME)) == {"founder"}
    assert out.undo
    await desk.undo(out.undo)
    assert set(await members(company, ACME)) == {"founder", "ada", "bob"}
    person = await desk.users.show("ada")
    assert [each.organisation for each in person.memberships] == [ACME]
    assert (await desk.audit.verify()).bad is None


async def test_the_last_administrator_of_an_organisation_goes_explicitly_only(
    company: Company,
) -> None:
    founder = await company.pick("founder")
    assert why(await company.desk.memberships.remove(founder, ACME)) == ["last_of_organisation"]
    lowered = await company.desk.memberships.change(founder, ACME, "member")
    assert why(lowered) == ["last_of_organisation"]
    done = await company.desk.memberships.remove(founder, ACME, even_last=True)
    assert [row.label for row in done.done] == ["founder@acme.example"]
    assert await members(company, ACME) == {}


async def test_of_the_administrators_of_an_organisation_one_is_left_when_all_are_blocked(
    company: Company,
) -> None:
    admin = await company.add("admin", "Administrator")
    await company.add("ada")
    await company.desk.memberships.add(await company.pick("ada"), ACME, "administrator")
    picks = await company.pick("founder", "ada")
    outcome = await admin.users.block(picks)
    assert (len(outcome.done), why(outcome)) == (1, ["last_of_organisation"])
    rest = await admin.users.block(Picks.of(*(pick.id for pick in picks.named)), even_last=True)
    assert (len(rest.done), why(rest)) == (1, ["blocked_already"])


async def test_whoever_manages_one_organisation_changes_no_other(company: Company) -> None:
    await company.add_organisation("Other BV")
    carla = await company.company_administrator("carla")
    me = await company.pick("carla")
    with pytest.raises(Denied, match="not_allowed_there"):
        await carla.memberships.add(me, "Other BV")
    with pytest.raises(NotFound):
        await carla.memberships.add(me, "Nowhere BV")
    with pytest.raises(Refused, match="kind_unknown"):
        await carla.memberships.add(me, ACME, "emperor")


async def test_what_somebody_may_by_a_membership_ends_with_it_at_the_next_key(
    company: Company,
) -> None:
    carla = await company.company_administrator("carla")
    await carla.inviting.options()
    await company.desk.memberships.remove(await company.pick("carla"), ACME)
    with pytest.raises(Denied, match="not_allowed"):
        await carla.inviting.options()


async def test_a_removed_membership_comes_back_as_it_was_unless_somebody_went_further(
    company: Company,
) -> None:
    await company.company_administrator("carla")
    before = await company.execute(select(membership).order_by(membership.c.user_id))
    out = await company.desk.memberships.remove(await company.pick("carla"), ACME)
    assert out.undo
    await company.desk.undo(out.undo)
    after = await company.execute(select(membership).order_by(membership.c.user_id))
    fields = ("user_id", "organisation_id", "kind", "company_administrator", "created_at")
    assert [[getattr(row, f) for f in fields] for row in after] == [
        [getattr(row, f) for f in fields] for row in before
    ]
    again = await company.desk.memberships.remove(await company.pick("carla"), ACME)
    await company.desk.users.set_role(await company.pick("carla"), "Advanced user")
    assert again.undo
    with pytest.raises(Stale, match="undo_went_further"):
        await company.desk.undo(again.undo)


async def test_a_company_administrator_is_appointed_and_dismissed_and_each_is_taken_back(
    company: Company,
) -> None:
    ada = await company.add("ada")
    await company.desk.memberships.add(await company.pick("ada"), ACME)
    appointed = await company.desk.memberships.appoint(await company.pick("ada"), ACME)
    assert (await members(company, ACME))["ada"] == ("member", True)
    assert (await company.invite("new@x.example", ada, organisation=ACME)).sent == 1
    again = await company.desk.memberships.appoint(await company.pick("ada"), ACME)
    assert why(again) == ["appointed_already"]
    assert appointed.undo
    await company.desk.undo(appointed.undo)
    with pytest.raises(Denied):
        await company.invite("two@x.example", ada, organisation=ACME)
    await company.desk.memberships.appoint(await company.pick("ada"), ACME)
    gone = await company.desk.memberships.appoint(await company.pick("ada"), ACME, False)
    assert (await members(company, ACME))["ada"] == ("member", False)
    assert gone.undo
    await company.desk.undo(gone.undo)
    assert (await members(company, ACME))["ada"] == ("member", True)
    assert (await company.desk.audit.verify()).bad is None


async def test_only_who_has_the_authorisation_there_can_give_it(company: Company) -> None:
    await company.add_organisation("Other BV")
    await company.add("ada")
    for place in (ACME, "Other BV"):
        await company.desk.memberships.add(await company.pick("ada"), place)
    await company.add_role("Members", "can_view", "can_manage_members")
    manager = await company.add("max", "Members")
    picks = await company.pick("ada")
    refused = await manager.memberships.appoint(picks, ACME)
    assert why(refused) == ["appoint_beyond"]
    carla = await company.company_administrator("carla")
    with pytest.raises(Denied, match="not_allowed_there"):
        await carla.memberships.appoint(picks, "Other BV")
    assert (await carla.memberships.appoint(picks, ACME)).done
    strangers = await company.desk.memberships.appoint(await company.pick("max"), ACME)
    assert why(strangers) == ["no_member"]


async def test_a_member_asks_to_become_company_administrator_and_who_could_is_mailed(
    company: Company,
) -> None:
    ada = await company.add("ada")
    await company.add("bas")
    await company.company_administrator("carla")
    with pytest.raises(Refused, match="no_member"):
        await ada.asking.authority(ACME)
    await company.desk.memberships.add(await company.pick("ada"), ACME)
    assert await ada.asking.places() == (ACME,)
    await ada.asking.authority(ACME)
    mails = await company.mails()
    assert {each.to for each in mails} == {"founder@acme.example", "carla@acme.example"}
    assert {each.kind for each in mails} == {"authority_asked"}
    with pytest.raises(Refused, match="asked_already"):
        await ada.asking.authority(ACME)
    company.clock.move(hours=24)
    await ada.asking.authority(ACME)
    await company.desk.memberships.appoint(await company.pick("ada"), ACME)
    assert await ada.asking.places() == ()
    with pytest.raises(Refused, match="appointed_already"):
        await ada.asking.authority(ACME)
    assert (await company.desk.audit.verify()).bad is None
