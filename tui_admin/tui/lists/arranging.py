"""How an operator arranges a list: order, columns, views under names; and writing it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.domain.errors import because
from tui_admin.domain.listings import Sort
from tui_admin.tui.commands import command
from tui_admin.tui.frame import Framed
from tui_admin.tui.lists.arrangement import View

if TYPE_CHECKING:
    from tui_admin.domain.errors import Reason
    from tui_admin.tui.lists.record_list import RecordList


def _nowhere_to_go_back(screen: ArrangedScreen) -> Reason | None:
    return None if screen.list.table.left else because("nowhere_to_go_back")


class ArrangedScreen(Framed):
    """A screen whose list is arranged; the list itself comes with the subclass."""

    @property
    def list(self) -> RecordList:
        """The list."""
        raise NotImplementedError

    @command("S,shift+s", "Sort", "Choose what the list is ordered by.", priority=0)
    async def sort_rows(self) -> None:
        """Choose a field to order by; the one in use is turned round."""
        from tui_admin.tui.dialogs.choose import Choose, Item

        now = self.list.sort
        items = tuple(
            Item(each.name, each.label, "turn round" if each.name == now.field else "")
            for each in self.list.spec.listing.fields
            if each.sorts
        )
        chosen = await self.app.push_screen_wait(Choose("Order by", items, value=now.field))
        if chosen is not None:
            self.list.sort_by(chosen)

    @command(
        "greater_than_sign",
        "Sort by next",
        "Order by the column to the right.",
        repeats=True,
        priority=0,
    )
    def sort_by_next(self) -> None:
        """Order by the next column seen that the list can be ordered by."""
        self._sort_beside(1)

    @command(
        "less_than_sign",
        "Sort by last",
        "Order by the column to the left.",
        repeats=True,
        priority=0,
    )
    def sort_by_former(self) -> None:
        """Order by the column before."""
        self._sort_beside(-1)

    def _sort_beside(self, by: int) -> None:
        shown = (each.field for each in self.list.table.painter.columns)
        names = [each.name for each in shown if each.sorts]
        if names:
            now = self.list.sort.field
            at = names.index(now) + by if now in names else 0
            self.list.order(Sort(names[at % len(names)]))

    @command("equals_sign", "Turn round", "Turn the order of the list round.", priority=0)
    def turn_round(self) -> None:
        """Turn the order round."""
        self.list.sort_by(self.list.sort.field)

    @command(
        "backspace",
        "Back there",
        "Go back to the row before the last jump.",
        why_not=_nowhere_to_go_back,
        priority=0,
    )
    def go_back_there(self) -> None:
        """Go back to where the cursor was before Home or End."""
        self.list.go_back()

    @command("C,shift+c", "Columns", "Choose columns and their order.", priority=0)
    async def arrange_columns(self) -> None:
        """Choose which columns are shown; kept for the next time."""
        from tui_admin.tui.dialogs.columns import ArrangeColumns

        listing, shown = self.list.spec.listing, self.list.table.fields
        names = await self.app.push_screen_wait(ArrangeColumns(listing.fields, shown))
        if names is not None:
            await self.list.rearrange(self.list.arrangement._replace(columns=names))

    @command("V,shift+v", "Views", "Open a kept view, or keep this one.", priority=0)
    async def choose_view(self) -> None:
        """Open a view, keep what is shown as one, or forget some."""
        from tui_admin.tui.dialogs.choose import Item
        from tui_admin.tui.dialogs.views import ChooseView

        kept = {each.name: each for each in self.list.arrangement.views}
        items = (
            Item(name, f"{at} {name}", f"{each.tab} · {each.words}" if each.words else each.tab)
            for at, (name, each) in enumerate(kept.items(), 1)
        )
        dialog = ChooseView(tuple(items))
        chosen: str | None = await self.app.push_screen_wait(dialog)
        if dialog.forgotten:
            await self.list.rearrange(self.list.arrangement.without(dialog.forgotten))
        if chosen is None:
            return
        if chosen in kept and chosen not in dialog.forgotten:
            self.list.show_view(kept[chosen])
        else:
            await self._keep(chosen.strip())

    async def _keep(self, name: str) -> None:
        here = self.list
        view = View(name, here.bar.value, here.spec.tabs[here.tab].label, here.sort)
        await here.rearrange(here.arrangement.keeping(view))
        self.dashboard.tell(f"Kept as {name}: V opens it.")

    @command(
        "E,shift+e",
        "Export",
        "Write what is shown to a file.",
        cli="export {list} --where {query}",
        priority=0,
    )
    async def export_rows(self) -> None:
        """Write all rows that match, in their order, to a file."""
        from tui_admin.services.exporting import Wanted
        from tui_admin.tui.dialogs.export import AskTarget
        from tui_admin.tui.lists.exporting import Export

        here, listing = self.list, self.list.spec.listing
        wanted = Wanted(listing, here.asked, here.sort)
        name = f"{listing.name}-{self.dashboard.now():%Y-%m-%d}"
        what = f"All {listing.many} that are listed here, {here.order_words}."
        target = await self.app.push_screen_wait(AskTarget(what, name))
        if target is not None:
            lister = here.spec.lister(self.dashboard.opened_desk)
            await Export(self.dashboard, lister, wanted, target).run()
