"""Taking an act back: each action's inverse, found from the audit events that record it.

An undo is an act of its own, with its own events. It is refused, as a whole, once any of the
records has moved on since, or a mail has left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tui_admin.domain.errors import Denied, Refused
from tui_admin.domain.outcomes import Outcome
from tui_admin.services.authorising import unauthorise
from tui_admin.services.chunks import chunks
from tui_admin.services.leaving import welcome_back
from tui_admin.services.rejoining import restore_memberships
from tui_admin.services.sending import restore_pause
from tui_admin.services.unbringing import unbring
from tui_admin.services.undeciding import ADMITTED, unapprove, unreject
from tui_admin.services.undo_accounts import unact
from tui_admin.services.undomain import unclaim, unshare
from tui_admin.services.uninviting import unhold, unlink, unresend, unrevoke, unsend
from tui_admin.services.unlisting import unenlist
from tui_admin.services.unorganising import restore_profile, restore_status, unmake_organisation
from tui_admin.services.unroling import restore_role, unmake_role
from tui_admin.services.untriage import unask, unsnooze, unvalidate
from tui_admin.services.work import Service, Work, writes
from tui_admin.store.schema.audit import audit_event

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from tui_admin.domain.outcomes import Row, Undo

NEEDS = {
    "user.block": "can_block",
    "user.unblock": "can_block",
    "user.leave": "can_block",
    "user.role": "can_change_role",
    "membership.add": "can_manage_members",
    "membership.change": "can_manage_members",
    "membership.remove": "can_manage_members",
    "membership.appoint": "can_manage_members",
    "membership.dismiss": "can_manage_members",
    "user.add": "can_add_user",
    "user.update": "can_add_user",
    "user.identity": "can_register_identity",
    "registration.register": "can_register_identity",
    "invitation.send": "can_invite",
    "invitation.resend": "can_invite",
    "invitation.retry": "can_invite",
    "invitation.revoke": "can_invite",
    "invitation.expiry": "can_invite",
    "invitation.link": "can_invite",
    "registration.approve": "can_approve",
    "registration.reject": "can_approve",
    "registration.ask": "can_approve",
    "registration.snooze": "can_approve",
    "registration.wake": "can_approve",
    "identity.validate": "can_approve",
    "organisation.create": "can_edit_organisation",
    "organisation.edit": "can_edit_organisation",
    "organisation.archive": "can_edit_organisation",
    "organisation.restore": "can_edit_organisation",
    "role.create": "can_edit_roles",
    "role.change": "can_edit_roles",
    "registration.authorise": "can_manage_members",
    "domain.claim": "can_manage_domains",
    "domain.share": "can_manage_domains",
    "mail.pause": "can_manage_mail",
    "mail.resume": "can_manage_mail",
}
"""Who may take an act back: those who may do it."""
ALONG = {
    "user.leave": frozenset({"membership.remove", "invitation.revoke"}),
    "user.update": frozenset({"user.add"}),
    "registration.register": frozenset({"user.add", "user.identity"}),
}
"""What an act brings along that is an act of its own elsewhere."""


class Undoing(Service):
    """Takes acts back."""

    @writes()
    async def take_back(self, work: Work, undo: Undo) -> Outcome:
        """Undo the act of these events; raises `Refused`, and changes nothing, where it is late."""
        if undo.until is not None and work.now > undo.until:
            raise Refused("undo_over")
        events = await self._events(work, undo)
        action = _act(events)
        if not work.rights.scope(NEEDS[action]):
            raise Denied("not_allowed", permission=NEEDS[action])
        done = await INVERSES[action](work, events)
        return work.outcome(f"{action}.undo", done)

    async def __call__(self, undo: Undo) -> Outcome:
        """Undo an act, as the outcome of it said: one that came in parts from its last one on."""
        parts = reversed(undo.parts or (undo,))
        return Outcome.of([await self.take_back(each) for each in parts])

    async def _events(self, work: Work, undo: Undo) -> Sequence[Any]:
        found: list[Any] = []
        for some in chunks(undo.events):
            found += await work.rows(
                select(audit_event).where(audit_event.c.id.in_(some)).order_by(audit_event.c.id)
            )
        if len(found) != len(undo.events) or _act(found) not in NEEDS:
            raise Refused("undo_impossible")
        if any(event.operator_id != work.rights.operator_id for event in found):
            raise Denied("undo_of_another")
        return found


def _act(events: Sequence[Any]) -> str:
    """Return the act that events are of, "" for none or several: what came along is not it."""
    acts = {event.action for event in events} - ADMITTED
    for act, along in ALONG.items():
        acts -= along if act in acts else frozenset()
    return acts.pop() if len(acts) == 1 else ""


INVERSES: dict[str, Callable[[Work, Sequence[Any]], Awaitable[list[Row]]]] = {
    "user.block": unact,
    "user.unblock": unact,
    "user.leave": welcome_back,
    "user.role": unact,
    "membership.add": restore_memberships,
    "membership.change": restore_memberships,
    "membership.remove": restore_memberships,
    "membership.appoint": restore_memberships,
    "membership.dismiss": restore_memberships,
    "user.add": unbring,
    "user.update": unbring,
    "user.identity": unbring,
    "registration.register": unenlist,
    "invitation.send": unsend,
    "invitation.resend": unresend,
    "invitation.retry": unresend,
    "invitation.revoke": unrevoke,
    "invitation.expiry": unhold,
    "invitation.link": unlink,
    "registration.approve": unapprove,
    "registration.reject": unreject,
    "registration.ask": unask,
    "registration.snooze": unsnooze,
    "registration.wake": unsnooze,
    "identity.validate": unvalidate,
    "organisation.create": unmake_organisation,
    "organisation.edit": restore_profile,
    "organisation.archive": restore_status,
    "organisation.restore": restore_status,
    "role.create": unmake_role,
    "role.change": restore_role,
    "registration.authorise": unauthorise,
    "domain.claim": unclaim,
    "domain.share": unshare,
    "mail.pause": restore_pause,
    "mail.resume": restore_pause,
}
