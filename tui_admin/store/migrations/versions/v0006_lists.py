"""What lists of a million rows are sorted, filtered and searched by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tui_admin.domain.text import fold

revision = "0006"
down_revision = "0005"

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
AT_ONCE = 5_000
INDEXES = {
    "user": (
        ("role_id", "id"),
        ("status", "created_at", "id"),
        ("status", "name_key", "id"),
    ),
    "invitation": (
        ("status", "created_at", "id"),
        ("product_id", "user_id"),
        ("invited_by", "user_id"),
    ),
    "registration": (("product_id", "user_id"),),
}


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.drop_index("ix_user_role_id", "user")
    for table, several in INDEXES.items():
        for columns in several:
            op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
    last_seen = sa.text("coalesce(seen_at, created_at)")
    op.create_index("ix_user_last_seen", "user", [last_seen, "id"])
    op.add_column("audit_event", sa.Column("search", WORDS, nullable=False, server_default=""))
    _fold_subjects()


def _fold_subjects() -> None:
    """Give each event its subject as searches compare it."""
    event = sa.table("audit_event", sa.column("id"), sa.column("subject"), sa.column("search"))
    store, last = op.get_bind(), 0
    folded = (
        sa.update(event)
        .where(event.c.id == sa.bindparam("number"))
        .values(search=sa.bindparam("to"))
    )
    some = sa.select(event.c.id, event.c.subject).order_by(event.c.id).limit(AT_ONCE)
    while rows := store.execute(some.where(event.c.id > last)).all():
        store.execute(folded, [{"number": row.id, "to": fold(row.subject)} for row in rows])
        last = rows[-1].id
