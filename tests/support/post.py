"""A worker's acts one by one, without a mail server: for tests of what the outbox makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.mail.outcome import Delivery
from tui_admin.services.dispatch import Note
from tui_admin.services.outgoing import Kept

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.mail.outcome import Result
    from tui_admin.services.outgoing import Claimed

CODES: dict[Result, int | None] = {
    "sent": 250,
    "transient": 451,
    "permanent": 550,
    "unknown": None,
    "unreachable": None,
}


async def next_claim(company: Company, owner: str = "w") -> Claimed | None:
    """Claim the next mail that is due, if there is one."""
    claimed = await company.hub.outgoing.claim(owner)
    return claimed[0] if claimed else None


async def claim(company: Company, owner: str = "w") -> Claimed:
    """Claim the next mail; there is one."""
    claimed = await next_claim(company, owner)
    assert claimed is not None
    return claimed


async def hand_over(company: Company, claimed: Claimed, owner: str = "w") -> bool:
    """Keep a mail's bytes and say that they are going out; returns whether they may."""
    await company.hub.outgoing.keep(owner, [Kept(claimed.id, b"body", "as sent")])
    return claimed.id in await company.hub.outgoing.write(owner, handing=[claimed.id])


async def settle(
    company: Company, claimed: Claimed, outcome: Result, why: str = "why", owner: str = "w"
) -> None:
    """Tell what became of a mail."""
    delivery = Delivery(outcome, CODES[outcome], why, "done")
    await company.hub.outgoing.write(owner, [Note(claimed.row, delivery, why)])


async def let_go(company: Company, outcome: Result = "sent", why: str = "") -> None:
    """Let every mail that waits be tried once, with this outcome."""
    while claimed := await next_claim(company):
        await hand_over(company, claimed)
        await settle(company, claimed, outcome, why)
