"""The language in which somebody is written to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add it to accounts; those who registered get that of their latest registration."""
    op.add_column("user", sa.Column("language", WORDS, server_default="", nullable=False))
    op.execute(
        'UPDATE "user" SET language = coalesce((SELECT registration.language FROM registration '
        "WHERE registration.user_id = \"user\".id ORDER BY registration.id DESC LIMIT 1), '')"
    )
