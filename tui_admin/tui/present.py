"""Rows as cells: pure, so that it is tested without a screen.

A :class:`Cell` is text that is safe to show and a tone; the table fits it to the width it has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from rich.cells import cell_len, set_cell_size

from tui_admin.domain.errors import Reason
from tui_admin.domain.journey import STEPS
from tui_admin.domain.listings import Field, Kind
from tui_admin.domain.text import safe
from tui_admin.i18n import say

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.outcomes import Outcome


class Look(NamedTuple):
    """How a status is shown: a glyph for the eye, and a tone that repeats what the word says."""

    glyph: str
    tone: str


GOOD, WAITING, BAD, OFF = "good", "waiting", "bad", "off"
STATUSES = {
    "active": Look("●", GOOD),
    "invited": Look("○", WAITING),
    "blocked": Look("■", BAD),
    "queued": Look("◌", WAITING),
    "sending": Look("◐", WAITING),
    "sent": Look("○", WAITING),
    "accepted": Look("●", GOOD),
    "revoked": Look("×", OFF),
    "expired": Look("◇", OFF),
    "failed": Look("▲", BAD),
    "undone": Look("↶", OFF),
    "unknown": Look("?", BAD),
    "cancelled": Look("×", OFF),
    "draft": Look("◌", WAITING),
    "archived": Look("◇", OFF),
    "started": Look("◌", WAITING),
    "account": Look("◌", WAITING),
    "verified": Look("◌", WAITING),
    "details": Look("◌", WAITING),
    "awaiting_approval": Look("○", WAITING),
    "approved": Look("●", GOOD),
    "completed": Look("●", GOOD),
    "rejected": Look("▲", BAD),
    "withdrawn": Look("×", OFF),
}
DELIVERED = {**STATUSES, "sent": Look("●", GOOD)}
"""For mails, where `sent` is the end and not the beginning of waiting."""

UNITS = (
    (31_557_600, "y"),
    (2_629_800, "mo"),
    (604_800, "w"),
    (86_400, "d"),
    (3_600, "h"),
    (60, "min"),
)


def age(then: datetime | None, now: datetime) -> str:
    """Return how long ago, or how far ahead, in words as short as a column: `3 d`, `in 2 h`."""
    if then is None:
        return "–"
    seconds = (now - then).total_seconds()
    for size, unit in UNITS:
        # Weeks begin at two and months at two: "9 d" says more than "1 w".
        if abs(seconds) >= size * (2 if unit in {"w", "mo"} else 1):
            words = f"{int(abs(seconds) // size)} {unit}"
            return words if seconds > 0 else f"in {words}"
    return "now"


def look(status: str, kind: str = "") -> Look:
    """Return how a status is shown in a list of that name."""
    table = DELIVERED if kind == "messages" else STATUSES
    return table.get(status, Look("·", OFF))


WARNED, UNWARNED = Look("!", WAITING), Look(" ", OFF)
"""How a row is shown where there is something to look at before deciding, and where not."""
LATE, LATE_AND_WARNED = Look("▲", BAD), Look("!", BAD)
"""The same of those who wait longer than was promised."""
BRIEFLY = {
    "address_differs": "other address",
    "rejected_before": "was rejected",
    "company_unknown": "new company",
    "company_differs": "other name",
    "no_company": "no company",
    "inviter_not_active": "inviter gone",
    "inviter_lost_right": "inviter",
}
"""What there is to look at, in 13 letters at most: the column is as narrow as that."""


def is_late(row: Any, now: datetime) -> bool:
    """Say whether somebody waits for a decision longer than was promised."""
    due_at = getattr(row, "due_at", None)
    return due_at is not None and bool(now > due_at)


def look_of(row: Any, now: datetime, kind: str = "") -> Look | None:
    """Return how a row of a list is shown: by its status, else by what there is to look at."""
    if hasattr(row, "status"):
        return look(row.status, kind)
    if hasattr(row, "warnings"):
        if is_late(row, now):
            return LATE_AND_WARNED if row.warnings else LATE
        return WARNED if row.warnings else UNWARNED
    return None


def _one_of(value: Any) -> str:
    if isinstance(value, Reason):
        return BRIEFLY.get(value.id) or safe(say(value), 60)
    return safe(value, 60)


def value_of(row: Any, field: Field, now: datetime) -> str:
    """Return a field of a row as safe text, not yet fitted to a width."""
    value = getattr(row, field.name)
    if field.kind is Kind.TIME:
        late = field.name == "submitted_at" and is_late(row, now)
        return f"{age(value, now)} ▲" if late else age(value, now)
    if field.kind is Kind.JOURNEY:
        return journey_words(row, now)
    if field.kind is Kind.NUMBER:
        return "" if value is None else f"{value:,}"
    if isinstance(value, tuple):
        first = _one_of(value[0]) if value else ""
        return first if len(value) < 2 else f"{first} +{len(value) - 1}"
    return safe(str(value or ""), 120)


PASSED, AHEAD = "━", "┄"
"""The bar of a journey: steps that lie behind, and those to come."""
HERE = {"": "●", "completed": "✓", "stuck": "!", "ended": "×"}
"""The step a journey has come to: on its way, through, stuck, or ended there."""
BRIEF_STEPS = {"awaiting_approval": "approval"}


def journey_bar(step: str, ended: str, stuck: str) -> str:
    """Return a journey as a bar with a sign for each step: `━━━━●┄┄┄┄`."""
    at = STEPS.index(step)
    here = "ended" if ended else "stuck" if stuck else step if step == STEPS[-1] else ""
    return PASSED * at + HERE[here] + AHEAD * (len(STEPS) - at - 1)


def journey_words(row: Any, now: datetime) -> str:
    """Return a journey with what it has come to and since when; two blanks before the last."""
    word = row.ended or BRIEF_STEPS.get(row.step, row.step)
    return f"{journey_bar(row.step, row.ended, row.stuck)} {word}  {age(row.since, now)}"


def fitted(text: str, width: int, field: Field) -> str:
    """Return the text exactly `width` cells wide: cut with an ellipsis, or filled up."""
    if width <= 0:
        return ""
    size = len(text) if text.isascii() else cell_len(text)
    if size > width and field.kind is Kind.JOURNEY:
        text = text.rpartition("  ")[0]
        size = cell_len(text)
    if size > width:
        text = email_fitted(text, width) if field.kind is Kind.EMAIL else cut(text, width)
        size = cell_len(text)
    space = " " * (width - size)
    return space + text if field.kind in (Kind.NUMBER, Kind.TIME) else text + space


def cut(text: str, width: int) -> str:
    """Return the text in at most `width` cells, with an ellipsis where something is missing."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…"


def email_fitted(address: str, width: int) -> str:
    """Return an address in at most `width` cells whose domain is never cut in the middle.

    The local part gives way first; a domain that is too long by itself loses whole labels from
    the left, since its end says whose it is.
    """
    local, at, domain = address.rpartition("@")
    if not at:
        return cut(address, width)
    room = width - cell_len(domain) - 1
    if room >= 3 or room >= cell_len(local):
        return cut(local, room) + at + domain
    labels = domain.split(".")
    while labels and cell_len(".".join(labels)) + 6 > width:
        labels.pop(0)
    end = ".".join(["…", *labels])
    return cut(cut(local, max(1, width - cell_len(end) - 1)) + at + end, width)


DONE = {
    "user.add": "added",
    "user.identity": "registered",
    "user.block": "blocked",
    "user.unblock": "unblocked",
    "user.leave": "seen out",
    "user.role": "given another role",
    "organisation.create": "made",
    "organisation.edit": "changed",
    "organisation.archive": "archived",
    "organisation.restore": "taken into use",
    "domain.claim": "asked for; whoever runs it is mailed",
    "domain.share": "marked as shared",
    "domain.release": "let go",
    "role.create": "made",
    "role.change": "changed",
    "role.delete": "deleted",
    "user.password_link": "mailed a link",
    "user.remove": "removed for good",
    "registration.authorise": "given other authorisations",
    "membership.ask": "asks; who could give it is mailed",
    "membership.add": "added",
    "membership.change": "changed",
    "membership.remove": "taken out",
    "membership.appoint": "made company administrator",
    "membership.dismiss": "company administrator no longer",
    "invitation.send": "invited",
    "invitation.resend": "sent again",
    "invitation.revoke": "revoked",
    "invitation.retry": "queued again",
    "invitation.expiry": "given another expiry",
    "invitation.link": "given a new link, on the clipboard",
    "mail.retry": "queued again",
    "mail.cancel": "cancelled",
    "mail.pause": "is paused",
    "mail.resume": "goes again",
    "registration.register": "registered",
    "registration.approve": "approved",
    "registration.reject": "rejected",
    "registration.ask": "asked for more",
    "registration.snooze": "put off",
    "registration.wake": "back in the queue",
    "identity.validate": "vouched for",
}


def done_words(action: str) -> str:
    """Return what an action did, as a participle."""
    taken_back = action.removesuffix(".undo")
    if taken_back != action:
        return "as before"
    return DONE.get(action, "done")


def outcome_words(outcome: Outcome) -> tuple[str, str]:
    """Return one sentence about what an act did, and the tone to say it in."""
    done, skipped = outcome.done, outcome.skipped
    verb = done_words(outcome.action)
    if len(done) == 1:
        text = f"{safe(done[0].label, 60)} {verb}"
    else:
        text = f"{len(done):,} {verb}" if done or not skipped else ""
    if not skipped:
        return text, "success"
    reason = say(skipped[0].reason) if skipped[0].reason else ""
    if len(skipped) == 1:
        left = f"{safe(skipped[0].label, 60)} left alone: {safe(reason)}"
    else:
        left = f"{len(skipped):,} left alone"
    return " · ".join(filter(None, (text, left))), "warning" if done else "error"
