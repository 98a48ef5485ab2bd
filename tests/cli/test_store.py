from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.cli.deployment import FOUNDER, Deployment

if TYPE_CHECKING:
    from pathlib import Path


def test_init_says_how_to_set_the_founders_password(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    said = deployment.ok("init", *FOUNDER)
    assert f"--config {deployment.config} users set-password founder" in said
    (founder,) = deployment.items("users", "list")
    assert founder["role"] == "Administrator"
    assert founder["organisations"] == ["Acme Nederland BV"]
    assert stat.S_IMODE(deployment.store.stat().st_mode) == 0o600


def test_init_refuses_a_store_that_has_data(deployment: Deployment) -> None:
    result = deployment.run("init", *FOUNDER)
    assert result.exit_code != 0
    assert result.stderr
    assert len(deployment.items("users", "list")) == 1


def test_init_as_json_is_one_document(tmp_path: Path) -> None:
    found = Deployment(tmp_path).json("init", *FOUNDER)
    assert found["username"] == "founder"


def test_upgrade_makes_the_schema_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    assert deployment.json("db", "upgrade")["before"] is None
    again = deployment.json("db", "upgrade")
    assert again["before"] == again["after"]


def test_a_store_is_checked(deployment: Deployment) -> None:
    assert deployment.ok("db", "check") == "ok\n"
    with closing(sqlite3.connect(deployment.store)) as store:
        store.execute("UPDATE membership SET user_id = 4711")
        store.commit()
    assert "membership" in deployment.ok("db", "check", code=1)
    assert deployment.json("db", "check", code=1)["problems"]


def test_a_backup_is_a_whole_store_and_replaces_nothing(deployment: Deployment) -> None:
    file = deployment.folder / "copy.db"
    deployment.ok("db", "backup", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    refused = deployment.run("db", "backup", str(file))
    assert refused.exit_code == 2
    deployment.store = file
    deployment.configure()
    assert len(deployment.items("users", "list")) == 1
    assert deployment.json("audit", "verify")["ok"]


def test_the_log_is_listed_and_verified(deployment: Deployment) -> None:
    deployment.ok("users", "add", "anna@acme.example")
    deployment.ok("users", "block", "anna")
    events = deployment.items("audit", "list", "--limit", "2")
    assert [each["action"] for each in events] == ["user.block", "user.add"]
    keys = {"id", "at", "operator", "action", "subject", "before", "after", "hash"}
    assert events[0].keys() >= keys
    assert events[0]["after"]["status"] == "blocked"
    assert deployment.json("audit", "verify")["bad"] is None
    with closing(sqlite3.connect(deployment.store)) as store:
        changed = "UPDATE audit_event SET subject = 'x' WHERE id = ?"
        store.execute(changed, [events[0]["id"]])
        store.commit()
    assert deployment.json("audit", "verify", code=1)["bad"] == events[0]["id"]
    assert str(events[0]["id"]) in deployment.ok("audit", "verify", code=1)


def test_an_unreachable_store_is_exit_four(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    for line in (("users", "list"), ("db", "check"), ("worker", "--once"), ("audit", "verify")):
        result = deployment.run(*line)
        assert result.exit_code == 4, (line, result.output)
        assert result.stdout == ""
        assert result.stderr


def test_every_problem_of_the_configuration_is_told(deployment: Deployment) -> None:
    deployment.config.write_text('[stor]\nurl = 3\n[mail]\nport = "x"\n')
    result = deployment.run("users", "list")
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert len(lines) >= 2
    assert all(str(deployment.config) in line for line in lines)


def test_lists_that_are_short(deployment: Deployment) -> None:
    (found,) = deployment.items("organisations", "list")
    assert found["registration_number"] == "12345678"
    roles = deployment.json("roles", "list")
    assert {each["name"] for each in roles["items"]} >= {"Basic user", "Administrator"}
    assert deployment.json("roles", "show", "basic user")["permissions"] == ["documents.view"]
    assert "documents.view" in deployment.ok("roles", "show", "Basic user")
    assert deployment.run("roles", "show", "none").exit_code == 1


def test_an_export_appears_whole_or_not_at_all(deployment: Deployment) -> None:
    file = deployment.folder / "users.jsonl"
    line = ("export", "users", "--format", "jsonl", "--output", str(file))
    deployment.ok(*line)
    assert [json.loads(each)["username"] for each in file.read_text().splitlines()] == ["founder"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert deployment.run(*line).exit_code == 2
    deployment.ok(*line, "--yes")
    other = deployment.folder / "audit.csv"
    deployment.ok("users", "add", "anna@acme.example")
    refused = deployment.run("export", "audit", "--output", str(other), "--as", "anna")
    assert refused.exit_code == 3
    assert not other.exists()


@pytest.mark.parametrize("what", ["users", "invitations", "approvals", "audit"])
def test_an_export_is_what_the_list_is(deployment: Deployment, what: str) -> None:
    deployment.invite("jan@firm.example")
    assert deployment.json("export", what)["items"] == deployment.items(what, "list")


def test_doctor_says_ok_or_the_mend_for_each(deployment: Deployment) -> None:
    found = deployment.json("doctor", code=4)
    checks = {each["check"]: each["ok"] for each in found["checks"]}
    assert checks == {
        "configuration": True,
        "store": True,
        "schema": True,
        "search": True,
        "outbox": True,
        "workers": True,
        "clock": True,
        "mail server": False,
        "terminal": True,
    }
    lines = deployment.ok("doctor", code=4).splitlines()
    assert [line.split()[0] for line in lines].count("MEND") == 1


def test_doctor_works_without_a_store_or_a_configuration(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    found = deployment.json("doctor", code=4)
    assert {each["check"] for each in found["checks"] if not each["ok"]} >= {"store"}
    deployment.config.write_text("[stor]\n")
    found = deployment.json("doctor", code=2)
    assert not found["checks"][0]["ok"]
