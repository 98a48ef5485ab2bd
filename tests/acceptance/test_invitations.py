"""From a paste in the dashboard to invitations in real mailboxes, as a person would do it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from tests.support.dashboard import NARROW, WIDE

if TYPE_CHECKING:
    from tests.support.dashboard import Deployment
    from tests.support.smtp import Caught, SmtpServer
    from tests.support.terminal import Terminal

WILD = """\
"Jansen, Jan" <jan@firm.example>; piet@firm.example
Klaas Vaak <klaas@firm.example>,
no address here@
PIET@firm.example
somebody@gmail.com
Marie\tmarie@other.example
"""
GOOD = {"jan@firm.example", "piet@firm.example", "klaas@firm.example", "marie@other.example"}
REST = "no address here@\nPIET@firm.example\nsomebody@gmail.com"
"""What the first press of Send leaves behind; the second paste is put below it."""
LINK = re.compile(r"https://join\.acme\.example/invitation/([\w-]+)")


def paste_and_see_verdicts(terminal: Terminal) -> None:
    terminal.press("i")
    terminal.wait_for("Acme Nederland BV")
    terminal.paste(WILD)
    terminal.wait_for("4 of 250")
    for verdict in (
        r"1 ✓ ok +jan@firm\.example",
        r"1 ✓ ok +piet@firm\.example",
        r"2 ✓ ok +klaas@firm\.example",
        r"3 ✗ invalid +here@",
        r"4 = duplicate +PIET@firm\.example",
        r"5 ! shared domain +somebody@gmail\.com",
        r"6 ✓ ok +marie@other\.example",
    ):
        terminal.wait_for(re.compile(verdict))


def send_and_take_back(terminal: Terminal) -> None:
    terminal.press("ctrl+s")
    terminal.wait_for(re.compile(r"4 invitations sent, 3 left in the draft · u takes it back · \d"))
    terminal.press("u")
    terminal.wait_for("4 as before")
    terminal.wait_for(re.compile(r"All 1 +Active 1 +Invited 0"))


def send_again(terminal: Terminal) -> None:
    terminal.press("i")
    terminal.wait_for("somebody@gmail.com")
    terminal.paste("\nJan Jansen <jan@firm.example>\nklaas@firm.example marie@other.example")
    terminal.wait_for("4 of 250")
    terminal.press("f10")
    terminal.wait_for("4 invitations sent, 2 left in the draft")


def leave(terminal: Terminal) -> None:
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert terminal.left_clean() == []


def find_block_and_give_a_role(terminal: Terminal) -> None:
    terminal.press("1")
    terminal.wait_for("type a name or address, or status: role:")
    terminal.press("/")
    terminal.wait_for("To the rows")
    terminal.type("klaas")
    terminal.wait_for("1 of 1")
    terminal.press("enter")
    terminal.wait_for("b Block")
    terminal.press("b")
    terminal.wait_for("Block this user?")
    terminal.type("left the firm")
    terminal.press("enter")
    terminal.wait_for(re.compile(r"■ klaas@firm\.example .*blocked"))
    terminal.press("r")
    terminal.wait_for("Role of klaas@firm.example")
    terminal.type("adv")
    terminal.wait_gone("Basic user  ")
    terminal.press("enter")
    terminal.wait_for(re.compile(r"klaas@firm\.example .*blocked +Advanced user"))


def is_an_invitation(mail: Caught) -> str:
    """Check a mail and return the token of its link."""
    message, (address,) = mail.message, mail.recipients
    assert mail.sender == "noreply@acme.example"
    assert message["To"].addresses[0].addr_spec == address
    assert message["From"].addresses[0].addr_spec == "noreply@acme.example"
    assert message["Reply-To"].addresses[0].addr_spec == "founder@acme.example"
    assert "Acme Nederland BV" in message["Subject"]
    assert message["Date"].datetime.tzinfo is not None
    assert message["Message-ID"].endswith("@acme.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Entity-Ref-ID"]
    assert message["List-Unsubscribe"] is None
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    (token,) = set(LINK.findall(plain.get_content())) | set(LINK.findall(html.get_content()))
    assert len(token) * 6 >= 256
    return str(token)


def test_people_are_invited(on_both: Deployment, mail_server: SmtpServer) -> None:
    # Long enough for a machine that stands still for a while.
    on_both.configure(invitations__undo_seconds=600)
    with on_both.open(NARROW) as terminal:
        paste_and_see_verdicts(terminal)
        send_and_take_back(terminal)
        leave(terminal)
    on_both.configure(invitations__undo_seconds=15)
    with on_both.open(NARROW) as terminal:
        undone = on_both.items("invitations", "list")
        assert {each["email"] for each in undone} == GOOD
        assert {each["status"] for each in undone} == {"undone"}
        send_again(terminal)
        mails = mail_server.wait_for(4, 40)
        terminal.press("2")
        terminal.wait_for(re.compile(r"All 8 +Queued 0 +Sent 4"))
        terminal.wait_for(re.compile(r"○ marie@other\.example +sent +Acme Nederland BV"))
        find_block_and_give_a_role(terminal)
        terminal.press("7")
        terminal.wait_for(re.compile(r"All 8 +Queued 0 +Sending 0 +Sent 4"))
        terminal.wait_for(re.compile(r"● marie@other\.example .* sent "))
        leave(terminal)

    assert len(mail_server.mails) == 4
    assert {mail.recipients[0].casefold() for mail in mails} == GOOD
    assert len({is_an_invitation(mail) for mail in mails}) == 4
    agrees_on_the_command_line(on_both, mails)


def agrees_on_the_command_line(deployment: Deployment, mails: list[Caught]) -> None:
    invitations = deployment.items("invitations", "list")
    assert Counter(each["status"] for each in invitations) == {"undone": 4, "sent": 4}
    assert len({each["batch"] for each in invitations}) == 2
    assert {each["organisation"] for each in invitations} == {"Acme Nederland BV"}

    users = {each["email"].casefold(): each for each in deployment.items("users", "list")}
    assert users.keys() == {*GOOD, "founder@acme.example"}
    klaas = users["klaas@firm.example"]
    assert (klaas["status"], klaas["role"]) == ("blocked", "Advanced user")
    assert users["marie@other.example"]["status"] == "invited"
    assert deployment.json("users", "show", "klaas")["blocked_reason"] == "left the firm"

    outbox = deployment.items("outbox", "list")
    assert Counter(each["status"] for each in outbox) == {"cancelled": 4, "sent": 4}
    sent = {each["message_id"].strip("<>") for each in outbox if each["status"] == "sent"}
    assert sent == {str(mail.message["Message-ID"]).strip("<>") for mail in mails}
    assert all(each["attempts"] == 1 for each in outbox if each["status"] == "sent")

    events = [each["action"] for each in deployment.items("audit", "list")]
    assert {"user.block", "user.role"} < set(events)
    deployment.is_consistent()


def test_a_draft_outlives_leaving_and_a_kill(deployment: Deployment) -> None:
    with deployment.open(WIDE) as terminal:
        terminal.press("i")
        terminal.wait_for("Acme Nederland BV")
        terminal.paste("jan@firm.example\nnot an address")
        terminal.wait_for("1 of 250")
        terminal.press("escape")
        terminal.wait_for("Close, keep the draft")
        terminal.press("escape")
        terminal.wait_for("i Invite")
        terminal.press("i")
        terminal.wait_for("not an address")
        terminal.type("\npiet@firm.example")
        terminal.wait_for("2 of 250")
        terminal.wait_for("draft saved")
        terminal.process.kill()
        terminal.wait_exit()
    with deployment.open(NARROW) as terminal:
        terminal.press("i")
        for line in ("jan@firm.example", "not an address", "piet@firm.example"):
            terminal.wait_for(line)
        terminal.wait_for("2 of 250")
    assert deployment.items("invitations", "list") == []
    deployment.is_consistent()
