"""Everything about one invitation, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui_admin.domain.text import safe
from tui_admin.tui.details.lines import fact, heading, moment, section, status

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.listings import InvitationRow

NEXT = {
    "queued": "Its mail is about to be sent.",
    "sent": "Waiting for the answer. s sends it again, x revokes it.",
    "accepted": "The account is there; see screen 1.",
    "revoked": "Its link no longer works. i invites again.",
    "expired": "Nobody answered in time. s sends it again with a new link.",
    "failed": "The mail was not taken. R tries once more.",
    "undone": "Taken back before its mail was sent.",
}


def invitation_details(row: InvitationRow, now: datetime) -> Content:
    """Return what there is to know about an invitation, and what can be done next."""
    parts = [
        *heading(row.name or row.email, row.email),
        *fact("Status", status(row.status)),
        *fact("Organisation", row.organisation or "none"),
        *fact("Product", row.product or "none"),
        *fact("Coupon", row.coupon),
        *fact("Role", row.role),
        *fact("Batch", f"{row.batch}" if row.batch is not None else ""),
        *fact("Invited by", row.invited_by),
        *fact("Invited", moment(row.created_at, now)),
        *fact("Sent", moment(row.sent_at, now)),
        *fact("Expires", moment(row.expires_at, now)),
        *section("Mail server", [[(f"{safe(row.error)}\n", "$bad")]] if row.error else []),
        *section("Next", [[(f"{NEXT.get(row.status, '')}\n", "$off")]]),
    ]
    return Content.assemble(*parts)
