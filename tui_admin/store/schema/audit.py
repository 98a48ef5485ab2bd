"""The log of what was done, and the head of its chain."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from tui_admin.store.schema.columns import (
    Id,
    identity,
    metadata,
    moment,
    number,
    refers,
    table,
    words,
)

audit_event = table(
    "audit_event",
    identity(),
    moment("at"),
    refers("operator_id", "user", null=True),
    words("operator"),
    words("action", None),
    words("subject_kind", None),
    Column("subject_id", Id),
    number("subject_version"),
    words("subject"),
    words("search"),
    words("before", "{}"),
    words("after", "{}"),
    words("origin"),
    # Exactly what was hashed; never made again from the other columns.
    words("text", None),
    words("hash", None),
    Index(None, "subject_kind", "subject_id", "id"),
    Index(None, "at", "id"),
    autoincrement=False,
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)
