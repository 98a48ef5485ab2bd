"""How an operator has a list: which columns in which order, and views kept under names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tui_admin.domain.errors import AdminError
from tui_admin.domain.listings import Sort

if TYPE_CHECKING:
    from tui_admin.domain.listings import Field, Listing
    from tui_admin.services.facade import Desk


class View(NamedTuple):
    """What a list shows: what stands in the query bar, which tab, in which order."""

    name: str
    words: str
    tab: str
    sort: Sort


class Arrangement(NamedTuple):
    """The names of the columns shown, none for those that are declared, and the views kept."""

    columns: tuple[str, ...] = ()
    views: tuple[View, ...] = ()

    def fields(self, listing: Listing) -> tuple[Field, ...]:
        """Return the fields that are shown, in their order."""
        if not self.columns:
            return listing.fields
        return tuple(listing.field(name) for name in self.columns)

    def keeping(self, view: View) -> Arrangement:
        """Return it with one more view; one of the same name is replaced."""
        others = [each for each in self.views if each.name.casefold() != view.name.casefold()]
        return self._replace(views=(*others, view))

    def without(self, names: set[str]) -> Arrangement:
        """Return it without some views."""
        return self._replace(views=tuple(each for each in self.views if each.name not in names))


def place_of(listing: Listing) -> str:
    """Return the name under which the arrangement of a list is kept."""
    return f"list.{listing.name}"


async def load(desk: Desk, listing: Listing, kept: dict[str, Any] | None = None) -> Arrangement:
    """Return how the operator has a list; as it is declared where that cannot be read.

    `kept` is what the store has of it, where that was read a moment ago.
    """
    try:
        kept = await desk.drafts.load(place_of(listing)) if kept is None else kept
    except AdminError:
        return Arrangement()  # the rows say what is wrong
    return understood(kept, listing)


async def save(desk: Desk, listing: Listing, arrangement: Arrangement) -> None:
    """Keep it for the next time."""
    await desk.drafts.save(place_of(listing), arrangement._asdict() if any(arrangement) else {})


def understood(kept: dict[str, Any], listing: Listing) -> Arrangement:
    """Return what was kept, as far as this program knows it: an older or newer one wrote it."""
    known = {each.name for each in listing.fields}
    columns = tuple(name for name in kept.get("columns", ()) if name in known)
    sorts = {each.name for each in listing.fields if each.sorts}
    views = []
    for name, words, tab, (field, descending) in kept.get("views", ()):
        sort = Sort(field, descending) if field in sorts else listing.sort
        views.append(View(name, words, tab, sort))
    return Arrangement(columns, tuple(views))
