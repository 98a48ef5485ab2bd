"""Make the process fit for a dashboard. Runs before Textual is first imported, and imports none."""

from __future__ import annotations

import io
import os
import sys
from typing import Final

from tui_admin.domain.errors import Misconfigured

ESCAPE_DELAY_MS: Final = 50
"""How long a lone Esc waits for the rest of a sequence, where kitty's protocol is missing.

Textual's 100 ms are felt as lag. A sequence comes in one packet, so 50 ms are as good; one split by
more arrives as letters with either.
"""

FRAMES_PER_SECOND: Final = 120
"""How often Textual may paint at most; what changed waits half of one such turn on average.

Its own 60 are for animations, of which there are none here: nothing is painted but what changed.
"""

_UNABLE: Final = frozenset({"", "dumb", "unknown"})
"""Values of TERM that promise nothing; Textual would send them colours and cursor movements."""


def prepare_process() -> None:
    """Refuse a terminal that cannot show a dashboard; keep the environment from steering Textual.

    Raises Misconfigured `terminal.missing` or `terminal.dumb` (fact `term`). Call it once, first.
    """
    _refuse_unable()
    _close_side_doors()
    _force_utf8()


def _refuse_unable() -> None:
    """Textual reads standard input and paints on standard error: both have to be the terminal."""
    if not (_is_terminal(sys.__stdin__) and _is_terminal(sys.__stderr__)):
        raise Misconfigured("terminal.missing")
    term = os.environ.get("TERM", "").strip()
    if term.lower() in _UNABLE:
        raise Misconfigured("terminal.dumb", term=term)


def _is_terminal(stream: object) -> bool:
    return isinstance(stream, io.TextIOBase) and not stream.closed and stream.isatty()


def _close_side_doors() -> None:
    """TEXTUAL_DRIVER imports any class, TEXTUAL_LOG writes any file, TEXTUAL switches debugging on.

    Exported COLUMNS and LINES would hide the real size and every later change of it.
    """
    for name in list(os.environ):
        if name == "TEXTUAL" or name.startswith("TEXTUAL_") or name in ("COLUMNS", "LINES"):
            del os.environ[name]
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    os.environ["TEXTUAL_SMOOTH_SCROLL"] = "0"
    os.environ["TEXTUAL_FPS"] = str(FRAMES_PER_SECOND)
    os.environ["ESCDELAY"] = str(_escape_delay(os.environ.get("ESCDELAY", "")))


def _escape_delay(wish: str) -> int:
    """Return the operator's ESCDELAY where it is usable: half a second is still an Esc key."""
    return min(500, max(10, int(wish))) if wish.isdecimal() else ESCAPE_DELAY_MS


def _force_utf8() -> None:
    """Every terminal we meet speaks UTF-8; a C locale would print escapes instead."""
    for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
