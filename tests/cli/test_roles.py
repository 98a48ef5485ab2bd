"""`tui-admin roles`: made, granted, withdrawn, renamed, described, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cli.deployment import Deployment


def role(deployment: Deployment, name: str) -> dict[str, Any]:
    return dict(deployment.json("roles", "show", name))


@pytest.fixture
def desk(deployment: Deployment) -> Deployment:
    deployment.ok("roles", "create", "Reception", "--description", "Sees who is there")
    deployment.ok("roles", "grant", "Reception", "can_view", "can_invite")
    deployment.ok("users", "add", "anna@acme.example", "--role", "Reception")
    return deployment


def test_a_role_is_made_granted_and_withdrawn(desk: Deployment) -> None:
    assert role(desk, "reception")["permissions"] == ["can_invite", "can_view"]
    told = desk.ok("roles", "withdraw", "Reception", "can_invite").splitlines()
    assert told == ["lose     can_invite (1 have it: anna@acme.example)", "done     Reception"]
    assert role(desk, "Reception")["permissions"] == ["can_view"]
    assert desk.run("users", "list", "--as", "anna").exit_code == 0
    again = desk.json("roles", "grant", "Reception", "can_view", code=1)
    assert [each["reason"] for each in again["skipped"]] == ["role_unchanged"]


def test_a_role_is_made_like_another_renamed_and_described(desk: Deployment) -> None:
    desk.ok("roles", "create", "Porter", "--like", "Reception")
    desk.ok("roles", "rename", "porter", "Night porter")
    desk.ok("roles", "describe", "Night porter", "At night")
    found = role(desk, "Night porter")
    assert (found["permissions"], found["description"]) == (["can_invite", "can_view"], "At night")


def test_deleting_moves_people_to_the_role_that_is_named(desk: Deployment) -> None:
    assert desk.run("roles", "delete", "Reception").exit_code == 2
    would = desk.json("roles", "delete", "Reception", "--move-to", "Basic user", "--dry-run")
    assert would["dry_run"]
    desk.ok("roles", "delete", "Reception", "--move-to", "Basic user")
    assert desk.json("users", "show", "anna")["role"] == "Basic user"
    assert desk.run("roles", "show", "Reception").exit_code == 1


@pytest.mark.parametrize(
    "line",
    [
        ("grant", "Administrator", "can_view"),
        ("grant", "Reception", "can_fly"),
        ("grant", "Nothing", "can_view"),
        ("delete", "Basic user", "--move-to", "Reception"),
        ("rename", "Reception", "Basic user"),
        ("create", "reception"),
    ],
)
def test_what_cannot_be_says_why_and_changes_nothing(
    desk: Deployment, line: tuple[str, ...]
) -> None:
    before = desk.json("roles", "list")
    result = desk.run("roles", *line)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert desk.json("roles", "list") == before


def test_editing_roles_is_a_right_of_its_own(desk: Deployment) -> None:
    for line in (("create", "Mine"), ("grant", "Reception", "can_block")):
        assert desk.run("roles", *line, "--as", "anna").exit_code == 3
