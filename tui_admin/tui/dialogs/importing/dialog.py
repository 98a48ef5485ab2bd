"""The Import dialog: a CSV or pairs, a preview of every row, and one key to carry it out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import ModalScreen

from tui_admin.domain.errors import AdminError, because
from tui_admin.domain.people_plan import DONE
from tui_admin.domain.people_roster import COLUMNS, failed_table
from tui_admin.i18n import say
from tui_admin.services.files import read_text
from tui_admin.tui.dialogs.base import Hints, Notice
from tui_admin.tui.dialogs.choose import Item
from tui_admin.tui.dialogs.confirm import Confirm
from tui_admin.tui.dialogs.field import ChoiceField
from tui_admin.tui.dialogs.importing.box import Judged, PeopleBox
from tui_admin.tui.dialogs.importing.path import AskPath
from tui_admin.tui.dialogs.importing.preview import overwriting
from tui_admin.tui.dialogs.invite.area import AddressArea
from tui_admin.tui.frame import HeaderLine
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.people_roster import Roster
    from tui_admin.services.facade import Desk
    from tui_admin.services.importing import Imported

WIDE: Final = 100
"""Columns from which the preview stands beside the text instead of below it."""
PAUSE: Final = 0.5
"""Seconds without a change before the draft is kept."""
NAME: Final = "import"
"""What the draft is kept under."""
MAILS: Final = (
    Item("mail", "are mailed a link to choose a password"),
    Item("", "get no mail"),
)


class ImportDialog(ModalScreen["tuple[Imported, str]"]):
    """Bring people; gives what became of them with the table of refused rows, or None."""

    class Answered(Message, bubble=False):
        """It was carried out, or not, or why it could not be."""

        def __init__(self, answer: Imported | None, reason: Reason | None = None) -> None:
            """Bring the answer."""
            super().__init__()
            self.answer = answer
            self.reason = reason

    CSS_PATH: ClassVar[Any] = [
        sheet("frame"),
        sheet("dialogs"),
        sheet("invite"),
        sheet("importing"),
    ]
    AUTO_FOCUS = "#addresses"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f10", "carry_out", "Import", show=False, id="import.carry_out"),
        Binding("f3", "template", "Header", show=False, id="import.template"),
        Binding("f4,ctrl+o", "from_file", "From a file", show=False, id="import.from_file"),
        Binding("f8", "problem(1)", "Next problem", show=False, id="import.next_problem"),
        Binding("shift+f8,f20", "problem(-1)", "Previous", show=False, id="import.last_problem"),
        Binding("f9", "bring_back", "Bring back", show=False, id="import.bring_back"),
        Binding("escape", "leave", "Close", show=False, id="import.leave"),
    ]
    heading = "Import users"

    def __init__(self, desk: Desk, *, files: bool = True) -> None:
        """Bring people as this operator; `files` says whether files can be read here."""
        super().__init__(id="import")
        self._desk = desk
        self._files = files
        self._busy = False
        self._kept = ""
        self._last = ""
        self.box = PeopleBox(desk.importing.preview)
        self.mail = ChoiceField("New users", id="mail")

    def compose(self) -> ComposeResult:
        """Lay out the frame's first line, the choice, and the text with its preview."""
        yield HeaderLine()
        yield self.mail
        yield self.box
        yield Notice()
        yield Hints()

    def on_mount(self) -> None:
        """Fetch the draft."""
        self.mail.offer(MAILS, "mail")
        self._show_keys()
        self._load()

    def on_resize(self, event: events.Resize) -> None:
        """Put the preview beside the text where there is room, else below."""
        self.set_class(event.size.width >= WIDE, "-wide")

    @property
    def notice(self) -> Notice:
        """The line that says what is wrong."""
        return self.query_one(Notice)

    @property
    def unsaved(self) -> bool:
        """Whether leaving now would lose something."""
        return self.box.text != self._kept

    # The draft

    @work(group="import-load")
    async def _load(self) -> None:
        try:
            stored = await self._desk.drafts.load(NAME)
        except AdminError as error:
            self.notice.tell(error.reason)
            return
        self._kept, self._last = str(stored.get("text", "")), str(stored.get("last", ""))
        if self._kept:
            self.box.put(f"{self._kept}\n{self.box.text}" if self.box.text else self._kept)
        self._show_keys()

    async def _keep(self, text: str, last: str) -> None:
        await self._desk.drafts.save(NAME, {"text": text, "last": last} if text or last else {})
        self._kept = text

    @on(PeopleBox.Changed)
    def _changed(self) -> None:
        self._show_keys()
        if not self._busy:
            self._keep_soon()

    @work(group="import-draft", exclusive=True)
    async def _keep_soon(self) -> None:
        """Keep the draft after a pause, so that it survives a line that drops."""
        await asyncio.sleep(PAUSE)
        try:
            await self._keep(self.box.text, self._last)
        except AdminError as error:
            self.notice.tell(error.reason)

    @on(PeopleBox.Says)
    def _say(self, event: PeopleBox.Says) -> None:
        if not self._busy:
            self.notice.tell(event.what or "", event.kind)

    def action_problem(self, step: int) -> None:
        """Go to the next or the previous line that needs a look."""
        self.box.step_to_problem(step)

    def action_bring_back(self) -> None:
        """Put the text that was carried out last back, as after an undo."""
        if self._last and not self.box.text.strip():
            self.box.put(self._last)

    # Files

    def action_template(self) -> None:
        """Write the header of a table above what is there."""
        header = ",".join(COLUMNS)
        if not self._busy and not self.box.text.startswith(header):
            self.box.put(f"{header}\n{self.box.text}", 1)

    def action_from_file(self) -> None:
        """Read people from a file, instead of what is there."""
        if self._busy:
            return
        if not self._files:
            self.notice.tell(because("import_no_files"), "warning")
            return
        detail = "A CSV with a header, or an address and a username a line; at most 1 MB."
        self.app.push_screen(AskPath("People from a file", detail, "Read it"), self._read)

    def _read(self, name: str | None) -> None:
        if name:
            self._read_file(name)

    @work(group="import-file", exclusive=True)
    async def _read_file(self, name: str) -> None:
        try:
            self.box.put(await asyncio.to_thread(read_text, name))
        except AdminError as error:
            self.notice.tell(error.reason)

    @on(AddressArea.TooLong)
    def _too_long(self, event: AddressArea.TooLong) -> None:
        self.notice.tell(because("people_too_large", limit=event.limit))

    # Carrying out

    def action_carry_out(self) -> None:
        """Do what the preview shows; what cannot be taken back is asked once."""
        if self._busy or self.mail.is_choosing:
            return
        judged = self.box.judged
        if not self.box.text.strip():
            self.notice.tell(because("import_nobody"))
        elif judged is None:
            self.notice.tell(because("still_at_it"), "warning")
        elif not any(each.verdict in DONE for each in judged.rows):
            self.notice.tell(because("import_none_good"))
        elif people := overwriting(judged.rows):
            self._ask(judged, people)
        else:
            self._begin(judged)

    def _ask(self, judged: Judged, people: tuple[str, ...]) -> None:
        detail = say(because("import_final"))
        dialog = Confirm(
            "Replace their personal details?", people, detail=detail, heading="Import", yes="Import"
        )
        self.app.push_screen(dialog, lambda sure: self._begin(judged) if sure else None)

    def _begin(self, judged: Judged) -> None:
        self._busy = True
        self.box.freeze(True)
        self.notice.tell("Importing …", "info")
        self._carry_out(judged, mail=self.mail.value == "mail")

    @work(group="import-carry-out")
    async def _carry_out(self, judged: Judged, *, mail: bool) -> None:
        try:
            answer = await self._desk.importing.carry_out(judged.roster, judged.rows, mail=mail)
            if answer.done:
                await self._keep(_failed(judged.roster, answer), judged.text)
        except AdminError as error:
            self.post_message(self.Answered(None, error.reason))
        else:
            self.post_message(self.Answered(answer))

    @on(Answered)
    def _answered(self, event: Answered) -> None:
        """Close over what was done; else give the dialog back, with what has changed marked."""
        answer, judged = event.answer, self.box.judged
        self._busy = False
        self.box.freeze(False)
        if event.reason:
            self.notice.tell(event.reason)
        elif answer is not None and judged is not None and answer.done:
            self.dismiss((answer, _failed(judged.roster, answer)))
        elif answer is not None and judged is not None:
            self._differ(judged, answer)

    def _differ(self, judged: Judged, answer: Imported) -> None:
        """Show what is not as it was shown; the same key then carries this out."""
        was = {answer.items[at]: judged.rows[at] for at in answer.differing}
        self.box.show(answer.items, was)
        self._show_keys()
        self.notice.tell(because("import_differs", number=len(answer.differing)))

    # Moving and leaving

    @on(AddressArea.Left)
    def _left_text(self) -> None:
        self.mail.focus()

    def on_descendant_focus(self) -> None:
        """Show the keys of where the focus is."""
        self._show_keys()

    def _show_keys(self) -> None:
        rows = self.box.judged.rows if self.box.judged else ()
        good = sum(each.verdict in DONE for each in rows)
        send = ("ctrl+s", f"Import {good:,}" if good else "Import")
        empty = not self.box.text.strip()
        back = (("f9", "Bring back"),) if empty and self._last else ()
        begin = (("f3", "Header"), ("f4", "File"), *back) if empty else (("f8", "Problem"),)
        leave = ("esc", "Fields" if self.box.area.has_focus else "Close")
        self.query_one(Hints).show((send, *begin, leave))

    def action_leave(self) -> None:
        """Close; what is there stays as a draft."""
        if not self._busy:
            self._leave()

    @work(group="import-leave", exclusive=True)
    async def _leave(self) -> None:
        try:
            await self._keep(self.box.text, self._last)
        except AdminError as error:
            self.notice.tell(error.reason)
            return
        self.dismiss(None)


def _failed(roster: Roster, imported: Imported) -> str:
    """Return the refused rows with their reasons as a table, "" for none."""
    failed = [
        (row, say(item.detail) if item.detail else "")
        for row, item in zip(roster.rows, imported.items, strict=True)
        if item.verdict == "refuse"
    ]
    return failed_table(failed) if failed else ""
