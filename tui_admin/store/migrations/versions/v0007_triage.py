"""What is asked of people who wait for approval, what is put off, and what was decided when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    for name in ("asked_at", "answered_at", "snoozed_until"):
        op.add_column("registration", sa.Column(name, MOMENT, nullable=True))
    for name in ("asked_by", "asked_text", "snoozed_by"):
        column = sa.Column(name, WORDS, nullable=False, server_default="")
        op.add_column("registration", column)
    op.create_index("ix_registration_email", "registration", ["email"])
    op.create_index("ix_registration_decided_at", "registration", ["decided_at"])
    op.add_column("digital_identity", sa.Column("validated_at", MOMENT, nullable=True))
    op.execute("UPDATE digital_identity SET validated_at = updated_at WHERE status <> 'supplied'")
