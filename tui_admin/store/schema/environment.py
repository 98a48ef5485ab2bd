"""What holds for the whole environment."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from tui_admin.store.schema.columns import identity, metadata, moment, one_of, table, version, words

email_domain = table(
    "email_domain",
    identity(),
    version(),
    words("domain", None, unique=True),
    # `claimed` belongs to this environment; `shared` is used elsewhere, too.
    words("kind", None),
    moment("created_at"),
    one_of("kind", "claimed", "shared"),
)

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
