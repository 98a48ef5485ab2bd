"""What becomes of each row of people that are brought: created, updated, skipped or refused.

A row is carried out whole or not at all: one cell that cannot be had refuses the others with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tui_admin.domain.addresses import read_address
from tui_admin.domain.errors import AdminError, Refused, because
from tui_admin.domain.permissions import (
    ADMINISTRATOR,
    BASIC,
    COMPANY_ADMINISTRATOR,
    above_ceiling,
    plan_block,
    plan_role,
    plan_unblock,
)
from tui_admin.domain.personal import Person, read_details
from tui_admin.domain.text import person_name, safe
from tui_admin.domain.usernames import check

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.offices import Offices
    from tui_admin.domain.people_csv import PersonRow
    from tui_admin.domain.people_roster import Roster
    from tui_admin.domain.permissions import Guarded, Rights

VERDICTS: Final = ("create", "update", "skip", "refuse")
DONE: Final = ("create", "update")
"""The verdicts of rows that are carried out."""
STATUSES: Final = ("active", "blocked")
"""What a row can ask an account to be."""
DETAILS: Final = Person._fields
"""The columns that make a digital identity."""


class Change(NamedTuple):
    """One field of an account that a row changes; `old` is "" for a new one."""

    field: str
    old: str
    new: str


class RowVerdict(NamedTuple):
    """One row and what becomes of it: the fields it changes, or why it does nothing."""

    line: int
    input: str
    email: str
    username: str
    name: str
    verdict: str
    changes: tuple[Change, ...] = ()
    detail: Reason | None = None


class Role(NamedTuple):
    """A role that rows may name."""

    id: int
    name: str
    permissions: frozenset[str]


class Known(NamedTuple):
    """What the store knows of the people in the rows.

    `accounts` has rows of `user` by identity key, without those who left the lists; `usernames`
    whose each taken username is; `identities` the personal details by account; `roles` every role
    by its name in small letters; `companies` who is a company administrator; `administrators` the
    active Administrators; `offices` the organisations that they administer.
    """

    accounts: Mapping[str, Any]
    usernames: Mapping[str, str]
    identities: Mapping[int, Mapping[str, str]]
    roles: Mapping[str, Role]
    companies: frozenset[int]
    administrators: frozenset[int]
    offices: Offices


class Wanted(NamedTuple):
    """A row as it was read: what it asks for, each field as it would be kept."""

    row: PersonRow
    typed: str
    key: str
    username: str
    name: str
    role: str
    status: str
    details: Mapping[str, str]


class Planned(NamedTuple):
    """A row that can be carried out, or not: its verdict, and what to write.

    `person` is the account there is, None for a new one; `identity` the personal details that are
    to be kept, None where they stay.
    """

    wanted: Wanted
    verdict: str
    person: Any = None
    role: Role | None = None
    username: str = ""
    name: str = ""
    status: str = ""
    identity: Mapping[str, str] | None = None
    changes: tuple[Change, ...] = ()
    detail: Reason | None = None

    def called(self, username: str) -> Planned:
        """Return it with the username that the person gets."""
        others = tuple(each for each in self.changes if each.field != "username")
        return self._replace(username=username, changes=(Change("username", "", username), *others))

    @property
    def shown(self) -> RowVerdict:
        """The verdict as front ends see it."""
        row = self.wanted.row
        return RowVerdict(
            row.line,
            safe(row.input, 500),
            safe(self.wanted.typed or row.email),
            safe(self.username),
            safe(self.name),
            self.verdict,
            self.changes,
            self.detail,
        )


class Planner:
    """Judges rows in their order, each in the light of those before it."""

    def __init__(self, rights: Rights, known: Known, today: date) -> None:
        """Judge with these rights and this knowledge."""
        self.rights, self.known, self.today = rights, known, today
        self.lines: dict[str, int] = {}
        self.names: dict[str, int] = {}
        self.left = set(known.administrators)

    def plan(self, roster: Roster) -> list[Planned]:
        """Return what becomes of every row."""
        return [self._plan(row, roster.faults.get(row.line)) for row in roster.rows]

    def _plan(self, row: PersonRow, fault: Reason | None) -> Planned:
        wanted = Wanted(row, "", "", row.username, row.name, "", "", {})
        try:
            if fault is not None:
                raise fault.refusal
            wanted = _read(row)
            self._check_repeats(wanted)
            person = self.known.accounts.get(wanted.key)
            return self._create(wanted) if person is None else self._update(wanted, person)
        except AdminError as error:
            name, reason = wanted.name or row.name, error.reason
            return Planned(wanted, "refuse", None, None, row.username, name, detail=reason)

    def _check_repeats(self, wanted: Wanted) -> None:
        line = wanted.row.line
        if self.lines.setdefault(wanted.key, line) != line:
            raise Refused("duplicate_of", line=self.lines[wanted.key])
        name = wanted.username
        if not name:
            return
        if self.known.usernames.get(name, wanted.key) != wanted.key:
            raise Refused("username_taken", username=name)
        if self.names.setdefault(name, line) != line:
            raise Refused("username_of_line", username=name, line=self.names[name])

    # New people

    def _create(self, wanted: Wanted) -> Planned:
        if wanted.status == "blocked":
            raise Refused("people_new_blocked")
        role = self._role(wanted.role or BASIC)
        beyond = self.rights.beyond(role.permissions) if role.name != BASIC else frozenset()
        if beyond:
            raise above_ceiling(role.name, beyond).refusal
        identity = self._identity(wanted, {})
        new = {"username": wanted.username, "name": wanted.name, "role": role.name}
        new |= identity or {}
        changes = tuple(Change(field, "", text) for field, text in new.items() if text)
        return Planned(
            wanted, "create", None, role, wanted.username, wanted.name, "active", identity, changes
        )

    # Known people

    def _update(self, wanted: Wanted, person: Any) -> Planned:
        details = self.known.identities.get(person.id, {})
        identity = self._identity(wanted, details)
        self._check_reach(person, wanted, identity)
        role = self._other_role(wanted, person)
        status = self._other_status(wanted, person)
        new = {
            "username": wanted.username or person.username,
            "name": _called(wanted, person),
            "role": role.name if role else person.role,
            "status": status or person.status,
            **(identity or {}),
        }
        changes = _changes(_as_it_is(person, details), new)
        if person.id in self.left and (status == "blocked" or (role and not _administers(role))):
            self.left.discard(person.id)
        verdict, detail = ("update", None) if changes else ("skip", because("people_same"))
        return Planned(
            wanted,
            verdict,
            person,
            role,
            new["username"],
            new["name"],
            status,
            identity,
            changes,
            detail,
        )

    def _check_reach(self, person: Any, wanted: Wanted, identity: Mapping[str, str] | None) -> None:
        """Refuse to rename, or to vouch for, somebody who may do what the operator may not."""
        if identity is not None and person.id == self.rights.operator_id:
            raise Refused("not_yourself")
        renamed = wanted.username not in ("", person.username)
        renamed = renamed or _called(wanted, person) != person.display_name
        if not renamed and identity is None:
            return
        if reason := out_of_reach(self.rights, person, self._allowed(person)):
            raise reason.refusal

    def _allowed(self, person: Any) -> frozenset[str]:
        role = self.known.roles.get(person.role.lower())
        held = role.permissions if role else frozenset()
        return held | (COMPANY_ADMINISTRATOR if person.id in self.known.companies else frozenset())

    def _other_role(self, wanted: Wanted, person: Any) -> Role | None:
        role = self._role(wanted.role) if wanted.role else None
        if role is None or role.id == person.role_id:
            return None
        self._require("can_change_role")
        _check(plan_role(self.rights, [person], role, frozenset(self.left)))
        return role

    def _other_status(self, wanted: Wanted, person: Any) -> str:
        """Return what the account becomes, "" where that stays as it is."""
        if not wanted.status or wanted.status == person.status:
            return ""
        if person.status == "invited" and wanted.status == "active":
            raise Refused("people_not_verified")
        self._require("can_block")
        if wanted.status == "active":
            _check(plan_unblock([person]))
            return str(person.blocked_from)
        _check(plan_block(self.rights, [person], frozenset(self.left), self.known.offices))
        return "blocked"

    # Both

    def _role(self, name: str) -> Role:
        found = self.known.roles.get(name.lower())
        if found is None:
            raise Refused("role_unknown", role=name)
        return found

    def _identity(self, wanted: Wanted, known: Mapping[str, str]) -> Mapping[str, str] | None:
        """Return the details to keep; names alone name the account and are no identity."""
        told = wanted.details.keys() & {"date_of_birth", "phone"}
        if not wanted.details or not (known or told):
            return None
        self._require("can_register_identity")
        filled = read_details({**known, **wanted.details}, self.today, company=False)
        if filled.person is None:
            raise next(iter(filled.reasons.values())).refusal
        person = filled.person._asdict()
        return None if person == dict(known) else person

    def _require(self, permission: str) -> None:
        if not self.rights.scope(permission).everywhere:
            raise Refused("not_allowed", permission=permission)


def out_of_reach(rights: Rights, person: Any, allowed: frozenset[str]) -> Reason | None:
    """Return why somebody cannot be renamed or vouched for by an operator, if so.

    `allowed` is what the person may do: whoever may do more than the operator is out of reach, as
    a username is what some operators are known by.
    """
    beyond = rights.beyond(allowed) if person.id != rights.operator_id else frozenset()
    if not beyond or (person.role == BASIC and not beyond & COMPANY_ADMINISTRATOR):
        return None
    return because("stands_above", who=person.email, permissions=", ".join(sorted(beyond)))


def _administers(role: Role) -> bool:
    return role.name == ADMINISTRATOR


def _called(wanted: Wanted, person: Any) -> str:
    """Return the name: one put together from its parts never takes the place of another."""
    given = wanted.name if wanted.row.values.get("name") else ""
    return given or str(person.display_name) or wanted.name


def _as_it_is(person: Any, details: Mapping[str, str]) -> dict[str, str]:
    now = {"username": person.username, "name": person.display_name}
    return {**dict.fromkeys(DETAILS, ""), **details, **now, "role": person.role} | {
        "status": person.status
    }


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Change, ...]:
    return tuple(Change(name, old[name], text) for name, text in new.items() if text != old[name])


def _check(plan: Guarded) -> None:
    for _, reason in plan.refused:
        raise reason.refusal


def _read(row: PersonRow) -> Wanted:
    address = read_address(row.email) if row.email else None
    if address is None:
        raise Refused("address_missing")
    status = row.values.get("status", "").lower()
    if status and status not in STATUSES:
        raise Refused("people_status", status=status)
    return Wanted(
        row,
        address.typed,
        address.key,
        check(row.username.lower()) if row.username else "",
        person_name(row.name),
        row.values.get("role", ""),
        status,
        _details(row.values),
    )


def _details(values: Mapping[str, str]) -> dict[str, str]:
    """Return the personal details that a row has; a prefix belongs to the family name."""
    found = {field: values[field] for field in DETAILS if values.get(field)}
    if values.get("infix") and "family_name" in found:
        found["family_name"] = f"{values['infix']} {found['family_name']}"
    return found


def differing(shown: Sequence[RowVerdict], now: Sequence[RowVerdict]) -> tuple[int, ...]:
    """Return the places of rows whose verdict is not what was shown."""
    if len(shown) != len(now):
        return tuple(range(len(now)))
    return tuple(at for at, pair in enumerate(zip(shown, now, strict=True)) if pair[0] != pair[1])
