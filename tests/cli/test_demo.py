from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from tui_admin.cli.main import cli

if TYPE_CHECKING:
    from click.testing import Result


def run(*line: str) -> Result:
    return CliRunner().invoke(cli, line)


def document(*line: str, code: int = 0) -> Any:
    result = run(*line)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("demo")
    document("demo", "--dir", str(found), "--users", "60", "--no-open")
    return found


def test_the_document_says_where_everything_is(folder: Path) -> None:
    made = document("demo", "--dir", str(folder), "--users", "60", "--no-open")
    assert made.keys() == {"config", "portal_url", "mailbox"}
    assert Path(made["config"]).is_file()
    assert Path(made["mailbox"]).is_absolute()


def test_what_is_there_is_used_again(folder: Path) -> None:
    first = document("demo", "--dir", str(folder), "--no-open")
    users = document("--config", first["config"], "users", "list", "--json")
    assert users["total"] == len(users["items"]) >= 60
    assert document("demo", "--dir", str(folder), "--no-open") == first
    refused = run("demo", "--dir", str(folder), "--seed", "2", "--no-open")
    assert refused.exit_code == 1
    assert "seed 1" in refused.stderr


def test_the_people_of_the_demo_see_what_their_rights_allow(folder: Path) -> None:
    config = ("--config", str(folder / "config.toml"))
    listed = (*config, "users", "list", "--json")
    everybody = document(*listed)["total"]
    assert document(*listed, "--as", "helpdesk")["total"] == everybody
    assert 1 < document(*listed, "--as", "companyadmin")["total"] < everybody
    assert [each["username"] for each in document(*listed, "--as", "basic")["items"]] == ["basic"]
    assert run(*config, "users", "block", "basic", "--as", "helpdesk").exit_code == 3
    assert document(*config, "audit", "verify", "--json")["ok"]


def test_every_list_of_the_demo_can_be_paged_through(folder: Path) -> None:
    config = ("--config", str(folder / "config.toml"))
    for name in ("users", "invitations", "organisations", "outbox", "audit"):
        line = (*config, name, "list", "--json")
        whole = document(*line)
        seen: list[int] = []
        page = document(*line, "--limit", "7")
        while True:
            seen += [each["id"] for each in page["items"]]
            if page["next"] is None:
                break
            page = document(*line, "--limit", "37", "--cursor", page["next"])
        assert seen == [each["id"] for each in whole["items"]]
        assert whole["total"] == len(seen)


@pytest.mark.parametrize("users", ["0", "1000001", "many"])
def test_a_number_of_users_that_cannot_be_is_a_usage_error(tmp_path: Path, users: str) -> None:
    result = run("demo", "--dir", str(tmp_path / "d"), "--users", users, "--no-open")
    assert result.exit_code == 2
