"""The yardstick of `paste`: what Textual's own text area needs for the same paste."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import TextArea


class Area(App[None]):
    """A text area and nothing else."""

    def compose(self) -> ComposeResult:
        """Return the text area."""
        yield TextArea("ready", soft_wrap=False, show_line_numbers=True)

    def on_mount(self) -> None:
        """Have pastes go in."""
        self.query_one(TextArea).focus()


if __name__ == "__main__":
    Area().run()
