"""How the sending of mail goes, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui_admin.domain.text import safe
from tui_admin.tui.present import age

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.services.outbox import MailHealth


def state_of(health: MailHealth, now: datetime) -> tuple[str, str]:
    """Return what is the matter in words, and the tone for it: good, waiting or bad."""
    if health.trouble:
        again = f" · tries again {age(health.retry_at, now)}" if health.retry_at else ""
        return f"▲ Mail waits: {safe(health.trouble, 120)}{again}", "bad"
    if health.queued and not health.workers:
        return "! No worker is running", "waiting"
    if health.queued:
        return "◌ Mail is going out", "waiting"
    return "✓ Everything has gone out", "good"


def amounts(health: MailHealth, now: datetime) -> str:
    """Return how many wait, since when, and how many failed."""
    since = age(health.oldest, now) if health.queued else ""
    oldest = f" for {since}" if since not in ("", "–", "now") else ""
    failed = f" · {health.failed:,} failed" if health.failed else ""
    return f"{health.queued:,} waiting{oldest}{failed}"


def health_line(health: MailHealth, now: datetime, width: int) -> Content:
    """Return state and amounts as one line, with the mend where there is room for it."""
    words, tone = state_of(health, now)
    mend = " · `tui-admin worker` sends it" if health.queued and not health.workers else ""
    more = f"   {amounts(health, now)}"
    room = width - len(words) - len(more) - 1
    return Content.assemble(
        (f" {words}", f"bold ${tone}"), (f"{more}{mend if len(mend) <= room else ''}", "$off")
    )
