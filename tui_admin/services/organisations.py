"""Organisations: listed, made, edited and archived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, or_, select

from tui_admin.domain.errors import Invalid, NotFound, because
from tui_admin.domain.lists.organisations import ORGANISATIONS, OrganisationRow
from tui_admin.domain.offices import MANAGER
from tui_admin.domain.organisations import Profile, plan_status, read_profile
from tui_admin.domain.outcomes import Outcome, Picks, Row
from tui_admin.domain.text import fold
from tui_admin.services.lister import Lister
from tui_admin.services.trail import Subject
from tui_admin.services.work import Work, reads, writes
from tui_admin.store.pages import Source
from tui_admin.store.schema.columns import lower
from tui_admin.store.schema.organisations import membership, organisation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.lists.audit import AuditRow
    from tui_admin.services.options import Available
    from tui_admin.store.pages import Column

EDITS = "can_edit_organisation"

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


class Company(NamedTuple):
    """Everything about one organisation that the operator may see.

    `available` are the products and coupons that invitations of it can have.
    """

    row: OrganisationRow
    profile: Profile
    administrators: int
    available: Available
    trail: tuple[AuditRow, ...]


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
        return (await self.present(work, [await self._one(work, who)]))[0]

    @reads()
    async def details(self, work: Work, who: int | str) -> Company:
        """Return everything about one; raises `NotFound`."""
        from tui_admin.services.audit import events_about
        from tui_admin.services.options import available_to

        row = await self._one(work, who)
        managers = select(func.count()).where(
            membership.c.organisation_id == row.id, membership.c.kind == MANAGER
        )
        return Company(
            (await self.present(work, [row]))[0],
            profile_of(row),
            await work.connection.scalar(managers) or 0,
            await available_to(work, row.id),
            await events_about(work, "organisation", row.id),
        )

    async def _one(self, work: Work, who: int | str) -> Any:
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
        return found[0]

    @writes(EDITS)
    async def create(self, work: Work, typed: Mapping[str, str]) -> Outcome:
        """Make an organisation; whoever makes it becomes its administrator.

        `typed` are the fields of a `Profile`; raises `Invalid` with a reason for each that cannot
        be taken.
        """
        work.require(EDITS)
        profile = await require_free(work, read_profile(typed), 0)
        if work.rehearsal:
            return work.outcome("organisation.create", [Row(0, profile.name)])
        values = {**columns_of(profile), "status": "active", "created_at": work.now}
        statement = organisation.insert().values(values).returning(organisation.c.id)
        number = (await work.connection.execute(statement)).scalar_one()
        place = {
            "user_id": work.rights.operator_id,
            "organisation_id": number,
            "kind": MANAGER,
            "created_at": work.now,
            "created_by": work.rights.operator_id,
        }
        await work.connection.execute(membership.insert().values(place))
        subject = Subject("organisation", number, profile.name, 1)
        after = profile._asdict() | {"administrator": work.context.operator.username}
        work.trail.note("organisation.create", subject, {}, after)
        return work.outcome("organisation.create", [Row(number, profile.name)], undo=True)

    @writes(EDITS)
    async def edit(
        self, work: Work, who: int | str, typed: Mapping[str, str], version: int | None = None
    ) -> Outcome:
        """Change what is said of an organisation; fields that are not there stay as they are.

        Raises `Invalid` as `create` does, and `Refused` where `version` is not what it is now.
        """
        from tui_admin.services.changed import who_changed

        row = await self._one(work, who)
        work.require(EDITS, row.id)
        if version is not None and version != row.version:
            raise (await who_changed(work, "organisation", row.id)).refusal
        before = profile_of(row)
        after = await require_free(work, read_profile(typed, before), row.id)
        if after == before:
            why = because("organisation_unchanged", organisation=row.name)
            return work.outcome("organisation.edit", [], [Row(row.id, row.name, why)])
        if not work.rehearsal:
            await work.change(organisation, [row], columns_of(after))
            subject = Subject("organisation", row.id, after.name, row.version + 1)
            work.trail.note("organisation.edit", subject, before._asdict(), after._asdict())
        return work.outcome("organisation.edit", [Row(row.id, after.name)], undo=True)

    @writes(EDITS)
    async def archive(self, work: Work, picks: Picks) -> Outcome:
        """Take organisations out of use: nobody is invited or added to one any more."""
        return await self._set(work, picks, "archived", "organisation.archive")

    @writes(EDITS)
    async def restore(self, work: Work, picks: Picks) -> Outcome:
        """Take archived organisations, and drafts, into use."""
        return await self._set(work, picks, "active", "organisation.restore")

    async def _set(self, work: Work, picks: Picks, status: str, action: str) -> Outcome:
        rows, lost = await self.sift(work, picks)
        plan = plan_status(rows, status)
        if not work.rehearsal:
            await work.change(organisation, plan.allowed, {"status": status})
            for row in plan.allowed:
                subject = Subject("organisation", row.id, row.name, row.version + 1)
                work.trail.note(action, subject, {"status": row.status}, {"status": status})
        skipped = [Row(row.id, row.name, why) for row, why in plan.refused]
        done = [Row(row.id, row.name) for row in plan.allowed]
        return work.outcome(action, done, [*skipped, *lost], undo=True)


def profile_of(row: Any) -> Profile:
    """Return what is said of an organisation."""
    return Profile(*(getattr(row, field) for field in Profile._fields))


def columns_of(profile: Profile) -> dict[str, str]:
    """Return the columns that follow from what is said of an organisation."""
    return {
        **profile._asdict(),
        "name_key": fold(profile.name),
        "search": fold(f"{profile.name} {profile.registration_number}"),
    }


async def require_free(work: Work, profile: Profile, number: int) -> Profile:
    """Return the profile; raises `Invalid` where name or number is another organisation's."""
    same_name = lower(organisation.c.name) == profile.name.lower()
    same_number = organisation.c.registration_number == profile.registration_number
    wanted = organisation.c.id != number, or_(same_name, same_number)
    reasons: dict[str, Reason] = {}
    for row in await work.rows(select(organisation).where(*wanted)):
        if row.registration_number == profile.registration_number:
            reasons["registration_number"] = because("organisation_number_taken", name=row.name)
        else:
            reasons["name"] = because("organisation_name_taken", name=row.name)
    if reasons:
        raise Invalid(reasons)
    return profile
