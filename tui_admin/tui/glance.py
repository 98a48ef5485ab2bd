"""Numbers as lines with small bars: pure, so that it is tested without a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from tui_admin.domain.lifecycle import INVITATION_STATUSES, USER_STATUSES
from tui_admin.domain.text import safe
from tui_admin.tui.details.lines import changes
from tui_admin.tui.mail.health import amounts, state_of
from tui_admin.tui.present import age, cut, email_fitted, look

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.lists.audit import AuditRow
    from tui_admin.services.overview import Numbers
    from tui_admin.services.sending import MailHealth

Part = str | tuple[str, str] | Content
NARROW = 90
LABEL = 12
"""Cells for a glyph and a status."""


def bar(number: int, most: int, cells: int) -> str:
    """Return a bar of at most so many cells, fine to half a cell; something is never nothing."""
    if not number or most <= 0 or cells <= 0:
        return ""
    halves = max(1, round(cells * 2 * number / most))
    return "━" * (halves // 2) + "╸" * (halves % 2)


def title(key: str, name: str, total: str = "") -> list[Part]:
    """Return the head of a block: the key that goes there, its name and a number."""
    return [(f"{key} ", "bold $accent"), (name, "bold"), (f"  {total}\n", "bold"), "\n"]


def by_status(
    key: str, name: str, numbers: dict[str, int], statuses: tuple[str, ...], width: int
) -> Content:
    """Return a block with one line per status: glyph, word, number, bar."""
    total = numbers.get("", sum(numbers.get(each, 0) for each in statuses))
    most = max((numbers.get(each, 0) for each in statuses), default=0)
    digits = max(5, len(f"{most:,}"))
    parts = title(key, name, f"{total:,}")
    for each in statuses:
        number, shown = numbers.get(each, 0), look(each)
        tone = f"${shown.tone}" if number else "$off"
        parts += [
            (f"{shown.glyph} {each}".ljust(LABEL), tone),
            (f"{number:>{digits},}  ", "" if number else "$off"),
            (bar(number, most, width - LABEL - digits - 3), tone),
            "\n",
        ]
    return Content.assemble(*parts)


def users(numbers: Numbers, width: int) -> Content:
    """Return the users by status."""
    return by_status("1", "Users", numbers.users, USER_STATUSES, width)


def invitations(numbers: Numbers, width: int) -> Content:
    """Return the invitations by status."""
    return by_status("2", "Invitations", numbers.invitations, INVITATION_STATUSES, width)


def waiting(numbers: Numbers, now: datetime) -> Content:
    """Return how many registrations wait for approval, and for how long."""
    head = ("3 ", "bold $accent"), ("Approvals  ", "bold")
    if not numbers.waiting:
        return Content.assemble(*head, ("✓ nobody is waiting", "$good"))
    oldest = f", the oldest for {age(numbers.oldest_waiting, now)}"
    return Content.assemble(
        *head,
        (f"○ {numbers.waiting:,} waiting", "bold $waiting"),
        (oldest if numbers.oldest_waiting else "", "$waiting"),
        (f"   ▲ {numbers.late:,} longer than promised" if numbers.late else "", "bold $bad"),
    )


BARS = "▁▂▃▄▅▆▇█"
"""One day's decisions as a bar; a dot stands for a day without any."""


def bars(numbers: tuple[int, ...]) -> str:
    """Return numbers as a line of bars, the tallest for the largest."""
    most = max(numbers, default=0)
    return "".join(BARS[(each * len(BARS) - 1) // most] if each else "·" for each in numbers)


def decided(numbers: Numbers, width: int) -> Content:
    """Return how many were decided on, day by day, and who decided how many."""
    per_day, by = numbers.decisions
    if not any(per_day):
        return Content("")
    who = " · ".join(f"{safe(name, 24)} {many:,}" for name, many in by)
    head = f"  decided  {bars(per_day)}  "
    words = f"{sum(per_day):,} in {len(per_day)} days, {per_day[-1]:,} today"
    return Content.assemble(
        (head, "$good"), words, (cut(f"   {who}", max(0, width - len(head) - len(words))), "$off")
    )


def mail(health: MailHealth, now: datetime) -> Content:
    """Return how the sending of mail goes."""
    words, tone = state_of(health, now)
    return Content.assemble(
        ("7 ", "bold $accent"),
        ("Mail  ", "bold"),
        (words, f"${tone}"),
        "   ",
        amounts(health),
    )


def portal(address: str) -> Content:
    """Return where the pages for invitees are."""
    return Content.assemble(("Portal  ", "bold"), safe(address), ("  for invitees", "$off"))


def event(each: AuditRow, width: int, now: datetime) -> list[Part]:
    """Return one event as a line: age, operator, action, subject, and what changed as it fits."""
    names, words = (10, 15) if width < NARROW else (14, 20)
    what = safe(each.action, 40).replace("_", " ").replace(".", " ")
    start = f"{_filled(safe(each.operator, 40), names)}  {_filled(what, words)}  "
    room = max(10, width - 10 - cell_len(start))
    subject = email_fitted(safe(each.subject, 120), room)
    left = room - cell_len(subject) - 2
    said = cut(changes(each), left) if left > 12 else ""
    return [
        (f"{age(each.at, now):>8}  ", "$off"),
        start,
        subject,
        (f"  {said}\n" if said else "\n", "$off"),
    ]


def _filled(text: str, width: int) -> str:
    return set_cell_size(cut(text, width), width)


def recent(events: tuple[AuditRow, ...], width: int, rows: int, now: datetime) -> Content:
    """Return the last events, as many as there is room for."""
    parts: list[Part] = [("Latest events\n", "bold"), "\n"]
    if not events:
        parts.append(("Nothing yet, or nothing you may see.", "$off"))
    for each in events[: max(0, rows - 2)]:
        parts += event(each, width, now)
    return Content.assemble(*parts)
