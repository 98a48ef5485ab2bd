"""One method, one transaction: what `@reads` and `@writes` put around a service's body.

The operator's rights are read in the transaction that acts on them, so that a change of role works
at the next key press (DESIGN.md rule 1). Audit events and mails are written in it, too.
"""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from sqlalchemy import bindparam, cast, func, null, select, union_all, update

from tui_admin.domain.errors import Denied, Refused, because
from tui_admin.domain.outcomes import Outcome, Row, Undo
from tui_admin.domain.permissions import COMPANY_ADMINISTRATOR, Rights
from tui_admin.domain.usernames import is_removed
from tui_admin.services.chunks import chunks
from tui_admin.services.trail import Trail
from tui_admin.store.schema.accounts import role_permission, user
from tui_admin.store.schema.organisations import membership

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Sequence, Set
    from datetime import datetime

    from sqlalchemy import ColumnElement, CompoundSelect, Table

    from tui_admin.domain.errors import Reason
    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store

P = ParamSpec("P")
T = TypeVar("T")
S = TypeVar("S", bound="Service")


class Operator(NamedTuple):
    """The person at the keyboard."""

    id: int
    username: str
    email: str
    display_name: str


class Policy(NamedTuple):
    """The settings that services go by; times in whole seconds or as `timedelta`.

    `mail_domain` is what Message-IDs end in; `templates` the folder of the operator's texts;
    `language` is for those of whom no other is known. `own_domains` are the deployment's,
    `trusted_domains` are never warned of and `doubtful_domains` always. With a
    `remind_before` of nothing nobody is reminded. Within `target_hours` whoever waits is to be
    decided on (0 promises nothing); `reasons` are the rejections' own, none for the usual ones.
    `digest` is how those who may approve are told where they chose nothing, a daily one at
    `digest_hour`; `escalate_to` is told, too, of those over the target.
    """

    environment: str
    portal_url: str
    undo_seconds: int
    batch_limit: int
    expires_after: timedelta
    address_must_match: bool
    mail_domain: str
    remind_before: timedelta
    templates: str
    language: str
    own_domains: tuple[str, ...] = ()
    trusted_domains: tuple[str, ...] = ()
    doubtful_domains: tuple[str, ...] = ()
    target_hours: int = 24
    reasons: tuple[str, ...] = ()
    digest: str = "at-once"
    digest_hour: int = 8
    escalate_to: str = ""

    @property
    def decided_within(self) -> timedelta:
        """Within which time whoever waits is to be decided on; nothing where none is promised."""
        return timedelta(hours=self.target_hours)


class Rehearsal:
    """An act tried out: its plan is made and told, and nothing is written.

    `done` are the records that acts in this rehearsal would have done, so that the last of a kind
    is known also where an act comes in several parts.
    """

    def __init__(self) -> None:
        """Begin with nothing done."""
        self.done: set[int] = set()


class Context(NamedTuple):
    """What every service stands on: the store, the policy, the clock, who acts and from where.

    With a `rehearsal` every act says what it would do, and does nothing.
    """

    store: Store
    policy: Policy
    now: Callable[[], datetime]
    operator: Operator
    origin: str
    rehearsal: Rehearsal | None = None


class Registered(NamedTuple):
    """A service method as the rights matrix of the tests sees it."""

    service: str
    method: str
    needs: str | None
    writes: bool


REGISTERED: list[Registered] = []


class Work:
    """One transaction of one operator: rights, time, and what is to be written at its end."""

    def __init__(self, connection: AsyncConnection, context: Context, rights: Rights) -> None:
        """Take the rights as they were just read."""
        self.connection, self.context, self.rights = connection, context, rights
        self.policy = context.policy
        self.now = context.now()
        self.trail = Trail(self.now, context.operator, context.origin)
        self.undo_until: datetime | None = None
        self.rehearsal = context.rehearsal

    @property
    def rehearsed(self) -> Set[int]:
        """Return the records that this rehearsal has done already; none outside of one."""
        return self.rehearsal.done if self.rehearsal else frozenset()

    def for_real(self, rows: Sequence[T]) -> Sequence[T]:
        """Return the rows that are to be changed: in a rehearsal, none."""
        return () if self.rehearsal else rows

    def require(self, permission: str, organisation: int | None = None) -> None:
        """Raise `Denied` unless the operator holds the permission there."""
        if not self.rights.scope(permission).covers(organisation):
            raise Denied("not_allowed", permission=permission)

    async def rows(self, statement: Any) -> Sequence[Any]:
        """Return all rows of a short answer."""
        return (await self.connection.execute(statement)).all()

    async def change(
        self, table: Table, rows: Iterable[Any], values: dict[str, Any]
    ) -> tuple[set[int], dict[int, Reason]]:
        """Change rows as they were read in this transaction, and raise their version.

        Where a table keeps since when a status holds, that is now.

        Returns the ids that were changed and, for the others, why not.
        """
        wanted = {row.id for row in rows}
        if "status" in values and "moved_at" in table.c:
            values = {"moved_at": self.now, **values}
        statement = update(table).values(version=table.c.version + 1, **values)
        done: set[int] = set()
        for some in chunks(wanted):
            changed = statement.where(table.c.id.in_(some)).returning(table.c.id)
            done |= set((await self.connection.execute(changed)).scalars())
        return done, {each: because("moved_on") for each in wanted - done}

    def outcome(
        self,
        action: str,
        done: Iterable[Row],
        skipped: Iterable[Row] = (),
        *,
        undo: bool = False,
        until: datetime | None = None,
    ) -> Outcome:
        """Return the outcome; with `undo`, this work's events say how to take it back."""
        done = tuple(done)
        way_back = Undo((), until) if undo and done and not self.rehearsal else None
        return Outcome(action, done, tuple(skipped), way_back)

    def would(self, result: T) -> T:
        """Note in the rehearsal what the act would have done."""
        if isinstance(result, Outcome) and self.rehearsal is not None:
            self.rehearsal.done.update(row.id for row in result.done)
        return result

    async def finish(self, result: T) -> T:
        """Append the audit events, the last statement before the commit."""
        events = await self.trail.append(self.connection)
        undo = getattr(result, "undo", None)
        if isinstance(undo, Undo) and not undo.events:
            return result._replace(undo=undo._replace(events=events))  # type: ignore[attr-defined,no-any-return]
        return result


def _rights_statement() -> CompoundSelect[Any]:
    """Return one statement for both halves: it is asked before whatever else is asked."""
    who: ColumnElement[int] = bindparam("operator")
    permission, place = role_permission.c.permission, membership.c.organisation_id
    columns = user.c.status, user.c.role_id, user.c.username
    # A row for each permission; a role without any has one row all the same.
    held = select(*columns, permission, cast(null(), place.type).label("place")).select_from(
        user.outerjoin(role_permission, user.c.role_id == role_permission.c.role_id)
    )
    administered = select(*columns, cast(null(), permission.type), place).select_from(
        user.join(membership, membership.c.user_id == user.c.id)
    )
    # Whose role has all of it everywhere needs no list of the places, which may be thousands.
    everywhere = (
        select(func.count())
        .where(
            role_permission.c.role_id == user.c.role_id,
            permission.in_(sorted(COMPANY_ADMINISTRATOR)),
        )
        .scalar_subquery()
    )
    return union_all(
        held.where(user.c.id == who),
        administered.where(
            user.c.id == who,
            membership.c.company_administrator,
            everywhere < len(COMPANY_ADMINISTRATOR),
        ),
    )


_RIGHTS = _rights_statement()


async def read_rights(connection: AsyncConnection, operator: Operator) -> Rights:
    """Return what the operator may do at this moment."""
    found = (await connection.execute(_RIGHTS, {"operator": operator.id})).all()
    if not found:
        raise Denied("operator_gone")
    person = found[0]
    return Rights(
        operator.id,
        person.username,
        person.status == "active",
        person.role_id,
        frozenset(row.permission for row in found if row.permission is not None),
        frozenset(row.place for row in found if row.place is not None),
    )


class Service:
    """Methods of one subject, bound to an operator."""

    def __init__(self, context: Context) -> None:
        """Bind to the operator of the context."""
        self.context = context


async def begin(connection: AsyncConnection, context: Context, needs: str | None) -> Work:
    """Start a transaction's work; raises `Denied` for a blocked operator or a missing right."""
    rights = await read_rights(connection, context.operator)
    if is_removed(rights.username):
        raise Denied("operator_gone")
    if not rights.active:
        raise Denied("operator_blocked", who=rights.username)
    if needs is not None and not rights.scope(needs):
        raise Denied("not_allowed", permission=needs)
    return Work(connection, context, rights)


def reads(
    needs: str | None = None,
) -> Callable[
    [Callable[Concatenate[S, Work, P], Coroutine[Any, Any, T]]],
    Callable[Concatenate[S, P], Coroutine[Any, Any, T]],
]:
    """Run a method in a read transaction; `needs` is the permission without which it is denied.

    Where a permission holds for some organisations only, the body narrows what is read to those.
    """

    def wrap(
        method: Callable[Concatenate[S, Work, P], Coroutine[Any, Any, T]],
    ) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
        _register(method, needs, writes=False)

        async def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
            async def question(connection: AsyncConnection) -> T:
                work = await begin(connection, self.context, needs)
                return await method(self, work, *args, **kwargs)

            return await self.context.store.read(question)

        functools.update_wrapper(call, method)
        return call

    return wrap


def writes(
    needs: str | None = None,
) -> Callable[
    [Callable[Concatenate[S, Work, P], Coroutine[Any, Any, T]]],
    Callable[Concatenate[S, P], Coroutine[Any, Any, T]],
]:
    """Run a method in an exclusive transaction; all it writes is kept, or nothing.

    In a rehearsal it runs in one that only reads, and has to return once it has its plan.
    """

    def wrap(
        method: Callable[Concatenate[S, Work, P], Coroutine[Any, Any, T]],
    ) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
        _register(method, needs, writes=True)

        async def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
            async def act(connection: AsyncConnection) -> T:
                work = await begin(connection, self.context, needs)
                return await work.finish(await method(self, work, *args, **kwargs))

            async def rehearse(connection: AsyncConnection) -> T:
                work = await begin(connection, self.context, needs)
                return work.would(await method(self, work, *args, **kwargs))

            if self.context.rehearsal is not None:
                return await self.context.store.read(rehearse)
            return await self.context.store.exclusive(act)

        functools.update_wrapper(call, method)
        return call

    return wrap


def _register(method: Callable[..., Any], needs: str | None, *, writes: bool) -> None:
    service, _, name = method.__qualname__.rpartition(".")
    REGISTERED.append(Registered(service, name, needs, writes))


def nothing_picked() -> Refused:
    """Return the refusal of an act on no record at all."""
    return Refused("nothing_picked")
