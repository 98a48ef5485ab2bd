"""What people register for."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, UniqueConstraint, false, true

from tui_admin.store.schema.columns import identity, moment, number, refers, table, version, words

product = table(
    "product",
    identity(),
    version(),
    words("code", None, unique=True),
    words("name", None),
    number("price_cents"),
    Column("needs_approval", Boolean, nullable=False, server_default=true()),
)

authorisation_set = table(
    "authorisation_set",
    identity(),
    version(),
    refers("product_id", "product", cascade=True),
    words("name", None),
    words("authorisations"),
    UniqueConstraint("product_id", "name"),
)

coupon = table(
    "coupon",
    identity(),
    version(),
    words("code", None, unique=True),
    refers("product_id", "product", null=True),
    refers("organisation_id", "organisation", null=True),
    number("discount_percent"),
    Column("prepaid", Boolean, nullable=False, server_default=false()),
    # Null: no limit.
    Column("use_limit", Integer),
    moment("expires_at", null=True),
)
