"""Since when invitations and registrations stand where they stand, and reminders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column("invitation", sa.Column("moved_at", MOMENT, nullable=True))
    op.add_column("invitation", sa.Column("reminder_hash", WORDS, nullable=True))
    op.create_index("uq_invitation_reminder_hash", "invitation", ["reminder_hash"], unique=True)
    for table, columns in (
        ("invitation", ("invited_by", "created_at", "id")),
        ("invitation_batch", ("created_at", "id")),
    ):
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns), unique=False)
    op.add_column("registration", sa.Column("moved_at", MOMENT, nullable=True))
