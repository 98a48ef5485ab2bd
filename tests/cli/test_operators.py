from __future__ import annotations

import os
import pwd
from typing import TYPE_CHECKING

import pytest

from tui_admin.cli.identity import PASSWORD_VARIABLE

if TYPE_CHECKING:
    from tests.cli.deployment import Deployment

SECRET = "correct horse battery"


@pytest.fixture
def with_passwords(deployment: Deployment) -> Deployment:
    deployment.configure(identify_by="login")
    deployment.ok("users", "set-password", "founder", input=f"{SECRET}\n")
    return deployment


def test_a_password_lets_in(with_passwords: Deployment) -> None:
    line = ("users", "list", "--as", "founder")
    assert with_passwords.run(*line, **{PASSWORD_VARIABLE: SECRET}).exit_code == 0
    for wrong in ("", f"{SECRET}\n", SECRET.upper()):
        result = with_passwords.run(*line, **{PASSWORD_VARIABLE: wrong})
        assert result.exit_code == 3
        assert SECRET not in result.output


def test_without_a_name_or_a_password_nobody_is_let_in(with_passwords: Deployment) -> None:
    assert with_passwords.run("users", "list", **{PASSWORD_VARIABLE: SECRET}).exit_code == 2
    assert with_passwords.run("users", "list", "--as", "founder").exit_code == 3


def test_the_first_password_only_is_free(with_passwords: Deployment) -> None:
    result = with_passwords.run("users", "set-password", "founder", input="another one here\n")
    assert result.exit_code in (2, 3)
    line = ("users", "list", "--as", "founder")
    assert with_passwords.run(*line, **{PASSWORD_VARIABLE: SECRET}).exit_code == 0
    changed = with_passwords.run(
        *("users", "set-password", "founder", "--as", "founder"),
        input="another one here\n",
        **{PASSWORD_VARIABLE: SECRET},
    )
    assert changed.exit_code == 0, changed.output
    assert with_passwords.run(*line, **{PASSWORD_VARIABLE: SECRET}).exit_code == 3


@pytest.mark.parametrize("given", ["", "\n", "two\nlines\n", "x" * 2000, b"\xff\xfe\n"])
def test_what_is_no_password_is_refused(deployment: Deployment, given: str | bytes) -> None:
    result = deployment.run("users", "set-password", "founder", input=given)
    assert result.exit_code == 2
    assert "incident" not in result.stderr


def test_the_account_of_the_system_is_the_operator(deployment: Deployment) -> None:
    me = pwd.getpwuid(os.getuid()).pw_name
    deployment.ok("users", "add", "me@acme.example", "--username", me)
    deployment.configure(identify_by="os-user")
    assert [each["username"] for each in deployment.items("users", "list")] == [me]
    assert deployment.run("users", "list", "--as", "founder").exit_code == 3
    other = next(each for each in pwd.getpwall() if each.pw_uid != os.getuid())
    assert deployment.run("users", "list", SUDO_UID=str(other.pw_uid)).exit_code == 3
