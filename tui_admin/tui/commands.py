"""A command is declared once: footer, help, palette, keymap and command line all read it here.

    @command("b", "Block", "Stop these accounts.", needs="can_block", why_not=nothing_selected)
    async def block(self, picks: Picks) -> None: ...

A class with the mixin `Commands` collects what it declares and binds the keys; every press goes
through the app's one :class:`~tui_admin.tui.gate.Gate`.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar, cast

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import key_to_character

from tui_admin.domain.errors import Reason, because

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.events import Key
    from textual.screen import Screen

    from tui_admin.tui.app import Dashboard

    Node = DOMNode
else:
    Node = object

NAMED_CHARACTERS = {
    **{"plus": "+", "slash": "/", "minus": "-"},
    **{"greater_than_sign": ">", "less_than_sign": "<", "equals_sign": "="},
}
"""Keys that Textual calls otherwise than Unicode does, so that it finds no character for them."""

F = TypeVar("F", bound="Callable[..., Any]")


class Command(NamedTuple):
    """One thing an operator can do.

    `id` is `section.method` and names it in keymaps. `keys` are separated by commas; without any it
    is in the palette only. `needs` is the permission. `danger` asks first. `cli` is the command
    line for the same, in which `{id}` stands for the record. `why_not` gives the reason it is
    refused now. `priority` is its place in the footer (0: not there). `repeats` lets a held key
    through. `always` is a key that works in dialogs and text fields, too. `picks` says that the
    handler takes the records it is for, as they were at the press.
    """

    id: str
    keys: str
    label: str
    help: str
    handler: Callable[..., Any]
    needs: str = ""
    danger: bool = False
    cli: str = ""
    why_not: Callable[[Any], Reason | None] | None = None
    priority: int = 50
    repeats: bool = False
    always: str = ""
    picks: bool = False

    @property
    def key(self) -> str:
        """Return the first of its keys."""
        return (self.keys or self.always).partition(",")[0]


def command(
    keys: str,
    label: str,
    help: str,
    *,
    needs: str = "",
    danger: bool = False,
    cli: str = "",
    why_not: Callable[[Any], Reason | None] | None = None,
    priority: int = 50,
    repeats: bool = False,
    always: str = "",
) -> Callable[[F], F]:
    """Declare the method as a command; see :class:`Command` for the words."""

    def declare(handler: F) -> F:
        takes_picks = len(inspect.signature(handler).parameters) > 1
        cast("Any", handler).command = Command(
            handler.__name__,
            keys,
            label,
            help,
            handler,
            needs,
            danger,
            cli,
            why_not,
            priority,
            repeats,
            always,
            takes_picks,
        )
        return handler

    return declare


class Commands(Node):
    """Collects the commands that a screen, widget or app declares, and binds their keys.

    `SECTION` is the first half of their ids; `MORE` are commands that are made, not decorated.
    """

    SECTION: ClassVar[str] = ""
    MORE: ClassVar[tuple[Command, ...]] = ()
    declared: ClassVar[dict[str, Command]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        """Collect before Textual merges the bindings."""
        fresh = {each.id: each for each in _declared_by(cls)}
        inherited: dict[str, Command] = {}
        for base in reversed(cls.__mro__[1:]):
            inherited.update(base.__dict__.get("declared", {}))
        # A key that is declared anew means something else here, as Textual takes it, too.
        taken = {each.keys for each in fresh.values() if each.keys}
        inherited = {each.id: each for each in inherited.values() if each.keys not in taken}
        cls.declared = inherited | fresh
        if fresh and issubclass(cls, DOMNode):
            cls.BINDINGS = [*cls.__dict__.get("BINDINGS", ()), *_bindings(fresh)]
        super().__init_subclass__(**options)

    def refusal(self, wanted: Command) -> Reason | None:
        """Return why a command cannot be had now, or None where it can."""
        if wanted.needs and (reason := dashboard(self).lacks(wanted.needs)):
            return reason
        return wanted.why_not(self) if wanted.why_not else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim what is refused."""
        if action != "command":
            return super().check_action(action, parameters)
        found = self.declared.get(str(parameters[0]))
        return None if found is None or self.refusal(found) else True

    def action_command(self, command_id: str) -> None:
        """Hand a press to the gate."""
        dashboard(self).gate.press(self, self.declared[command_id])

    def choose(self, wanted: Command) -> None:
        """Run a command that was clicked."""
        dashboard(self).gate.run(self, wanted)

    def on_key(self, event: Key) -> None:
        """Say why a dimmed key does nothing, before it falls through to another's meaning."""
        mine = [each for each in self.declared.values() if event.key in each.keys.split(",")]
        if not mine:
            return
        bound = self.screen.active_bindings.get(event.key)
        if bound is None or bound.node is not self or bound.enabled:
            return
        refusals = [self.refusal(each) for each in mine]
        if all(refusals) and refusals[0] is not None:
            event.stop()
            event.prevent_default()
            dashboard(self).refuse(refusals[0])

    def picked(self) -> Any:
        """Return what a command that takes picks is for, as it is now."""
        return None

    async def is_sure(self, wanted: Command, picks: Any) -> bool:  # noqa: ARG002
        """Ask before something dangerous; a screen that knows the names says them."""
        return await dashboard(self).confirm(f"{wanted.label}?", (wanted.help,), wanted.label)


class Offer(NamedTuple):
    """A command where it was declared, and why it is refused there now."""

    node: Commands
    command: Command
    refusal: Reason | None


def offers(screen: Screen[Any], *, typed: bool = True) -> Iterator[Offer]:
    """Yield what can be pressed on a screen, nearest to the focus first.

    With `typed`, plain letters are left out while a text field has the focus and takes them.
    """
    focused = screen.focused
    taker: Any = focused
    nodes: list[Any] = list(focused.ancestors_with_self) if focused else [screen, screen.app]
    if screen.is_modal:
        nodes.remove(screen.app)
    seen: set[str] = set()
    for node in nodes:
        if not isinstance(node, Commands):
            continue
        for each in node.declared.values():
            if each.id in seen:
                continue
            seen.add(each.id)
            if typed and node is not taker and _taken(taker, each.key):
                continue
            yield Offer(node, each, node.refusal(each))


def _taken(focused: Any, key: str) -> bool:
    """Say whether what has the focus keeps a key for itself: as text, or bound to its own act."""
    if focused is None:
        return False
    if any(key == bound for bound, _ in focused._bindings):
        return True
    character = NAMED_CHARACTERS.get(key) or key_to_character(key)
    return bool(focused.check_consume_key(key, character))


def _declared_by(cls: type[Any]) -> Iterator[Command]:
    """Yield a class's own commands, and those of its mixins, which Textual does not bind."""
    for base in reversed(cls.__mro__):
        if base is not cls and issubclass(base, DOMNode):
            continue
        section = base.__dict__.get("SECTION", cls.SECTION)
        yield from base.__dict__.get("MORE", ())
        for value in base.__dict__.values():
            found = getattr(value, "command", None)
            if isinstance(found, Command):
                yield found._replace(id=f"{section}.{found.id}")


def _bindings(declared: dict[str, Command]) -> Iterator[Binding]:
    for each in declared.values():
        for keys, always in ((each.keys, False), (each.always, True)):
            if keys:
                action = f"command({each.id!r})"
                name = f"{each.id}.always" if always else each.id
                yield Binding(keys, action, each.label, False, None, always, each.help, name)


def dashboard(node: Any) -> Dashboard:
    """Return the app that a screen, a widget or the app itself belongs to."""
    return cast("Dashboard", node.app)


def nothing_selected(screen: Any) -> Reason | None:
    """Refuse where there is no row to act on."""
    return None if screen.picked() else because("nothing_selected")
