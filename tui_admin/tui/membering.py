"""Adding people to organisations, changing what they are there, and taking them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tui_admin.domain.listings import Ask, Sort
from tui_admin.domain.offices import MANAGER, MEMBER
from tui_admin.domain.query import Query, Term
from tui_admin.domain.text import safe

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tui_admin.domain.lists.organisations import OrganisationRow
    from tui_admin.domain.outcomes import Outcome, Picks
    from tui_admin.services.facade import Desk
    from tui_admin.services.users import MembershipRow
    from tui_admin.tui.bulk import Do
    from tui_admin.tui.lists.list_screen import ListScreen

OFFERED = 2_000


class Change(NamedTuple):
    """What happens to memberships: a word for it, the question, and what people become.

    `kind` is empty where they leave.
    """

    doing: str
    label: str
    question: str
    kind: str = ""


ADD = Change("Adding", "Add to an organisation …", "Add {{who}} to {place}?", MEMBER)
RAISE = Change(
    "Changing", "Make administrator of …", "Make {{who}} administrator of {place}?", MANAGER
)
LOWER = Change("Changing", "Make member of …", "Make {{who}} a mere member of {place}?", MEMBER)
LEAVE = Change("Taking out", "Take out of …", "Take {{who}} out of {place}?")
CHANGES = {"add": ADD, "raise": RAISE, "lower": LOWER, "leave": LEAVE}


async def change_memberships(
    screen: ListScreen, picks: Picks, places: tuple[MembershipRow, ...] = ()
) -> None:
    """Let the operator choose what is to happen, and where; `places` are one person's own."""
    from tui_admin.tui.dialogs.choose import Choose, Item

    items = [Item("add", ADD.label)]
    for each in places:
        turned = ("lower", "make a member") if each.kind == MANAGER else ("raise", "administrator")
        items += [
            Item(
                f"{turned[0]} {each.organisation}", f"{each.organisation}: {turned[1]}", each.kind
            ),
            Item(f"leave {each.organisation}", f"{each.organisation}: take out", each.kind),
        ]
    if not places:
        items += [Item(name, change.label) for name, change in CHANGES.items() if name != "add"]
    chosen: str | None = await screen.app.push_screen_wait(Choose("Memberships", tuple(items)))
    if chosen is None:
        return
    name, _, place = chosen.partition(" ")
    change = CHANGES[name]
    where = place or await choose_place(screen, change.label.removesuffix(" …"))
    if where:
        await see_to(screen, picks, change, where)


async def choose_place(screen: ListScreen, heading: str) -> str | None:
    """Choose an active organisation."""
    from tui_admin.tui.dialogs.choose import Choose, Item

    found = await active_places(screen.dashboard.opened_desk)
    items = tuple(Item(row.name, row.name, row.registration_number) for row in found)
    value = screen.dashboard.organisation
    chosen: str | None = await screen.app.push_screen_wait(Choose(heading, items, value=value))
    return chosen


async def active_places(desk: Desk) -> tuple[OrganisationRow, ...]:
    """Return the organisations to choose from."""
    active = Query(terms=(Term("status", ":", "active"),))
    found = await desk.organisations.page(Ask(active, Sort("name"), size=OFFERED))
    return found.rows


async def see_to(
    screen: ListScreen, picks: Picks, change: Change, place: str, *, among: Any = None
) -> None:
    """Foresee a change, ask where it is for many or takes something away, and do it.

    `among` is the list service that the picks come from, where that is not the screen's list.
    """

    def of(even_last: bool) -> Do:
        def do(desk: Desk, some: Picks) -> Awaitable[Outcome]:
            if change is ADD:
                return desk.memberships.add(some, place)
            if change.kind:
                return desk.memberships.change(some, place, change.kind, even_last)
            return desk.memberships.remove(some, place, even_last)

        return do

    bulk = await screen.foresee(change.doing, picks, of(False), even_last=of(True), among=among)
    if bulk is None:
        return
    question = change.question.format(place=safe(place, 80).replace("{", "{{").replace("}", "}}"))
    if (bulk.is_for_one and change is ADD) or await screen.agreed(bulk, question, "Do it"):
        await screen.carry_out(bulk, of(bulk.even_last))
