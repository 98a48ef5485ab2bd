"""The batches that were sent: who, when, how many came in, and where the others are stuck."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, exists, func, select

from tui_admin.domain.journey import STUCK
from tui_admin.domain.lists.batches import BATCHES, BatchRow
from tui_admin.domain.text import fold
from tui_admin.services.invitation_rows import ME, status_now, visible_invitations
from tui_admin.services.lister import Lister
from tui_admin.services.whereabouts import beside, stuck_in
from tui_admin.store.pages import Clause, Source, contains, has_word
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.inviting import invitation, invitation_batch
from tui_admin.store.schema.joining import registration
from tui_admin.store.schema.organisations import organisation
from tui_admin.store.schema.products import product

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tui_admin.domain.query import Query, Term
    from tui_admin.services.work import Work
    from tui_admin.store.pages import Column, Question

sender = user.alias("sender")
first = invitation.alias("first")


def _of_organisation(term: Term, _now: datetime) -> Clause:
    return Clause(has_word(organisation.c.name_key, term.value))


def _of_product(term: Term, _now: datetime) -> Clause:
    return Clause(has_word(product.c.code, term.value))


SOURCE = Source(
    BATCHES,
    select(
        invitation_batch,
        sender.c.username.label("by"),
        func.coalesce(organisation.c.name, "").label("organisation"),
        func.coalesce(product.c.code, "").label("product"),
    ).select_from(
        invitation_batch.outerjoin(sender, invitation_batch.c.created_by == sender.c.id)
        # All invitations of a batch are for the same: its first says for what.
        .outerjoin(
            first,
            first.c.id
            == select(func.min(invitation.c.id))
            .where(invitation.c.batch_id == invitation_batch.c.id)
            .scalar_subquery(),
        )
        .outerjoin(organisation, first.c.organisation_id == organisation.c.id)
        .outerjoin(product, first.c.product_id == product.c.id)
    ),
    invitation_batch.c.id,
    invitation_batch.c.id,
    {
        "id": invitation_batch.c.id,
        "created_at": invitation_batch.c.created_at,
        "invited_by": sender.c.username,
    },
    special={"organisation": _of_organisation, "product": _of_product},
)


class Batches(Lister[BatchRow]):
    """What was sent by one press of Send, and what became of it."""

    source = SOURCE

    def visible(self, work: Work) -> list[Column]:
        """Narrow to batches with an invitation that the operator may see."""
        conditions = visible_invitations(work)
        if not conditions:
            return []
        return [exists().where(invitation.c.batch_id == invitation_batch.c.id, *conditions)]

    def question(self, work: Work, query: Query) -> Question:
        """Take `by:me` for the operator's own, and words for people who were in the batch."""
        mine = [each for each in query.terms if (each.field, fold(each.value)) == ME]
        others = tuple(each for each in query.terms if each not in mine)
        asked = super().question(work, query._replace(words=(), terms=others))
        own = [invitation_batch.c.created_by == work.rights.operator_id] if mine else []
        named = [
            exists().where(
                invitation.c.batch_id == invitation_batch.c.id,
                contains(invitation.c.search, fold(word)),
            )
            for word in query.words
        ]
        also = [Clause(each) for each in (*own, *named)]
        return asked._replace(clauses=(*asked.clauses, *also))

    async def counts(self, work: Work) -> dict[str, int]:
        """Return how many there are: a batch has no status of its own."""
        number = select(func.count()).select_from(invitation_batch).where(*self.visible(work))
        return {"": int(await work.connection.scalar(number) or 0)}

    def label(self, row: Any) -> str:
        """Return what people call it."""
        return f"#{row.id}"

    async def present(self, work: Work, found: Sequence[Any]) -> tuple[BatchRow, ...]:
        """Count, for all of a page at once, what became of each batch's invitations."""
        tallies = await tally(work, [row.id for row in found])
        return tuple(_batch_row(row, tallies.get(row.id, {})) for row in found)


async def tally(work: Work, batches: Sequence[int]) -> dict[int, dict[tuple[str, str], int]]:
    """Return how many invitations of each batch have which status, and are stuck where."""
    if not batches:
        return {}
    places = ((stuck_in(place, work.now, beside), place) for place in STUCK[1:])
    stuck = case(*places, else_="").label("stuck")
    status = status_now(work.now).label("status_now")
    rows = invitation.outerjoin(registration, registration.c.invitation_id == invitation.c.id)
    inner = (
        select(invitation.c.batch_id, status, stuck)
        .select_from(rows)
        .where(invitation.c.batch_id.in_(batches), *visible_invitations(work))
        .subquery()
    )
    columns = inner.c.batch_id, inner.c.status_now, inner.c.stuck
    counted: dict[int, dict[tuple[str, str], int]] = {}
    for batch, word, place, number in await work.rows(
        select(*columns, func.count()).group_by(*columns)
    ):
        counted.setdefault(batch, {})[word, place] = number
    return counted


def _batch_row(row: Any, counted: dict[tuple[str, str], int]) -> BatchRow:
    def having(status: str) -> int:
        return sum(number for (word, _), number in counted.items() if word == status)

    stuck = {
        place: sum(number for (_, where), number in counted.items() if where == place)
        for place in STUCK[1:]
    }
    waiting = sum(
        number
        for (word, where), number in counted.items()
        if word in ("queued", "sent") and not where
    )
    return BatchRow(
        id=row.id,
        created_at=row.created_at,
        invited_by=row.by or "",
        organisation=row.organisation,
        product=row.product,
        size=row.size,
        accepted=having("accepted"),
        waiting=waiting,
        taken_back=having("revoked") + having("undone"),
        stuck=tuple(f"{number:,} {place}" for place, number in stuck.items() if number),
    )
