"""Accounts: seen, added, blocked and unblocked, given another role.

What only an act needs is imported in the act: this module is read before the first rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import or_, select

from tui_admin.domain.errors import NotFound
from tui_admin.domain.outcomes import Outcome, Picks, Row
from tui_admin.domain.permissions import (
    BASIC,
    Guarded,
    plan_block,
    plan_password_link,
    plan_remove,
    plan_role,
    plan_unblock,
)
from tui_admin.domain.text import one_line, person_name
from tui_admin.services.people import (
    active_administrators,
    allowed_by_roles,
    find_role,
    grantable,
    row_number,
)
from tui_admin.services.trail import Subject
from tui_admin.services.user_rows import UserRows
from tui_admin.services.work import Work, reads, writes
from tui_admin.store.schema.accounts import role_permission, user

if TYPE_CHECKING:
    from tui_admin.domain.lists.audit import AuditRow
    from tui_admin.domain.lists.invitations import InvitationRow
    from tui_admin.domain.lists.outbox import MessageRow
    from tui_admin.domain.lists.users import UserRow
    from tui_admin.services.accounts import Availability
    from tui_admin.services.journey import Identity, RegistrationRow
    from tui_admin.services.user_rows import MembershipRow
    from tui_admin.store.pages import Column


LONGEST_ID = 18
"""Digits that an id can have in either engine."""


class Person(NamedTuple):
    """Everything about one account that the operator may see."""

    row: UserRow
    blocked_reason: str
    memberships: tuple[MembershipRow, ...]
    permissions: frozenset[str]
    invitations: tuple[InvitationRow, ...]
    trail: tuple[AuditRow, ...]
    registrations: tuple[RegistrationRow, ...] = ()
    identity: Identity | None = None
    mails: tuple[MessageRow, ...] = ()


class Users(UserRows):
    """What is known of people and done to their accounts."""

    @reads()
    async def show(self, work: Work, who: int | str) -> Person:
        """Return one account by id, username or e-mail; raises `NotFound`."""
        row = await self.one(work, who)
        held = await work.connection.execute(
            select(role_permission.c.permission).where(role_permission.c.role_id == row.role_id)
        )
        from tui_admin.services.audit import events_about
        from tui_admin.services.invitation_rows import invitations_of
        from tui_admin.services.journey import identity_of, mails_to, registrations_of

        return Person(
            (await self.present(work, [row]))[0],
            row.blocked_reason,
            await self.memberships(work, row.id),
            frozenset(held.scalars()),
            await invitations_of(work, row.id),
            await events_about(work, "user", row.id),
            await registrations_of(work, row.id),
            await identity_of(work, row.id),
            await mails_to(work, row.email),
        )

    async def one(self, work: Work, who: int | str) -> Any:
        """Return the row of one account that the operator may see; raises `NotFound`."""
        if str(who).isdecimal():
            if len(str(who)) > LONGEST_ID:
                raise NotFound("user_unknown", who=str(who))
            wanted: Column = user.c.id == (who if isinstance(who, int) else row_number(who))
        else:
            name = str(who).strip().casefold()
            wanted = or_(user.c.username == name, user.c.email_key == name)
        found = await work.rows(self.source.rows.where(wanted, *self.visible(work)))
        if not found:
            raise NotFound("user_unknown", who=str(who))
        return found[0]

    @reads()
    async def named(self, work: Work, names: tuple[str, ...]) -> tuple[UserRow | None, ...]:
        """Return the account of each username, address or number; None where there is none.

        Nor where the operator may not see it.
        """
        from tui_admin.services.naming import rows_named

        rows = await rows_named(work, self.source.rows.where(*self.visible(work)), names)
        shown = {row.id: row for row in await self.present(work, list(rows.values()))}
        return tuple(shown[rows[each].id] if each in rows else None for each in names)

    @reads("can_add_user")
    async def available(self, work: Work, email: str, username: str = "") -> Availability:
        """Return whether an address and a username can be had for a new account."""
        from tui_admin.services.accounts import available

        return await available(work, email, username)

    @writes("can_add_user")
    async def add(
        self,
        work: Work,
        email: str,
        *,
        username: str = "",
        name: str = "",
        role: str = "",
        mail: bool = True,
    ) -> Outcome:
        """Add an account without an invitation; the address is the operator's word.

        With `mail` a link to choose a password goes there, once it can no longer be taken back.
        Raises `Refused` where the address or the username is taken or of the wrong form.
        """
        from tui_admin.domain.addresses import read_address
        from tui_admin.services.accounts import add_account, available
        from tui_admin.services.password_links import welcome
        from tui_admin.services.places import undo_until

        address = read_address(email)
        if refused := (await available(work, email, username)).refusal:
            raise refused.refusal
        given = await grantable(work, role or BASIC)
        if work.rehearsal:
            return work.outcome("user.add", [Row(0, address.typed)])
        new = await add_account(
            work, address.typed, address.key, username, person_name(name), given
        )
        if mail:
            await welcome(work, [new], undo_until(work))
        until = undo_until(work) if mail else None
        return work.outcome("user.add", [Row(new.id, new.email)], undo=True, until=until)

    @writes("can_block")
    async def block(
        self, work: Work, picks: Picks, reason: str = "", even_last: bool = False
    ) -> Outcome:
        """Stop accounts for now, until they are unblocked.

        The last active administrator of an organisation is blocked with `even_last` only.
        """
        from tui_admin.services.offices import offices_of

        reason = one_line(reason, field="reason", limit=500)
        people, lost = await self.sift(work, picks)
        plan = plan_block(
            work.rights,
            people,
            await active_administrators(work),
            await offices_of(work, people),
            even_last=even_last,
        )
        return await self._apply(
            work,
            "user.block",
            plan,
            lost,
            {"status": "blocked", "blocked_from": user.c.status, "blocked_reason": reason},
            {"status": "blocked"} | ({"reason": reason} if reason else {}),
        )

    @writes("can_block")
    async def unblock(self, work: Work, picks: Picks) -> Outcome:
        """Give blocked accounts back what they were before."""
        people, lost = await self.sift(work, picks)
        return await self._apply(
            work,
            "user.unblock",
            plan_unblock(people),
            lost,
            {"status": user.c.blocked_from, "blocked_from": "", "blocked_reason": ""},
            None,
        )

    @writes("can_change_role")
    async def set_role(self, work: Work, picks: Picks, role: str) -> Outcome:
        """Give accounts another role, within the operator's ceiling."""
        given = await find_role(work, role)
        people, lost = await self.sift(work, picks)
        plan = plan_role(work.rights, people, given, await active_administrators(work))
        # Somebody with a role of their own has been prepared, and stays in the lists.
        values = {"role_id": given.id, "leaves_at": None}
        return await self._apply(work, "user.role", plan, lost, values, {"role": given.name})

    @writes("can_block")
    async def remove(self, work: Work, picks: Picks, even_last: bool = False) -> Outcome:
        """Take people out for good: what is theirs is erased, what was done stays in the log.

        It cannot be taken back, so it also needs whatever they may do themselves.
        """
        from tui_admin.services.offices import offices_of
        from tui_admin.services.removing import erase

        people, lost = await self.sift(work, picks)
        plan = plan_remove(
            work.rights,
            people,
            await allowed_by_roles(work, {person.role_id for person in people}),
            await active_administrators(work),
            await offices_of(work, people),
            even_last=even_last,
        )
        if not work.rehearsal:
            await erase(work, plan.allowed)
            for person in plan.allowed:
                subject = Subject("user", person.id, person.email, person.version + 1)
                before = {"status": person.status, "role": person.role}
                work.trail.note("user.remove", subject, before, {"status": "removed"})
        done = [Row(person.id, person.email) for person in plan.allowed]
        return work.outcome("user.remove", done, [*refused_rows(plan), *lost])

    @writes("can_add_user")
    async def password_link(self, work: Work, picks: Picks) -> Outcome:
        """Mail people a link by which they choose a password; nobody else ever sees it."""
        from tui_admin.services.password_links import mail_password_link

        rows, lost = await self.sift(work, picks)
        plan = plan_password_link(rows)
        done = [Row(person.id, person.email) for person in plan.allowed]
        skipped = [*refused_rows(plan), *lost]
        if work.rehearsal:
            return work.outcome("user.password_link", done, skipped)
        for person in plan.allowed:
            await mail_password_link(work, person)
            subject = Subject("user", person.id, person.email, person.version)
            work.trail.note("user.password_link", subject)
        return work.outcome("user.password_link", done, skipped)

    async def _apply(
        self,
        work: Work,
        action: str,
        plan: Guarded,
        lost: list[Row],
        values: dict[str, Any],
        after: dict[str, Any] | None,
    ) -> Outcome:
        refused = refused_rows(plan)
        if work.rehearsal:
            rows = [Row(person.id, person.email) for person in plan.allowed]
            return work.outcome(action, rows, [*refused, *lost])
        changed, missed = await work.change(user, plan.allowed, values)
        done = [person for person in plan.allowed if person.id in changed]
        for person in done:
            subject = Subject("user", person.id, person.email, person.version + 1)
            work.trail.note(
                action, subject, account_facts(person), after or {"status": person.blocked_from}
            )
        late = [Row(each, f"#{each}", why) for each, why in missed.items()]
        rows = [Row(person.id, person.email) for person in done]
        return work.outcome(action, rows, [*refused, *lost, *late], undo=True)


def refused_rows(plan: Guarded) -> list[Row]:
    """Return whom a plan leaves alone, and why."""
    return [Row(person.id, person.email, why) for person, why in plan.refused]


def account_facts(person: Any) -> dict[str, Any]:
    """Return of an account what acts on it may change, so that they can be taken back."""
    return {
        "status": person.status,
        "blocked_from": person.blocked_from,
        "blocked_reason": person.blocked_reason,
        "role": person.role,
        "leaves_at": person.leaves_at.isoformat() if person.leaves_at else None,
    }
