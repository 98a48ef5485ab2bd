"""What every table is made of: its columns, their types on either engine, their names."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    func,
)
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


class Moment(TypeDecorator[datetime]):
    """A point in time, aware in Python: `timestamptz` on PostgreSQL, naive UTC text on SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Keep the zone where the engine has one."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone: it would be off by hours without anybody noticing."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a time for the store needs a zone"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it back aware."""
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == "postgresql" else value.replace(tzinfo=UTC)


class Words(TypeDecorator[str]):
    """Text, compared byte by byte on both engines: its order is the same, and an index serves it.

    A NUL or a lone surrogate, which no engine holds, is taken as the mark of an unreadable
    character: what is searched for then matches nothing, instead of failing.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Name the order where the engine would choose one by language."""
        return Text(collation="C" if dialect.name == "postgresql" else None)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Replace what cannot be held."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return UNSTORABLE.sub("\ufffd", value)


class Id(TypeDecorator[int]):
    """A row's number. One beyond what an engine can count to is taken as the last it can."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Be the row's own number where the engine has one."""
        return Integer() if dialect.name == "sqlite" else BigInteger()

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Keep within bounds, which leaves every comparison with a row's number true."""
        return value if value is None else max(-LAST, min(value, LAST))


UNSTORABLE = re.compile("[\0\ud800-\udfff]")
LAST = 2**63 - 1


def lower(column: ColumnElement[str]) -> ColumnElement[str]:
    """Return a text in small letters: ASCII's only, on either engine."""
    return func.lower(column, type_=Words)


def words(name: str, default: str | None = "", **more: Any) -> Column[str]:
    """Return a text column that is never null; one without a default has to be given."""
    return Column(name, Words, nullable=False, server_default=default, **more)


def number(name: str, default: str | None = "0", **more: Any) -> Column[int]:
    """Return an integer column that is never null."""
    return Column(name, Integer, nullable=False, server_default=default, **more)


def moment(name: str, *, null: bool = False) -> Column[datetime]:
    """Return a column for a point in time."""
    return Column(name, Moment, nullable=null)


def identity() -> Column[int]:
    """Return the surrogate key; ids only ever grow, so newest first is an order by id."""
    return Column("id", Id, primary_key=True)


def refers(name: str, target: str, *, null: bool = False, cascade: bool = False) -> Column[int]:
    """Return a column that names a row of another table."""
    return Column(
        name,
        Id,
        ForeignKey(f"{target}.id", ondelete="CASCADE" if cascade else None),
        nullable=null,
    )


def version() -> Column[int]:
    """Return the number that grows with every change, so that a second writer is noticed."""
    return number("version", "1")


def table(name: str, *parts: Any, autoincrement: bool = True) -> Table:
    """Declare a table; on SQLite an id is never handed out twice, so that old logs stay true."""
    return Table(name, metadata, *parts, sqlite_autoincrement=autoincrement)


def one_of(column: str, *values: str) -> CheckConstraint:
    """Return a check that a column holds one of the words of the lifecycle."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
