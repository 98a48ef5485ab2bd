"""A paste with every kind of problem, mended, sent, taken back; and a line that drops meanwhile."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.support.company import ACME, Company
from tests.support.dashboard import NARROW, WIDE
from tests.support.stores import run_apart

if TYPE_CHECKING:
    from tests.support.dashboard import Deployment
    from tests.support.smtp import SmtpServer
    from tests.support.terminal import Terminal

F7, F8, F9 = "\x1b[18~", "\x1b[19~", "\x1b[20~"
LIMIT, FOR_EVER, A_MOMENT = 5, 600, 3
EVERY_KIND = """\
"Jansen, Jan" <jan@firm.example>; piet@firm.example
klaas@@firm.example
PIET@firm.example
marie@acmee.example
somebody@gmail.com
blocked@acme.example
known@firm.example
eva@firm.example
tom@firm.example
zoe@firm.example"""
GOOD = {
    *("jan@firm.example", "piet@firm.example", "klaas@firm.example"),
    *("marie@acme.example", "eva@firm.example"),
}


async def prepared(store_url: str) -> None:
    """Have somebody who is blocked, and somebody whose invitation has been mailed."""
    async with Company.at(store_url) as company:
        company.clock.at = datetime.now(UTC) - timedelta(minutes=5)
        await company.add("blocked")
        await company.desk.users.block(await company.pick("blocked"))
        await company.invite("known@firm.example", organisation=ACME)
        await company.mails_have_gone()


def paste_every_kind(terminal: Terminal) -> None:
    terminal.press("i")
    terminal.wait_for("0 of 5")
    terminal.paste(EVERY_KIND)
    terminal.wait_for("6 of 5")
    for verdict in (
        r"1 ✓ ok +piet@firm\.example",
        r"2 ✗ invalid +klaas@@firm\.example",
        r"3 = duplicate +PIET@firm\.example",
        r"4 \? doubtful +marie@acmee\.example",
        r"5 ! shared domain +somebody@gmail\.com",
        r"6 • existing user +blocked@acme\.example",
        r"7 ↻ already invited +known@firm\.example",
        r"10 ▲ over the limit +zoe@firm\.example",
    ):
        terminal.wait_for(re.compile(verdict))
    terminal.wait_for("1 over the limit of 5; nothing is sent until they are gone.")


def mend(terminal: Terminal) -> None:
    """Take two out, put one right by hand and one by a key, add one instead of inviting them."""
    terminal.press("ctrl+u", "backspace", "ctrl+u", "backspace")
    terminal.wait_for("4 of 5")
    terminal.press(F8)
    terminal.wait_for("line 2: klaas@@firm.example")
    terminal.type("klaas@firm.example")
    terminal.wait_for("5 of 5")
    terminal.press(F8, F8)
    terminal.wait_for("f7 Fix")
    terminal.press(F7)
    terminal.wait_for(re.compile(r"4 ✓ ok +marie@acme\.example"))
    terminal.press(F8)
    terminal.wait_for("f7 Add user")
    terminal.press(F7)
    terminal.wait_for("✓ free")
    terminal.press("ctrl+s")
    terminal.wait_gone("somebody@gmail.com")
    terminal.wait_for("5 of 5")


def test_nobody_is_mailed_who_was_taken_back_and_nobody_is_lost(
    deployment: Deployment, mail_server: SmtpServer
) -> None:
    run_apart(prepared(deployment.store_url))
    deployment.configure(invitations__undo_seconds=FOR_EVER, invitations__batch_limit=LIMIT)
    with deployment.open(WIDE) as terminal:
        paste_every_kind(terminal)
        terminal.press("ctrl+s")
        assert len(deployment.items("invitations", "list")) == 1  # the one from before
        mend(terminal)
        terminal.press("ctrl+s")
        terminal.wait_for("5 invitations sent, 3 left in the draft · u takes it back")
        terminal.press("u")
        terminal.wait_for("5 as before")

    deployment.configure(invitations__undo_seconds=A_MOMENT, invitations__batch_limit=LIMIT)
    with deployment.open(WIDE) as terminal:
        terminal.press("i")
        terminal.wait_for("f9 Bring back")
        terminal.press(F9)
        terminal.wait_for("5 of 5")
        terminal.press("ctrl+s")
        terminal.wait_for("5 invitations sent")
        terminal.hangup()
        terminal.wait_exit()

    while len(mail_server.mails) < len(GOOD):
        deployment.ok("worker", "--once")  # until the batch is due
    mailed = Counter(mail.recipients[0].casefold() for mail in mail_server.mails)
    assert mailed == dict.fromkeys(GOOD, 1)
    found = deployment.items("invitations", "list")
    assert Counter(each["status"] for each in found) == {"undone": 5, "sent": 6}
    deployment.is_consistent()


def test_the_way_back_is_offered_again_after_the_line_dropped(
    deployment: Deployment, mail_server: SmtpServer
) -> None:
    deployment.configure(invitations__undo_seconds=FOR_EVER)
    with deployment.open(NARROW) as terminal:
        terminal.press("i")
        terminal.wait_for("0 of 250")
        terminal.paste("late@firm.example")
        terminal.wait_for("1 of 250")
        terminal.press("ctrl+s")
        terminal.wait_for("1 invitation sent")
        terminal.hangup()
        terminal.wait_exit()
    with deployment.open(NARROW) as terminal:
        terminal.wait_for("1 invitation sent · u takes it back")
        terminal.press("u")
        terminal.wait_for("as before")
    deployment.ok("worker", "--once")
    assert mail_server.mails == []
    assert [each["status"] for each in deployment.items("invitations", "list")] == ["undone"]
