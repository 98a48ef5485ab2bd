"""Organisations, as far as inviting needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from tui_admin.domain.errors import NotFound
from tui_admin.domain.lists.organisations import ORGANISATIONS, OrganisationRow
from tui_admin.services.lister import Lister
from tui_admin.services.work import Work, reads
from tui_admin.store.pages import Source
from tui_admin.store.schema.columns import lower
from tui_admin.store.schema.organisations import membership, organisation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.store.pages import Column

SOURCE = Source(
    ORGANISATIONS,
    select(organisation),
    organisation.c.id,
    organisation.c.version,
    {
        "name": organisation.c.name_key,
        "registration_number": organisation.c.registration_number,
        "status": organisation.c.status,
        "created_at": organisation.c.created_at,
    },
    search=organisation.c.search,
)


class Organisations(Lister[OrganisationRow]):
    """The companies of the environment."""

    source = SOURCE

    def visible(self, work: Work) -> list[Column]:
        """Narrow to those the operator administers."""
        scope = work.rights.scope("can_view")
        return [] if scope.everywhere else [organisation.c.id.in_(scope.organisations)]

    def label(self, row: Any) -> str:
        """Return its name."""
        return str(row.name)

    async def present(self, work: Work, found: Sequence[Any]) -> tuple[OrganisationRow, ...]:
        """Count the members."""
        counts = await work.rows(
            select(membership.c.organisation_id, func.count())
            .where(membership.c.organisation_id.in_([row.id for row in found]))
            .group_by(membership.c.organisation_id)
        )
        members: dict[int, int] = dict(counts)
        return tuple(
            OrganisationRow(
                row.id,
                row.version,
                row.name,
                row.registration_number,
                row.status,
                members.get(row.id, 0),
                row.created_at,
            )
            for row in found
        )

    @reads()
    async def show(self, work: Work, who: int | str) -> OrganisationRow:
        """Return one organisation by id, name or registration number; raises `NotFound`."""
        name = str(who)
        by_id = [organisation.c.id == int(name)] if name.isdecimal() and len(name) < 8 else []
        wanted = or_(
            lower(organisation.c.name) == name.lower(),
            organisation.c.registration_number == name,
            *by_id,
        )
        found = await work.rows(self.source.rows.where(wanted, *self.visible(work)))
        if not found:
            raise NotFound("organisation_unknown", organisation=name)
        return (await self.present(work, found[:1]))[0]
