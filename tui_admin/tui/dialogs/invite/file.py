"""A file instead of a paste: its path, completed while typing, read beside the keys."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.message import Message
from textual.widgets import Input, Static

from tui_admin.domain.errors import AdminError, Refused
from tui_admin.domain.paste import LARGEST, LARGEST_FILE, as_text, decode, read_paste
from tui_admin.tui.dialogs.base import Dialog
from tui_admin.tui.dialogs.path_line import PathLine
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.domain.errors import Reason


def read_file(name: str) -> str:
    """Return what a file gives to the text; raises `Refused` where it gives nothing.

    A file that is too long for the text gives its rows, without whatever else stands in it.
    """
    path = Path(name).expanduser()
    if not path.is_file():  # nor waits for a pipe or a device
        raise Refused("file_missing" if not path.exists() else "file_no_file", file=name)
    try:
        with path.open("rb") as source:
            data = source.read(LARGEST_FILE + 1)
    except OSError as error:
        raise Refused("file_unreadable", file=name, why=error.strerror or "") from error
    if len(data) > LARGEST_FILE:
        raise Refused("file_too_large", file=name, limit=LARGEST_FILE // 1024**2)
    text = decode(data)
    if len(text) > LARGEST:
        text = as_text(read_paste(text, LARGEST_FILE).entries)
    if len(text) > LARGEST:
        raise Refused("file_too_many", file=name)
    if not text.strip():
        raise Refused("file_empty", file=name)
    return text


class FromFile(Dialog[str]):
    """Ask for a file; gives the text that it holds, or None."""

    class ReadIt(Message, bubble=False):
        """The file was read, or could not be."""

        def __init__(self, text: str, reason: Reason | None = None) -> None:
            """Bring what it holds."""
            super().__init__()
            self.text = text
            self.reason = reason

    CSS_PATH = sheet("dialogs")
    heading = "Addresses from a file"
    keys = (("enter", "Read it"), ("tab", "Complete"), ("esc", "Cancel"))

    def __init__(self) -> None:
        """Begin without a path."""
        super().__init__(id="invite-file")
        self._reading = False

    def fill(self) -> ComposeResult:
        """Yield the field."""
        yield Static(
            f"A list, a CSV, a mail, in any encoding; at most {LARGEST_FILE // 1024**2} MB.",
            classes="detail",
        )
        yield PathLine(id="path")

    @on(Input.Submitted, "#path")
    def _read(self, event: Input.Submitted) -> None:
        if not self._reading and event.value.strip():
            self._reading = True
            self.notice.tell("Reading …", "info")
            self._load(event.value.strip())

    @work(group="invite-file")
    async def _load(self, name: str) -> None:
        try:
            text = await asyncio.to_thread(read_file, name)
        except AdminError as error:
            self.post_message(self.ReadIt("", error.reason))
        else:
            self.post_message(self.ReadIt(text))

    @on(ReadIt)
    def _was_read(self, event: ReadIt) -> None:
        self._reading = False
        if event.reason:
            self.notice.tell(event.reason)
        else:
            self.dismiss(event.text)
