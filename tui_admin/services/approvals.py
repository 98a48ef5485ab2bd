"""The approval queue: who waits, what to know before deciding, and the decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from tui_admin.domain.approving import warnings, why_not_approve, why_not_decide
from tui_admin.domain.errors import Denied, NotFound
from tui_admin.domain.lifecycle import (
    APPROVED,
    APPROVED_MAIL,
    COMPLETED,
    REJECTED,
    REJECTED_MAIL,
    WAITING,
)
from tui_admin.domain.listings import APPROVALS, ApprovalRow, Count
from tui_admin.domain.outcomes import Outcome, Picks, Row
from tui_admin.domain.text import fold, one_line
from tui_admin.services.admitting import admit
from tui_admin.services.assessing import applicants
from tui_admin.services.chunks import chunks
from tui_admin.services.lister import Lister
from tui_admin.services.places import undo_until
from tui_admin.services.posting import Recipient, post
from tui_admin.services.trail import Subject
from tui_admin.services.work import Work, nothing_picked, reads, writes
from tui_admin.store.pages import COUNTED, Clause, Source, contains, has_word
from tui_admin.store.schema.accounts import role, user
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.joining import digital_identity, registration
from tui_admin.store.schema.organisations import membership, organisation
from tui_admin.store.schema.products import coupon, product

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tui_admin.domain.approving import Applicant
    from tui_admin.domain.errors import Reason
    from tui_admin.domain.query import Term
    from tui_admin.store.pages import Column

LONGEST_REASON = 500
SETTLED = (APPROVED, COMPLETED, REJECTED, "withdrawn")

person = user.alias("person")
inviter = user.alias("inviter")
decider = user.alias("decider")
promised = role.alias("promised")
held = role.alias("held")


class Earlier(NamedTuple):
    """A former registration of the same person, and what became of it."""

    status: str
    product: str
    organisation: str
    at: datetime
    reason: str
    decided_by: str


class Candidate(NamedTuple):
    """Everything that one decides on, as far as it is known; "" for what is not.

    `company_name` and `company_number` are the person's own words, `known_company` is what we call
    the company of that number. `role` is the one held now, `promised_role` the invitation's.
    """

    row: ApprovalRow
    status: str
    given_names: str
    family_name: str
    date_of_birth: str
    phone: str
    identity_status: str
    company_name: str
    company_number: str
    known_company: str
    invited_by: str
    invited_email: str
    invited_at: datetime | None
    promised_role: str
    coupon: str
    role: str
    memberships: tuple[str, ...]
    earlier: tuple[Earlier, ...]
    decided_by: str
    decided_at: datetime | None


def _text(column: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    return func.coalesce(column, "").label(name)


def _for_company(term: Term, _now: datetime) -> Clause:
    """Return the clause of companies, ours or as the person gave it, that have the word."""
    word = fold(term.value)
    ours = select(organisation.c.id).where(contains(organisation.c.name_key, word))
    given = has_word(registration.c.company_name, term.value)
    return Clause(or_(registration.c.organisation_id.in_(ours), given))


SOURCE = Source(
    APPROVALS,
    select(
        registration,
        _text(person.c.display_name, "display_name"),
        _text(person.c.status, "person_status"),
        _text(organisation.c.name, "organisation"),
        _text(organisation.c.status, "organisation_status"),
        _text(product.c.code, "product"),
        _text(product.c.name, "product_name"),
        _text(coupon.c.code, "coupon"),
        _text(invitation.c.email, "invited_email"),
        invitation.c.created_at.label("invited_at"),
        invitation.c.organisation_id.label("invited_to"),
        invitation.c.role_id.label("promised_role_id"),
        _text(promised.c.name, "promised_role"),
        invitation.c.invited_by.label("inviter_id"),
        _text(inviter.c.username, "inviter"),
        _text(decider.c.username, "decider"),
        _text(held.c.name, "role"),
    ).select_from(
        # Outer joins, so that no engine begins with another table and then sorts the whole queue.
        registration.outerjoin(person, registration.c.user_id == person.c.id)
        .outerjoin(held, person.c.role_id == held.c.id)
        .outerjoin(organisation, registration.c.organisation_id == organisation.c.id)
        .outerjoin(product, registration.c.product_id == product.c.id)
        .outerjoin(coupon, registration.c.coupon_id == coupon.c.id)
        .outerjoin(invitation, registration.c.invitation_id == invitation.c.id)
        .outerjoin(promised, invitation.c.role_id == promised.c.id)
        .outerjoin(inviter, invitation.c.invited_by == inviter.c.id)
        .outerjoin(decider, registration.c.decided_by == decider.c.id)
    ),
    registration.c.id,
    registration.c.version,
    {
        "email": person.c.email_key,
        "display_name": person.c.name_key,
        "organisation": organisation.c.name_key,
        "product": product.c.code,
        "submitted_at": registration.c.submitted_at,
        "status": registration.c.status,
    },
    # Asked of each row by itself, so that counting needs no join.
    search=select(user.c.search).where(user.c.id == registration.c.user_id).scalar_subquery(),
    special={"organisation": _for_company},
)


class Approvals(Lister[ApprovalRow]):
    """Registrations that wait for a decision, those who have waited longest first."""

    source = SOURCE

    def visible(self, work: Work) -> list[Column]:
        """Narrow to those who wait, where the operator may decide."""
        return [registration.c.status == WAITING, *self.within(work)]

    def within(self, work: Work) -> list[Column]:
        """Return the conditions of registrations in any state that the operator may know of."""
        scope = work.rights.scope("can_approve")
        if scope.everywhere:
            return []
        return [registration.c.organisation_id.in_(scope.organisations)]

    def _check(self, work: Work) -> None:
        if not work.rights.scope("can_approve"):
            raise Denied("not_allowed", permission="can_approve")

    async def present(self, work: Work, found: Sequence[Any]) -> tuple[ApprovalRow, ...]:
        """Add what to look at."""
        judged = await applicants(work, found)
        return tuple(_row(row, judged[row.id]) for row in found)

    @reads()
    async def waiting(self, work: Work) -> Count:
        """Return how many wait where the operator may decide, for the badge; at most 10,000."""
        if not work.rights.scope("can_approve"):
            return Count(0)
        some = select(registration.c.id).where(*self.visible(work)).limit(COUNTED + 1)
        statement = select(func.count()).select_from(some.subquery())
        found = int(await work.connection.scalar(statement) or 0)
        return Count(min(found, COUNTED), exact=found <= COUNTED)

    @reads()
    async def of_user(self, work: Work, user_id: int) -> int | None:
        """Return the registration that somebody waits with longest, None for none."""
        if not work.rights.scope("can_approve"):
            return None
        theirs = (
            select(registration.c.id)
            .where(registration.c.user_id == user_id, *self.visible(work))
            .order_by(registration.c.submitted_at, registration.c.id)
        )
        found = await work.connection.scalar(theirs.limit(1))
        return None if found is None else int(found)

    @reads("can_approve")
    async def show(self, work: Work, registration_id: int) -> Candidate:
        """Return one registration, decided or not, with all there is to know; `NotFound`."""
        wanted = self.source.rows.where(registration.c.id == registration_id, *self.within(work))
        found = await work.rows(wanted)
        if not found:
            raise NotFound("registration_unknown", id=registration_id)
        row = found[0]
        judged = (await applicants(work, [row]))[row.id]
        given, family, born, phone, status = await self._identity(work, row.user_id)
        return Candidate(
            _row(row, judged),
            row.status,
            given,
            family,
            born,
            phone,
            status,
            row.company_name,
            row.company_number,
            judged.known,
            row.inviter,
            row.invited_email,
            row.invited_at,
            row.promised_role,
            row.coupon,
            row.role,
            await self._memberships(work, row.user_id),
            await self._earlier(work, row),
            row.decider,
            row.decided_at,
        )

    async def _identity(self, work: Work, user_id: int) -> tuple[str, str, str, str, str]:
        columns = digital_identity.c
        shown = (columns.given_names, columns.family_name, columns.date_of_birth, columns.phone)
        found = await work.rows(
            select(*shown, columns.status).where(digital_identity.c.user_id == user_id)
        )
        if not found:
            return "", "", "", "", ""
        known = found[0]
        born, phone = known.date_of_birth, known.phone
        return known.given_names, known.family_name, born, phone, known.status

    async def _memberships(self, work: Work, user_id: int) -> tuple[str, ...]:
        statement = (
            select(organisation.c.name)
            .select_from(membership.join(organisation))
            .where(membership.c.user_id == user_id)
            .order_by(organisation.c.name_key)
        )
        scope = work.rights.scope("can_approve")
        if not scope.everywhere:
            statement = statement.where(membership.c.organisation_id.in_(scope.organisations))
        return tuple((await work.connection.execute(statement)).scalars())

    async def _earlier(self, work: Work, row: Any) -> tuple[Earlier, ...]:
        """Return the person's other registrations that came to an end, the latest first."""
        found = await work.rows(
            self.source.rows.where(
                registration.c.user_id == row.user_id,
                registration.c.id != row.id,
                registration.c.status.in_(SETTLED),
                *self.within(work),
            )
            .order_by(registration.c.id.desc())
            .limit(20)
        )
        return tuple(
            Earlier(
                each.status,
                each.product,
                each.organisation or each.company_name,
                each.completed_at or each.decided_at or each.submitted_at or each.created_at,
                each.reason,
                each.decider,
            )
            for each in found
        )

    # Deciding

    @writes("can_approve")
    async def approve(self, work: Work, picks: Picks) -> Outcome:
        """Let people go on: they get their place and role now, and word after the undo window."""
        good, skipped = await self._decidable(work, picks, why_not_approve)
        until = undo_until(work)
        for row in work.for_real(good):
            await self._approve(work, row, until)
        return self._outcome(work, "registration.approve", good, skipped, until)

    @writes("can_approve")
    async def reject(self, work: Work, picks: Picks, reason: str) -> Outcome:
        """Turn people down with a reason, of one line, which they are told.

        Raises `Refused` where there is none, or it is longer than 500 characters.
        """
        reason = one_line(reason, field="reason", limit=LONGEST_REASON, required=True)
        good, skipped = await self._decidable(work, picks, why_not_decide)
        until = undo_until(work)
        for row in work.for_real(good):
            await self._reject(work, row, reason, until)
        return self._outcome(work, "registration.reject", good, skipped, until)

    async def _decidable(
        self, work: Work, picks: Picks, why_not: Callable[[Any, Applicant], Reason | None]
    ) -> tuple[list[Any], list[Row]]:
        rows, skipped = await self.sift(work, picks)
        judged = await applicants(work, rows)
        good = []
        # Whoever registered a new company first is its administrator.
        for row in sorted(rows, key=lambda row: (row.submitted_at or row.created_at, row.id)):
            reason = why_not(work.rights, judged[row.id])
            if reason is None:
                good.append(row)
            else:
                skipped.append(Row(row.id, row.email, reason))
        return good, skipped

    async def picked(self, work: Work, picks: Picks) -> Sequence[Any]:
        """Return also those named that were decided on meanwhile, so that it is told by whom."""
        if picks.where is not None:
            return await super().picked(work, picks)
        if not picks.named:
            raise nothing_picked()
        found: list[Any] = []
        for some in chunks([pick.id for pick in picks.named]):
            wanted = registration.c.id.in_(some)
            found += await work.rows(self.source.rows.where(wanted, *self.within(work)))
        return found

    async def sift(self, work: Work, picks: Picks) -> tuple[list[Any], list[Row]]:
        """Keep those decided on among the rows: who decided says more than that a row moved."""
        if picks.where is not None:
            return await super().sift(work, picks)
        found = await self.picked(work, picks)
        settled = {row.id for row in found if row.status != WAITING}
        left = tuple(
            pick._replace(version=None) if pick.id in settled else pick for pick in picks.named
        )
        return await super().sift(work, Picks(left))

    async def _approve(self, work: Work, row: Any, until: datetime) -> None:
        now = await admit(work, row)
        await self._decide(work, now, APPROVED, "")
        place = await self._place(work, now.organisation_id)
        after = {"status": APPROVED, "organisation": place}
        self._note(work, "registration.approve", row, now.version + 1, after)
        facts = _facts(row, place) | {"link": f"{work.policy.portal_url}/registration"}
        await self._word(work, APPROVED_MAIL, row, now.version + 1, facts, until)

    async def _reject(self, work: Work, row: Any, reason: str, until: datetime) -> None:
        await self._decide(work, row, REJECTED, reason)
        after = {"status": REJECTED, "reason": reason}
        self._note(work, "registration.reject", row, row.version + 1, after)
        place = row.organisation or row.company_name
        facts = _facts(row, place) | {"reason": reason}
        await self._word(work, REJECTED_MAIL, row, row.version + 1, facts, until)

    async def _decide(self, work: Work, row: Any, status: str, reason: str) -> None:
        values = {
            "status": status,
            "reason": reason,
            "decided_at": work.now,
            "decided_by": work.rights.operator_id,
        }
        await work.change(registration, [row], values)

    async def _place(self, work: Work, organisation_id: int | None) -> str:
        name = select(organisation.c.name).where(organisation.c.id == organisation_id)
        return str(await work.connection.scalar(name) or "")

    async def _word(
        self,
        work: Work,
        kind: str,
        row: Any,
        version: int,
        facts: dict[str, Any],
        until: datetime,
    ) -> None:
        to = Recipient(row.user_id, row.email, row.display_name, row.language)
        await post(work, kind, to, facts, f"{kind}-{row.id}-{version}", not_before=until)

    def _note(self, work: Work, action: str, row: Any, version: int, after: dict[str, Any]) -> None:
        before = {"status": row.status, "organisation_id": row.organisation_id}
        work.trail.note(action, Subject("registration", row.id, row.email, version), before, after)

    def _outcome(
        self, work: Work, action: str, good: list[Any], skipped: list[Row], until: datetime
    ) -> Outcome:
        done = [Row(row.id, row.email) for row in good]
        return work.outcome(action, done, skipped, undo=True, until=until)


def _row(row: Any, applicant: Applicant) -> ApprovalRow:
    return ApprovalRow(
        row.id,
        row.version,
        row.email,
        row.display_name,
        row.organisation or row.company_name,
        row.product,
        row.submitted_at or row.created_at,
        warnings(applicant),
        row.user_id,
    )


def _facts(row: Any, place: str) -> dict[str, Any]:
    return {
        "product": row.product_name,
        "organisation": place,
        "invitee_name": row.display_name,
    }
