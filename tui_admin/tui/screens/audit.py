"""Screen 8: who did what to whom, when, and whether the log is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_admin.domain.lists.audit import AUDIT
from tui_admin.domain.text import safe
from tui_admin.tui.commands import command
from tui_admin.tui.details.event import event_details
from tui_admin.tui.lists.list_screen import ListScreen, nothing_current
from tui_admin.tui.lists.spec import ListSpec

if TYPE_CHECKING:
    from textual.content import Content

    from tui_admin.services.facade import Desk


class AuditScreen(ListScreen):
    """The audit log."""

    SECTION = "audit"
    heading = "Audit"
    beside = True
    spec = ListSpec(AUDIT, lambda desk: desk.audit, nobody="Nothing has been done yet.")

    async def details_of(self, desk: Desk, row: Any) -> Content:  # noqa: ARG002
        """Return everything about the event; the row holds it."""
        return event_details(row, self.dashboard.now())

    @command(
        "s",
        "Same subject",
        "Show everything that was done to this one.",
        why_not=nothing_current,
        priority=20,
    )
    def same_subject(self) -> None:
        """Narrow the log to what the event is about."""
        row = self.list.current
        if row is not None:
            self.narrow(safe(row.subject))

    @command(
        "v",
        "Verify",
        "Check that nothing in the log was changed.",
        needs="can_view_audit",
        cli="audit verify",
        priority=30,
    )
    async def verify(self) -> None:
        """Follow the chain from the first event to the last."""
        self.dashboard.progress("Following the chain of events …")
        try:
            found = await self.dashboard.opened_desk.audit.verify()
        finally:
            self.dashboard.progress("")
        if found.bad is None:
            said = f"The log is whole: {found.events:,} events, as they were written."
            self.dashboard.tell(said, "success")
        else:
            said = f"Event {found.bad:,} is not what was written, or one is missing before it."
            self.dashboard.tell(said, "error")
