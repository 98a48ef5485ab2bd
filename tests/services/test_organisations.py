"""Organisations are made, edited and archived, each of it to be taken back; and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.applicants import members
from tests.support.company import ACME
from tui_admin.domain.errors import Denied, Invalid, NotFound, Refused, Stale
from tui_admin.domain.listings import Ask, Sort
from tui_admin.domain.lists.members import MEMBERS, members_of
from tui_admin.domain.query import EVERYTHING, parse

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.domain.outcomes import Outcome

NEW = {
    "name": "Bakkerij Jansen",
    "registration_number": "23.45.67.89",
    "billing_email": "bills@jansen.example",
    "billing_address": "Dorpsstraat 1, Ede",
    "purchase_order": "PO-7",
}


async def reasons(call: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        await call
    return {field: reason.id for field, reason in caught.value.reasons.items()}


def why(outcome: Outcome) -> list[str]:
    return [row.reason.id for row in outcome.skipped if row.reason]


async def version(company: Company, name: str) -> int:
    return (await company.desk.organisations.show(name)).version


async def test_whoever_makes_an_organisation_administers_it(company: Company) -> None:
    admin = await company.add("admin", "Administrator")
    made = await admin.organisations.create(NEW)
    found = await admin.organisations.details("bakkerij jansen")
    assert found.profile.registration_number == "23456789"
    assert found.profile.billing_email == "bills@jansen.example"
    assert (found.row.members, found.administrators) == (1, 1)
    assert await members(company, "Bakkerij Jansen") == {"admin": ("administrator", False)}
    assert [each.action for each in found.trail] == ["organisation.create"]
    assert made.undo
    await admin.undo(made.undo)
    with pytest.raises(NotFound):
        await admin.organisations.show("Bakkerij Jansen")
    assert (await company.desk.audit.verify()).bad is None


async def test_an_organisation_that_is_in_use_is_not_taken_back(company: Company) -> None:
    made = await company.desk.organisations.create(NEW)
    assert made.undo
    await company.invite("new@x.example", organisation=NEW["name"])
    with pytest.raises(Stale, match="undo_organisation_used"):
        await company.desk.undo(made.undo)


async def test_each_field_that_cannot_be_taken_says_why(company: Company) -> None:
    wrong = {
        "name": "",
        "registration_number": "1234",
        "billing_email": "no address",
        "billing_address": "x\x1b[2J",
        "purchase_order": "9" * 61,
    }
    assert await reasons(company.desk.organisations.create(wrong)) == {
        "name": "text_missing",
        "registration_number": "registration_number_form",
        "billing_email": "address_no_at",
        "billing_address": "text_control_character",
        "purchase_order": "text_too_long",
    }
    assert await reasons(company.desk.organisations.create(NEW | {"name": "12345678"})) == {
        "name": "organisation_name_number"
    }


async def test_neither_name_nor_number_is_had_twice(company: Company) -> None:
    await company.desk.organisations.create(NEW)
    same_number = NEW | {"name": "Other BV"}
    same_name = NEW | {"name": "BAKKERIJ jansen", "registration_number": "87654321"}
    create, edit = company.desk.organisations.create, company.desk.organisations.edit
    assert await reasons(create(same_number)) == {
        "registration_number": "organisation_number_taken"
    }
    assert await reasons(create(same_name)) == {"name": "organisation_name_taken"}
    assert await reasons(edit(ACME, {"name": "bakkerij jansen"})) == {
        "name": "organisation_name_taken"
    }


async def test_an_edit_changes_what_it_names_and_is_taken_back(company: Company) -> None:
    await company.desk.organisations.create(NEW)
    edited = await company.desk.organisations.edit(
        NEW["name"], {"name": "Bakker Jansen", "purchase_order": ""}
    )
    found = await company.desk.organisations.details("Bakker Jansen")
    assert found.profile.purchase_order == ""
    assert found.profile.billing_address == NEW["billing_address"]
    assert edited.undo
    await company.desk.undo(edited.undo)
    found = await company.desk.organisations.details(NEW["name"])
    assert found.profile.purchase_order == "PO-7"
    same = await company.desk.organisations.edit(NEW["name"], {"purchase_order": "PO-7"})
    assert why(same) == ["organisation_unchanged"]


async def test_what_is_not_changed_is_not_judged(company: Company) -> None:
    """The first organisation's number is what the founder said, whatever its form."""
    found = await company.desk.organisations.details(ACME)
    typed = found.profile._asdict() | {"purchase_order": "PO-1"}
    assert (await company.desk.organisations.edit(ACME, typed)).done


async def test_the_second_to_edit_is_told_who_was_first(company: Company) -> None:
    admin = await company.add("admin", "Administrator")
    seen = await version(company, ACME)
    await admin.organisations.edit(ACME, {"purchase_order": "theirs"}, seen)
    with pytest.raises(Refused, match="changed_by"):
        await company.desk.organisations.edit(ACME, {"purchase_order": "mine"}, seen)
    found = await company.desk.organisations.details(ACME)
    assert found.profile.purchase_order == "theirs"


async def test_nobody_is_added_or_invited_to_an_archived_organisation(company: Company) -> None:
    await company.desk.organisations.create(NEW)
    row = await company.desk.organisations.show(NEW["name"])
    picks = await company.pick("founder")
    from tui_admin.domain.outcomes import Picks

    here = Picks.of(row.id)
    archived = await company.desk.organisations.archive(here)
    assert why(await company.desk.organisations.archive(here)) == ["organisation_is"]
    with pytest.raises(Refused, match="organisation_archived"):
        await company.desk.memberships.add(picks, NEW["name"])
    with pytest.raises(Refused, match="organisation_archived"):
        await company.invite("new@x.example", organisation=NEW["name"])
    assert archived.undo
    await company.desk.undo(archived.undo)
    assert (await company.desk.organisations.show(NEW["name"])).status == "active"
    await company.desk.organisations.archive(here)
    assert (await company.desk.organisations.restore(here)).done


async def test_the_members_of_one_organisation_are_listed_with_since_when_and_by_whom(
    company: Company,
) -> None:
    await company.add_organisation("Other BV")
    for name in ("ada", "bob", "eve"):
        await company.add(name)
    await company.desk.memberships.add(await company.pick("ada", "bob"), ACME)
    await company.desk.memberships.add(await company.pick("eve"), "Other BV", "administrator")
    number = (await company.desk.organisations.show(ACME)).id
    asked = Ask(members_of(number), Sort("display_name"))
    rows = (await company.desk.members.page(asked)).rows
    assert [row.username for row in rows] == ["ada", "bob", "founder"]
    assert {row.by for row in rows if row.username != "founder"} == {"founder"}
    assert rows[0].since == company.clock()
    managers = parse("kind:administrator", MEMBERS).query.also(members_of(number))
    assert (await company.desk.members.count(managers)).number == 1
    with pytest.raises(NotFound):
        await company.desk.members.page(Ask(EVERYTHING, Sort("display_name")))


async def test_a_company_administrator_sees_the_own_people_and_edits_nothing(
    company: Company,
) -> None:
    await company.add_organisation("Other BV")
    carla = await company.company_administrator("carla")
    other = await company.desk.organisations.show("Other BV")
    here = await company.desk.organisations.show(ACME)
    own = await carla.members.page(Ask(members_of(here.id), Sort("email")))
    assert {row.username for row in own.rows} == {"founder", "carla"}
    assert (await carla.members.page(Ask(members_of(other.id), Sort("email")))).rows == ()
    with pytest.raises(NotFound):
        await carla.organisations.details("Other BV")
    with pytest.raises(Denied):
        await carla.organisations.edit(ACME, {"name": "Mine"})


async def test_what_an_organisation_can_have_is_told(company: Company) -> None:
    found = await company.desk.organisations.details(ACME)
    options = await company.desk.inviting.options()
    assert found.available.products == options.products
    assert {each.organisation for each in found.available.coupons} <= {"", ACME}
