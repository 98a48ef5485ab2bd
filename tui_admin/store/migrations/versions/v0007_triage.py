"""What is asked of people who wait and what is put off; claims of domains."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    for name in ("asked_at", "answered_at", "snoozed_until"):
        op.add_column("registration", sa.Column(name, MOMENT, nullable=True))
    for name in ("asked_by", "asked_text", "snoozed_by"):
        column = sa.Column(name, WORDS, nullable=False, server_default="")
        op.add_column("registration", column)
    # SQLite adds a column that refers to another table in this way alone.
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE registration ADD COLUMN authorisation_set_id {number}"
        " CONSTRAINT fk_registration_authorisation_set_id REFERENCES authorisation_set (id)"
    )
    op.execute(
        "UPDATE registration SET authorisation_set_id = (SELECT i.authorisation_set_id"
        " FROM invitation AS i WHERE i.id = registration.invitation_id)"
    )
    op.create_index("ix_registration_email", "registration", ["email"])
    op.create_index("ix_registration_decided_at", "registration", ["decided_at"])
    op.add_column("digital_identity", sa.Column("validated_at", MOMENT, nullable=True))
    op.add_column("email_domain", sa.Column("by", WORDS, nullable=False, server_default=""))
    op.create_table(
        "domain_claim",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("domain", WORDS, nullable=False),
        sa.Column("mailbox", WORDS, nullable=False),
        sa.Column("token_hash", WORDS, nullable=False, unique=True),
        sa.Column("asked_by", ID, sa.ForeignKey("user.id"), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_domain_claim_domain", "domain_claim", ["domain"])
    op.execute("UPDATE digital_identity SET validated_at = updated_at WHERE status <> 'supplied'")
