from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.deployment import Deployment

KEYS = {"id", "email", "username", "display_name", "status", "role", "organisations"}


@pytest.fixture
def people(deployment: Deployment) -> Deployment:
    for name in ("anna", "bert", "carla"):
        deployment.ok("users", "add", f"{name}@acme.example", "--name", f"{name.title()} Ångström")
    return deployment


def test_a_user_added_is_found_and_shown(people: Deployment) -> None:
    (found,) = people.items("users", "list", "--search", "anna angstrom")
    assert found.keys() >= KEYS
    assert found["username"] == "anna"
    assert found["role"] == "Basic user"
    for who in ("anna", "Anna@ACME.example", str(found["id"])):
        shown = people.json("users", "show", who)
        assert shown["email"] == "anna@acme.example"
        assert shown["permissions"] == ["documents.view"]
        assert [each["action"] for each in shown["trail"]] == ["user.add"]
    assert "Anna Ångström" in people.ok("users", "show", "anna")


def test_a_username_can_be_chosen_and_is_unique(people: Deployment) -> None:
    done = people.json("users", "add", "jan@acme.example", "--username", "jan.j")
    assert done["done"][0]["label"] == "jan@acme.example"
    assert people.json("users", "show", "jan.j")["email"] == "jan@acme.example"
    result = people.run("users", "add", "other@acme.example", "--username", "jan.j")
    assert result.exit_code == 1
    assert "jan.j" in result.stderr


def test_pages_follow_each_other_and_end(people: Deployment) -> None:
    seen = []
    line = ("users", "list", "--limit", "2")
    page = people.json(*line)
    assert page["total"] == 4
    while page["next"]:
        seen += [each["username"] for each in page["items"]]
        page = people.json(*line, "--cursor", page["next"])
    seen += [each["username"] for each in page["items"]]
    assert seen == ["carla", "bert", "anna", "founder"]


@pytest.mark.parametrize("sort", ["email", "-email", "created_at", "username", "display_name"])
def test_pages_of_any_order_hold_everybody_once(people: Deployment, sort: str) -> None:
    page = people.json("users", "list", "--limit", "3", f"--sort={sort}")
    rest = people.json("users", "list", "--cursor", page["next"])
    assert len({each["id"] for each in page["items"] + rest["items"]}) == 4


def test_a_block_lists_every_row_and_goes_on_past_the_unknown(people: Deployment) -> None:
    done = people.json("users", "block", "anna", "nobody", "bert", "--reason", "left", code=1)
    assert {each["label"] for each in done["done"]} == {"anna@acme.example", "bert@acme.example"}
    assert [each["label"] for each in done["skipped"]] == ["nobody"]
    assert done["skipped"][0]["detail"]
    assert {u["username"] for u in people.items("users", "list", "--status", "blocked")} == {
        "anna",
        "bert",
    }
    assert people.json("users", "show", "anna")["blocked_reason"] == "left"
    people.ok("users", "unblock", "anna", "bert")
    assert people.items("users", "list", "--status", "blocked") == []


def test_blocking_twice_says_that_it_was_done(people: Deployment) -> None:
    people.ok("users", "block", "anna")
    done = people.json("users", "block", "anna", "bert", code=1)
    assert [each["label"] for each in done["skipped"]] == ["anna@acme.example"]
    assert [each["label"] for each in done["done"]] == ["bert@acme.example"]


def test_only_unknown_people_is_exit_one(people: Deployment) -> None:
    done = people.json("users", "block", "nobody", "99999999999999999999", "7777777", code=1)
    assert len(done["skipped"]) == 3
    assert done["done"] == []


def test_a_role_is_given(people: Deployment) -> None:
    people.ok("users", "set-role", "anna", "bert", "Advanced user")
    assert people.json("users", "show", "bert")["role"] == "Advanced user"
    assert people.run("users", "set-role", "anna", "No such role").exit_code == 1


def test_the_last_administrator_stays(people: Deployment) -> None:
    done = people.json("users", "set-role", "founder", "Basic user", code=1)
    assert done["done"] == []
    people.json("users", "block", "founder", code=1)
    assert people.json("users", "show", "founder")["status"] == "active"


def test_a_query_acts_only_with_yes(people: Deployment) -> None:
    line = ("users", "block", "--where", "anna")
    refused = people.run(*line)
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    assert people.json("users", "show", "anna")["status"] == "active"
    done = people.json(*line, "--yes")
    assert [each["label"] for each in done["done"]] == ["anna@acme.example"]


@pytest.mark.parametrize(
    "line",
    [
        "users block",
        "users block anna --where bert --yes",
        "users block --where status: --yes",
        "users list --where nonsense:1",
        "users list --cursor nonsense",
    ],
)
def test_a_line_that_means_nothing_is_a_usage_error(people: Deployment, line: str) -> None:
    result = people.run(*line.split())
    assert result.exit_code == 2, result.output
    assert result.stdout == ""


def test_rights_apply_to_acting_and_to_reading(people: Deployment) -> None:
    anna = ("--as", "anna")
    assert [each["username"] for each in people.items("users", "list", *anna)] == ["anna"]
    assert people.run("users", "show", "bert", *anna).exit_code == 1
    for line in (
        ("users", "block", "anna"),
        ("users", "block", "bert"),
        ("users", "block", "--where", "bert", "--yes"),
        ("users", "set-role", "anna", "Administrator"),
        ("users", "add", "new@acme.example"),
        ("audit", "list"),
        ("audit", "verify"),
        ("outbox", "list"),
        ("export", "audit"),
    ):
        result = people.run(*line, *anna)
        assert result.exit_code == 3, (line, result.output)
        assert result.stdout == ""
        assert result.stderr


def test_somebody_nobody_knows_may_do_nothing(people: Deployment) -> None:
    assert people.run("users", "list", "--as", "ghost").exit_code == 3
    people.ok("users", "block", "anna")
    assert people.run("users", "list", "--as", "anna").exit_code == 3


def test_a_list_for_people_fits_eighty_columns_in_a_pipe_or_not(people: Deployment) -> None:
    lines = people.ok("users", "list").splitlines()
    assert lines[0].split()[:2] == ["ID", "E-mail"]
    assert len(lines) == 5


def test_whether_an_address_is_free_is_told_without_adding_anybody(people: Deployment) -> None:
    free = people.json("users", "add", "anna@other.example", "--dry-run")
    assert free == {"free": True, "username": "anna-2", "detail": ""}
    taken = people.json("users", "add", "anna@acme.example", "--dry-run", code=1)
    assert not taken["free"]
    assert taken["detail"]
    assert len(people.items("users", "list")) == 4


def test_whoever_is_added_is_mailed_a_link_unless_that_is_not_wanted(people: Deployment) -> None:
    people.ok("users", "add", "quiet@acme.example", "--no-mail")
    mails = people.items("outbox", "list")
    assert {each["kind"] for each in mails} == {"set_password"}
    assert "quiet@acme.example" not in {each["to"] for each in mails}


def test_a_roster_is_imported_row_by_row(people: Deployment) -> None:
    file = people.folder / "people.csv"
    file.write_text(
        people.ok("users", "template")
        + "new@acme.example,newbie,New One,Advanced user,,New,One,1990-01-31,\n"
        + "anna@acme.example,,Anna,\n"
        + "bert@acme.example,,,\n"
        + "not an address,,,\n"
    )
    line = ("users", "import", str(file))
    tried = people.json(*line, "--dry-run", code=1)
    assert [each["verdict"] for each in tried["items"]] == ["create", "update", "skip", "refuse"]
    assert tried["items"][1]["changes"] == [
        {"field": "name", "old": "Anna Ångström", "new": "Anna"}
    ]
    assert tried["created"] == 0
    assert len(people.items("users", "list")) == 4
    failed = people.folder / "failed.csv"
    done = people.json(*line, "--failed", str(failed), code=1)
    counts = {name: done[name] for name in ("created", "updated", "skipped", "refused")}
    assert counts == {"created": 1, "updated": 1, "skipped": 1, "refused": 1}
    assert [each["line"] for each in done["items"]] == [2, 3, 4, 5]
    shown = people.json("users", "show", "newbie")
    assert (shown["display_name"], shown["role"]) == ("New One", "Advanced user")
    assert shown["identity"]["status"] == "registered"
    mended = failed.read_text().replace("not an address", "mended@acme.example")
    failed.write_text(mended)
    again = people.json("users", "import", str(failed))
    assert [each["verdict"] for each in again["items"]] == ["create"]
    assert people.run(*line, "--failed", str(failed)).exit_code == 2
    said = people.ok(*line, code=1)
    assert "skip" in said


def test_addresses_and_usernames_are_imported_as_pairs(people: Deployment) -> None:
    done = people.json(
        "users", "import", "--pairs", "-", input="jan@x.example jj\ndora@x.example\n"
    )
    assert [each["username"] for each in done["items"]] == ["jj", "dora"]
    assert people.json("users", "show", "jj")["email"] == "jan@x.example"


def test_a_dry_run_says_what_would_be_done_and_does_nothing(people: Deployment) -> None:
    line = ("users", "block", "--where", "status:active", "--dry-run")
    told = people.json(*line, code=1)
    assert told["dry_run"] is True
    assert len(told["done"]) == 3
    assert [each["reason"] for each in told["skipped"]] == ["not_yourself"]
    assert people.items("users", "list", "--status", "blocked") == []
    assert "would do anna@acme.example" in people.ok(*line, code=1)


def test_people_come_into_an_organisation_change_there_and_leave(people: Deployment) -> None:
    acme = "Acme Nederland BV"
    people.ok("users", "add-to", "anna", "bert", acme)
    people.ok("users", "set-kind", "anna", acme, "administrator")
    (place,) = people.json("users", "show", "anna")["memberships"]
    assert (place["organisation"], place["kind"]) == (acme, "administrator")
    refused = people.json("users", "remove-from", "founder", acme)
    assert [each["label"] for each in refused["done"]] == ["founder@acme.example"]
    last = people.json("users", "remove-from", "anna", "bert", acme, code=1)
    assert [each["reason"] for each in last["skipped"]] == ["last_of_organisation"]
    people.ok("users", "remove-from", "anna", acme, "--even-last")


def test_removing_for_good_needs_yes_and_leaves_the_log(people: Deployment) -> None:
    refused = people.run("users", "remove", "anna")
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    people.ok("users", "remove", "anna", "--yes")
    assert people.run("users", "show", "anna").exit_code == 1
    assert "anna@acme.example" in people.ok("audit", "list", "--json")
    people.ok("audit", "verify")


def test_why_names_the_reasons_and_answers_for_another_role_too(people: Deployment) -> None:
    no = people.json("users", "why", "anna", "can_block")
    assert no["can"] is False
    assert [each["reason"] for each in no["reasons"]] == [
        "why_role_lacks",
        "why_office_never",
        "why_givers",
    ]
    yes = people.ok("users", "why", "anna", "can_block", "--with-role", "Administrator")
    assert yes.startswith("yes\n")
    assert people.run("users", "why", "anna", "can_fly").exit_code == 2


def test_somebody_who_leaves_is_out_of_everything_at_once(people: Deployment) -> None:
    people.ok("users", "add-to", "anna", "Acme Nederland BV")
    would = people.json("users", "leave", "anna", "--dry-run")
    assert [each["label"] for each in would["done"]] == ["anna@acme.example"]
    people.ok("users", "leave", "anna", "--reason", "left")
    shown = people.json("users", "show", "anna")
    assert (shown["status"], shown["blocked_reason"], shown["memberships"]) == (
        "blocked",
        "left",
        [],
    )
    assert people.run("users", "list", "--as", "anna").exit_code == 3
