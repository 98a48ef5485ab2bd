"""Registering people on their behalf: who somebody is, or all of it in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tui_admin.domain.errors import Denied, Invalid, Refused, Stale, because
from tui_admin.domain.outcomes import Outcome, Row
from tui_admin.domain.people_plan import DETAILS
from tui_admin.domain.personal import known, read_details
from tui_admin.services.drafts import keep, kept
from tui_admin.services.enlisting import Enlistment, enlist, why_not_enlist
from tui_admin.services.identities import (
    details_of,
    draft_about,
    keep_identity,
    known_identity,
    why_not_vouch,
)
from tui_admin.services.options import Options, options_of
from tui_admin.services.people import naming
from tui_admin.services.trail import Subject
from tui_admin.services.users import Users
from tui_admin.services.work import Service, Work, reads, writes
from tui_admin.store.schema.accounts import user

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.personal import Person


class Details(NamedTuple):
    """Somebody's personal details as far as they are known, and over them what was typed.

    `status` says who vouches for those that are kept, "" for none; `version` is theirs, 0 for none.
    `drafted` says that something was typed and not registered yet.
    """

    id: int
    email: str
    username: str
    answers: dict[str, str]
    status: str
    version: int
    drafted: bool


class Registering(Service):
    """Filling in for others, with one's own name in the log."""

    @reads("can_register_identity")
    async def details(self, work: Work, who: int | str) -> Details:
        """Return what is known of somebody; raises `NotFound`."""
        person = await Users(self.context).one(work, who)
        identity = await known_identity(work, person.id)
        draft = await kept(work, draft_about(person.id))
        return Details(
            person.id,
            person.email,
            person.username,
            dict.fromkeys(DETAILS, "") | details_of(identity) | draft,
            identity.status if identity is not None else "",
            identity.version if identity is not None else 0,
            bool(draft),
        )

    @writes("can_register_identity")
    async def keep(
        self, work: Work, who: int | str, answers: Mapping[str, str]
    ) -> dict[str, Reason]:
        """Keep what was typed so far as the operator's draft; returns what is not right yet."""
        person = await self._vouchable(work, who)
        typed = _typed(answers)
        await keep(work, draft_about(person.id), typed)
        return read_details(typed, work.now.date(), company=False).reasons

    @writes("can_register_identity")
    async def register(
        self, work: Work, who: int | str, answers: Mapping[str, str], version: int | None = None
    ) -> Outcome:
        """Register who somebody is; what had been typed so far is forgotten.

        `version` is that of the details as they were shown. Raises `Invalid` with a reason for each
        field that is not right, `Stale` where the details changed meanwhile.
        """
        person = await self._vouchable(work, who)
        identity = await known_identity(work, person.id)
        if version not in (None, identity.version if identity is not None else 0):
            raise Stale("moved_on")
        filled = read_details(_typed(answers), work.now.date(), company=False)
        if filled.person is None:
            raise Invalid(filled.reasons)
        changed = _changed(details_of(identity), filled.person)
        row = Row(person.id, person.email)
        if not changed:
            return Outcome("user.identity", (), (row._replace(reason=because("people_same")),))
        if not work.rehearsal:
            await _write(work, person, filled.person, changed, had=identity is not None)
        # What gave way to something else is kept nowhere, so that there is no way back to it.
        return work.outcome("user.identity", [row], undo=identity is None)

    async def _vouchable(self, work: Work, who: int | str) -> Any:
        person = await Users(self.context).one(work, who)
        if person.id == work.rights.operator_id:
            raise Refused("not_yourself")
        if reason := await why_not_vouch(work, person):
            raise reason.refusal
        return person

    # All of it in one step

    @reads("can_register_identity")
    async def options(self, work: Work) -> Options:
        """Return what can be chosen."""
        return await options_of(work, "can_register_identity")

    @reads("can_register_identity")
    async def check(self, work: Work, wanted: Enlistment) -> dict[str, Reason]:
        """Return why somebody cannot be registered like that, by field."""
        _require_both(work)
        return (await why_not_enlist(work, wanted))[1]

    @writes("can_register_identity")
    async def enlist(self, work: Work, wanted: Enlistment, *, mail: bool = True) -> Outcome:
        """Make account, identity and registration of somebody at once.

        It is complete where the operator may approve it, and waits for those who may otherwise.
        Raises `Invalid` with a reason for each field that is not right.
        """
        _require_both(work)
        return await enlist(work, wanted, mail=mail)


def _require_both(work: Work) -> None:
    if not work.rights.scope("can_add_user"):
        raise Denied("needs_too", permission="can_add_user")


def _typed(answers: Mapping[str, str]) -> dict[str, str]:
    return {field: text for field, text in known(answers).items() if field in DETAILS}


def _changed(before: Mapping[str, str], now: Person) -> list[str]:
    return [field for field, text in now._asdict().items() if before.get(field, "") != text]


async def _write(
    work: Work, person: Any, details: Person, changed: list[str], *, had: bool
) -> None:
    """Write the details, name the account after them if it has no name, and note who did it."""
    status = await keep_identity(work, person.id, details._asdict())
    name = person.display_name or details.display_name
    await work.change(user, [person], naming(person.email_key, person.username, name))
    before = {
        "username": person.username,
        "display_name": person.display_name,
        "identity": "known" if had else "",
    }
    after = {"display_name": name, "identity": status, "identity_fields": sorted(changed)}
    subject = Subject("user", person.id, person.email, person.version + 1)
    work.trail.note("user.identity", subject, before, after)
    await keep(work, draft_about(person.id), {})
