"""Organisations, and who belongs to them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, UniqueConstraint, false

from tui_admin.store.schema.columns import identity, moment, one_of, refers, table, version, words

organisation = table(
    "organisation",
    identity(),
    version(),
    words("name", None, unique=True),
    words("name_key"),
    words("registration_number", None, unique=True),
    words("search"),
    words("status", "active"),
    words("billing_email"),
    words("billing_address"),
    words("purchase_order"),
    moment("created_at"),
    one_of("status", "draft", "active", "archived"),
    Index(None, "name_key", "id"),
    Index(None, "status", "id"),
    Index(None, "created_at", "id"),
)

membership = table(
    "membership",
    identity(),
    version(),
    refers("user_id", "user", cascade=True),
    refers("organisation_id", "organisation", cascade=True),
    words("kind", "member"),
    Column("company_administrator", Boolean, nullable=False, server_default=false()),
    moment("created_at"),
    refers("created_by", "user", null=True),
    one_of("kind", "member", "administrator"),
    UniqueConstraint("organisation_id", "user_id"),
    Index(None, "user_id"),
)
