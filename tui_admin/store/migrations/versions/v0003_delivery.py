"""What a mail's hand-overs left in doubt, and how fast each worker sends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column to the outbox and one to the workers."""
    for table, column in (("outbox_message", "doubts"), ("worker", "rate")):
        op.add_column(table, sa.Column(column, sa.Integer(), server_default="0", nullable=False))
