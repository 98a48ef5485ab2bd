"""What is done with those who wait for approval, short of deciding: asked, put off, vouched for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from tui_admin.domain.approving import why_not_decide
from tui_admin.domain.errors import Refused, because
from tui_admin.domain.lifecycle import MORE_MAIL
from tui_admin.domain.outcomes import Outcome, Picks, Row
from tui_admin.domain.text import one_line
from tui_admin.services.approvals import LONGEST_REASON, Approvals
from tui_admin.services.chunks import chunks
from tui_admin.services.places import undo_until
from tui_admin.services.posting import Recipient, post
from tui_admin.services.trail import Subject
from tui_admin.services.work import Service, Work, writes
from tui_admin.store.schema.joining import digital_identity, registration

if TYPE_CHECKING:
    from datetime import datetime

FURTHEST: Final = 365
"""Days that somebody can be put off at most."""


class Triage(Service):
    """Acts on registrations in the queue; picks are of registrations."""

    @writes("can_approve")
    async def ask(self, work: Work, picks: Picks, text: str) -> Outcome:
        """Ask for more before deciding: the details open again, and the person is told what for.

        Raises `Refused` where nothing is asked, or it is longer than 500 characters.
        """
        text = one_line(text, field="question", limit=LONGEST_REASON, required=True)
        good, skipped = await Approvals(self.context).decidable(work, picks, why_not_decide)
        until = undo_until(work)
        for row in work.for_real(good):
            await _ask(work, row, text, until)
        return work.outcome("registration.ask", _rows(good), skipped, undo=True, until=until)

    @writes("can_approve")
    async def snooze(self, work: Work, picks: Picks, until: datetime) -> Outcome:
        """Leave people out of the queue until a time; raises `Refused` for one that is over."""
        days = (until - work.now).total_seconds() / 86_400
        if not 0 < days <= FURTHEST:
            raise Refused("snooze_time", days=FURTHEST)
        return await self._put_off(work, picks, until, "registration.snooze")

    @writes("can_approve")
    async def wake(self, work: Work, picks: Picks) -> Outcome:
        """Put people who were put off back into the queue."""
        return await self._put_off(work, picks, None, "registration.wake")

    async def _put_off(
        self, work: Work, picks: Picks, until: datetime | None, action: str
    ) -> Outcome:
        good, skipped = await Approvals(self.context).decidable(work, picks, why_not_decide)
        if until is None:
            awake = [row for row in good if row.snoozed_until is None]
            skipped += [Row(row.id, row.email, because("not_snoozed")) for row in awake]
            good = [row for row in good if row.snoozed_until is not None]
        by = work.context.operator.username if until else ""
        after = {"snoozed_until": until.isoformat() if until else None, "snoozed_by": by}
        for row in work.for_real(good):
            before = {"snoozed_until": _iso(row.snoozed_until), "snoozed_by": row.snoozed_by}
            await work.change(registration, [row], {"snoozed_until": until, "snoozed_by": by})
            work.trail.note(action, _subject(row), before, after)
        return work.outcome(action, _rows(good), skipped, undo=True)

    @writes("can_approve")
    async def validate(self, work: Work, picks: Picks) -> Outcome:
        """Vouch for the personal details of people who wait: they are who they say they are."""
        rows, skipped = await Approvals(self.context).decidable(work, picks, why_not_decide)
        known = await _identities(work, [row.user_id for row in rows])
        good: list[tuple[Any, Any]] = []
        for row in rows:
            identity = known.get(row.user_id)
            if identity is None:
                skipped.append(Row(row.id, row.email, because("identity_missing")))
            elif identity.status != "supplied":
                skipped.append(Row(row.id, row.email, because("identity_is", is_=identity.status)))
            else:
                good.append((row, identity))
        values = {
            "status": "validated",
            "validated_by": work.rights.operator_id,
            "validated_at": work.now,
        }
        for row, identity in work.for_real(good):
            await work.change(digital_identity, [identity], values)
            subject = Subject("identity", identity.id, row.email, identity.version + 1)
            before, after = {"identity": identity.status}, {"identity": "validated"}
            work.trail.note("identity.validate", subject, before, after)
        done = _rows([row for row, _ in good])
        return work.outcome("identity.validate", done, skipped, undo=True)


async def _ask(work: Work, row: Any, text: str, until: datetime) -> None:
    values = {
        "status": "details",
        "asked_at": work.now,
        "asked_by": work.context.operator.username,
        "asked_text": text,
        "answered_at": None,
        "snoozed_until": None,
    }
    await work.change(registration, [row], values)
    before = {
        "status": row.status,
        "asked_at": _iso(row.asked_at),
        "asked_by": row.asked_by,
        "asked_text": row.asked_text,
        "answered_at": _iso(row.answered_at),
        "snoozed_until": _iso(row.snoozed_until),
    }
    after = {"status": "details", "asked_text": text}
    work.trail.note("registration.ask", _subject(row), before, after)
    to = Recipient(row.user_id, row.email, row.display_name, row.language)
    facts = {
        "product": row.product_name,
        "organisation": row.organisation or row.company_name,
        "invitee_name": row.display_name,
        "reason": text,
        "link": f"{work.policy.portal_url}/registration",
    }
    key = f"{MORE_MAIL}-{row.id}-{row.version + 1}"
    await post(work, MORE_MAIL, to, facts, key, not_before=until)


async def _identities(work: Work, people: list[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for some in chunks(people):
        asked = select(digital_identity).where(digital_identity.c.user_id.in_(some))
        found |= {row.user_id: row for row in await work.rows(asked)}
    return found


def _subject(row: Any) -> Subject:
    return Subject("registration", row.id, row.email, row.version + 1)


def _rows(registrations: list[Any]) -> list[Row]:
    return [Row(row.id, row.email) for row in registrations]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
