"""What an operator left on the desk: drafts and views."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, Text

from tui_admin.store.schema.columns import Id, Moment, metadata

operator_state = Table(
    "operator_state",
    metadata,
    Column(
        "user_id",
        Id,
        ForeignKey("user.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
)
