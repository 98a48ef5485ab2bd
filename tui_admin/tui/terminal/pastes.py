"""Bracketed pastes, taken out of the input before Textual's parser sees it.

That parser reads escape sequences within a paste as well: one raw ESC in it, and the rest of the
paste arrives as single keys ahead of its beginning, so that an address may be glued to another.
Here a paste is text from its opening bracket to its closing one, whatever is in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENS: Final = "\x1b[200~"
CLOSES: Final = "\x1b[201~"


class Pasted(NamedTuple):
    """The text of a whole paste."""

    text: str


class Pastes:
    """Sorts input, as it comes in pieces, into pastes and everything else."""

    def __init__(self) -> None:
        """Begin outside a paste."""
        self._inside = False
        self._parts: list[str] = []
        self._held = ""

    def feed(self, text: str) -> Iterator[str | Pasted]:
        """Yield what is whole by now: other input as it is, and pastes that have closed.

        A bracket may be cut anywhere; what could be the beginning of one is held until it is known.
        """
        text, self._held = self._held + text, ""
        while text:
            bracket = CLOSES if self._inside else OPENS
            before, found, text = text.partition(bracket)
            if not found:
                before, self._held = _split_off(before, bracket, patient=self._inside)
            yield from self._take(before)
            if found:
                yield from self._turn()

    def _take(self, text: str) -> Iterator[str | Pasted]:
        if self._inside:
            self._parts.append(text)
        elif text:
            yield text

    def _turn(self) -> Iterator[Pasted]:
        self._inside = not self._inside
        if not self._inside:
            whole, self._parts = "".join(self._parts), []
            yield Pasted(whole)


def _split_off(text: str, bracket: str, *, patient: bool) -> tuple[str, str]:
    """Return the text and, apart, its end if a bracket may have begun there.

    Outside a paste a lone ESC is a key and is not held: a terminal sends a bracket in one piece.
    """
    least = 1 if patient else 3
    for length in range(len(bracket) - 1, least - 1, -1):
        if text.endswith(bracket[:length]):
            return text[:-length], text[-length:]
    return text, ""
