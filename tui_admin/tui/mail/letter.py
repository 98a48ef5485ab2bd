"""Everything about one mail of the outbox, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui_admin.domain.text import safe
from tui_admin.i18n import say
from tui_admin.tui.details.lines import Part, fact, heading, moment, section
from tui_admin.tui.present import look

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.services.outbox import MailView

LONGEST = 20_000
"""Characters of a mail's text that are shown."""
NEXT = {
    "queued": "x cancels it.",
    "failed": "r queues the same mail again. x puts it away.",
    "unknown": "The line broke at the hand-over, after the text and before the answer: it may have "
    "arrived. Ask whom it is for, or look into the mail server's log for its Message-ID. r sends "
    "it again, x puts it away.",
    "cancelled": "r queues it again.",
    "expired": "It came too late to be of use. r queues it again if what it says still holds.",
}


def mail_details(view: MailView, now: datetime) -> Content:
    """Return whom it is for, how it fares, why it waits, and its text without the link."""
    row = view.row
    shown = look(row.status, "messages")
    status = Content.assemble((f"{shown.glyph} {row.status}", f"${shown.tone}"))
    waits: list[list[Part]] = (
        [[f"{safe(say(view.waiting_for), 300)}\n"]] if view.waiting_for else []
    )
    error: list[list[Part]] = (
        [[(f"{safe(row.last_error, 600)}\n", "$bad")]] if row.last_error else []
    )
    then: list[list[Part]] = [[(f"{NEXT[row.status]}\n", "$off")]] if row.status in NEXT else []
    text = safe(view.text, LONGEST, lines=True)
    body: list[list[Part]] = [[f"{text}\n"]] if text else []
    return Content.assemble(
        *heading(row.to, row.subject),
        *fact("Status", status),
        *fact("Kind", row.kind),
        *fact("Attempts", f"{row.attempts}"),
        *fact("Queued", moment(row.created_at, now)),
        *fact("Next attempt", _later(row.next_attempt_at, now)),
        *fact("Sent", moment(row.sent_at, now)),
        *fact("Not after", moment(view.not_after, now) if row.status != "sent" else ""),
        *fact("Language", view.language),
        *fact("Reply-To", view.reply_to),
        *fact("Message-ID", row.message_id),
        *section("Why it waits", waits),
        *section("Mail server", error),
        *section("Next", then),
        *section("Text, without the link", body),
    )


def _later(then: datetime | None, now: datetime) -> str:
    """Return a time to come; what may go at once is told by why it waits."""
    return moment(then, now) if then is not None and then > now else ""
