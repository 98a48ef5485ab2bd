"""The services as front ends hold them: a hub for an open store, a desk for an operator at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.services.audit import Audit, Feed
from tui_admin.services.drafts import Drafts
from tui_admin.services.importing import NewUser
from tui_admin.services.invitations import Invitations
from tui_admin.services.inviting import Inviting
from tui_admin.services.operators import Operators
from tui_admin.services.organisations import Organisations
from tui_admin.services.outbox import Outbox
from tui_admin.services.outgoing import Outgoing
from tui_admin.services.overview import Overview
from tui_admin.services.roles import Roles
from tui_admin.services.undo import Undoing
from tui_admin.services.users import Users
from tui_admin.services.work import Context, Operator, Policy, Service, Work, reads

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tui_admin.domain.permissions import Rights
    from tui_admin.store.store import Store

__all__ = ["Desk", "Hub", "NewUser", "Operator", "Operators", "Policy"]


class OwnRights(Service):
    """What the operator may do."""

    @reads()
    async def __call__(self, work: Work) -> Rights:
        """Return the rights as they are at this moment."""
        return work.rights


class Desk:
    """Every service, acting for one operator."""

    def __init__(self, context: Context) -> None:
        """Bind the services to the operator of the context."""
        self.operator = context.operator
        self.policy = context.policy
        self.rights = OwnRights(context)
        self.users = Users(context)
        self.invitations = Invitations(context)
        self.inviting = Inviting(context)
        self.organisations = Organisations(context)
        self.roles = Roles(context)
        self.outbox = Outbox(context)
        self.audit = Audit(context)
        self.overview = Overview(context)
        self.drafts = Drafts(context)
        self.undo = Undoing(context)


class Hub:
    """One open store, before anybody acts."""

    def __init__(
        self, store: Store, policy: Policy, now: Callable[[], datetime], origin: str
    ) -> None:
        """Take an open store; `origin` is where acts come from: `tui`, `cli`, `worker`."""
        self._store, self.policy, self._now, self._origin = store, policy, now, origin
        self.operators = Operators(store, now, origin)
        self.feed = Feed(store)
        self.outgoing = Outgoing(store, now)

    def acting(self, operator: Operator) -> Desk:
        """Return the services for an operator, whose rights are read at every act."""
        return Desk(Context(self._store, self.policy, self._now, operator, self._origin))

    async def close(self) -> None:
        """Let go of the store."""
        await self._store.close()
