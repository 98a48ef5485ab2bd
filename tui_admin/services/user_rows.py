"""Accounts as they are read: which of them, in whose sight, with which of their organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import false, func, or_, select, true

from tui_admin.domain.lists.users import USERS, UserRow
from tui_admin.services.lister import Lister
from tui_admin.services.people import belonging, listed, of_organisations
from tui_admin.store.pages import Clause, Source, union_of
from tui_admin.store.schema.accounts import last_seen, role, user
from tui_admin.store.schema.organisations import membership, organisation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select

    from tui_admin.domain.query import Term
    from tui_admin.services.work import Work
    from tui_admin.store.pages import Column


adder = user.alias("adder")


class MembershipRow(NamedTuple):
    """Somebody's place in an organisation."""

    organisation_id: int
    organisation: str
    kind: str
    company_administrator: bool
    since: datetime
    by: str


def _filtered(term: Term, now: datetime) -> Clause:
    """Ask the filters, which nobody needs before the first one is typed."""
    from tui_admin.services.user_filters import FILTERS

    return FILTERS[term.field](term, now)


SOURCE = Source(
    USERS,
    # An outer join, so that no engine begins with the roles and then sorts all people.
    select(user, role.c.name.label("role")).select_from(user.outerjoin(role)),
    user.c.id,
    user.c.version,
    {
        "email": user.c.email_key,
        "display_name": user.c.name_key,
        "status": user.c.status,
        "username": user.c.username,
        # In the order in which the roles were made: that of their names would be no index's.
        "role": user.c.role_id,
        "created_at": user.c.created_at,
        "seen_at": last_seen,
    },
    search=user.c.search,
    special=dict.fromkeys(
        ("organisations", "role", "product", "domain", "invited_by", "seen_at", "stuck"), _filtered
    ),
)


class UserRows(Lister[UserRow]):
    """The people of the environment, as far as the operator may see them."""

    source = SOURCE
    kept = True

    def visible(self, work: Work) -> list[Column]:
        """Narrow to one's organisations, or to oneself (DESIGN.md rule 3, `can_view`)."""
        scope = work.rights.scope("can_view")
        if scope.everywhere:
            return [listed(work.now)]
        mine = of_organisations(scope.organisations) if scope.organisations else false()
        return [listed(work.now), or_(user.c.id == work.rights.operator_id, mine)]

    def scope(self, work: Work) -> Select[Any] | None:
        """Return the people of one's organisations, and oneself."""
        scope = work.rights.scope("can_view")
        if scope.everywhere:
            return None
        me = select(user.c.id).where(user.c.id == work.rights.operator_id)
        return union_of(me, *belonging(scope.organisations))

    async def corrected(self, work: Work, counts: dict[str, int]) -> dict[str, int]:
        """Leave out those who never accepted and have left the lists."""
        if self.scope(work) is None:
            gone = select(func.count()).where(
                user.c.status == "invited", user.c.leaves_at <= work.now
            )
            counts = counts | {"invited": counts.get("invited", 0)}
            counts["invited"] -= await work.connection.scalar(gone) or 0
        return {name: number for name, number in counts.items() if number}

    async def present(self, work: Work, found: Sequence[Any]) -> tuple[UserRow, ...]:
        """Add the organisations that the operator may know of."""
        names = await self._organisation_names(work, [row.id for row in found])
        return tuple(
            UserRow(
                row.id,
                row.version,
                row.email,
                row.username,
                row.display_name,
                row.status,
                row.role,
                tuple(names.get(row.id, ())),
                row.created_at,
                row.seen_at,
            )
            for row in found
        )

    async def _organisation_names(self, work: Work, people: list[int]) -> dict[int, list[str]]:
        """Return for each of some people the names of their organisations."""
        if not people:
            return {}
        columns = select(membership.c.user_id, organisation.c.name)
        statement = columns.select_from(membership.join(organisation))
        grouped: dict[int, list[str]] = {}
        for user_id, name in await work.rows(self._known(work, statement, people)):
            grouped.setdefault(user_id, []).append(name)
        return grouped

    async def memberships(self, work: Work, user_id: int) -> tuple[MembershipRow, ...]:
        """Return somebody's memberships, each with its organisation and who added them."""
        statement = select(
            membership,
            organisation.c.name.label("organisation"),
            func.coalesce(adder.c.username, "").label("adder"),
        ).select_from(
            membership.join(organisation).outerjoin(adder, membership.c.created_by == adder.c.id)
        )
        return tuple(
            MembershipRow(
                row.organisation_id,
                row.organisation,
                row.kind,
                row.company_administrator,
                row.created_at,
                row.adder,
            )
            for row in await work.rows(self._known(work, statement, [user_id]))
        )

    @staticmethod
    def _known(work: Work, statement: Select[Any], people: list[int]) -> Select[Any]:
        """Narrow memberships to some people and to organisations the operator may know of."""
        scope = work.rights.scope("can_view")
        mine = membership.c.user_id == work.rights.operator_id
        seen = or_(mine, membership.c.organisation_id.in_(scope.organisations))
        return statement.where(
            membership.c.user_id.in_(people), true() if scope.everywhere else seen
        ).order_by(organisation.c.name_key)
