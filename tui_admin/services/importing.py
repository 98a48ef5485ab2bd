"""Adding many accounts at once, each row judged by itself: a bad one never spoils the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.addresses import identity_key, read_address
from tui_admin.domain.errors import AdminError, Reason, because
from tui_admin.domain.permissions import BASIC
from tui_admin.domain.text import person_name
from tui_admin.domain.usernames import check
from tui_admin.domain.verdicts import Verdict
from tui_admin.services.accounts import add_account, taken
from tui_admin.services.people import RoleGiven, grantable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.services.work import Work


class NewUser(NamedTuple):
    """A row of a file of people to add: its line there, its own text, and its cells."""

    line: int
    input: str
    email: str
    name: str = ""
    username: str = ""
    role: str = ""


class Roster:
    """Judges rows in their order, each in the light of those before it."""

    def __init__(self, work: Work) -> None:
        """Judge within this transaction."""
        self.work = work
        self.roles: dict[str, RoleGiven] = {}
        self.lines: dict[str, int] = {}
        self.usernames: dict[str, int] = {}

    async def verdict(self, row: NewUser) -> Verdict:
        """Return what becomes of a row."""
        word, detail = await self._judge(row)
        return Verdict(row.line, row.input, row.email, row.name, row.username, word, detail)

    async def _judge(self, row: NewUser) -> tuple[str, Reason | None]:
        try:
            key = identity_key(row.email)
            person_name(row.name)
            if row.username:
                check(row.username)
            await self.role(row.role)
        except AdminError as error:
            return "invalid", error.reason
        first = self.lines.setdefault(key, row.line)
        if first != row.line:
            return "duplicate", because("duplicate_of", line=first)
        if refused := await taken(self.work, row.email, row.username):
            same = refused.id == "username_taken"
            return ("username_taken" if same else "existing_user"), refused
        if row.username and self.usernames.setdefault(row.username, row.line) != row.line:
            line = self.usernames[row.username]
            return "username_taken", because("username_of_line", username=row.username, line=line)
        return "ok", None

    async def role(self, name: str) -> RoleGiven:
        """Return a role within the operator's ceiling; raises `NotFound` or `Refused`."""
        name = name or BASIC
        if name not in self.roles:
            self.roles[name] = await grantable(self.work, name)
        return self.roles[name]

    async def add(self, row: NewUser) -> None:
        """Write the account of a row whose verdict was ok."""
        address = read_address(row.email)
        role = await self.role(row.role)
        name = person_name(row.name)
        await add_account(self.work, address.typed, address.key, row.username, name, role)


async def judge_rows(work: Work, rows: Sequence[NewUser]) -> tuple[Verdict, ...]:
    """Return what would become of the rows."""
    roster = Roster(work)
    return tuple([await roster.verdict(row) for row in rows])


async def add_rows(work: Work, rows: Sequence[NewUser]) -> tuple[Verdict, ...]:
    """Add the rows that can be added, and return what became of each."""
    roster = Roster(work)
    found = []
    for row in rows:
        verdict = await roster.verdict(row)
        if verdict.verdict == "ok":
            await roster.add(row)
        found.append(verdict)
    return tuple(found)
