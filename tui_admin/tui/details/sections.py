"""What is shown of a record in sections: tab steps through them, enter acts on what is in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual.content import Content
from textual.widgets import Static

from tui_admin.domain.errors import Reason, because
from tui_admin.i18n import say
from tui_admin.tui.commands import Commands, command, dashboard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Deed(NamedTuple):
    """Something that can be done: in words, by whom it may be (`needs`), and how.

    `do` takes the screen that shows the record. `refusal` says why it cannot be had now.
    """

    label: str
    do: Callable[[Any], Awaitable[object]]
    needs: str = ""
    refusal: Reason | None = None


class Thing(NamedTuple):
    """Something in a section, and what can be done with it."""

    label: str
    deeds: tuple[Deed, ...]


class Block(NamedTuple):
    """A section: its text, and the things in it."""

    text: Content
    things: tuple[Thing, ...] = ()


def _nothing_in_it(section: Section) -> Reason | None:
    return None if section.block.things else because("nothing_in_section")


def _bare(text: Content) -> Content:
    """Return a text without empty lines around it: sections have their own distance."""
    lines = text.split("\n", allow_blank=True)
    while lines and not lines[0].plain.strip():
        lines.pop(0)
    return Content("\n").join(lines).rstrip()


class Section(Commands, Static, can_focus=True):
    """One section of the details."""

    SECTION: ClassVar[str] = "details"

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__("", markup=False, classes="section")
        self.block = Block(Content(""))

    def show(self, block: Block | None) -> None:
        """Show a section; None for none, which takes no room."""
        self.block = block or Block(Content(""))
        self.display = block is not None
        self.update(_bare(self.block.text))

    @command(
        "enter",
        "Act",
        "Do something with what stands in this section.",
        why_not=_nothing_in_it,
        priority=1,
    )
    async def act(self) -> None:
        """Choose one of its things, then what to do with it."""
        things = self.block.things
        at = 0 if len(things) == 1 else await self._choose("Which?", [t.label for t in things])
        if at is None:
            return
        thing = things[at]
        refusals = [self._refusal(each) for each in thing.deeds]
        chosen = await self._choose(thing.label, [each.label for each in thing.deeds], refusals)
        if chosen is not None:
            await thing.deeds[chosen].do(self.screen)

    def _refusal(self, deed: Deed) -> str:
        reason = dashboard(self).lacks(deed.needs) if deed.needs else None
        reason = reason or deed.refusal
        return say(reason) if reason else ""

    async def _choose(
        self, heading: str, labels: list[str], refusals: list[str] | None = None
    ) -> int | None:
        from tui_admin.tui.dialogs.choose import Choose, Item

        refused = refusals or [""] * len(labels)
        items = tuple(
            Item(f"{at}", label, refusal=why)
            for at, (label, why) in enumerate(zip(labels, refused, strict=True))
        )
        chosen: str | None = await self.app.push_screen_wait(Choose(heading, items))
        return None if chosen is None else int(chosen)
