"""The tables from invitation to mailbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    _audit_head()
    _counter()
    _email_domain()
    _organisation()
    _product()
    _role()
    _setting()
    _worker()
    _authorisation_set()
    _coupon()
    _role_permission()
    _user()
    _audit_event()
    _invitation_batch()
    _membership()
    _operator_state()
    _invitation()
    _outbox_message()
    _registration()
    _live_invitations()
    _singletons()


def _audit_head() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )


def _counter() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )


def _email_domain() -> None:
    op.create_table(
        "email_domain",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("domain", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('claimed', 'shared')", name=op.f("ck_email_domain_kind")),
        sa.PrimaryKeyConstraint("id", name="pk_email_domain"),
        sa.UniqueConstraint("domain", name="uq_email_domain_domain"),
        sqlite_autoincrement=True,
    )


def _organisation() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("name_key", WORDS, server_default="", nullable=False),
        sa.Column("registration_number", WORDS, nullable=False),
        sa.Column("search", WORDS, server_default="", nullable=False),
        sa.Column("status", WORDS, server_default="active", nullable=False),
        sa.Column("billing_email", WORDS, server_default="", nullable=False),
        sa.Column("billing_address", WORDS, server_default="", nullable=False),
        sa.Column("purchase_order", WORDS, server_default="", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'archived')", name=op.f("ck_organisation_status")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("name", name="uq_organisation_name"),
        sa.UniqueConstraint("registration_number", name="uq_organisation_registration_number"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_organisation_created_at_id", "organisation", ["created_at", "id"], unique=False
    )
    op.create_index("ix_organisation_name_key_id", "organisation", ["name_key", "id"], unique=False)
    op.create_index("ix_organisation_status_id", "organisation", ["status", "id"], unique=False)


def _product() -> None:
    op.create_table(
        "product",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("price_cents", sa.Integer(), server_default="0", nullable=False),
        sa.Column("needs_approval", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_product"),
        sa.UniqueConstraint("code", name="uq_product_code"),
        sqlite_autoincrement=True,
    )


def _role() -> None:
    op.create_table(
        "role",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("description", WORDS, server_default="", nullable=False),
        sa.Column("builtin", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_role"),
        sa.UniqueConstraint("name", name="uq_role_name"),
        sqlite_autoincrement=True,
    )


def _setting() -> None:
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    )


def _worker() -> None:
    op.create_table(
        "worker",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("beat_at", MOMENT, nullable=False),
        sa.Column("trouble", sa.Text(), server_default="", nullable=False),
        sa.Column("retry_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_worker"),
    )


def _authorisation_set() -> None:
    op.create_table(
        "authorisation_set",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("authorisations", WORDS, server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name="fk_authorisation_set_product_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_authorisation_set"),
        sa.UniqueConstraint("product_id", "name", name="uq_authorisation_set_product_id_name"),
        sqlite_autoincrement=True,
    )


def _coupon() -> None:
    op.create_table(
        "coupon",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", WORDS, nullable=False),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("discount_percent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("prepaid", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("use_limit", sa.Integer(), nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_coupon_organisation_id"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_coupon_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_coupon"),
        sa.UniqueConstraint("code", name="uq_coupon_code"),
        sqlite_autoincrement=True,
    )


def _role_permission() -> None:
    op.create_table(
        "role_permission",
        sa.Column("role_id", ID, nullable=False),
        sa.Column("permission", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["role.id"], name="fk_role_permission_role_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("role_id", "permission", name="pk_role_permission"),
    )


def _user() -> None:
    op.create_table(
        "user",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("email", WORDS, nullable=False),
        sa.Column("email_key", WORDS, nullable=False),
        sa.Column("username", WORDS, nullable=False),
        sa.Column("display_name", WORDS, server_default="", nullable=False),
        sa.Column("name_key", WORDS, server_default="", nullable=False),
        sa.Column("search", WORDS, server_default="", nullable=False),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("blocked_from", WORDS, server_default="", nullable=False),
        sa.Column("blocked_reason", WORDS, server_default="", nullable=False),
        sa.Column("role_id", ID, nullable=False),
        sa.Column("password_hash", WORDS, server_default="", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("leaves_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(status = 'blocked') = (blocked_from <> '')", name=op.f("ck_user_blocked_from")
        ),
        sa.CheckConstraint(
            "status IN ('invited', 'active', 'blocked')", name=op.f("ck_user_status")
        ),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name="fk_user_role_id"),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.UniqueConstraint("email_key", name="uq_user_email_key"),
        sa.UniqueConstraint("username", name="uq_user_username"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_user_created_at_id", "user", ["created_at", "id"], unique=False)
    op.create_index("ix_user_status_leaves_at", "user", ["status", "leaves_at"], unique=False)
    op.create_index("ix_user_name_key_id", "user", ["name_key", "id"], unique=False)
    op.create_index("ix_user_role_id", "user", ["role_id"], unique=False)
    op.create_index("ix_user_status_id", "user", ["status", "id"], unique=False)


def _audit_event() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("operator_id", ID, nullable=True),
        sa.Column("operator", WORDS, server_default="", nullable=False),
        sa.Column("action", WORDS, nullable=False),
        sa.Column("subject_kind", WORDS, nullable=False),
        sa.Column("subject_id", ID, nullable=True),
        sa.Column("subject_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("subject", WORDS, server_default="", nullable=False),
        sa.Column("before", WORDS, server_default="{}", nullable=False),
        sa.Column("after", WORDS, server_default="{}", nullable=False),
        sa.Column("origin", WORDS, server_default="", nullable=False),
        sa.Column("text", WORDS, nullable=False),
        sa.Column("hash", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["user.id"], name="fk_audit_event_operator_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
        sqlite_autoincrement=False,
    )
    op.create_index("ix_audit_event_at_id", "audit_event", ["at", "id"], unique=False)
    op.create_index(
        "ix_audit_event_subject_kind_subject_id_id",
        "audit_event",
        ["subject_kind", "subject_id", "id"],
        unique=False,
    )


def _invitation_batch() -> None:
    op.create_table(
        "invitation_batch",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("undo_until", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name="fk_invitation_batch_created_by"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation_batch"),
        sqlite_autoincrement=True,
    )


def _membership() -> None:
    op.create_table(
        "membership",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("kind", WORDS, server_default="member", nullable=False),
        sa.Column("company_administrator", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.CheckConstraint("kind IN ('member', 'administrator')", name=op.f("ck_membership_kind")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name="fk_membership_created_by"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_membership_organisation_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_membership_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint(
            "organisation_id", "user_id", name="uq_membership_organisation_id_user_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_membership_user_id", "membership", ["user_id"], unique=False)


def _operator_state() -> None:
    op.create_table(
        "operator_state",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_operator_state_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "name", name="pk_operator_state"),
    )


def _invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("batch_id", ID, nullable=True),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("email", WORDS, nullable=False),
        sa.Column("email_key", WORDS, nullable=False),
        sa.Column("name", WORDS, server_default="", nullable=False),
        sa.Column("search", WORDS, server_default="", nullable=False),
        sa.Column("status", WORDS, server_default="queued", nullable=False),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("coupon_id", ID, nullable=True),
        sa.Column("role_id", ID, nullable=False),
        sa.Column("authorisation_set_id", ID, nullable=True),
        sa.Column("invited_by", ID, nullable=False),
        sa.Column("language", WORDS, server_default="en", nullable=False),
        sa.Column("note", WORDS, server_default="", nullable=False),
        sa.Column("token_hash", WORDS, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("error", WORDS, server_default="", nullable=False),
        sa.CheckConstraint(
            "status IN ('queued', 'sent', 'accepted', 'revoked', 'expired', 'failed', 'undone')",
            name=op.f("ck_invitation_status"),
        ),
        sa.ForeignKeyConstraint(
            ["authorisation_set_id"],
            ["authorisation_set.id"],
            name="fk_invitation_authorisation_set_id",
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["invitation_batch.id"], name="fk_invitation_batch_id"
        ),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupon.id"], name="fk_invitation_coupon_id"),
        sa.ForeignKeyConstraint(["invited_by"], ["user.id"], name="fk_invitation_invited_by"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_invitation_organisation_id"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_invitation_product_id"),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name="fk_invitation_role_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_invitation_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("token_hash", name="uq_invitation_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_invitation_batch_id", "invitation", ["batch_id"], unique=False)
    op.create_index("ix_invitation_created_at_id", "invitation", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_invitation_organisation_id_id", "invitation", ["organisation_id", "id"], unique=False
    )
    op.create_index(
        "ix_invitation_status_expires_at", "invitation", ["status", "expires_at"], unique=False
    )
    op.create_index("ix_invitation_status_id", "invitation", ["status", "id"], unique=False)
    op.create_index("ix_invitation_user_id", "invitation", ["user_id"], unique=False)
    op.create_index("ix_invitation_email_key_id", "invitation", ["email_key", "id"], unique=False)
    op.create_index("ix_invitation_expires_at_id", "invitation", ["expires_at", "id"], unique=False)


def _outbox_message() -> None:
    op.create_table(
        "outbox_message",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("language", WORDS, server_default="en", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="5", nullable=False),
        sa.Column("dedupe_key", WORDS, nullable=False),
        sa.Column("message_id", WORDS, nullable=False),
        sa.Column("to", WORDS, nullable=False),
        sa.Column("to_name", WORDS, server_default="", nullable=False),
        sa.Column("reply_to", WORDS, server_default="", nullable=False),
        sa.Column("search", WORDS, server_default="", nullable=False),
        sa.Column("subject", WORDS, server_default="", nullable=False),
        sa.Column("facts", WORDS, server_default="{}", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("shown", WORDS, server_default="", nullable=False),
        sa.Column("status", WORDS, server_default="queued", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("phase", WORDS, server_default="", nullable=False),
        sa.Column("owner", WORDS, server_default="", nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("not_after", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("last_error", WORDS, server_default="", nullable=False),
        sa.Column("invitation_id", ID, nullable=True),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("batch_id", ID, nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'sending', 'sent', 'unknown', 'failed', 'expired', 'cancelled')",
            name=op.f("ck_outbox_message_status"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["invitation_batch.id"], name="fk_outbox_message_batch_id"
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name="fk_outbox_message_invitation_id"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_outbox_message_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_message"),
        sa.UniqueConstraint("dedupe_key", name="uq_outbox_message_dedupe_key"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_message_batch_id", "outbox_message", ["batch_id"], unique=False)
    op.create_index(
        "ix_outbox_message_created_at_id", "outbox_message", ["created_at", "id"], unique=False
    )
    op.create_index(
        "ix_outbox_message_invitation_id", "outbox_message", ["invitation_id"], unique=False
    )
    op.create_index("ix_outbox_message_status_id", "outbox_message", ["status", "id"], unique=False)
    op.create_index(
        "ix_outbox_message_status_priority_not_before",
        "outbox_message",
        ["status", "priority", "not_before"],
        unique=False,
    )
    op.create_index("ix_outbox_message_to_id", "outbox_message", ["to", "id"], unique=False)
    op.create_index(
        "ix_outbox_message_attempts_id", "outbox_message", ["attempts", "id"], unique=False
    )


def _registration() -> None:
    op.create_table(
        "registration",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("invitation_id", ID, nullable=True),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "status IN ('started', 'account', 'verified', 'details', "
            "'awaiting_approval', 'approved', 'completed', 'rejected', 'withdrawn')",
            name=op.f("ck_registration_status"),
        ),
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
        "ix_registration_status_submitted_at_id",
        "registration",
        ["status", "submitted_at", "id"],
        unique=False,
    )
    op.create_index("ix_registration_user_id", "registration", ["user_id"], unique=False)


def _live_invitations() -> None:
    op.create_index(
        "uq_invitation_live",
        "invitation",
        ["email_key", sa.text("coalesce(organisation_id, 0)"), sa.text("coalesce(product_id, 0)")],
        unique=True,
        sqlite_where=sa.text("status IN ('queued', 'sent')"),
        postgresql_where=sa.text("status IN ('queued', 'sent')"),
    )


def _singletons() -> None:
    head = sa.table("audit_head", sa.column("id"), sa.column("seq"), sa.column("hash"))
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64}])
    counter = sa.table("counter", sa.column("name"), sa.column("value"))
    op.bulk_insert(counter, [{"name": "outbox", "value": 0}])
