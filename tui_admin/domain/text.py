"""Foreign text made harmless: refused at the input, marked on the screen, inert in a spreadsheet.

Three kinds of characters change what somebody sees without being seen themselves: controls (C0,
C1, DEL, and separators that act as line ends), bidirectional controls, and characters of no width.
An input refuses the first two and drops the third; a view shows all of them as a visible mark.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from tui_admin.domain.errors import Refused

NAME_LIMIT: Final = 60
"""Characters in a person's name: FACTS.md "Mail" (a display name is a header)."""

NOTE_LIMIT: Final = 500
"""Characters in a note that goes along with an invitation."""

ZERO_WIDTH: Final = "\u00ad\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff"
"""Invisible characters without a direction: dropped from input, marked on screen."""

# What acts instead of showing, first and last of each range: C1; bidirectional controls; line and
# paragraph separators; deprecated and annotation controls; lone surrogates; tags.
_ACTING = (
    *((0x80, 0x9F), (0x61C, 0x61C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069)),
    *((0x2028, 0x2029), (0x206A, 0x206F), (0xFFF9, 0xFFFB), (0xD800, 0xDFFF), (0xE0000, 0xE007F)),
)
_CLASS = "\\x00-\\x1f\\x7f" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _ACTING)

HOSTILE: Final = re.compile(f"[{_CLASS}]")
"""A character that no input may carry (tab and line ends included)."""

MARK: Final = "·"
"""What is shown for an invisible character that has no picture of its own; one cell wide."""


def _table() -> dict[int, str]:
    """Return the marks by code point: control pictures for C0, the middle dot for the rest."""
    table = {point: chr(0x2400 + point) for point in range(0x20)} | {0x7F: "\u2421"}
    for first, last in _ACTING:
        table.update(dict.fromkeys(range(first, last + 1), MARK))
    return table | dict.fromkeys(map(ord, ZERO_WIDTH), MARK)


CONTROL_TRANSLATION: Final = _table()
"""For `str.translate`: every character that acts instead of showing → a mark one cell wide."""

_KEEPING_LINES = CONTROL_TRANSLATION | {0x0A: "\n"}
_SPACES = str.maketrans(dict.fromkeys("\xa0\u1680\u202f\u205f\u3000", " ")) | dict.fromkeys(
    range(0x2000, 0x200B), " "
)
_TRIMMED = " \t\r\n\x0b\x0c\xa0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
EDGES: Final = _TRIMMED + ZERO_WIDTH
"""What is trimmed from both ends of any input: spaces of all kinds and characters of no width."""

_WITHOUT_ZERO_WIDTH = str.maketrans(dict.fromkeys(ZERO_WIDTH, ""))


def guard(text: str) -> str:
    """Return a piece of output with whatever acts on a terminal replaced by marks.

    For the one sink all painted text passes: nothing is cut and nothing is normalised. The whole
    of the table is unprintable in Python's eyes, so the common case costs one C call.
    """
    return text if text.isprintable() else text.translate(CONTROL_TRANSLATION)


def safe(text: str, limit: int = 200, *, lines: bool = False) -> str:
    """Return foreign text as it may be shown: NFC, marks for what is hidden, at most `limit` long.

    A base character keeps at most three combining marks. What was cut ends in an ellipsis. With
    `lines` the line feeds stay.
    """
    if text.isascii() and text.isprintable() and len(text) <= limit:
        return text
    shown = _shown(text[: 4 * limit + 4], lines)
    if len(shown) <= limit and len(text) <= 4 * limit + 4:
        return shown
    return shown[: max(limit - 1, 0)].rstrip() + "…" if limit else ""


def _shown(text: str, lines: bool) -> str:
    # Marks first: a lone surrogate would survive normalisation and fail at the terminal.
    marked = text.translate(_KEEPING_LINES if lines else CONTROL_TRANSLATION)
    if marked.isascii():
        return marked
    return _with_few_marks(unicodedata.normalize("NFC", marked.translate(_SPACES)))


def _with_few_marks(text: str) -> str:
    """Return the text with no more than three marks over any base: a stack paints other lines."""
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks <= 3:
            kept.append(char)
    return "".join(kept)


def _refuse_at(found: re.Match[str] | None, field: str) -> None:
    if found:
        raise Refused(
            "text_control_character",
            field=field,
            at=found.start() + 1,
            character=f"U+{ord(found.group()):04X}",
        )


def refuse_controls(text: str, field: str) -> None:
    """Raise `Refused("text_control_character")` if the text carries a control of any kind."""
    if not text.isprintable():
        _refuse_at(HOSTILE.search(text), field)


def _fitting(text: str, field: str, limit: int, required: bool) -> str:
    if len(text) > limit:
        raise Refused("text_too_long", field=field, limit=limit, length=len(text))
    if required and not text:
        raise Refused("text_missing", field=field)
    return text


def one_line(text: str, *, field: str, limit: int, required: bool = False) -> str:
    """Return input of one line as it is to be stored: trimmed, NFC, nothing hidden in it.

    `field` is the name of the field, for the message; `limit` counts characters. Raises `Refused`
    with `text_control_character`, `text_too_long` or, where it is required, `text_missing`.
    """
    text = text.strip(EDGES)
    _fitting(text[: 8 * limit + 8], field, 8 * limit, False)  # never normalise a megabyte
    refuse_controls(text, field)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_WITHOUT_ZERO_WIDTH))
    return _fitting(text, field, limit, required)


def note(text: str, *, field: str = "note", limit: int = NOTE_LIMIT) -> str:
    """Return input of several lines; as `one_line`, but line ends stay, as line feeds."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip(EDGES)
    _fitting(text[: 8 * limit + 8], field, 8 * limit, False)
    _refuse_at(HOSTILE.search(text.replace("\n", " ")), field)
    text = unicodedata.normalize("NFC", text.translate(_WITHOUT_ZERO_WIDTH))
    return _fitting(text, field, limit, False)


def person_name(
    text: str, *, field: str = "name", required: bool = False, limit: int = NAME_LIMIT
) -> str:
    """Return the name of a person or a company as it may stand in a mail's header and greeting.

    Beyond `one_line` it refuses `text_encoded_word` (`=?` would be decoded into a second header)
    and `text_link` (a stranger's mail must not be ours to carry).
    """
    name = one_line(text, field=field, limit=limit, required=required)
    plain = name if name.isascii() else unicodedata.normalize("NFKC", name)
    if "=?" in plain:
        raise Refused("text_encoded_word", field=field)
    if "://" in plain or "www." in plain.casefold():
        raise Refused("text_link", field=field)
    return name


def header_safe(text: str) -> str:
    """Return the text if it may stand in a mail header as it is.

    The last guard before a message is made; raises `Refused("header_unsafe")` on line ends, NUL,
    any other control, and on `=?`.
    """
    if "=?" in text or (not text.isprintable() and HOSTILE.search(text)):
        raise Refused("header_unsafe")
    return text


_FORMULA = re.compile(f"[\\s{ZERO_WIDTH}{_CLASS}]*[=+\\-@＝＋－＠﹢﹣﹦﹫−]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*")


def sheet_safe(cell: object) -> str:
    """Return a cell for CSV that no spreadsheet takes for a formula.

    What could start one gets an apostrophe in front; numbers, also signed ones such as a telephone
    number, stay as they are. Controls but the line feed become visible marks.
    """
    text = "" if cell is None else str(cell)
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        text = "'" + text
    return text if text.isprintable() else text.translate(_KEEPING_LINES)


_PLAIN_LETTERS = str.maketrans(
    {
        "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h",
        "ı": "i", "ŧ": "t", "ŋ": "n", "ĸ": "k",
    }
)  # fmt: skip
"""Letters that Unicode does not take apart into a base and a mark."""


def fold(text: str) -> str:
    """Return the text as searches compare it: case-folded, diacritics stripped, NFC.

    Folding what is folded changes nothing.
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(char for char in apart if unicodedata.category(char) != "Mn")
    return unicodedata.normalize("NFC", bare.translate(_PLAIN_LETTERS))
