from __future__ import annotations

import io
import os
import pwd
from typing import TYPE_CHECKING, NamedTuple, cast

import pytest

from tui_admin.cli import identity
from tui_admin.cli.identity import Claim, claim, own_files
from tui_admin.domain.errors import Denied, Misconfigured

if TYPE_CHECKING:
    from tui_admin.services.facade import Operators


class Settings(NamedTuple):
    identify_by: str
    default: str = ""


class FakeOperators:
    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    async def named(self, who: str) -> str:
        self.asked.append(("named", who))
        return who

    async def sign_in(self, who: str, password: str) -> str:
        self.asked.append(("sign_in", who, password))
        return who


@pytest.fixture
def operators() -> FakeOperators:
    return FakeOperators()


def test_a_flag_names_who_acts() -> None:
    assert claim(Settings("flag", "founder"), "jan") == Claim("jan")


def test_without_a_flag_the_default_acts() -> None:
    assert claim(Settings("flag", "founder"), None) == Claim("founder")


def test_nobody_named_is_a_question_of_configuration() -> None:
    with pytest.raises(Misconfigured, match="operator_missing"):
        claim(Settings("flag"), None)


def test_the_default_is_nobody_where_passwords_decide() -> None:
    assert claim(Settings("login", "founder"), None) == Claim("", by_password=True)


def test_as_is_refused_where_the_system_decides() -> None:
    with pytest.raises(Denied, match="as_not_allowed"):
        claim(Settings("os-user"), "founder")


def test_the_account_is_the_processs_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_UID", raising=False)
    monkeypatch.setenv("USER", "founder")
    monkeypatch.setenv("LOGNAME", "founder")
    assert claim(Settings("os-user"), None) == Claim(pwd.getpwuid(os.getuid()).pw_name)


def test_sudo_says_who_called_it(monkeypatch: pytest.MonkeyPatch) -> None:
    other = next(each for each in pwd.getpwall() if each.pw_uid != os.getuid())
    monkeypatch.setenv("SUDO_UID", str(other.pw_uid))
    assert claim(Settings("os-user"), None).who == pwd.getpwuid(other.pw_uid).pw_name


@pytest.mark.parametrize("uid", ["4000000000", "99999999999999999999"])
def test_an_account_without_a_name_is_nobody(monkeypatch: pytest.MonkeyPatch, uid: str) -> None:
    monkeypatch.setenv("SUDO_UID", uid)
    with pytest.raises(Denied, match="os_user_unknown"):
        claim(Settings("os-user"), None)


async def test_a_password_comes_from_the_environment(
    operators: FakeOperators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(identity.PASSWORD_VARIABLE, "hunter2")
    await identity.operator(Claim("jan", by_password=True), cast("Operators", operators))
    assert operators.asked == [("sign_in", "jan", "hunter2")]


async def test_without_a_terminal_no_password_is_asked_for(
    operators: FakeOperators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(identity.PASSWORD_VARIABLE, raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO("hunter2\n"))
    with pytest.raises(Denied, match="password_missing"):
        await identity.operator(Claim("jan", by_password=True), cast("Operators", operators))
    assert operators.asked == []


async def test_a_sign_in_needs_a_name(operators: FakeOperators) -> None:
    with pytest.raises(Misconfigured, match="operator_missing"):
        await identity.operator(Claim("", by_password=True), cast("Operators", operators))


async def test_a_claim_that_needs_no_password_is_looked_up(operators: FakeOperators) -> None:
    await identity.operator(Claim("jan"), cast("Operators", operators))
    assert operators.asked == [("named", "jan")]


def test_files_are_read_only_for_whom_the_account_is() -> None:
    mine, other = str(os.getuid()), str(os.getuid() + 1)
    assert own_files({}, None)
    assert own_files({}, "anna")
    assert own_files({"SUDO_UID": mine, "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, None)
    assert not own_files({"SUDO_UID": other}, None)
    assert not own_files({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, "anna")
