"""What makes one list different from another: a screen is a spec and its commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.query import EVERYTHING, Query, Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_admin.domain.listings import Listing
    from tui_admin.services.facade import Desk
    from tui_admin.tui.lists.window import Lister


class Tab(NamedTuple):
    """A tab: its label, the status its rows have (empty: any), or the screen it leads to."""

    label: str
    status: str = ""
    place: str = ""

    @property
    def query(self) -> Query:
        """Return what the tab narrows the list to."""
        return Query(terms=(Term("status", ":", self.status),)) if self.status else EVERYTHING


class ListSpec(NamedTuple):
    """A listing, the service it is read from, its tabs, and what to press where it is empty.

    `elsewhere` counts the rows behind a tab that leads to another screen. `nobody` is what an empty
    list says in place of "No rows.".
    """

    listing: Listing
    lister: Callable[[Desk], Lister]
    tabs: tuple[Tab, ...] = (Tab("All"),)
    empty: str = ""
    elsewhere: Callable[[Desk], Lister] | None = None
    nobody: str = ""

    def narrowed(self, organisation: str) -> Query:
        """Return what an organisation narrows the list to; nothing where rows belong to none."""
        for each in self.listing.fields:
            if each.word == "org" and organisation:
                return Query(terms=(Term(each.name, ":", organisation),))
        return EVERYTHING
