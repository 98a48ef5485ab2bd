"""`tui-admin organisations`: made, edited, archived, and their members seen to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cli.deployment import Deployment

NAME, ACME = "Jansen BV", "Acme Nederland BV"


@pytest.fixture
def jansen(deployment: Deployment) -> Deployment:
    deployment.ok("organisations", "create", NAME, "--registration-number", "23456789")
    deployment.ok("users", "add", "anna@acme.example", "--username", "anna")
    return deployment


def members(deployment: Deployment) -> list[tuple[Any, Any]]:
    found = deployment.items("organisations", "members", NAME)
    return [(each["username"], each["kind"]) for each in found]


def test_an_organisation_is_made_and_its_maker_administers_it(jansen: Deployment) -> None:
    assert members(jansen) == [("founder", "administrator")]
    shown = jansen.json("organisations", "show", "23456789")
    assert (shown["name"], shown["administrators"]) == (NAME, 1)
    assert shown["profile"]["registration_number"] == "23456789"
    assert NAME in jansen.ok("organisations", "show", NAME)


def test_members_are_added_raised_lowered_and_removed(jansen: Deployment) -> None:
    jansen.ok("organisations", "add-member", NAME, "anna")
    assert ("anna", "member") in members(jansen)
    jansen.ok("organisations", "set-kind", NAME, "anna", "--kind", "administrator")
    assert ("anna", "administrator") in members(jansen)
    jansen.ok("organisations", "remove-member", NAME, "founder")
    last = jansen.json("organisations", "remove-member", NAME, "anna", code=1)
    assert [each["reason"] for each in last["skipped"]] == ["last_of_organisation"]
    jansen.ok("organisations", "remove-member", NAME, "anna", "--even-last")
    assert members(jansen) == []


def test_members_are_listed_with_since_when_and_by_whom(jansen: Deployment) -> None:
    jansen.ok("organisations", "add-member", ACME, "anna")
    found = jansen.items("organisations", "members", ACME, "--sort=-since", "--limit", "1")
    assert [(each["username"], each["by"]) for each in found] == [("anna", "founder")]
    assert found[0]["since"].endswith("Z")
    found = jansen.items("organisations", "members", ACME, "--where", "kind:administrator")
    assert [each["username"] for each in found] == ["founder"]


def test_a_company_administrator_is_appointed_and_dismissed(jansen: Deployment) -> None:
    jansen.ok("organisations", "add-member", NAME, "anna")
    jansen.ok("organisations", "appoint", NAME, "anna")
    found = jansen.items("organisations", "members", NAME, "--where", "anna")
    assert [each["authority"] for each in found] == ["company admin"]
    jansen.ok("organisations", "dismiss", NAME, "anna")
    assert jansen.run("organisations", "dismiss", NAME, "anna").exit_code == 1


def test_an_edit_changes_what_is_given(jansen: Deployment) -> None:
    jansen.ok("organisations", "edit", NAME, "--purchase-order", "PO-7", "--name", "Jansen NV")
    profile = jansen.json("organisations", "show", "Jansen NV")["profile"]
    assert (profile["purchase_order"], profile["registration_number"]) == ("PO-7", "23456789")


def test_each_field_that_cannot_be_taken_is_named(jansen: Deployment) -> None:
    line = ("--registration-number", "1234", "--billing-email", "nobody")
    result = jansen.run("organisations", "create", "Other BV", *line)
    assert result.exit_code == 1
    assert "registration_number: A Chamber of Commerce number has 8 digits." in result.stderr
    assert "billing_email: There is no @ in it." in result.stderr
    assert len(jansen.items("organisations", "list")) == 2


def test_an_archived_organisation_takes_nobody_until_it_is_restored(jansen: Deployment) -> None:
    would = jansen.json("organisations", "archive", NAME, "--dry-run")
    assert would["dry_run"]
    jansen.ok("organisations", "archive", NAME)
    assert jansen.run("organisations", "add-member", NAME, "anna").exit_code == 1
    assert jansen.run("organisations", "archive", NAME).exit_code == 1
    jansen.ok("organisations", "restore", NAME)
    jansen.ok("organisations", "add-member", NAME, "anna")


def test_rights_apply(jansen: Deployment) -> None:
    for line in (
        ("create", "Mine BV", "--registration-number", "34567890"),
        ("edit", NAME, "--name", "Mine BV"),
        ("archive", NAME),
        ("add-member", NAME, "anna"),
    ):
        result = jansen.run("organisations", *line, "--as", "anna")
        assert result.exit_code in (1, 3), line
    assert {each["name"] for each in jansen.items("organisations", "list")} == {NAME, ACME}
    assert members(jansen) == [("founder", "administrator")]


def test_domains_are_claimed_shared_listed_and_let_go(jansen: Deployment) -> None:
    jansen.ok("domains", "claim", "firm.example", "--mailbox", "admin")
    jansen.ok("domains", "share", "provider.example")
    found = {each["domain"]: each["kind"] for each in jansen.items("domains", "list")}
    assert found == {"firm.example": "asked", "provider.example": "shared"}
    assert "provider.example" in jansen.ok("domains", "list")
    assert jansen.run("domains", "claim", "gmail.com").exit_code == 1
    assert jansen.run("domains", "share", "other.example", "--as", "anna").exit_code == 3
    jansen.ok("domains", "release", "firm.example")
    assert len(jansen.items("domains", "list")) == 1


def test_a_member_asks_to_administer(jansen: Deployment) -> None:
    assert jansen.run("organisations", "ask", NAME, "--as", "anna").exit_code == 1
    jansen.ok("organisations", "add-member", NAME, "anna")
    jansen.ok("organisations", "ask", NAME, "--as", "anna")
    assert "authority_asked" in {each["kind"] for each in jansen.items("outbox", "list")}
