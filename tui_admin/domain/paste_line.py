"""Who a line of pasted text names: addresses with their names, and what looks like a lost row.

What belongs together is judged per cell. In front of an address in brackets everything is its
name; in front of a bare one only what is written as a name. A cell without an @ is never dropped
from a list in silence: it is a name, or it is reported as a row that has no @.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from tui_admin.domain.addresses import LONGEST
from tui_admin.domain.errors import Reason, Refused, because
from tui_admin.domain.paste_items import ROUND_WORDS, Cell, Item, cells_of
from tui_admin.domain.text import person_name


class Found(NamedTuple):
    """A candidate for an address; `reason` is set where its row is refused whatever it says.

    `weak` is a name that holds only if the text is a list: one capitalised word may as well begin
    a sentence. `input` is the row's own text, not yet made safe.
    """

    address: str
    input: str
    name: str = ""
    weak: bool = False
    reason: Reason | None = None


class LineRead(NamedTuple):
    """What a line holds, in its order; `prose` says that somebody wrote a sentence."""

    rows: list[Found]
    prose: bool = False


NO_AT: Final = because("address_no_at")

_SIMPLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_PARTICLE_WORDS = (
    "van de der den het 't ter ten te von zu zum zur vom und la le les du des da das do dos di del"
    " della dei al el bin ibn ben y e af av op in in't onder"
)
_LINKING_WORDS = (
    "and or en of und oder et ou cc bcc to from aan naar met with plus as als at bij"
    " & + / - – — = → ->"
)
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_LINKING = frozenset(_LINKING_WORDS.split())
_NUMBERED = re.compile(r"\(?[a-z]\)")
_PARAMETER = re.compile(r"[?&](?:cc|bcc|to|subject|body)=", re.IGNORECASE)
_CLOSING = ">)]}\"”“»`'"
_BROKEN = re.compile(r"[^\s@]+(?:\s?[(\[]\s?at\s?[)\]]\s?|\.)[^\s@]*[^\W\d_]{2}", re.IGNORECASE)
_MOST_NAME_WORDS = 6


def read_line(line: str) -> LineRead:
    """Return the rows of a line that has an @ in it."""
    bare = line.strip(ROUND_WORDS + ",;<>")
    if len(bare) <= LONGEST and _SIMPLE.fullmatch(bare):
        return LineRead([Found(bare, bare)])
    return _LineReader(*cells_of(line)).read()


def looks_broken(text: str) -> bool:
    """Whether a text without an @ looks like an address that lost it (`jan.x.example`)."""
    return len(text) <= LONGEST and _BROKEN.fullmatch(text) is not None


def stray(text: str, hostile: str = "") -> Found:
    """Return the row for a text that has no @."""
    return Found("", text, reason=_control_reason(text, hostile) if hostile else NO_AT)


def _control_reason(text: str, hostile: str) -> Reason:
    character = f"U+{ord(hostile):04X}"
    return because("address_control_character", at=text.find(hostile) + 1, character=character)


class _LineReader:
    """Walks the cells of one line and gives every word its place."""

    def __init__(self, line: str, cells: list[Cell]) -> None:
        self.line, self.cells = line, cells
        self.rows: list[Found] = []
        self.loose: list[tuple[int, Cell]] = []  # cells without an @, and where they would stand
        self.prose = False
        self.alone = sum(item.address for cell in cells for item in cell.items) == 1

    def read(self) -> LineRead:
        pending: list[Cell] = []
        for cell in self.cells:
            if not cell.has_address:
                pending.append(cell)
                continue
            family = self._family_name(pending, cell)
            self._keep(pending)
            self._read_cell(cell, family)
            pending = []
        self._keep(pending)
        self._settle()
        return LineRead(self.rows, self.prose)

    def _family_name(self, pending: list[Cell], cell: Cell) -> Cell | None:
        """Take `Jansen` out of `Jansen, Jan <jan@…>`: Outlook writes names so."""
        first = next(item for item in cell.items if item.address)
        if not pending or cell.before != "," or not first.bracketed or cell.items[0].quoted:
            return None
        words = pending[-1].words
        a_name = not pending[-1].hostile and not looks_broken(" ".join(words))
        return pending.pop() if a_name and len(words) <= _MOST_NAME_WORDS else None

    def _keep(self, cells: list[Cell]) -> None:
        self.loose += ((len(self.rows), cell) for cell in cells)

    def _read_cell(self, cell: Cell, family: Cell | None) -> None:
        words: list[Item] = []
        start = family.start if family else cell.start
        for item in cell.items:
            if not item.address:
                words.append(item)
                continue
            before = len(self.rows)
            found = self._name([] if cell.hostile else words, item)
            if len(self.rows) > before:
                start = item.start
            if family:
                given = found.name
                found = self._named(" ".join(family.words) + (f", {given}" if given else ""))
                family = None
            end = self._closed(item.end, cell.end)
            text = self.line[start:end].strip(ROUND_WORDS)
            reason = found.reason or self._refusal(item, text, cell.hostile)
            self.rows.append(found._replace(address=item.text, input=text, reason=reason))
            start, words = end, []
        last = self.rows[-1]
        self.rows[-1] = last._replace(input=last.input + self.line[start : cell.end])
        if not cell.hostile:
            self._read_tail(words, cell)

    def _closed(self, end: int, limit: int) -> int:
        """Return where a row ends that takes the brackets and quotes behind its address along."""
        while end < limit and self.line[end] in _CLOSING:
            end += 1
        return end

    def _refusal(self, item: Item, text: str, hostile: str) -> Reason | None:
        if hostile:
            return _control_reason(text, hostile)
        parameter = _PARAMETER.search(item.text)
        if parameter:  # the tail of a `mailto:` that was cut by a blank
            return because("address_bad_local", at=parameter.start() + 1, detail=parameter.group())
        return None

    def _name(self, words: list[Item], address: Item) -> Found:
        """Return what the words in front of an address say of its name."""
        texts = _without_linking(_without_label([word.text for word in words]))
        if not texts:
            return Found("", "")
        if is_name(texts) or texts == [word.text for word in words[-1:] if word.quoted]:
            weak = len(texts) == 1 and not address.bracketed and not words[-1].quoted
            return self._named(" ".join(texts))._replace(weak=weak)
        if address.bracketed:
            ending = _ending_name(texts)
            self.prose = self.prose or ending != texts
            return self._named(" ".join(ending))
        if len(texts) > 1 or not self.rows:
            self.prose = self.prose or not address.text.startswith("@")
        elif not address.text.startswith("@"):
            self.rows.append(stray(texts[0]))  # `jan@… piet kees@…`
        return Found("", "")

    def _read_tail(self, words: list[Item], cell: Cell) -> None:
        """Place what stands behind the last address of a cell."""
        address = self.rows[-1].address
        texts = _without_linking([word.text for word in words])
        if not texts or address.startswith("@") or address.endswith("@"):
            return  # `jan @ x.example` is one row that went wrong
        remark = texts[0].startswith("(")
        named = is_name(texts) or words[0].quoted
        if named and not self.rows[-1].name:
            name = " ".join(texts)
            name = name[1:-1] if remark and name.endswith(")") else name
            self._rename(len(self.rows) - 1, name, weak=len(texts) == 1 and not remark)
        elif remark:
            return
        elif named or len(texts) == 1:
            self._keep([cell._replace(items=words)])
        else:
            self.prose = True

    def _named(self, text: str) -> Found:
        """Return the name, nothing where it is too long for one, a reason where it is an attack."""
        try:
            return Found("", "", person_name(_trimmed(text)))
        except Refused as refused:
            harmless = refused.reason.id in ("text_too_long", "text_link")
            return Found("", "", reason=None if harmless else refused.reason)

    def _rename(self, index: int, text: str, *, weak: bool) -> None:
        found = self._named(text)
        row = self.rows[index]
        reason = row.reason or found.reason
        self.rows[index] = row._replace(name=found.name, weak=weak, reason=reason)

    def _settle(self) -> None:
        """Decide what the cells without an @ are, now that the line's shape is known."""
        if self.alone and len(self.rows) == 1:
            self._settle_table_row()
        rows, done = [], 0
        for index, cell in self.loose:
            text = " ".join(cell.words)
            if cell.hostile or (has_letters(text) and self._is_row(index, text)):
                rows += self.rows[done:index]
                rows.append(stray(text, cell.hostile))
                done = index
        self.rows = rows + self.rows[done:]

    def _is_row(self, index: int, text: str) -> bool:
        """Whether a cell is a row that went wrong, and no part of a sentence."""
        among = 0 < index < len(self.rows) and " " not in text
        return not self.prose or among or looks_broken(text)

    def _settle_table_row(self) -> None:
        """Read `Jan;Jansen;jan@…` or `jan@…,Jan Jansen`: one person, whose name is beside it."""
        name: list[str] = []
        left: list[tuple[int, Cell]] = []
        for index, cell in self.loose:
            words = _without_label(cell.words)
            beside = index == 0 or cell.before in "\t|" or len(words) > 1
            if not cell.hostile and len(name) < 3 and beside and (is_name(words) or _infix(words)):
                name.append(" ".join(words))
            elif cell.hostile or cell.before not in "\t|" or looks_broken(" ".join(words)):
                left.append((index, cell))
        self.loose = left
        if name and not self.rows[0].name:
            self._rename(0, " ".join(name), weak=False)
        if not left:
            self.rows[0] = self.rows[0]._replace(input=self.line.strip(ROUND_WORDS))


def has_letters(text: str) -> bool:
    """Whether there is anything to read in a text: a rule or a number alone is no row."""
    return any(map(str.isalpha, text))


def is_name(words: list[str]) -> bool:
    """Whether the words are written as a name is: capitals, or a script that has none."""
    if not 0 < len(words) <= _MOST_NAME_WORDS or _infix(words):
        return False
    return all(word.lower() in _PARTICLES or _is_name_word(word) for word in words)


def _is_name_word(word: str) -> bool:
    first = word.lstrip("'’‘(")[:1]
    if not first.isalpha() or first.islower() or not word.isprintable():
        return False
    # `J.Jansen` is a name, `Jan.x.example` is not.
    return not any(part[:1].islower() for part in word.split(".")) or not looks_broken(word)


def _infix(words: list[str]) -> bool:
    return bool(words) and all(word.lower() in _PARTICLES for word in words)


def _ending_name(words: list[str]) -> list[str]:
    """Return the name at the end of running text; all of it where it may be a name in full."""
    start = len(words)
    while start and (words[start - 1].lower() in _PARTICLES or _is_name_word(words[start - 1])):
        start -= 1
    running = start > 1 and start < len(words)
    return words[start:] if running or len(words) > _MOST_NAME_WORDS else words


def _without_label(words: list[str]) -> list[str]:
    """Return what follows the last `To:` or `E-mail:`."""
    for index in range(len(words) - 1, -1, -1):
        if words[index].endswith(":"):
            return words[index + 1 :]
    return words


def _without_linking(words: list[str]) -> list[str]:
    """Return the words without numbering and bullets in front, and without `and` around them."""
    first, last = 0, len(words)
    while first < last and _links(words[first]):
        first += 1
    while first < last and _links(words[last - 1]):
        last -= 1
    return words[first:last]


def _links(word: str) -> bool:
    numbered = len(word) < 4 and _NUMBERED.fullmatch(word)
    return bool(numbered) or word.lower() in _LINKING or not has_letters(word)


def _trimmed(name: str) -> str:
    return name.strip(ROUND_WORDS + "'‘’*,-–—")
