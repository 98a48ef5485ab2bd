"""Everything about one invitation, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui_admin.domain.journey import STEPS
from tui_admin.domain.text import safe
from tui_admin.tui.details.lines import fact, heading, moment, section, status
from tui_admin.tui.present import BRIEF_STEPS, HERE, journey_bar

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.lists.invitations import InvitationRow
    from tui_admin.services.invitations import InvitationView
    from tui_admin.tui.details.lines import Part

NEXT = {
    "queued": "Its mail is about to be sent.",
    "sent": "Waiting for the answer. s sends it again, x revokes it.",
    "accepted": "The account is there; see screen 1.",
    "revoked": "Its link no longer works. i invites again.",
    "expired": "Nobody answered in time. s sends it again with a new link, e lets this one hold.",
    "failed": "The mail was not taken. R tries once more.",
    "undone": "Taken back before its mail was sent.",
}


def invitation_details(view: InvitationView, now: datetime) -> Content:
    """Return what there is to know about an invitation, and what can be done next."""
    row = view.row
    parts = [
        *heading(row.name or row.email, row.email),
        *fact("Status", status(row.status)),
        *fact("Organisation", row.organisation or "none"),
        *fact("Product", row.product or "none"),
        *fact("Coupon", row.coupon),
        *fact("Role", row.role),
        *fact("Batch", f"{row.batch}" if row.batch is not None else ""),
        *fact("Invited by", row.invited_by),
        *fact("Expires", moment(row.expires_at, now)),
        *section("Journey", journey_lines(view, now)),
        *section("Mail server", [[(f"{safe(row.error)}\n", "$bad")]] if row.error else []),
        *section("Next", [[(f"{NEXT.get(row.status, '')}\n", "$off")]]),
    ]
    return Content.assemble(*parts)


def journey_lines(view: InvitationView, now: datetime) -> list[list[Part]]:
    """Return the bar, and below it each step with its time; what lies ahead is dim."""
    row = view.row
    at = STEPS.index(row.step)
    lines: list[list[Part]] = [_bar(row, now)]
    for index, step in enumerate(STEPS):
        word = f"{BRIEF_STEPS.get(step, step):<10}"
        when = moment(view.times.get(step), now) if index <= at else ""
        glyph, tone = ("✓", "$good") if index < at else ("·", "$off")
        if index == at:
            glyph, tone = _here(row)
        lines.append([(f"  {glyph} ", tone), (word, "$off" if index > at else ""), f"{when}\n"])
    return lines


def _bar(row: InvitationRow, now: datetime) -> list[Part]:
    _, tone = _here(row)
    words = row.ended or ("stuck" if row.stuck else "")
    said = f" {words} since {moment(row.since, now)}" if words else ""
    return [(journey_bar(row.step, row.ended, row.stuck), tone), (f"{said}\n", tone)]


def _here(row: InvitationRow) -> tuple[str, str]:
    if row.ended:
        return HERE["ended"], "$bad" if row.stuck else "$off"
    if row.stuck:
        return HERE["stuck"], "$waiting"
    return (HERE["completed"], "$good") if row.step == STEPS[-1] else (HERE[""], "$accent")
