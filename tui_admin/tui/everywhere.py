"""The commands that work on every screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from tui_admin.domain.errors import Reason, because
from tui_admin.tui.commands import Command, Commands, command, dashboard
from tui_admin.tui.screens import PLACES, Place

if TYPE_CHECKING:
    from tui_admin.tui.app import Dashboard


def _goes_to(place: Place) -> Command:
    def go(app: Any) -> None:
        app.go(place)

    help_text = f"Go to {place.name}."
    return Command(
        f"go.{place.module}", place.number, place.name, help_text, go, place.needs, priority=0
    )


def _nothing_to_undo(app: Dashboard) -> Reason | None:
    return None if app.notices.last_act(app.clock()) else because("nothing_to_undo")


def _nothing_runs(app: Dashboard) -> Reason | None:
    return None if app.running else because("nothing_runs")


def _nobody_left_alone(app: Dashboard) -> Reason | None:
    return None if app.left_alone else because("nobody_left_alone")


def _not_open(app: Dashboard) -> Reason | None:
    return None if app.desk else because("still_connecting")


class Everywhere(Commands):
    """What the app itself can be told to do."""

    SECTION = "app"
    MORE: ClassVar[tuple[Command, ...]] = tuple(map(_goes_to, PLACES))

    @command("u,ctrl+z", "Undo", "Take the last act back.", why_not=_nothing_to_undo, priority=0)
    async def undo(self) -> None:
        """Take the last act back, as long as nobody went further."""
        app = dashboard(self)
        act = app.notices.last_act(app.clock())
        if act is None or app.desk is None:
            return
        outcome = await app.desk.undo(act.undo)
        app.notices.taken_back(act)
        app.tell_outcome(outcome)
        app.moved()

    @command(
        "T,shift+t",
        "Digest",
        "Choose how you are mailed of who waits.",
        needs="can_approve",
        cli="approvals digest",
        priority=0,
    )
    async def digest(self) -> None:
        """Choose it, for oneself."""
        from tui_admin.tui.digest import choose_digest

        await choose_digest(dashboard(self))

    @command(
        "Y,shift+y",
        "Ask authority",
        "Ask to be company administrator of yours.",
        why_not=_not_open,
        cli="organisations ask",
        priority=0,
    )
    async def ask_authority(self) -> None:
        """Choose one of one's own organisations, and have those mailed who could give it."""
        app = dashboard(self)
        from tui_admin.tui.asking import ask_authority

        await ask_authority(app)

    @command("ctrl+r,f5", "Refresh", "Read everything on the screen again.", priority=0)
    async def refresh_all(self) -> None:
        """Read again, or try again to open a store that was out of reach."""
        app = dashboard(self)
        app.moved()

    @command(
        "o", "Organisation", "Narrow the lists to one organisation.", why_not=_not_open, priority=80
    )
    async def organisation_switch(self) -> None:
        """Choose an organisation, or all of them."""
        app = dashboard(self)
        from tui_admin.tui.organisation import choose_organisation

        await choose_organisation(app)

    @command("colon,ctrl+p", "Commands", "Find a command by name.", priority=85)
    async def palette(self) -> None:
        """Open the palette."""
        app = dashboard(self)
        from tui_admin.tui.palette import open_palette

        await open_palette(app)

    @command("question_mark,f1", "Help", "Show what every key does here.", priority=90)
    async def help_keys(self) -> None:
        """Open the help of the screen."""
        app = dashboard(self)
        from tui_admin.tui.help import HelpScreen

        await app.push_screen_wait(HelpScreen(app.screen))

    @command(
        "q", "Quit", "Leave; asks only where something is unsaved.", always="ctrl+q", priority=95
    )
    async def leave(self) -> None:
        """Leave the dashboard."""
        app = dashboard(self)
        unsaved = any(getattr(each, "unsaved", False) for each in app.screen_stack)
        question = "Leave without saving?" if unsaved else ""
        if app.running:
            question = "Leave in the middle of it? What was done stays done."
        if not question or await app.confirm(question, (), "Leave"):
            app.exit()

    @command("X,shift+x", "Stop", "Stop what is being done.", why_not=_nothing_runs, priority=0)
    def stop(self) -> None:
        """End what goes on with the part it is at."""
        for each in dashboard(self).running:
            each.stopped = True

    @command(
        "L,shift+l",
        "Left alone",
        "Show whom the last act left alone, and why.",
        why_not=_nobody_left_alone,
        priority=0,
    )
    async def show_left_alone(self) -> None:
        """Show it once more."""
        from tui_admin.tui.dialogs.outcome import ShowOutcome

        app = dashboard(self)
        if app.left_alone is not None:
            await app.push_screen_wait(ShowOutcome(app.left_alone))

    @command(
        "", "Copy or quit", "Copy what is selected, else ask to quit.", always="ctrl+c", priority=0
    )
    async def copy_or_leave(self) -> None:
        """Copy a selection; without one, ask to leave."""
        app = dashboard(self)
        selected = getattr(app.focused, "selected_text", "") or app.screen.get_selected_text()
        if selected:
            app.copy_to_clipboard(selected)
            app.tell("Copied.")
        elif await app.confirm("Leave the dashboard?", (), "Leave"):
            app.exit()
