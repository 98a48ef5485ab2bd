"""The one sink: nothing but text leaves for the terminal, whatever a widget was given.

Textual passes ESC, OSC 52, C1 and bidirectional controls through from every widget. Foreign text is
made safe where data turns into a view (`domain.text.safe`); this is the second lock, for the place
somebody forgot. Both go by one table of what acts instead of showing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.filter import LineFilter

from tui_admin.domain.text import CONTROL_TRANSLATION, MARK

if TYPE_CHECKING:
    from textual.color import Color

_JOINED: Final = re.compile("\u200d.?", re.DOTALL)


def plain(text: str) -> str:
    """Return the text without what acts; line breaks and tabs stay (for clipboard and farewell)."""
    if text.isprintable():
        return text
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in unified if not _acts(char) or char in "\n\t")


def _acts(char: str) -> bool:
    return ord(char) in CONTROL_TRANSLATION


@lru_cache(maxsize=1024)
def cleaned(text: str) -> str:
    """Return the text of one screen segment without what acts, as wide as it was measured.

    The layout was computed with these widths: a segment that grew would push the rest of the line.
    Rich measures a character behind a zero-width joiner as nothing, so both go.
    """
    width = cell_len(text)
    kept = "".join(MARK * cell_len(char) if _acts(char) else char for char in _JOINED.sub("", text))
    return set_cell_size(kept, width)


def _is_whole(link: str) -> bool:
    """Return whether a link cannot break out of the sequence that carries it (OSC 8)."""
    return link.isascii() and link.isprintable()


def _clean(segment: Segment) -> Segment:
    text, style, _ = segment
    if style is not None and (link := style.link) and not _is_whole(link):
        style = style.update_link(None)
    return Segment(text if text.isprintable() else cleaned(text), style)


class Guard(LineFilter):
    """The line filter every painted line passes: public API, and cached by Textual per line.

    Measured beside a guard in `Strip.render_style`: the same widgets come out clean, but that one
    never sees a segment without a style, and it runs for every repaint instead of once per line.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the segments, cleaned if one needs it; a clean one costs two attribute reads."""
        for text, style, _ in segments:
            if not text.isprintable() or (style is not None and style.link):
                return [_clean(segment) for segment in segments]
        return segments
