"""The app below the dashboard: what keeps a terminal program sturdy, and nothing of our trade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.app import App
from textual.filter import NoColor

from tui_admin.domain.errors import Misconfigured
from tui_admin.i18n import say
from tui_admin.tui import theme
from tui_admin.tui.terminal import crash
from tui_admin.tui.terminal.driver import SturdyDriver
from tui_admin.tui.terminal.guard import Guard, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rich.console import RenderableType
    from textual.app import SystemCommand
    from textual.filter import LineFilter
    from textual.notifications import SeverityLevel
    from textual.screen import Screen

CLIPBOARD_LIMIT = 50_000
"""Characters put on the clipboard at most; xterm and tmux drop a longer OSC 52 altogether."""


class SturdyApp(App[None], inherit_bindings=False):
    """An app that leaves the terminal as it found it and shows it nothing but text.

    Textual's own ctrl+q and ctrl+c are not inherited: the subclass binds every key. It may override
    `end_by_signal` to keep something first. Start it with :func:`run`.
    """

    def __init__(
        self, *, incidents: Path, mouse: bool = True, theme_name: str = theme.DARK
    ) -> None:
        """Keep where incidents are written (a directory of the state), and how to look.

        Raises Misconfigured `theme.unknown` (facts `theme`, `known`), before the screen changes.
        """
        super().__init__(driver_class=SturdyDriver)
        self.incidents = incidents
        self.mouse = mouse
        self._crashed = False
        self._guard = Guard()
        self._no_colour = NoColor()
        theme.register(self)
        if theme_name not in self.available_themes:
            raise Misconfigured("theme.unknown", theme=theme_name, known=", ".join(theme.NAMES))
        self.theme = theme.choose(theme_name, no_colour=self.no_color)
        self.stylesheet.set_variables(self.get_css_variables())

    # What may be seen

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return Textual's filters and the guard; with NO_COLOR no colour at all, not greys."""
        look = [self._no_colour] if self.no_color else super().get_line_filters()
        return [*look, self._guard]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the meanings, so that stylesheets work with Textual's own themes, too."""
        return theme.meanings(self.current_theme)

    def refresh_css(self, animate: bool = True) -> None:
        """Parse the styles anew; as long as nothing wears them they have the right colours."""
        if self.screen_stack:
            super().refresh_css(animate)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002
    ) -> None:
        """Show a message for a moment, always as text: `markup` is taken and not honoured."""
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=False)

    def copy_to_clipboard(self, text: str) -> None:
        """Put text on the operator's clipboard (OSC 52), without what acts on a terminal."""
        super().copy_to_clipboard(plain(text)[:CLIPBOARD_LIMIT])

    @on(events.DescendantFocus)
    def _steady_cursor(self, event: events.DescendantFocus) -> None:
        """Stop the blinking of whatever field gets the focus: it costs 2 kB a second over SSH."""
        if hasattr(event.widget, "cursor_blink"):
            event.widget.cursor_blink = False

    # What may be done

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:  # noqa: ARG002
        """Return none: Screenshot writes on the server's disk, the others are commands of ours."""
        return ()

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Do nothing: it would write on the server's disk."""

    def action_suspend_process(self) -> None:
        """Do nothing: a suspended app leaves the terminal raw (Textual #6298)."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Do nothing: the browser would open on the server, not before the operator."""

    # How it ends

    def exit(
        self, result: None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        """Leave; the message, if any, is printed as text once the screen is restored."""
        super().exit(result, return_code, None if message is None else plain(str(message)))

    def end_by_signal(self, number: int) -> None:
        """Leave because of a signal or a lost line, within `life.GRACE` seconds."""
        self.exit(return_code=128 + number)

    def end_by_crash(self, error: BaseException | str) -> None:
        """Record an incident and leave; the operator is told its number and file.

        One failure often draws others after it: the first is the one that counts.
        """
        if not self._crashed:
            self._crashed = True
            self._exit_renderables.append(say(crash.record(error, self.incidents)))
        self._return_code = crash.CRASHED
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """Leave because Textual says so; what it would show may hold secrets and is not shown."""
        errors = [part for part in renderables if isinstance(part, BaseException)]
        kinds = ", ".join(type(part).__name__ for part in renderables)
        self.end_by_crash(errors[0] if errors else f"panic: {kinds}")

    def _fatal_error(self) -> None:
        self.end_by_crash(self._exception or "an error without a trace")

    def _print_error_renderables(self) -> None:
        for line in self._exit_renderables:
            crash.tell(str(line))
        self._exit_renderables.clear()


def run(app: SturdyApp) -> int:
    """Run the app on this terminal and return the exit status; no failure shows a trace."""
    with crash.recording(app.incidents):
        try:
            app.run(mouse=app.mouse)
        except Exception as error:
            crash.tell(say(crash.record(error, app.incidents)))
            return crash.CRASHED
    return app.return_code or 0
