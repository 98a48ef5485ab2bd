"""The one way from a key press to a command.

In this order: pasted bursts and held keys end here, what the command is for is captured, the right
and the command's own reasons are asked again, danger is confirmed, and only then it runs, in a
worker, one act at a time.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.widget import Widget

from tui_admin.domain.errors import AdminError, because
from tui_admin.tui.working import background

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.events import Key

    from tui_admin.tui.app import Dashboard
    from tui_admin.tui.commands import Command, Commands

BURST = 0.010
"""Letters nearer to each other than this, in seconds, were not typed by a hand."""
BREAKS = frozenset({"enter", "tab", "ctrl+j"})
"""What ends a line or a cell in pasted text; a lone one is a key like any other."""
HELD = 0.12
"""The same key again within this many seconds is held down (keyboards repeat 10 to 40 a second)."""


class _Press(NamedTuple):
    """A key and its time; text holds characters, and the ends of its lines and cells."""

    key: str
    time: float
    character: bool
    break_: bool

    @property
    def is_text(self) -> bool:
        return self.character or self.break_


class Gate:
    """Lets presses through to commands, or not."""

    def __init__(self, app: Dashboard) -> None:
        """Guard the commands of one app."""
        self._app = app
        self._keys: deque[_Press] = deque(maxlen=64)
        self._busy: set[str] = set()
        self.waiting = 0

    def saw(self, event: Key) -> None:
        """Note a key on its way to whoever has the focus."""
        character, break_ = bool(event.is_printable), event.key in BREAKS
        self._keys.append(_Press(event.key, event.time, character, break_))

    @property
    def last(self) -> _Press | None:
        """The key that was pressed last."""
        return self._keys[-1] if self._keys else None

    def pressed_at(self, wanted: Command) -> float | None:
        """Return when the key of a command was pressed last; its turn may have come later."""
        press = self._press_of(wanted)
        return press.time if press else None

    def press(self, node: Commands, wanted: Command) -> None:
        """Take a key press: wait until it is known to be no paste, then run it."""
        now = self._press_of(wanted)
        if now is None:
            self.run(node, wanted)
            return
        if self._held(now) and not wanted.repeats:
            return
        picks = node.picked() if wanted.picks else None
        self.waiting += 1
        self._app.set_timer(BURST * 1.2, partial(self._settled, node, wanted, picks, now))

    def hold(self, key: str, act: Callable[[], None]) -> None:
        """Do what a key means to a widget itself, once it is known to be no paste."""
        press = self._latest(key)
        if press is None:
            act()
            return
        self.waiting += 1
        self._app.set_timer(BURST * 1.2, partial(self._let_through, act, press))

    def _let_through(self, act: Callable[[], None], press: _Press) -> None:
        self.waiting -= 1
        if self._in_a_burst(press):
            self._app.refuse(because("pasted_keys"))
        else:
            act()

    def run(self, node: Commands, wanted: Command, picks: Any = None) -> None:
        """Run a command that was chosen deliberately (palette, mouse, or a press that settled)."""
        reason = node.refusal(wanted)
        if reason is None and self._locked(wanted):
            reason = because("still_at_it")
        if reason is not None:
            self._app.refuse(reason)
            return
        if wanted.picks and picks is None:
            picks = node.picked()
        self._busy.add(wanted.id)
        arguments = (node, wanted, picks)
        background(
            self._app, self._go, *arguments, name=wanted.id, group="commands", exclusive=False
        )

    async def _go(self, node: Commands, wanted: Command, picks: Any) -> None:
        try:
            if wanted.danger and not await node.is_sure(wanted, picks):
                return
            answer = wanted.handler(node, picks) if wanted.picks else wanted.handler(node)
            if answer is not None:
                await answer
        except AdminError as error:
            self._app.fault(error)
        finally:
            self._busy.discard(wanted.id)

    def _settled(self, node: Commands, wanted: Command, picks: Any, press: _Press) -> None:
        self.waiting -= 1
        if self._in_a_burst(press, typed=_is_field(node)):
            self._app.refuse(because("pasted_keys"))
        elif node.is_attached:
            self.run(node, wanted, picks)

    def _press_of(self, wanted: Command) -> _Press | None:
        """Return the press that meant the command: others may have come in since."""
        return self._latest(*f"{wanted.keys},{wanted.always}".split(","))

    def _latest(self, *keys: str) -> _Press | None:
        latest = self.last  # a keymap may have given it another key
        return next((each for each in reversed(self._keys) if each.key in keys), latest)

    def _held(self, press: _Press) -> bool:
        earlier = [each for each in self._keys if each.time < press.time]
        before = earlier[-1] if earlier else None
        return before is not None and before.key == press.key and press.time - before.time < HELD

    def _in_a_burst(self, press: _Press, *, typed: bool = False) -> bool:
        """Say whether a key came in pasted text.

        Arrows, ctrl and function keys are in no paste and make none. `typed` says that the letters
        before went into the text field whose key this is: they were meant for it.
        """
        if not press.is_text:
            return False
        before, after = self._around(press)
        if typed and press.break_:
            before = []
        together = [*before, press, *after]
        return sum(each.character for each in together) > 1 or len(together) > 2

    def _around(self, press: _Press) -> tuple[list[_Press], list[_Press]]:
        """Return the text that came in one go with a key, before and after it."""
        text = [each for each in self._keys if each.is_text]
        at = next((at for at, each in enumerate(text) if each is press), None)
        if at is None:
            return [], []
        return _run(press, text[:at][::-1]), _run(press, text[at + 1 :])

    def _locked(self, wanted: Command) -> bool:
        return wanted.id in self._busy


def _run(press: _Press, others: list[_Press]) -> list[_Press]:
    """Return as many of the others as follow on one another without a pause."""
    found: list[_Press] = []
    last = press
    for each in others:
        if abs(each.time - last.time) >= BURST:
            break
        found.append(each)
        last = each
    return found


def _is_field(node: Commands) -> bool:
    """Say whether a node takes letters as text."""
    return bool(node.check_consume_key("a", "a")) if isinstance(node, Widget) else False
