"""What can be done with what stands in a person's details: the same acts as elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_admin.domain.errors import because
from tui_admin.domain.lifecycle import DROPPABLE, LIVE, RESENDABLE, RETRYABLE
from tui_admin.domain.offices import MANAGER
from tui_admin.domain.outcomes import Picks
from tui_admin.tui.details.sections import Deed, Thing
from tui_admin.tui.membering import ADD, APPOINT, DISMISS, LEAVE, LOWER, RAISE, choose_place, see_to

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tui_admin.domain.lists.invitations import InvitationRow
    from tui_admin.domain.lists.outbox import MessageRow
    from tui_admin.services.candidates import Candidate
    from tui_admin.services.user_rows import MembershipRow
    from tui_admin.services.users import Person


def _picks(person: Person) -> Picks:
    return Picks.rows([(person.row.id, person.row.version)])


def of_account(person: Person) -> tuple[Thing, ...]:
    """Return what can be done with the account itself."""
    picks, blocked = _picks(person), person.row.status == "blocked"
    stop = (
        Deed("Unblock", lambda screen: screen.unblock(picks), "can_block")
        if blocked
        else Deed("Block, with a reason", lambda screen: screen.block(picks), "can_block")
    )
    not_active = because("password_link_not_active", status=person.row.status)
    link = Deed(
        "Mail a link to set a password",
        lambda screen: screen.password_link(picks),
        "can_add_user",
        None if person.row.status == "active" else not_active,
    )
    out = Deed(
        "See out: places, invitations and access end",
        lambda screen: screen.see_out(picks),
        "can_block",
    )
    gone = Deed("Remove for good", lambda screen: screen.erase(picks), "can_block")
    return (Thing(person.row.display_name or person.row.email, (stop, link, out, gone)),)


def of_rights(person: Person) -> tuple[Thing, ...]:
    """Return what can be done about rights."""
    picks = _picks(person)
    deeds = (
        Deed("Why can they, why can't they …", lambda screen: screen.why()),
        Deed("Give another role", lambda screen: screen.role(picks), "can_change_role"),
    )
    return (Thing("Rights", deeds),)


def of_waiting(candidate: Candidate) -> tuple[Thing, ...]:
    """Return how a registration that waits can be decided on."""
    deeds = (
        Deed("Approve", lambda screen: screen.approve(), "can_approve"),
        Deed(
            "Reject, with a reason",
            lambda screen: screen.reject_registration(candidate),
            "can_approve",
        ),
    )
    return (Thing("Waits for approval", deeds),)


def of_memberships(person: Person) -> tuple[Thing, ...]:
    """Return what can be done with each membership, and adding one more."""

    async def add(screen: Any) -> None:
        place = await choose_place(screen, "Add to which organisation?")
        if place:
            await see_to(screen, _picks(person), ADD, place)

    more = Thing("Another organisation …", (Deed("Add to it", add, "can_manage_members"),))
    return (*(_place(person, each) for each in person.memberships), more)


def _place(person: Person, each: MembershipRow) -> Thing:
    picks, needs = _picks(person), "can_manage_members"
    raised = each.kind == MANAGER
    turn, words = (LOWER, "Make a member") if raised else (RAISE, "Make administrator")

    def turned(screen: Any) -> Awaitable[None]:
        return see_to(screen, picks, turn, each.organisation)

    held = each.company_administrator

    def office(screen: Any) -> Awaitable[None]:
        return see_to(screen, picks, DISMISS if held else APPOINT, each.organisation)

    def out(screen: Any) -> Awaitable[None]:
        return see_to(screen, picks, LEAVE, each.organisation)

    authority = "Company administrator no longer" if held else "Make company administrator"
    deeds = (
        Deed(words, turned, needs),
        Deed(authority, office, needs),
        Deed("Take out of it", out, needs),
    )
    return Thing(each.organisation, deeds)


def of_invitations(person: Person) -> tuple[Thing, ...]:
    """Return what can be done with each invitation."""
    return tuple(_invitation(each) for each in person.invitations)


def _invitation(each: InvitationRow) -> Thing:
    picks, why = Picks.of(each.id), because("invitation_is", status=each.status)

    async def resend(screen: Any) -> None:
        await screen.act(screen.dashboard.opened_desk.invitations.resend(picks))

    async def revoke(screen: Any) -> None:
        await screen.act(screen.dashboard.opened_desk.invitations.revoke(picks))

    what = " · ".join(filter(None, (each.organisation, each.product))) or "the environment"
    return Thing(
        f"{what} ({each.status})",
        (
            Deed("Resend", resend, "can_invite", None if each.status in RESENDABLE else why),
            Deed("Revoke", revoke, "can_invite", None if each.status in LIVE else why),
        ),
    )


def of_mails(person: Person) -> tuple[Thing, ...]:
    """Return what can be done with each mail."""
    return tuple(_mail(each) for each in person.mails)


def _mail(each: MessageRow) -> Thing:
    picks, needs = Picks.rows([(each.id, each.version)]), "can_manage_mail"
    why = because("mail_is", status=each.status)

    async def retry(screen: Any) -> None:
        await screen.act(screen.dashboard.opened_desk.outbox.retry(picks))

    async def drop(screen: Any) -> None:
        await screen.act(screen.dashboard.opened_desk.outbox.drop(picks))

    deeds = (
        Deed("Read it", lambda screen: screen.read_mail(each.id), needs),
        Deed("Queue it again", retry, needs, None if each.status in RETRYABLE else why),
        Deed("Cancel it", drop, needs, None if each.status in DROPPABLE else why),
    )
    return Thing(f"{each.subject} ({each.status})", deeds)
