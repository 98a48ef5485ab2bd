"""What the invitee's pages and the approvals need."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
KEPT = (
    "id, version, user_id, invitation_id, organisation_id, product_id, status, created_at, "
    "submitted_at"
)


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    _digital_identity()
    _verification_code()
    _portal_session()
    _registration_made_anew()


def _registration_made_anew() -> None:
    """Make the table as it is declared now: nothing refers to its rows yet."""
    op.execute(f"CREATE TEMPORARY TABLE kept AS SELECT {KEPT} FROM registration")  # noqa: S608
    op.drop_table("registration")
    _registration()
    op.execute(f"INSERT INTO registration ({KEPT}) SELECT {KEPT} FROM kept")  # noqa: S608
    op.execute("DROP TABLE kept")
    # Nobody could register by another address than their account's until now.
    op.execute(
        'UPDATE registration SET email = (SELECT email FROM "user" '
        'WHERE "user".id = registration.user_id)'
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('registration', 'id'), "
            "coalesce(max(id), 1), max(id) IS NOT NULL) FROM registration"
        )


def _digital_identity() -> None:
    op.create_table(
        "digital_identity",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("given_names", WORDS, server_default="", nullable=False),
        sa.Column("family_name", WORDS, server_default="", nullable=False),
        sa.Column("date_of_birth", WORDS, server_default="", nullable=False),
        sa.Column("phone", WORDS, server_default="", nullable=False),
        sa.Column("status", WORDS, server_default="supplied", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("validated_by", ID, nullable=True),
        sa.CheckConstraint(
            "status IN ('supplied', 'validated', 'registered')",
            name=op.f("ck_digital_identity_status"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_digital_identity_user_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["validated_by"], ["user.id"], name="fk_digital_identity_validated_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_digital_identity"),
        sa.UniqueConstraint("user_id", name="uq_digital_identity_user_id"),
        sqlite_autoincrement=True,
    )


def _verification_code() -> None:
    op.create_table(
        "verification_code",
        sa.Column("id", ID, nullable=False),
        sa.Column("purpose", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("session", WORDS, server_default="", nullable=False),
        sa.Column("code_hash", WORDS, server_default="", nullable=False),
        sa.Column("password_hash", WORDS, server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "purpose IN ('verify', 'password', 'sign_in')",
            name=op.f("ck_verification_code_purpose"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_verification_code_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_verification_code"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_verification_code_code_hash", "verification_code", ["code_hash"], unique=False
    )
    op.create_index(
        "ix_verification_code_expires_at", "verification_code", ["expires_at"], unique=False
    )
    op.create_index(
        "ix_verification_code_purpose_key_id",
        "verification_code",
        ["purpose", "key", "id"],
        unique=False,
    )
    op.create_index("ix_verification_code_user_id", "verification_code", ["user_id"], unique=False)


def _portal_session() -> None:
    op.create_table(
        "portal_session",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", WORDS, nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("invitation_id", ID, nullable=True),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("email", WORDS, server_default="", nullable=False),
        sa.Column("language", WORDS, server_default="en", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name="fk_portal_session_invitation_id"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name="fk_portal_session_product_id"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_portal_session_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_portal_session"),
        sa.UniqueConstraint("token_hash", name="uq_portal_session_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_portal_session_expires_at", "portal_session", ["expires_at"], unique=False)
    op.create_index("ix_portal_session_user_id", "portal_session", ["user_id"], unique=False)


def _registration() -> None:
    op.create_table(
        "registration",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("invitation_id", ID, nullable=True),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("coupon_id", ID, nullable=True),
        sa.Column("email", WORDS, server_default="", nullable=False),
        sa.Column("language", WORDS, server_default="en", nullable=False),
        sa.Column("company_name", WORDS, server_default="", nullable=False),
        sa.Column("company_number", WORDS, server_default="", nullable=False),
        sa.Column("answers", WORDS, server_default="{}", nullable=False),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("reason", WORDS, server_default="", nullable=False),
        sa.Column("completed_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "status IN ('started', 'account', 'verified', 'details', "
            "'awaiting_approval', 'approved', 'completed', 'rejected', 'withdrawn')",
            name=op.f("ck_registration_status"),
        ),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupon.id"], name="fk_registration_coupon_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name="fk_registration_decided_by"),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name="fk_registration_invitation_id"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_registration_organisation_id"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_registration_product_id"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_registration_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_registration"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_registration_invitation_id", "registration", ["invitation_id"], unique=False
    )
    op.create_index(
        "ix_registration_organisation_id_status_submitted_at_id",
        "registration",
        ["organisation_id", "status", "submitted_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_registration_status_submitted_at_id",
        "registration",
        ["status", "submitted_at", "id"],
        unique=False,
    )
    op.create_index("ix_registration_user_id", "registration", ["user_id"], unique=False)
