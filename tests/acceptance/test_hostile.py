"""Text that wants to be more than text, through every field of inviting: it stays text.

What counts is what reaches the terminal byte for byte, the mails' headers, and the store.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support.dashboard import NARROW, WIDE
from tests.support.terminal import Terminal

if TYPE_CHECKING:
    from tests.support.dashboard import Deployment
    from tests.support.smtp import SmtpServer

MARKUP = "[/foo][@click=app.quit]x[/]"
LINKED = "[/foo][link=x]x[/]"
CONTROLS = (
    "\x1b]52;c;RVZJTA==\x07\x1b[31;5m\x9b31;5m\x9d52;c;RVZJTA==\x9c\u202egnp.exe\u2066\x7f\x00"
)
ATTACK = f"{CONTROLS}{MARKUP}"
BAD_NAMES = (
    f"{CONTROLS} <esc@firm.example>\n"
    "=?utf-8?q?a=0D=0ABcc:x@x.example?= <encoded@firm.example>\n"
    "Anna\x0d\x0aBcc: bcc@firm.example\n"
    f"{LINKED} <markup@firm.example>\n"
)


def is_clean(raw: bytes) -> None:
    """Fail if a terminal was sent what would act on it."""
    for bad in (b"\x1b]52", b"\x1b[31;5m", "\x9b".encode(), "\x9d".encode(), "\u202e".encode()):
        assert bad not in raw, raw[max(0, raw.find(bad) - 200) :][:400]
    assert "\u2066".encode() not in raw


def leave(terminal: Terminal) -> None:
    """Quit, and fail if that is not possible in order or something leaked."""
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert terminal.left_clean() == []
    is_clean(terminal.raw)


def test_a_paste_is_text(deployment: Deployment, mail_server: SmtpServer) -> None:
    with deployment.open(WIDE) as terminal:
        terminal.press("i")
        terminal.wait_for("Acme Nederland BV")
        terminal.paste(BAD_NAMES)
        terminal.wait_for(re.compile(r"✗ invalid +esc@firm\.example"))
        terminal.wait_for(re.compile(r"✗ invalid +=\?utf-8\?q\?a=0D=0ABcc:x@x\.example"))
        terminal.wait_for(re.compile(r"✓ ok +bcc@firm\.example"))
        terminal.wait_for(re.compile(r"✓ ok +markup@firm\.example"))
        terminal.press("ctrl+s")
        terminal.wait_for("3 invitations sent")
        mails = mail_server.wait_for(3)
        terminal.wait_for("/foo")
        leave(terminal)
    for mail in mails:
        assert mail.message["Bcc"] is None
        assert len(mail.recipients) == 1
        (to,) = mail.message["To"].addresses
        assert to.addr_spec == mail.recipients[0]
        assert b"\x1b" not in mail.data.replace(b"=1B", b"\x1b")
    (odd,) = mail_server.to("markup@firm.example")
    assert odd.message["To"].addresses[0].display_name.startswith("/foo")


@pytest.fixture
def poisoned(deployment: Deployment) -> Deployment:
    """A store in which an older or other program left what ours would have refused."""
    deployment.ok("users", "add", "anna@acme.example", "--name", "Anna")
    line = ("invite", "--organisation", "Acme Nederland BV", "-")
    deployment.ok(*line, typed="Jan <jan@firm.example>\n")
    with closing(sqlite3.connect(deployment.store_url.removeprefix("sqlite:///"))) as store:
        store.execute("UPDATE user SET display_name = ?", [ATTACK])
        store.execute("UPDATE organisation SET name = ?", [ATTACK])
        store.execute("UPDATE role SET description = ?", [ATTACK])
        store.execute("UPDATE outbox_message SET subject = ?, last_error = ?", [ATTACK, ATTACK])
        store.commit()
    return deployment


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_what_stands_in_the_store_is_shown_as_text(
    poisoned: Deployment, size: tuple[int, int]
) -> None:
    with poisoned.open(size) as terminal:
        terminal.wait_for("anna@acme.example")
        for key, shown in (("enter", "Last seen"), ("r", "Role of"), ("o", "Which organisation?")):
            terminal.press(key)
            terminal.wait_for(shown)
            terminal.wait_for(MARKUP[:6])
            terminal.press("escape")
            terminal.wait_gone(shown)
        terminal.press("i")
        terminal.wait_for("none ▾")
        terminal.press("escape")
        terminal.wait_for("Close, keep the draft")
        terminal.press("escape")
        terminal.wait_for("/ Filter")
        for screen, shown in (("2", "Invited▾"), ("7", "Queued▾")):
            terminal.press(screen)
            terminal.wait_for(shown)
            terminal.wait_for("jan@firm.example")
            terminal.press("enter")
            terminal.wait_for(MARKUP[:6])
        terminal.press("9")
        terminal.wait_for("Latest events")
        leave(terminal)


def test_what_is_put_into_a_field_is_refused_or_harmless(deployment: Deployment) -> None:
    deployment.ok("users", "add", "anna@acme.example")
    with deployment.open(NARROW) as terminal:
        terminal.wait_for("anna@acme.example")
        terminal.press("b")
        terminal.wait_for("Block this user?")
        terminal.paste(f"reason {ATTACK}")
        terminal.wait_for("reason ")
        terminal.press("escape")
        terminal.wait_gone("Block this user?")
        terminal.press("+")
        terminal.wait_for(re.compile("Add a user|Add user"))
        terminal.paste(f"eve{ATTACK}@firm.example")
        terminal.wait_for("eve")
        terminal.press("tab")
        terminal.paste(f"Eve {ATTACK}")
        terminal.press("ctrl+s")
        terminal.wait_for("hidden character")
        terminal.press("escape")
        terminal.wait_for("/ Filter")
        terminal.press("/")
        terminal.wait_for("To the rows")
        terminal.paste(f"anna status:{ATTACK}")
        terminal.wait_for("/ anna status:")
        terminal.press("escape")
        terminal.wait_for("/ Filter")
        leave(terminal)
    assert {each["username"] for each in deployment.items("users", "list")} == {"founder", "anna"}
    deployment.is_consistent()


def test_a_mail_server_that_answers_with_an_attack_is_quoted(
    deployment: Deployment, mail_server: SmtpServer
) -> None:
    deployment.configure(invitations__undo_seconds=0)
    mail_server.fail(
        "RCPT", f"550 {CONTROLS.replace(chr(0), '')}{MARKUP} no", to="jan@firm.example"
    )
    deployment.ok("invite", "-", typed="jan@firm.example\npiet@firm.example\n")
    with deployment.open(WIDE) as terminal:
        mail_server.wait_for(1)
        terminal.press("7")
        terminal.wait_for(re.compile(r"▲ jan@firm\.example"))
        terminal.press("end")
        terminal.wait_for(re.compile(r"› ▲ jan@firm\.example"))
        terminal.press("enter")
        terminal.wait_for(MARKUP)
        terminal.press("9")
        terminal.wait_for("Latest events")
        leave(terminal)
    done = deployment.run("outbox", "list")
    assert done.returncode == 0
    is_clean(done.stdout + done.stderr)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (("users", "show", ATTACK), 1),
        (("users", "add", f"{ATTACK}@firm.example"), 1),
        (("users", "list", "--status", ATTACK), 2),
        (("open", "--as", ATTACK), 3),
        (("--config", f"{ATTACK}.toml", "users", "list"), 2),
        ((ATTACK,), 2),
        (("users", f"--{ATTACK}"), 2),
    ],
)
def test_a_command_line_is_quoted_on_the_terminal(
    deployment: Deployment, line: tuple[str, ...], status: int
) -> None:
    words = [each.replace("\x00", "") for each in line]
    with Terminal(deployment.argv(*words), env=deployment.environment()) as terminal:
        assert terminal.wait_exit() == status
        assert terminal.left_clean() == []
    is_clean(terminal.raw)
    assert b"Traceback" not in terminal.raw


def test_a_configuration_is_quoted(deployment: Deployment) -> None:
    deployment.configure(environment__name=ATTACK, mail__host=ATTACK)
    with Terminal(deployment.argv(), env=deployment.environment()) as terminal:
        assert terminal.wait_exit() == 2
    assert b"environment.name" in terminal.raw
    assert b"mail.host" in terminal.raw
    is_clean(terminal.raw)
