"""Two agents at one queue, each in a terminal, with keys at random: everybody is decided on once.

`REGISTRATIONS=500 SEED=7 pytest tests/acceptance/test_two_agents.py` runs it at its full size.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tests.support.applicants import applicant, organisation_id
from tests.support.company import ACME, Company
from tests.support.dashboard import NARROW, WIDE
from tests.support.stores import run_apart
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.dashboard import Deployment
    from tests.support.terminal import Terminal

WAIT = int(os.environ.get("REGISTRATIONS", "24"))
SEED = int(os.environ.get("SEED", "20261126"))
BETWEEN = 0.45
"""Seconds between two keys: an `a` within 400 ms of the last is ignored, as it should be."""
KEYS = {"a": 8, "r": 2, "s": 4, "j": 3, "k": 2, "G": 2, "g": 1, "mark": 2}


async def prepared(store_url: str) -> None:
    """Let people wait, a minute after the other, with nothing to look at."""
    async with Company.at(store_url) as company:
        await company.add("agent", "Administrator")
        place = {"organisation_id": await organisation_id(company, ACME)}
        ours = {"company_name": ACME, "company_number": "12345678", **place}
        company.clock.move(hours=-(WAIT // 60) - 1)
        for number in range(WAIT):
            await applicant(company, f"person{number:04}", **ours)
            company.clock.move(minutes=1)


class Agent:
    """Somebody who presses keys at random, as fast as is taken for meant."""

    def __init__(self, terminal: Terminal, seed: str) -> None:
        self.terminal, self.dice = terminal, random.Random(seed)
        self.next_at = 0.0

    @property
    def is_done(self) -> bool:
        """Whether nobody waits any more; who was just decided on may still stand there."""
        screen = self.terminal.screen()
        return "Nobody waits." in screen or "– of 0" in screen

    def turn(self) -> None:
        """Press one key, if it is time, and answer whatever it asks."""
        self.terminal.pump(0.01)
        if time.monotonic() < self.next_at:
            return
        screen = self.terminal.screen()
        if "Reject this person?" in screen or "Reject these" in screen:
            self.terminal.type("No.\r")
        elif "enter Approve" in screen or "y Approve" in screen:
            self.terminal.press("enter" if "enter Approve" in screen else "y")
        elif "enter Close" in screen:
            self.terminal.press("enter")
        else:
            self._press_any()
        self.next_at = time.monotonic() + BETWEEN

    def _press_any(self) -> None:
        (key,) = self.dice.choices(list(KEYS), list(KEYS.values()))
        keys = ["space", "space", "a"] if key == "mark" else [key]
        for each in keys:
            self.terminal.press(each)
            if len(keys) > 1:
                self._rest(0.15)

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.terminal.pump(0.01)


async def what_became(store_url: str) -> dict[str, list[Any]]:
    async with Company.at(store_url) as company:
        event, mail, row = schema.audit_event, schema.outbox_message, schema.registration
        decisions = event.c.action.in_(("registration.approve", "registration.reject"))
        assert (await company.desk.audit.verify()).bad is None
        return {
            "rows": await company.execute(select(row.c.email, row.c.status, row.c.decided_by)),
            "events": await company.execute(
                select(event.c.subject, event.c.action, event.c.operator_id).where(decisions)
            ),
            "mails": await company.execute(
                select(mail.c.to, mail.c.kind).where(mail.c.kind.in_(("approved", "rejected")))
            ),
        }


def test_everybody_is_decided_on_once_and_log_and_mails_agree(on_both: Deployment) -> None:
    run_apart(prepared(on_both.store_url))
    with on_both.open(NARROW) as first, on_both.open(WIDE, "--as", "agent", until="agent") as other:
        agents = Agent(first, f"{SEED}-first"), Agent(other, f"{SEED}-other")
        for terminal in (first, other):
            terminal.wait_for("@acme.example")
            terminal.press("3")
            terminal.wait_for(re.compile(r"^.*Approvals$", re.MULTILINE))
            terminal.wait_for("Person0000")
        deadline = time.monotonic() + 60 + WAIT * 2
        while not all(each.is_done for each in agents):
            assert time.monotonic() < deadline, f"seed {SEED}\n{first.screen()}\n{other.screen()}"
            for each in agents:
                if not each.is_done:
                    each.turn()
        told = sum(b"decided already" in each.raw for each in (first, other))
    found = run_apart(what_became(on_both.store_url))
    status = {email: (what, by) for email, what, by in found["rows"]}
    acts = {"registration.approve": "approved", "registration.reject": "rejected"}
    events = {who: (acts[action], by) for who, action, by in found["events"]}
    assert len(status) == WAIT
    assert len(found["events"]) == WAIT, "each decided on exactly once"
    assert events == status
    assert Counter(found["mails"]) == Counter((who, what) for who, (what, _) in status.items())
    print(f"{WAIT} decided, seed {SEED}; {Counter(by for _, by in status.values())}, told {told}")
