"""What holds for the whole environment."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from tui_admin.store.schema.columns import (
    identity,
    metadata,
    moment,
    one_of,
    refers,
    table,
    version,
    words,
)

email_domain = table(
    "email_domain",
    identity(),
    version(),
    words("domain", None, unique=True),
    # `claimed` belongs to this environment; `shared` is used elsewhere, too.
    words("kind", None),
    moment("created_at"),
    one_of("kind", "claimed", "shared"),
    # Who claimed or marked it, by username.
    words("by"),
)

# A claim that waits until whoever runs the domain confirms it.
domain_claim = table(
    "domain_claim",
    identity(),
    version(),
    words("domain", None),
    words("mailbox", None),
    words("token_hash", None, unique=True),
    refers("asked_by", "user"),
    moment("asked_at"),
    moment("expires_at"),
    Index(None, "domain"),
)

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
