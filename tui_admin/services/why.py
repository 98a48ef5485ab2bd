"""Why somebody can, or cannot, do something, as things are or as they would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tui_admin.domain import why as rules
from tui_admin.domain.errors import NotFound, because
from tui_admin.domain.permissions import ALL
from tui_admin.services.people import find_role
from tui_admin.services.planning import find_organisation
from tui_admin.services.users import Users
from tui_admin.services.work import Service, Work, reads
from tui_admin.store.schema.accounts import role, role_permission
from tui_admin.store.schema.organisations import membership, organisation

if TYPE_CHECKING:
    from tui_admin.domain.why import Answer


class Explaining(Service):
    """Answers about rights, of the people that one may see."""

    @reads()
    async def why(
        self,
        work: Work,
        who: int | str,
        permission: str,
        organisation: str = "",
        with_role: str = "",
    ) -> Answer:
        """Return whether somebody may do something, there or anywhere, and for which reasons.

        `with_role` asks what would be, had they another role. Raises `NotFound` for a person,
        permission, organisation or role that there is not.
        """
        if permission not in ALL:
            raise NotFound("permission_unknown", permission=permission)
        person = await Users(self.context).one(work, who)
        standing = await self._standing(work, person, with_role)
        where = await self._where(work, person, organisation) if organisation else None
        answer = rules.why(standing, permission, where)
        answer = rules.ceiling(
            answer, permission, work.rights.environment, await _givers(work, permission)
        )
        if with_role:
            supposed = because("why_supposed", who=standing.who, role=standing.role)
            return answer._replace(reasons=(supposed, *answer.reasons))
        return answer

    async def _where(self, work: Work, person: Any, name: str) -> rules.Where:
        place = await find_organisation(work, name)
        own = person.id == work.rights.operator_id
        if not own and not work.rights.scope("can_view").covers(place.id):
            raise NotFound("organisation_unknown", organisation=name)
        return rules.Where(place.id, place.name)

    async def _standing(self, work: Work, person: Any, with_role: str) -> rules.Standing:
        given = await find_role(work, with_role or person.role)
        asked = (
            select(
                organisation.c.id,
                organisation.c.name,
                membership.c.kind,
                membership.c.company_administrator,
            )
            .select_from(membership.join(organisation))
            .where(membership.c.user_id == person.id)
            .order_by(organisation.c.name_key)
        )
        scope = work.rights.scope("can_view")
        if not scope.everywhere and person.id != work.rights.operator_id:
            # Nothing is told of organisations that the operator knows nothing of.
            asked = asked.where(organisation.c.id.in_(scope.organisations))
        return rules.Standing(
            person.display_name or person.username,
            person.status,
            person.blocked_reason,
            given.name,
            given.permissions,
            tuple(rules.Place(*row) for row in await work.rows(asked)),
        )


async def _givers(work: Work, permission: str) -> list[str]:
    """Return the roles that allow something."""
    asked = select(role.c.name).select_from(role.join(role_permission))
    allowed = asked.where(role_permission.c.permission == permission)
    return list((await work.connection.execute(allowed)).scalars())
