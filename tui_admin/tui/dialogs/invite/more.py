"""What an invitation may say and seldom does: fewer authorisations, another language, a note."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static, TextArea

from tui_admin.domain.errors import Refused
from tui_admin.domain.text import NOTE_LIMIT, note
from tui_admin.tui.dialogs.base import Dialog
from tui_admin.tui.dialogs.choose import Item
from tui_admin.tui.dialogs.field import ChoiceField, FieldLine
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.services.options import Options
    from tui_admin.tui.dialogs.invite.draft import Draft

LANGUAGES = {"en": "English", "nl": "Nederlands"}
ALL_OF_THEM = Item("", "all of the product's")
NOTE_HINT = "A few words of your own, above the link in the mail. Plain text."


class Extras(NamedTuple):
    """The rarer choices; authorisations of None were chosen once and are not there any more."""

    authorisations: str | None = ""
    language: str = ""
    note: str = ""


class MoreField(FieldLine):
    """One line that sums the rarer choices up, and opens the page to make them."""

    class Changed(Message):
        """One of them is another."""

    def __init__(self) -> None:
        """Begin with what is usual."""
        super().__init__("More", id="more")
        self.extras = Extras()
        self._sets: tuple[Item, ...] = ()
        self._languages: tuple[Item, ...] = ()

    def offer(self, options: Options, product: str, draft: Draft) -> None:
        """Take what there is to choose from, and the draft's choices as far as they exist."""
        self._languages = tuple(Item(each, LANGUAGES.get(each, each)) for each in options.languages)
        known = {each.value for each in self._languages}
        language = draft.language if draft.language in known else options.languages[0]
        self.extras = Extras(draft.authorisations, language, draft.note)
        self.change_product(options, product)

    def change_product(self, options: Options, product: str) -> None:
        """Offer the authorisation sets of a product; one of another product is no choice any more.

        It does not become "all" by itself, which would give more than was meant.
        """
        self._sets = tuple(
            Item(each.value, each.label)
            for each in options.authorisations
            if each.product == product
        )
        chosen = self.extras.authorisations
        if not product:
            chosen = ""
        elif chosen and all(each.value != chosen for each in self._sets):
            chosen = None
        self.extras = self.extras._replace(authorisations=chosen)
        self.refresh()

    @property
    def undecided(self) -> bool:
        """Whether there is a choice to make before anything can be sent."""
        return self.extras.authorisations is None

    def words(self) -> tuple[str, str]:
        """Sum up."""
        if self.undecided:
            return "choose authorisations …", "bold $waiting"
        language = LANGUAGES.get(self.extras.language, self.extras.language)
        written = "note" if self.extras.note.strip() else "no note"
        return " · ".join(filter(None, (self.extras.authorisations, language, written))), ""

    def open_list(self, typed: str) -> None:  # noqa: ARG002
        """Open the page."""
        self.app.push_screen(More(self))

    def take(self, extras: Extras) -> None:
        """Take other choices, as they are made."""
        if extras != self.extras:
            self.extras = extras
            self.refresh()
            self.post_message(self.Changed())

    def bring_back(self, note: str) -> None:
        """Take a note again, unless there is another one by now."""
        if note and not self.extras.note.strip():
            self.take(self.extras._replace(note=note))

    @property
    def choices(self) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
        """What there is to choose from: authorisation sets, and languages."""
        return (ALL_OF_THEM, *self._sets) if self._sets else (), self._languages


class NoteArea(TextArea):
    """Where a note is written; Tab leaves it."""

    def __init__(self, text: str) -> None:
        """Begin with this text."""
        super().__init__(text, id="note", compact=True, placeholder=NOTE_HINT)
        self.cursor_blink = False


class More(Dialog[None]):
    """The page of the rarer choices; what is chosen and written there counts at once."""

    CSS_PATH: ClassVar = [sheet("dialogs"), sheet("invite")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f10", "leave", "Done", show=False, id="invite_more.done"),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]
    heading = "More about these invitations"
    keys = (("tab", "Next field"), ("esc", "Done"))

    def __init__(self, field: MoreField) -> None:
        """Make the choices of this field."""
        super().__init__(id="invite-more")
        self._field = field

    def fill(self) -> ComposeResult:
        """Yield the fields."""
        sets, languages = self._field.choices
        extras = self._field.extras
        authorisations = ChoiceField("Authorised", unset="–" if not sets else "choose …", id="sets")
        authorisations.disabled = not sets
        authorisations.offer(sets, extras.authorisations)
        language = ChoiceField("Language", id="language")
        language.offer(languages, extras.language)
        yield authorisations
        yield language
        yield Static("Note", classes="label", id="note-label")
        yield NoteArea(extras.note)
        yield Static(id="note-count")

    def on_mount(self) -> None:
        """Begin in the note: what is written most often."""
        self.query_one(NoteArea).focus()
        self._count()

    @on(ChoiceField.Changed)
    @on(TextArea.Changed)
    def _changed(self, event: Message) -> None:
        event.stop()
        self._field.take(
            Extras(
                self.query_one("#sets", ChoiceField).value if self._field.choices[0] else "",
                self.query_one("#language", ChoiceField).value or "",
                self.query_one(NoteArea).text,
            )
        )
        self._count()

    def _count(self) -> None:
        length = len(self.query_one(NoteArea).text.strip())
        count = self.query_one("#note-count", Static)
        count.update(f"{length:,} of {NOTE_LIMIT}")
        count.set_class(length > NOTE_LIMIT, "-over")
        self.notice.clear()

    def action_leave(self) -> None:
        """Close, unless the note cannot go into a mail."""
        try:
            note(self.query_one(NoteArea).text)
        except Refused as refused:
            self.notice.tell(refused.reason)
        else:
            self.dismiss(None)
