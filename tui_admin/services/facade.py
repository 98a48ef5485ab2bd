"""The services as front ends hold them: a hub for an open store, a desk for an operator at it.

A service is imported when it is first asked for, so that the first rows wait for no other.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_admin.services.drafts import kept_under
from tui_admin.services.feed import Feed
from tui_admin.services.operators import Operators
from tui_admin.services.work import Context, Operator, Policy, Rehearsal, Service, Work, reads

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tui_admin.domain.permissions import Rights
    from tui_admin.services.approvals import Approvals
    from tui_admin.services.asking import Asking
    from tui_admin.services.audit import Audit
    from tui_admin.services.authorising import Authorising
    from tui_admin.services.batch_list import Batches
    from tui_admin.services.digests import Digests
    from tui_admin.services.domains import Domains
    from tui_admin.services.drafts import Drafts
    from tui_admin.services.importing import Importing
    from tui_admin.services.invitations import Invitations
    from tui_admin.services.inviting import Inviting
    from tui_admin.services.joining import Joining
    from tui_admin.services.leaving import Leaving
    from tui_admin.services.members import Members
    from tui_admin.services.memberships import Memberships
    from tui_admin.services.organisations import Organisations
    from tui_admin.services.outbox import Outbox
    from tui_admin.services.outgoing import Outgoing
    from tui_admin.services.overview import Overview
    from tui_admin.services.registering import Registering
    from tui_admin.services.reminders import Reminders
    from tui_admin.services.roles import Roles
    from tui_admin.services.telling import Telling
    from tui_admin.services.triage import Triage
    from tui_admin.services.undo import Undoing
    from tui_admin.services.users import Users
    from tui_admin.services.ways_back import WaysBack
    from tui_admin.services.why import Explaining
    from tui_admin.store.store import Store

__all__ = ["Desk", "Hub", "Operator", "Operators", "Policy"]


class OwnRights(Service):
    """What the operator may do."""

    @reads()
    async def __call__(self, work: Work) -> Rights:
        """Return the rights as they are at this moment."""
        return work.rights


class Sitting(NamedTuple):
    """What an operator sits down to: the rights, and what was left on the desk, by its names."""

    rights: Rights
    left: dict[str, dict[str, Any]]


class SitDown(Service):
    """What a dashboard opens with, in one look at the store."""

    @reads()
    async def __call__(self, work: Work, *names: str) -> Sitting:
        """Return it as it is at this moment; of what was left, that under these names."""
        return Sitting(work.rights, await kept_under(work, names))


class Desk:
    """Every service, acting for one operator."""

    def __init__(self, context: Context) -> None:
        """Bind the services to the operator of the context."""
        self.operator = context.operator
        self.policy = context.policy
        self.rights = OwnRights(context)
        self.sit_down = SitDown(context)
        self._context = context

    def rehearsing(self) -> Desk:
        """Return the same services in a rehearsal: acts say what they would do, and do nothing."""
        return Desk(self._context._replace(rehearsal=Rehearsal()))

    @cached_property
    def users(self) -> Users:
        """Accounts."""
        from tui_admin.services.users import Users

        return Users(self._context)

    @cached_property
    def memberships(self) -> Memberships:
        """People in organisations."""
        from tui_admin.services.memberships import Memberships

        return Memberships(self._context)

    @cached_property
    def leaving(self) -> Leaving:
        """Seeing people out."""
        from tui_admin.services.leaving import Leaving

        return Leaving(self._context)

    @cached_property
    def members(self) -> Members:
        """The people of one organisation, as a list."""
        from tui_admin.services.members import Members

        return Members(self._context)

    @cached_property
    def explaining(self) -> Explaining:
        """Why somebody can or cannot do something."""
        from tui_admin.services.why import Explaining

        return Explaining(self._context)

    @cached_property
    def importing(self) -> Importing:
        """Bringing many people at once."""
        from tui_admin.services.importing import Importing

        return Importing(self._context)

    @cached_property
    def registering(self) -> Registering:
        """Registering people on their behalf."""
        from tui_admin.services.registering import Registering

        return Registering(self._context)

    @cached_property
    def invitations(self) -> Invitations:
        """Invitations, as a list."""
        from tui_admin.services.invitations import Invitations

        return Invitations(self._context)

    @cached_property
    def batches(self) -> Batches:
        """Invitations, as they were sent together."""
        from tui_admin.services.batch_list import Batches

        return Batches(self._context)

    @cached_property
    def inviting(self) -> Inviting:
        """Inviting people."""
        from tui_admin.services.inviting import Inviting

        return Inviting(self._context)

    @cached_property
    def approvals(self) -> Approvals:
        """Registrations that wait for a decision."""
        from tui_admin.services.approvals import Approvals

        return Approvals(self._context)

    @cached_property
    def triage(self) -> Triage:
        """What is done with those who wait, short of deciding."""
        from tui_admin.services.triage import Triage

        return Triage(self._context)

    @cached_property
    def organisations(self) -> Organisations:
        """Organisations."""
        from tui_admin.services.organisations import Organisations

        return Organisations(self._context)

    @cached_property
    def asking(self) -> Asking:
        """What a member can ask for."""
        from tui_admin.services.asking import Asking

        return Asking(self._context)

    @cached_property
    def authorising(self) -> Authorising:
        """Authorisation sets."""
        from tui_admin.services.authorising import Authorising

        return Authorising(self._context)

    @cached_property
    def domains(self) -> Domains:
        """E-mail domains."""
        from tui_admin.services.domains import Domains

        return Domains(self._context)

    @cached_property
    def roles(self) -> Roles:
        """Roles."""
        from tui_admin.services.roles import Roles

        return Roles(self._context)

    @cached_property
    def outbox(self) -> Outbox:
        """Mails that wait, or went out."""
        from tui_admin.services.outbox import Outbox

        return Outbox(self._context)

    @cached_property
    def audit(self) -> Audit:
        """The audit log."""
        from tui_admin.services.audit import Audit

        return Audit(self._context)

    @cached_property
    def overview(self) -> Overview:
        """The environment at a glance."""
        from tui_admin.services.overview import Overview

        return Overview(self._context)

    @cached_property
    def digests(self) -> Digests:
        """How the operator is told of who waits."""
        from tui_admin.services.digests import Digests

        return Digests(self._context)

    @cached_property
    def drafts(self) -> Drafts:
        """What the operator left on the desk."""
        from tui_admin.services.drafts import Drafts

        return Drafts(self._context)

    @cached_property
    def ways_back(self) -> WaysBack:
        """What was sent a moment ago, and how to take it back."""
        from tui_admin.services.ways_back import WaysBack

        return WaysBack(self._context)

    @cached_property
    def undo(self) -> Undoing:
        """Taking acts back."""
        from tui_admin.services.undo import Undoing

        return Undoing(self._context)


class Hub:
    """One open store, before anybody acts."""

    def __init__(
        self, store: Store, policy: Policy, now: Callable[[], datetime], origin: str
    ) -> None:
        """Take an open store; `origin` is where acts come from: `tui`, `cli`, `worker`."""
        self._store, self.policy, self._now, self._origin = store, policy, now, origin
        self.operators = Operators(store, now, origin)
        self.feed = Feed(store)

    @cached_property
    def outgoing(self) -> Outgoing:
        """The outbox, for a worker."""
        from tui_admin.services.outgoing import Outgoing

        return Outgoing(self._store, self._now)

    @cached_property
    def reminders(self) -> Reminders:
        """Reminders of invitations, for whoever keeps house."""
        from tui_admin.services.reminders import Reminders

        return Reminders(self._store, self.policy, self._now, self._origin)

    @cached_property
    def telling(self) -> Telling:
        """Digests of who waits for approval, for whoever keeps house."""
        from tui_admin.services.telling import Telling

        return Telling(self._store, self.policy, self._now, self._origin)

    @cached_property
    def joining(self) -> Joining:
        """The invitee's pages."""
        from tui_admin.services.joining import Joining

        hashing = self.operators.hashing
        return Joining(self._store, self.policy, self._now, self._origin, hashing)

    def acting(self, operator: Operator) -> Desk:
        """Return the services for an operator, whose rights are read at every act."""
        return Desk(Context(self._store, self.policy, self._now, operator, self._origin))

    async def close(self) -> None:
        """Let go of the store."""
        await self._store.close()
