"""Screen 5: organisations on the left, who is in them on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert
from textual import events

from tests.support.applicants import members, registration
from tests.support.company import ACME
from tests.support.screens import Shown, shown
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company

SIZES = [(80, 24), (120, 40)]


@pytest.fixture
async def furnished(small: Company) -> Company:
    await small.add_organisation("Other BV")
    for name in ("ada", "bob", "eve"):
        await small.add(name)
    await small.desk.memberships.add(await small.pick("ada"), ACME)
    return small


async def to_acme(it: Shown) -> None:
    """Go to the first organisation, which is the oldest."""
    await it.press("5", "end")
    await it.until(lambda: "2 in it, 1 administers it" in it.text)
    await it.until(lambda: "ada@acme.example" in it.text)


@pytest.mark.parametrize("size", SIZES)
async def test_the_people_of_the_organisation_under_the_cursor_stand_beside_it(
    furnished: Company, size: tuple[int, int]
) -> None:
    async with shown(furnished, size=size) as it:
        await to_acme(it)
        assert it.text.splitlines()[0].rstrip().endswith("Organisations")
        await it.press("home")
        await it.until(lambda: "Nobody is in it" in it.text)


@pytest.mark.parametrize("size", SIZES)
async def test_somebody_is_found_by_typing_and_added(
    furnished: Company, size: tuple[int, int]
) -> None:
    async with shown(furnished, size=size) as it:
        await to_acme(it)
        await it.press("plus", *"bob")
        await it.until(lambda: "bob@acme.example" in it.text)
        await it.press("enter")
        await it.until(lambda: "3 in it" in it.text)
        assert "bob" in await members(furnished, ACME)
        await it.press("u")
        assert "bob" not in await members(furnished, ACME)


async def test_a_pasted_column_of_addresses_is_added_and_who_has_no_account_is_named(
    furnished: Company,
) -> None:
    async with shown(furnished) as it:
        await to_acme(it)
        await it.press("plus")
        column = "bob@acme.example\nEVE@acme.example\nnobody@acme.example\n"
        it.app.screen.post_message(events.Paste(column))
        await it.until(lambda: "2 have an account" in it.text)
        assert "1 have none: nobody@acme.example" in it.text
        await it.press("enter")
        await it.until(lambda: "Add these 2" in it.text)
        await it.press("y")
        await it.until(lambda: "4 in it" in it.text)
        assert {"bob", "eve"} <= set(await members(furnished, ACME))


async def test_a_paste_without_room_is_refused_and_what_was_typed_stays(
    furnished: Company,
) -> None:
    async with shown(furnished) as it:
        await to_acme(it)
        await it.press("plus", *"bob")
        it.app.screen.post_message(events.Paste("nobody@acme.example\n" * 1_100))
        await it.until(lambda: "More than 20,000 characters, nothing was taken" in it.text)
        assert "bob@acme.example" in it.text


async def test_a_member_becomes_administrator_and_is_taken_out_each_time_asked(
    furnished: Company,
) -> None:
    async with shown(furnished) as it:
        await to_acme(it)
        await it.press("right", "m")
        assert "Make this member administrator" in it.text
        await it.press("y")
        await it.until(lambda: "2 administer it" in it.text)
        assert (await members(furnished, ACME))["ada"] == ("administrator", False)
        await it.press("x")
        assert "Take this member out" in it.text
        await it.press("n")
        assert "ada" in await members(furnished, ACME)
        await it.press("x", "y")
        assert "ada" not in await members(furnished, ACME)


async def test_a_member_becomes_company_administrator_after_a_question(
    furnished: Company,
) -> None:
    async with shown(furnished, size=(120, 40)) as it:
        await to_acme(it)
        await it.press("right", "c")
        assert "company administrator of" in it.text
        await it.press("y")
        await it.until(lambda: "company admin" in it.text)
        assert (await members(furnished, ACME))["ada"] == ("member", True)
        await it.press("c", "y")
        assert (await members(furnished, ACME))["ada"] == ("member", False)


async def test_the_last_administrator_leaves_only_after_an_answer_of_its_own(
    furnished: Company,
) -> None:
    async with shown(furnished) as it:
        await to_acme(it)
        await it.press("right", "end", "x")
        assert "Also the last administrator" in it.text
        await it.press("n")
        assert "founder" in await members(furnished, ACME)


async def test_an_organisation_is_made_edited_and_archived(furnished: Company) -> None:
    async with shown(furnished) as it:
        await it.press("5", "n", *"Jansen BV", "enter", *"12345678", "ctrl+s")
        assert f"That is the number of {ACME}." in it.text
        await it.press(*["backspace"] * 8, *"23456789", "ctrl+s")
        await it.until(lambda: "Jansen BV made" in it.text)
        await it.until(lambda: "1 in it, 1 administers it" in it.text)
        await it.press("enter", "down", "down", "down", "down", *"PO-7", "ctrl+s")
        await it.until(lambda: "Order     PO-7" in it.text)
        await it.press("A")
        assert "Archive this organisation?" in it.text
        await it.press("y")
        await it.until(lambda: "Archived 1" in it.text)
        await it.press("plus")
        assert not it.app.screen.is_modal
        await it.press("u")
        await it.until(lambda: "Archived 0" in it.text)


async def test_whoever_edits_second_is_told_and_what_was_typed_stays(furnished: Company) -> None:
    async with shown(furnished) as it:
        await to_acme(it)
        await it.press("enter", "down", "down", "down", "down", *"mine")
        await furnished.desk.organisations.edit(ACME, {"purchase_order": "theirs"})
        await it.press("ctrl+s")
        assert "founder changed it meanwhile" in it.text
        assert "mine" in it.text


async def test_the_list_in_focus_is_the_one_that_is_filtered(furnished: Company) -> None:
    async with shown(furnished, size=(120, 40)) as it:
        await to_acme(it)
        await it.press("right", "slash", *"ada", "enter")
        await it.until(lambda: "founder@acme.example" not in it.text)
        assert "Other BV" in it.text
        await it.press("escape")
        await it.until(lambda: "founder@acme.example" in it.text)
        await it.press("escape", "slash", *"other", "enter")
        await it.until(lambda: ACME not in it.text)


async def test_what_another_changes_appears_by_itself(furnished: Company) -> None:
    async with shown(furnished) as it:
        await to_acme(it)
        await furnished.desk.memberships.add(await furnished.pick("eve"), ACME)
        await it.until(lambda: "eve@acme.example" in it.text)
        await it.until(lambda: "3 in it" in it.text)


async def test_who_has_no_right_sees_no_organisation_and_is_told(furnished: Company) -> None:
    async with shown(furnished, who="bob") as it:
        await it.press("5", "n")
        assert "Create, edit and archive organisations" in it.text.splitlines()[-2]
        assert "No organisations" in it.text


async def test_domains_are_claimed_and_let_go_from_a_list(furnished: Company) -> None:
    async with shown(furnished) as it:
        await it.press("5", "M", "enter", *"nothing", "enter")
        assert "is no e-mail domain" in it.app.notices.line(it.app.clock()).text  # type: ignore[union-attr]
        await it.press(*"firm.example", "enter")
        assert "postmaster@firm.example" in it.text
        await it.press("enter")
        await it.until(lambda: "firm.example asked for" in it.text)
        await it.press("M", *"firm", "enter", "y")
        await it.until(lambda: "firm.example let go" in it.text)
        assert await furnished.desk.domains.all() == ()


async def test_what_members_may_do_with_a_product_is_chosen_for_those_who_have_it(
    furnished: Company,
) -> None:
    await furnished.add_product("documents")
    async with shown(furnished, size=(120, 40)) as it:
        await to_acme(it)
        await it.press("right", "t")
        assert "No product has authorisation sets." in it.text
        values = {"product_id": 1, "name": "Reading"}
        await furnished.execute(insert(schema.authorisation_set).values(values))
        ada = (await furnished.user("ada")).id
        here = {"status": "completed", "product_id": 1, "organisation_id": 1}
        await registration(furnished, ada, "ada@acme.example", **here)
        await it.press("t", *"reading", "enter")
        await it.until(lambda: "given other authorisations" in it.text)
        found = (await furnished.desk.users.show("ada")).registrations
        assert [each.authorisations for each in found] == ["Reading"]


async def test_a_member_asks_for_the_authority_with_a_key(furnished: Company) -> None:
    async with shown(furnished, who="ada") as it:
        await it.press("Y")
        assert ACME in it.text
        await it.press("enter")
        await it.until(lambda: "who could give it is mailed" in it.text)
    async with shown(furnished, who="bob") as it:
        await it.press("Y")
        assert "You belong to no organisation" in it.text
