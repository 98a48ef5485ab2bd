"""What every screen has around it: where am I, what happened, what can I press."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast

from textual.content import Content
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

from tui_admin.domain.text import safe
from tui_admin.tui.commands import Command, Commands, Offer, offers
from tui_admin.tui.notices import shortened

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Click, ScreenResume

    from tui_admin.tui.app import Dashboard

ROOMY = 72
"""Columns from which line one has room for words beside a number."""
KEY_NAMES = {
    "enter": "↵",
    "escape": "esc",
    "slash": "/",
    "plus": "+",
    "question_mark": "?",
    "asterisk": "*",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "colon": ":",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "equals_sign": "=",
    "space": "space",
    "right": "→",
    "left": "←",
}
TONES = {"info": "$foreground", "success": "$good", "warning": "$waiting"}
GLYPHS = {"info": "·", "success": "✓", "warning": "!", "error": "✗"}


def key_name(key: str) -> str:
    """Return a key as it is printed on the keyboard."""
    return KEY_NAMES.get(key, key)


class Line(Widget):
    """One line of text that is painted again only when it reads differently."""

    shown: Content = Content("")

    def read(self) -> Content:
        """Return what the line says now."""
        return self.shown

    def again(self) -> None:
        """Look whether the line reads differently, and paint it then."""
        fresh, before = self.read(), self.shown
        if not fresh.is_same(before):
            self.shown = fresh
            self.refresh(*_changed(before, fresh, self.size.width))

    def on_mount(self) -> None:
        """Read it for the first time."""
        self.again()

    def on_resize(self) -> None:
        """Fit the new width."""
        self.again()

    def render(self) -> Content:
        """Return the line."""
        return self.shown

    @property
    def dashboard(self) -> Dashboard:
        """The app."""
        return cast("Dashboard", self.app)


def _changed(before: Content, after: Content, width: int) -> tuple[Region, ...]:
    """Return the cells that differ; nothing (so all) where more than some letters changed.

    A counter that goes on by one then costs one cell on the wire, not a line.
    """
    old, new = before.plain, after.plain
    if len(old) != len(new) or not new.isascii() or before.spans != after.spans:
        return ()
    differing = [at for at, (was, now) in enumerate(zip(old, new, strict=True)) if was != now]
    if not differing or differing[-1] >= width:
        return ()
    return (Region(differing[0], 0, differing[-1] - differing[0] + 1, 1),)


class HeaderLine(Line):
    """Line one: environment, organisation and operator, and at its end the screen's name."""

    def read(self) -> Content:
        """Return the line; the middle gives way where the terminal is narrow."""
        app = self.dashboard
        room = self.size.width - 2
        title = safe(getattr(self.screen, "heading", ""), 40)
        waiting = self._waiting()
        room -= waiting.cell_length
        parts = [safe(app.environment, 40), safe(app.organisation or "all organisations", 60)]
        if app.operator:
            parts.append(safe(app.operator.username, 40))
        where = "  ·  ".join(parts[1:])
        gap = room - len(parts[0]) - len(where) - len(title) - 5
        if gap < 2:
            where = where[: max(0, len(where) + gap - 3)] + "…"
            gap = max(2, room - len(parts[0]) - len(where) - len(title) - 5)
        return Content.assemble(
            (f" {parts[0]}", "bold $accent"),
            (f"  ·  {where}" if room > 40 else "", "$off"),
            " " * (gap if room > 40 else max(2, room - len(parts[0]) - len(title))),
            waiting,
            (title, "bold"),
        )

    def _waiting(self) -> Content:
        """Return how many wait for approval, and the key that leads there; nothing for nobody."""
        waiting = self.dashboard.waiting
        if waiting is None or not waiting.number:
            return Content("")
        number = f"○ {waiting.number:,}{'' if waiting.exact else '+'}"
        words = " waiting" if self.size.width >= ROOMY else ""
        return Content.assemble(
            ("3 ", "bold $accent"), (f"{number}{words}", "bold $waiting"), ("   ", "")
        )


class StatusLine(Line):
    """What happened: an undo that can still be had, a store or mail server out of reach."""

    def read(self) -> Content:
        """Return the most urgent notice."""
        notice = self.dashboard.notice
        if notice and notice.text == self.dashboard.notices.trouble and self._told_above():
            notice = None
        self.set_class(notice is not None, "-says")
        if notice is None:
            return Content("")
        tone = TONES.get(notice.tone, "$bad")
        shown = shortened(notice.text, self.size.width - 4)
        self.tooltip = Content(notice.text) if shown != notice.text else None
        return Content.assemble((f" {GLYPHS[notice.tone]} ", f"bold {tone}"), (shown, tone))

    def _told_above(self) -> bool:
        """Say whether the screen tells by itself how mail fares."""
        return bool(getattr(self.screen, "tells_mail", False))


class _Shown(NamedTuple):
    start: int
    end: int
    node: Commands
    command: Command


class FooterLine(Line):
    """What can be pressed here, as much as fits; what cannot be had now is dimmed.

    Commands from priority `LAST` on stand at the right end and are always there.
    """

    LAST = 90
    placed: tuple[_Shown, ...] = ()

    def read(self) -> Content:
        """Return the commands that fit the width, the most wanted first, in a steady order."""
        found = self._by_key()
        last = [each for each in found if each.command.priority >= self.LAST]
        tail = sum(_width(each.command) for each in last)
        room = self.size.width - tail - 1
        shown: list[Offer] = []
        for offer in found:
            if offer not in last and room >= _width(offer.command):
                room -= _width(offer.command)
                shown.append(offer)
        parts: list[Content | str | tuple[str, str]] = [" "]
        self.placed, at = (), 1
        for offer in (*shown, *last):
            if last and offer is last[0]:
                parts.append(" " * max(0, room))
                at += max(0, room)
            dim, width = bool(offer.refusal), _width(offer.command)
            key_style, style = ("$off",) * 2 if dim else ("bold $accent", "$foreground 85%")
            parts += [
                (key_name(offer.command.key), key_style),
                (f" {offer.command.label}   ", style),
            ]
            self.placed += (_Shown(at, at + width - 3, offer.node, offer.command),)
            at += width
        return Content.assemble(*parts)

    def _by_key(self) -> list[Offer]:
        """Return one offer a key by priority: the first that can be had, else the first."""
        found: dict[str, Offer] = {}
        for offer in offers(self.screen):
            known = found.get(offer.command.key)
            if offer.command.priority > 0 and (
                known is None or (known.refusal and not offer.refusal)
            ):
                found[offer.command.key] = offer
        return sorted(found.values(), key=lambda each: each.command.priority)

    def on_click(self, event: Click) -> None:
        """Run the command under the mouse."""
        for each in self.placed:
            if each.start <= event.x < each.end:
                each.node.choose(each.command)


def _width(one: Command) -> int:
    return len(key_name(one.key)) + len(one.label) + 4


class Framed(Commands, Screen[None]):
    """A screen inside the frame: say what is in the body and the frame is there.

    `heading` is the name that line one ends with.
    """

    heading: ClassVar[str] = ""

    def compose(self) -> ComposeResult:
        """Lay out header, body, status and footer."""
        yield HeaderLine()
        yield from self.body()
        yield StatusLine()
        yield FooterLine()

    def body(self) -> ComposeResult:
        """Yield what the screen is for."""
        yield from ()

    @property
    def dashboard(self) -> Dashboard:
        """The app."""
        return cast("Dashboard", self.app)

    def on_mount(self) -> None:
        """Keep the footer true to what can be pressed."""
        self.bindings_updated_signal.subscribe(self, lambda _: self.frame_again(FooterLine))

    def on_screen_resume(self, _event: ScreenResume) -> None:
        """Show what changed while another screen was in front."""
        self.frame_again()

    def frame_again(self, kind: type[Line] = Line) -> None:
        """Let the lines of the frame look whether they read differently."""
        for each in self.query(kind):
            each.again()
