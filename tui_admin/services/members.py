"""Who belongs to an organisation, as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from tui_admin.domain.errors import NotFound
from tui_admin.domain.lists.members import MEMBERS, PLACE, MemberRow
from tui_admin.services.lister import Lister
from tui_admin.store.pages import Source
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.organisations import membership

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.query import Query
    from tui_admin.services.work import Work
    from tui_admin.store.pages import Column, Question

adder = user.alias("adder")

SOURCE = Source(
    MEMBERS,
    select(
        user,
        membership.c.kind,
        membership.c.company_administrator,
        membership.c.created_at.label("since"),
        func.coalesce(adder.c.username, "").label("by"),
    ).select_from(
        membership.join(user, membership.c.user_id == user.c.id).outerjoin(
            adder, membership.c.created_by == adder.c.id
        )
    ),
    user.c.id,
    user.c.version,
    {
        "email": user.c.email_key,
        "display_name": user.c.name_key,
        "kind": membership.c.kind,
        "since": membership.c.created_at,
        "status": user.c.status,
        PLACE: membership.c.organisation_id,
    },
    search=user.c.search,
)


class Members(Lister[MemberRow]):
    """The people of one organisation, which every query names; acts on them are `Memberships`."""

    source = SOURCE

    def visible(self, work: Work) -> list[Column]:
        """Narrow to the organisations whose people the operator may see."""
        scope = work.rights.scope("can_view")
        if scope.everywhere:
            return []
        return [membership.c.organisation_id.in_(scope.organisations)]

    def question(self, work: Work, query: Query) -> Question:
        """Return which members a query means; raises `NotFound` where it names no organisation."""
        if not any(term.field == PLACE for term in query.terms):
            raise NotFound("organisation_unknown", organisation="")
        return super().question(work, query)

    async def counts(self, work: Work) -> dict[str, int]:
        """Return how many memberships there are."""
        asked = select(func.count()).select_from(membership).where(*self.visible(work))
        return {"": await work.connection.scalar(asked) or 0}

    async def present(self, work: Work, found: Sequence[Any]) -> tuple[MemberRow, ...]:  # noqa: ARG002
        """Return the members."""
        return tuple(
            MemberRow(
                row.id,
                row.version,
                row.email,
                row.username,
                row.display_name,
                row.status,
                row.kind,
                "company admin" if row.company_administrator else "",
                row.since,
                row.by,
            )
            for row in found
        )
