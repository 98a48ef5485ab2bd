"""Roles are made, changed and deleted: within the ceiling, and nothing is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui_admin.domain.errors import NotFound, Refused, Stale
from tui_admin.domain.roles import Edit

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.domain.outcomes import Outcome
    from tui_admin.domain.roles import RoleRow

DESK = frozenset({"can_view", "can_approve"})


async def role(company: Company, name: str) -> RoleRow:
    (found,) = [each for each in await company.desk.roles.all() if each.name == name]
    return found


async def names(company: Company) -> list[str]:
    return [each.name for each in await company.desk.roles.all()]


def why(outcome: Outcome) -> list[str]:
    return [row.reason.id for row in outcome.skipped if row.reason]


@pytest.fixture
async def desk(company: Company) -> RoleRow:
    """A role of one's own, which ada has."""
    await company.add_role("Desk", *DESK)
    await company.add("ada", "Desk")
    return await role(company, "Desk")


async def test_a_role_is_made_empty_or_like_another_and_taken_back(company: Company) -> None:
    await company.desk.roles.create("Empty", description="Nothing yet")
    made = await company.desk.roles.create("Writer", like="Advanced user")
    writer = await role(company, "Writer")
    assert writer.permissions == (await role(company, "Advanced user")).permissions
    assert (await role(company, "Empty")).description == "Nothing yet"
    assert made.undo
    await company.desk.undo(made.undo)
    assert "Writer" not in await names(company)
    assert (await company.desk.audit.verify()).bad is None


async def test_a_role_that_somebody_was_given_is_not_taken_back(company: Company) -> None:
    made = await company.desk.roles.create("Writer", like="Advanced user")
    await company.add("ada", "Writer")
    assert made.undo
    with pytest.raises(Stale, match="undo_role_given"):
        await company.desk.undo(made.undo)


@pytest.mark.parametrize("name", ["Desk", "DESK", "desk "])
async def test_two_roles_never_have_the_same_name(
    company: Company, desk: RoleRow, name: str
) -> None:
    with pytest.raises(Refused, match="role_name_taken"):
        await company.desk.roles.create(name)
    await company.desk.roles.create("Other")
    other = await role(company, "Other")
    renamed = await company.desk.roles.change((Edit(other.id, name=name),))
    assert why(renamed) == ["role_name_taken"]
    respelt = await company.desk.roles.change((Edit(desk.id, name="DESK"),))
    assert respelt.done


async def test_a_change_works_at_the_next_act_of_those_who_have_the_role(
    company: Company, desk: RoleRow
) -> None:
    ada = await company.desk_of("ada")
    assert (await ada.rights()).environment == DESK
    edit = Edit(desk.id, desk.version, frozenset({"can_block"}), frozenset({"can_approve"}))
    changed = await company.desk.roles.change((edit,))
    assert (await ada.rights()).environment == {"can_view", "can_block"}
    assert changed.undo
    await company.desk.undo(changed.undo)
    assert (await ada.rights()).environment == DESK


async def test_who_gains_and_loses_what_is_told_before(company: Company, desk: RoleRow) -> None:
    edit = Edit(desk.id, None, frozenset({"can_block"}), frozenset({"can_approve"}))
    (effect,) = await company.desk.roles.effects((edit,))
    assert effect.role == "Desk"
    assert effect.gained == {"can_block"}
    assert effect.lost == {"can_approve"}
    assert (effect.people, effect.names) == (1, ("ada@acme.example",))
    plan = await company.desk.rehearsing().roles.change((edit,))
    assert [row.label for row in plan.done] == ["Desk"]
    assert await role(company, "Desk") == desk


async def test_a_role_that_somebody_else_changed_meanwhile_is_left_alone(
    company: Company, desk: RoleRow
) -> None:
    admin = await company.add("admin", "Administrator")
    await admin.roles.change((Edit(desk.id, desk.version, grant=frozenset({"can_invite"})),))
    late = await company.desk.roles.change(
        (Edit(desk.id, desk.version, grant=frozenset({"can_block"})),)
    )
    (row,) = late.skipped
    assert row.reason
    assert row.reason.id == "changed_by"
    assert row.reason.values == {"who": "admin", "action": "role.change"}
    assert (await role(company, "Desk")).permissions == DESK | {"can_invite"}


async def test_nobody_hands_on_by_a_role_what_they_lack(company: Company, desk: RoleRow) -> None:
    await company.add_role("Editor", "can_edit_roles", "can_view")
    editor = await company.add("eve", "Editor")
    with pytest.raises(Refused, match="role_beyond"):
        await editor.roles.create("Mine", like="Administrator")
    for wanted in (desk.id, (await role(company, "Editor")).id):
        more = await editor.roles.change((Edit(wanted, grant=frozenset({"can_block"})),))
        assert why(more) == ["role_beyond"]
    less = await editor.roles.change((Edit(desk.id, withdraw=frozenset({"can_approve"})),))
    assert less.done
    with pytest.raises(Refused, match="above_ceiling"):
        await editor.roles.delete("Desk", "Administrator")
    assert less.undo
    with pytest.raises(Refused, match="role_beyond"):
        await editor.undo(less.undo)


@pytest.mark.parametrize("name", ["Basic user", "Advanced user", "Administrator"])
async def test_the_built_in_roles_stay_what_they_are(company: Company, name: str) -> None:
    found = await role(company, name)
    edits = (Edit(found.id, withdraw=frozenset({"documents.view"})), Edit(found.id, name="Mine"))
    assert why(await company.desk.roles.change(edits)) == ["role_builtin", "role_builtin"]
    with pytest.raises(Refused, match="role_builtin"):
        await company.desk.roles.delete(name, "Basic user")


async def test_with_a_role_nobody_is_lost(company: Company, desk: RoleRow) -> None:
    await company.invite("new@x.example", role="Desk")
    with pytest.raises(Refused, match="role_moves_to_itself"):
        await company.desk.roles.delete("Desk", "desk")
    with pytest.raises(NotFound):
        await company.desk.roles.delete("Desk", "Nothing")
    before = await company.desk.users.show("ada")
    await company.desk.roles.delete("Desk", "Advanced user", desk.version)
    assert "Desk" not in await names(company)
    after = await company.desk.users.show("ada")
    assert after.row.role == "Advanced user"
    assert after.row.version > before.row.version
    assert [each.action for each in after.trail][:1] == ["user.role"]
    assert {each.role for each in await company.invitations()} == {"Advanced user"}
    assert (await company.desk.audit.verify()).bad is None


async def test_a_role_that_changed_since_it_was_seen_is_not_deleted(
    company: Company, desk: RoleRow
) -> None:
    await company.desk.roles.change((Edit(desk.id, description="Another"),))
    with pytest.raises(Refused, match="changed_by"):
        await company.desk.roles.delete("Desk", "Basic user", desk.version)
