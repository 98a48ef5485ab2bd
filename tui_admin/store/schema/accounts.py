"""People, and the roles that give them rights."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Table, Text, false, func

from tui_admin.store.schema.columns import (
    Id,
    identity,
    metadata,
    moment,
    one_of,
    refers,
    table,
    version,
    words,
)

role = table(
    "role",
    identity(),
    version(),
    words("name", None, unique=True),
    words("description"),
    Column("builtin", Boolean, nullable=False, server_default=false()),
)

role_permission = Table(
    "role_permission",
    metadata,
    Column(
        "role_id",
        Id,
        ForeignKey("role.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("permission", Text, primary_key=True),
)

user = table(
    "user",
    identity(),
    version(),
    words("email", None),
    words("email_key", None, unique=True),
    words("username", None, unique=True),
    words("display_name"),
    # What the name is sorted by: folded, and the address where there is no name.
    words("name_key"),
    words("search"),
    words("status", None),
    # What a blocked account goes back to.
    words("blocked_from"),
    words("blocked_reason"),
    refers("role_id", "role"),
    words("password_hash"),
    # What mails to them are written in; empty is the environment's.
    words("language"),
    moment("created_at"),
    moment("seen_at", null=True),
    # When somebody who never accepted leaves the lists: the expiry of the last live invitation, or
    # null for those who stay (active, or prepared by an operator).
    moment("leaves_at", null=True),
    one_of("status", "invited", "active", "blocked"),
    CheckConstraint("(status = 'blocked') = (blocked_from <> '')", name="blocked_from"),
    Index(None, "status", "id"),
    Index(None, "created_at", "id"),
    Index(None, "name_key", "id"),
    Index(None, "role_id", "id"),
    # What one status alone is mostly sorted by.
    Index(None, "status", "created_at", "id"),
    Index(None, "status", "name_key", "id"),
    # Holds all that counting those in the lists asks for.
    Index(None, "status", "leaves_at"),
)

# When somebody was last seen; who never was stands where they were added.
last_seen = func.coalesce(user.c.seen_at, user.c.created_at)
Index("ix_user_last_seen", last_seen, user.c.id)
