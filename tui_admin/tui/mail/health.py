"""How the sending of mail goes, in two lines: what is the matter, and how many wait since when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui_admin.domain.text import safe
from tui_admin.tui.present import age, look

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.services.sending import Heap, MailHealth

SHOWS = " · 7 shows why"


def standing(health: MailHealth) -> str:
    """Return what the status line of every screen says as long as mail does not go; else ""."""
    if health.trouble:
        return f"Mail waits: {health.trouble}{SHOWS}"
    if health.pause:
        return f"Mail is paused by {safe(health.pause.by, 40)}{SHOWS}"
    return ""


def state_of(health: MailHealth, now: datetime) -> tuple[str, str]:
    """Return what is the matter in words, and the tone for it: good, waiting or bad."""
    if health.trouble:
        again = f" · tries again {age(health.retry_at, now)}" if health.retry_at else ""
        return f"▲ Mail waits: {safe(health.trouble, 120)}{again}", "bad"
    if health.pause:
        return f"‖ Paused by {safe(health.pause.by, 40)}, {_since(health.pause.at, now)}", "waiting"
    if health.queued.number and not health.workers:
        return "! No worker is running", "waiting"
    if health.sending.number or _is_due(health, now) or health.per_minute:
        return f"◌ Mail is going out · {health.per_minute:,} in the last minute", "waiting"
    if health.queued.number:
        return f"◌ The next mail goes {age(health.next_at, now)}", "waiting"
    if health.unknown.number or health.failed.number:
        return "✓ Nothing waits", "good"
    return "✓ Everything has gone out", "good"


def _is_due(health: MailHealth, now: datetime) -> bool:
    return health.next_at is not None and health.next_at <= now


def _since(then: datetime, now: datetime) -> str:
    words = age(then, now)
    return "just now" if words == "now" else f"{words} ago"


def mend_of(health: MailHealth) -> str:
    """Return what to do about it, where something can be done."""
    if health.pause and not health.trouble:
        return "p resumes · codes and links to passwords still go"
    if health.queued.number and not health.workers:
        return "`tui-admin worker` sends it"
    return ""


def amounts(health: MailHealth, now: datetime | None = None) -> Content:
    """Return how many are in each state that somebody may have to see to.

    With a time also since when the oldest of them is there.
    """
    parts = [_heap(name, getattr(health, name), now) for name in HEAPS]
    return Content("   ").join(filter(None, parts)) or Content.styled(NOTHING, "$off")


HEAPS = ("queued", "sending", "unknown", "failed")
NOTHING = "nothing waits, nothing failed"


def _heap(name: str, heap: Heap, now: datetime | None) -> Content | None:
    if not heap.number:
        return None
    shown = look(name, "messages")
    old = age(heap.oldest, now) if now and name != "sending" else "now"
    oldest = f", {'oldest ' if heap.number > 1 else ''}{old}" if old != "now" else ""
    return Content.assemble(
        (f"{shown.glyph} {heap.number:,} {name}", f"${shown.tone}"), (oldest, "$off")
    )


def state_line(health: MailHealth, now: datetime, width: int) -> Content:
    """Return what is the matter, and the mend where there is room for it."""
    words, tone = state_of(health, now)
    mend = f" · {mend_of(health)}" if mend_of(health) else ""
    if len(words) + len(mend) + 2 > width:
        mend = mend.rpartition(" · ")[0]
    return Content.assemble((f" {words}", f"bold ${tone}"), (mend, "$off"))


def amounts_line(health: MailHealth, now: datetime, width: int) -> Content:
    """Return the amounts with their ages, or without them where the terminal is narrow."""
    words = amounts(health, now)
    if words.cell_length + 2 > width:
        words = amounts(health)
    return Content.assemble(" ", words)
