"""Adding people to organisations, changing what they are there, and taking them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tui_admin.domain.listings import Ask, Sort
from tui_admin.domain.offices import MANAGER, MEMBER
from tui_admin.domain.query import Query, Term
from tui_admin.domain.text import safe

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tui_admin.domain.lists.organisations import OrganisationRow
    from tui_admin.domain.outcomes import Outcome, Picks
    from tui_admin.services.facade import Desk
    from tui_admin.services.user_rows import MembershipRow
    from tui_admin.tui.bulk import Do
    from tui_admin.tui.lists.list_screen import ListScreen

OFFERED = 2_000


class Change(NamedTuple):
    """What happens to memberships: a word for it, the question, and the act.

    `act` takes the services, the people, the organisation, and whether the last administrator is
    meant, too. `takes` says that something is taken away, so that it is asked about for one, too.
    """

    doing: str
    label: str
    question: str
    act: Callable[[Desk, Picks, str, bool], Awaitable[Outcome]]
    takes: bool = True


ADD = Change(
    "Adding",
    "Add to an organisation …",
    "Add {{who}} to {place}?",
    lambda desk, some, place, _: desk.memberships.add(some, place),
    takes=False,
)
RAISE = Change(
    "Changing",
    "Make administrator of …",
    "Make {{who}} administrator of {place}?",
    lambda desk, some, place, _: desk.memberships.change(some, place, MANAGER),
)
LOWER = Change(
    "Changing",
    "Make member of …",
    "Make {{who}} a mere member of {place}?",
    lambda desk, some, place, last: desk.memberships.change(some, place, MEMBER, last),
)
LEAVE = Change(
    "Taking out",
    "Take out of …",
    "Take {{who}} out of {place}?",
    lambda desk, some, place, last: desk.memberships.remove(some, place, last),
)
APPOINT = Change(
    "Appointing",
    "Make company administrator of …",
    "Make {{who}} company administrator of {place}? They can invite, approve and manage there.",
    lambda desk, some, place, _: desk.memberships.appoint(some, place),
)
DISMISS = Change(
    "Dismissing",
    "Company administrator no longer of …",
    "Let {{who}} be company administrator of {place} no longer?",
    lambda desk, some, place, _: desk.memberships.appoint(some, place, False),
)
CHANGES = {
    "add": ADD,
    "raise": RAISE,
    "lower": LOWER,
    "appoint": APPOINT,
    "dismiss": DISMISS,
    "leave": LEAVE,
}


async def change_memberships(
    screen: ListScreen, picks: Picks, places: tuple[MembershipRow, ...] = ()
) -> None:
    """Let the operator choose what is to happen, and where; `places` are one person's own."""
    from tui_admin.tui.dialogs.choose import Choose, Item

    items = [Item("add", ADD.label)]
    for each in places:
        turned = ("lower", "make a member") if each.kind == MANAGER else ("raise", "administrator")
        office = ("dismiss", "company administrator no longer")
        if not each.company_administrator:
            office = ("appoint", "company administrator")
        items += [
            Item(f"{name} {each.organisation}", f"{each.organisation}: {words}", each.kind)
            for name, words in (turned, office, ("leave", "take out"))
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
            return change.act(desk, some, place, even_last)

        return do

    bulk = await screen.foresee(change.doing, picks, of(False), even_last=of(True), among=among)
    if bulk is None:
        return
    question = change.question.format(place=safe(place, 80).replace("{", "{{").replace("}", "}}"))
    if (bulk.is_for_one and not change.takes) or await screen.agreed(bulk, question, "Do it"):
        await screen.carry_out(bulk, of(bulk.even_last))
