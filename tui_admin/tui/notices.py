"""What the status line has to say, the most urgent first; knows no Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tui_admin.domain.outcomes import Undo

STAYS = 6.0
"""Seconds that something said stays, unless something else is said."""


class Notice(NamedTuple):
    """One line: its words, and the tone they are said in (info, success, warning, error)."""

    text: str
    tone: str = "info"


class Takeback(NamedTuple):
    """The last act and how to take it back; `until` is on the monotonic clock, in seconds."""

    said: str
    undo: Undo
    until: float | None


class Notices:
    """Keeps what there is to say and gives the one line for a moment.

    `offline`, `shut_out` and `trouble` stay until they are cleared, and so does `doing`, how far an
    act has come; what was said fades; an act stays while its mail waits to be taken back.
    """

    def __init__(self) -> None:
        """Begin with nothing to say."""
        self.offline = ""
        self.shut_out = ""
        self.trouble = ""
        self.doing = ""
        self._said: tuple[Notice, float] | None = None
        self._acts: list[Takeback] = []

    def say(self, text: str, tone: str, now: float) -> None:
        """Say something for a few seconds."""
        self._said = (Notice(text, tone), now + STAYS) if text else None

    def acted(self, said: str, undo: Undo, now: float, seconds: float | None) -> None:
        """Remember an act that can be taken back, with a deadline in seconds or without one."""
        self._said = None
        until = None if seconds is None else now + seconds
        self._acts = [*self._acts[-19:], Takeback(said, undo, until)]

    def acted_before(self, said: str, undo: Undo, until: float) -> None:
        """Remember an act from before all others; `u` takes back what was done since first."""
        if all(each.undo != undo for each in self._acts):
            self._acts = [Takeback(said, undo, until), *self._acts]

    def last_act(self, now: float) -> Takeback | None:
        """Return the act that `u` would take back."""
        self._acts = [each for each in self._acts if each.until is None or each.until > now]
        return self._acts[-1] if self._acts else None

    def taken_back(self, act: Takeback) -> None:
        """Forget an act."""
        self._acts = [each for each in self._acts if each is not act]

    def line(self, now: float) -> Notice | None:
        """Return what the status line shows now."""
        if self.shut_out or self.offline:
            return Notice(self.shut_out or self.offline, "error")
        if self._said and self._said[1] > now:
            return self._said[0]
        if self.doing:
            return Notice(self.doing)
        act = self.last_act(now)
        if act and act.until is not None:
            return Notice(
                f"{act.said} · u takes it back · {seconds_left(act.until, now)} s", "success"
            )
        return Notice(self.trouble, "warning") if self.trouble else None

    def next_change(self, now: float) -> float | None:
        """Return in how many seconds the line will read differently, or None: it stays."""
        changes = [self._said[1] - now] if self._said and self._said[1] > now else []
        act = self.last_act(now)
        if act and act.until is not None:
            changes.append((act.until - now) % 1.0 or 1.0)
        return min(changes, default=None)


def seconds_left(until: float, now: float) -> int:
    """Return whole seconds, rounded up, so that a banner never says 0."""
    return max(1, int(until - now + 0.999))


def shortened(text: str, width: int) -> str:
    """Return a line in so many characters: its middle gives way, and what to press stays.

    What to press stands behind a ` · `; where not even that has room, the end gives way.
    """
    if len(text) <= width:
        return text
    parts = text.split(" · ")
    for at in range(1, len(parts)):
        hint = " · ".join(("", *parts[at:]))
        room = width - len(hint) - 1
        if room >= 12:
            return " · ".join(parts[:at])[:room].rstrip(" .,:;") + "…" + hint
    return text[: max(0, width - 1)].rstrip() + "…"
