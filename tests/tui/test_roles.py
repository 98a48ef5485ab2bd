"""Screen 4: a board that is changed freely, and saved once it is seen who gains and loses what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.screens import Shown, shown
from tui_admin.domain.permissions import ALL, Rights
from tui_admin.domain.roles import Edit, RoleRow
from tui_admin.tui.roles.board import Board

if TYPE_CHECKING:
    from tests.support.company import Company

SIZES = [(80, 24), (120, 40)]
HELPDESK = RoleRow(4, 2, "Helpdesk", False, "", frozenset({"can_view", "can_approve"}), 3)
OTHER = RoleRow(5, 1, "Other", False, "", frozenset(), 0)
FOUNDER = Rights(1, "founder", True, 3, ALL)


def board(*roles: RoleRow) -> Board:
    made = Board()
    made.read(roles or (HELPDESK, OTHER))
    return made


# The board


def test_what_is_toggled_twice_is_not_changed() -> None:
    it = board()
    it.toggle(HELPDESK, "can_block")
    assert it.allows(HELPDESK, "can_block")
    it.toggle(HELPDESK, "can_block")
    assert it.edits() == ()


def test_what_is_saved_is_of_the_version_on_the_board() -> None:
    it = board()
    for permission in ("can_block", "can_approve"):
        it.toggle(HELPDESK, permission)
    assert it.edits() == (Edit(4, 2, frozenset({"can_block"}), frozenset({"can_approve"})),)


def test_what_others_change_meanwhile_is_told_once_and_the_own_changes_are_kept() -> None:
    it = board()
    it.toggle(HELPDESK, "can_block")
    theirs = HELPDESK._replace(version=3, name="Desk", permissions=frozenset({"can_view"}))
    assert it.read((theirs, OTHER)) == (theirs,)
    assert it.read((theirs, OTHER)) == ()
    assert [each.field for each in it.meanwhile[4]] == ["name", "can_approve"]
    assert it.edits() == (Edit(4, 3, frozenset({"can_block"})),)


def test_what_others_did_in_the_same_way_needs_no_doing_any_more() -> None:
    it = board()
    it.toggle(HELPDESK, "can_block")
    it.read((HELPDESK._replace(version=3, permissions=HELPDESK.permissions | {"can_block"}),))
    assert it.edits() == ()
    assert it.meanwhile == {}


def test_the_changes_of_a_role_that_is_gone_are_gone() -> None:
    it = board()
    it.toggle(HELPDESK, "can_block")
    it.read((OTHER,))
    assert it.edits() == ()


def test_only_what_one_may_hand_on_can_be_toggled() -> None:
    it = board()
    limited = FOUNDER._replace(environment=frozenset({"can_edit_roles"}))
    assert it.why_not(limited, HELPDESK, "can_block")
    assert it.why_not(limited, HELPDESK, "can_view") is None
    assert it.why_not(FOUNDER, HELPDESK._replace(builtin=True), "can_view")


# The screen


@pytest.fixture
async def desk(small: Company) -> Company:
    await small.add_role("Desk", "can_view", "can_approve")
    await small.add("ada", "Desk")
    return small


async def to_the_desk(it: Shown) -> None:
    """Go to the first permission of the last role: that one sees people."""
    await it.press("4", "right", "right", "right")


async def permissions(company: Company) -> frozenset[str]:
    (found,) = [each for each in await company.desk.roles.all() if each.name == "Desk"]
    return found.permissions


@pytest.mark.parametrize("size", SIZES)
async def test_a_change_is_saved_after_it_is_seen_who_gains_and_loses_and_taken_back(
    desk: Company, size: tuple[int, int]
) -> None:
    async with shown(desk, size=size) as it:
        await to_the_desk(it)
        assert it.text.splitlines()[0].rstrip().endswith("Roles")
        await it.press("down", "space", "down", "down", "down", "space")
        assert "· → ✓" in it.text
        assert "✓ → ·" in it.text
        assert await permissions(desk) == {"can_view", "can_approve"}
        await it.press("ctrl+s")
        assert "1 has it: ada@acme.example" in it.text
        assert "can then: invite one address at a time" in it.text
        assert "can no longer: approve or reject registrations" in it.text
        await it.press("y")
        assert await permissions(desk) == {"can_view", "can_invite"}
        assert "Desk changed" in it.text
        await it.press("u")
        assert await permissions(desk) == {"can_view", "can_approve"}


async def test_the_built_in_roles_say_why_they_stay(desk: Company) -> None:
    async with shown(desk) as it:
        await it.press("4", "space")
        assert "built in" in it.text.splitlines()[-2]
        await it.press("ctrl+s")
        assert not it.app.screen.is_modal


async def test_what_is_not_saved_is_asked_about_before_it_is_dropped(desk: Company) -> None:
    async with shown(desk) as it:
        await to_the_desk(it)
        await it.press("down", "space", "q")
        assert "Leave without saving?" in it.text
        await it.press("n", "escape")
        assert "Drop what is not saved?" in it.text
        await it.press("y")
        assert "→" not in it.text
        await it.press("escape")
        assert it.text.splitlines()[0].rstrip().endswith("Users")


async def test_what_another_changes_meanwhile_is_shown_field_by_field(desk: Company) -> None:
    async with shown(desk) as it:
        await to_the_desk(it)
        await it.press("down", "space")
        (role,) = [each for each in await desk.desk.roles.all() if each.name == "Desk"]
        edit = Edit(role.id, withdraw=frozenset({"can_approve"}), description="Looks")
        await desk.desk.roles.change((edit,))
        await it.until(lambda: "changed meanwhile" in it.text)
        await it.press("ctrl+s")
        assert "description: nothing → Looks" in it.text
        assert "Approve or reject registrations: yes → no" in it.text
        await it.press("y")
        assert await permissions(desk) == {"can_view", "can_invite"}


async def test_a_role_is_made_like_another_renamed_and_deleted(desk: Company) -> None:
    async with shown(desk) as it:
        await to_the_desk(it)
        await it.press("n", "enter", *"desk", "ctrl+s")
        assert "There is a role called desk already." in it.text
        await it.press(*" two", "ctrl+s")
        assert it.app.screen.grid.role.name == "desk two"  # type: ignore[attr-defined]
        await it.press("e", *" x", "ctrl+s")
        names = [each.name for each in await desk.desk.roles.all()]
        assert names[-1] == "desk two x"
        await it.press("left", "d", *"basic", "enter")
        assert "Delete Desk? 1 has it: ada@acme.example" in it.text
        await it.press("y")
        assert (await desk.user("ada")).role == "Basic user"


async def test_enter_shows_who_has_the_role(desk: Company) -> None:
    async with shown(desk) as it:
        await to_the_desk(it)
        await it.press("enter")
        await it.until(lambda: "ada@acme.example" in it.text)
        assert it.text.splitlines()[0].rstrip().endswith("Users")
        assert "founder@acme.example" not in it.text


async def test_who_may_not_edit_roles_sees_them_and_is_told(desk: Company) -> None:
    async with shown(desk, who="ada") as it:
        await it.press("4", "space")
        assert "Make, change and delete roles" in it.text.splitlines()[-2]
        await it.press("n")
        assert not it.app.screen.is_modal
