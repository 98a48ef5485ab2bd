"""The tables, declared once.

Migrations create them, a test holds both to the same shape. Names are those of DESIGN.md §4.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    text,
    true,
)
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


class Moment(TypeDecorator[datetime]):
    """A point in time, aware in Python: `timestamptz` on PostgreSQL, naive UTC text on SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Keep the zone where the engine has one."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone: it would be off by hours without anybody noticing."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a time for the store needs a zone"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it back aware."""
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == "postgresql" else value.replace(tzinfo=UTC)


class Words(TypeDecorator[str]):
    """Text, compared byte by byte on both engines: its order is the same, and an index serves it.

    A NUL or a lone surrogate, which no engine holds, is taken as the mark of an unreadable
    character: what is searched for then matches nothing, instead of failing.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Name the order where the engine would choose one by language."""
        return Text(collation="C" if dialect.name == "postgresql" else None)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Replace what cannot be held."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return UNSTORABLE.sub("\ufffd", value)


class Id(TypeDecorator[int]):
    """A row's number. One beyond what an engine can count to is taken as the last it can."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Be the row's own number where the engine has one."""
        return Integer() if dialect.name == "sqlite" else BigInteger()

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Keep within bounds, which leaves every comparison with a row's number true."""
        return value if value is None else max(-LAST, min(value, LAST))


UNSTORABLE = re.compile("[\0\ud800-\udfff]")
LAST = 2**63 - 1


def lower(column: ColumnElement[str]) -> ColumnElement[str]:
    """Return a text in small letters: ASCII's only, on either engine."""
    return func.lower(column, type_=Words)


def words(name: str, default: str | None = "", **more: Any) -> Column[str]:
    """Return a text column that is never null; one without a default has to be given."""
    return Column(name, Words, nullable=False, server_default=default, **more)


def number(name: str, default: str | None = "0", **more: Any) -> Column[int]:
    """Return an integer column that is never null."""
    return Column(name, Integer, nullable=False, server_default=default, **more)


def moment(name: str, *, null: bool = False) -> Column[datetime]:
    """Return a column for a point in time."""
    return Column(name, Moment, nullable=null)


def identity() -> Column[int]:
    """Return the surrogate key; ids only ever grow, so newest first is an order by id."""
    return Column("id", Id, primary_key=True)


def refers(name: str, target: str, *, null: bool = False, cascade: bool = False) -> Column[int]:
    """Return a column that names a row of another table."""
    return Column(
        name,
        Id,
        ForeignKey(f"{target}.id", ondelete="CASCADE" if cascade else None),
        nullable=null,
    )


def version() -> Column[int]:
    """Return the number that grows with every change, so that a second writer is noticed."""
    return number("version", "1")


def table(name: str, *parts: Any, autoincrement: bool = True) -> Table:
    """Declare a table; on SQLite an id is never handed out twice, so that old logs stay true."""
    return Table(name, metadata, *parts, sqlite_autoincrement=autoincrement)


def one_of(column: str, *values: str) -> CheckConstraint:
    """Return a check that a column holds one of the words of the lifecycle."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


role = table(
    "role",
    identity(),
    version(),
    words("name", None, unique=True),
    words("description"),
    Column("builtin", Boolean, nullable=False, server_default=false()),
)

role_permission = Table(
    "role_permission",
    metadata,
    Column(
        "role_id",
        Id,
        ForeignKey("role.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("permission", Text, primary_key=True),
)

user = table(
    "user",
    identity(),
    version(),
    words("email", None),
    words("email_key", None, unique=True),
    words("username", None, unique=True),
    words("display_name"),
    # What the name is sorted by: folded, and the address where there is no name.
    words("name_key"),
    words("search"),
    words("status", None),
    # What a blocked account goes back to.
    words("blocked_from"),
    words("blocked_reason"),
    refers("role_id", "role"),
    words("password_hash"),
    moment("created_at"),
    moment("seen_at", null=True),
    # When somebody who never accepted leaves the lists: the expiry of the last live invitation, or
    # null for those who stay (active, or prepared by an operator).
    moment("leaves_at", null=True),
    one_of("status", "invited", "active", "blocked"),
    CheckConstraint("(status = 'blocked') = (blocked_from <> '')", name="blocked_from"),
    Index(None, "status", "id"),
    Index(None, "created_at", "id"),
    Index(None, "name_key", "id"),
    Index(None, "role_id"),
    # Holds all that counting those in the lists asks for.
    Index(None, "status", "leaves_at"),
)

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

email_domain = table(
    "email_domain",
    identity(),
    version(),
    words("domain", None, unique=True),
    # `claimed` belongs to this environment; `shared` is used elsewhere, too.
    words("kind", None),
    moment("created_at"),
    one_of("kind", "claimed", "shared"),
)

invitation_batch = table(
    "invitation_batch",
    identity(),
    moment("created_at"),
    refers("created_by", "user"),
    number("size", None),
    moment("undo_until"),
    moment("undone_at", null=True),
)

invitation = table(
    "invitation",
    identity(),
    version(),
    refers("batch_id", "invitation_batch", null=True),
    refers("user_id", "user"),
    words("email", None),
    words("email_key", None),
    words("name"),
    words("search"),
    words("status", "queued"),
    refers("organisation_id", "organisation", null=True),
    refers("product_id", "product", null=True),
    refers("coupon_id", "coupon", null=True),
    refers("role_id", "role"),
    refers("authorisation_set_id", "authorisation_set", null=True),
    refers("invited_by", "user"),
    words("language", "en"),
    words("note"),
    words("token_hash", None, unique=True),
    moment("created_at"),
    moment("sent_at", null=True),
    moment("expires_at"),
    words("error"),
    one_of("status", "queued", "sent", "accepted", "revoked", "expired", "failed", "undone"),
    Index(None, "status", "id"),
    Index(None, "created_at", "id"),
    Index(None, "status", "expires_at"),
    Index(None, "user_id"),
    Index(None, "batch_id"),
    Index(None, "organisation_id", "id"),
    Index(None, "email_key", "id"),
    Index(None, "expires_at", "id"),
)
LIVE = ("queued", "sent")
"""The states in which an invitation can be accepted, and so stands alone (DESIGN.md rule 8)."""
# PostgreSQL's half is said in `tui_admin.store.postgres`: it would load that engine's dialect.
LIVE_ALONE = text("status IN ('queued', 'sent')")
live_invitation = Index(
    "uq_invitation_live",
    invitation.c.email_key,
    func.coalesce(invitation.c.organisation_id, 0),
    func.coalesce(invitation.c.product_id, 0),
    unique=True,
    sqlite_where=LIVE_ALONE,
)

digital_identity = table(
    "digital_identity",
    identity(),
    version(),
    refers("user_id", "user", cascade=True),
    words("given_names"),
    words("family_name"),
    # As `1990-01-31`, or empty.
    words("date_of_birth"),
    words("phone"),
    words("status", "supplied"),
    moment("created_at"),
    moment("updated_at"),
    refers("validated_by", "user", null=True),
    one_of("status", "supplied", "validated", "registered"),
    UniqueConstraint("user_id"),
)

registration = table(
    "registration",
    identity(),
    version(),
    refers("user_id", "user", cascade=True),
    refers("invitation_id", "invitation", null=True),
    refers("organisation_id", "organisation", null=True),
    refers("product_id", "product", null=True),
    refers("coupon_id", "coupon", null=True),
    # The address that was entered and verified; it may differ from the one invited.
    words("email"),
    words("language", "en"),
    # The company as the person gave it; the organisation is found or made when it is approved.
    words("company_name"),
    words("company_number"),
    # What was typed last, as JSON by field name: it survives an error and a restart.
    words("answers", "{}"),
    words("status", None),
    moment("created_at"),
    moment("submitted_at", null=True),
    moment("decided_at", null=True),
    refers("decided_by", "user", null=True),
    # Why it was rejected, in the words that the person is told.
    words("reason"),
    moment("completed_at", null=True),
    one_of(
        "status",
        "started",
        "account",
        "verified",
        "details",
        "awaiting_approval",
        "approved",
        "completed",
        "rejected",
        "withdrawn",
    ),
    Index(None, "user_id"),
    Index(None, "invitation_id"),
    Index(None, "status", "submitted_at", "id"),
    Index(None, "organisation_id", "status", "submitted_at", "id"),
)

verification_code = table(
    "verification_code",
    identity(),
    # `verify`: six digits by mail; `password`: the token of a link; `sign_in`: only the counter.
    words("purpose", None),
    # Whom it is for: the identity key of the address.
    words("key", None),
    refers("user_id", "user", null=True, cascade=True),
    # The hash of the session that asked, which alone may use a code.
    words("session"),
    words("code_hash"),
    # The password that becomes the account's once the code was right.
    words("password_hash"),
    number("attempts"),
    moment("created_at"),
    moment("expires_at"),
    moment("used_at", null=True),
    one_of("purpose", "verify", "password", "sign_in"),
    Index(None, "purpose", "key", "id"),
    Index(None, "code_hash"),
    Index(None, "user_id"),
    Index(None, "expires_at"),
)

portal_session = table(
    "portal_session",
    identity(),
    words("token_hash", None, unique=True),
    # Null until somebody signed in or proved an address.
    refers("user_id", "user", null=True, cascade=True),
    # What is being registered for: by an invitation, or by oneself for a product.
    refers("invitation_id", "invitation", null=True),
    refers("product_id", "product", null=True),
    words("email"),
    words("language", "en"),
    moment("created_at"),
    moment("seen_at"),
    moment("expires_at"),
    Index(None, "user_id"),
    Index(None, "expires_at"),
)

outbox_message = table(
    "outbox_message",
    identity(),
    version(),
    words("kind", None),
    words("language", "en"),
    number("priority", "5"),
    words("dedupe_key", None, unique=True),
    words("message_id", None, unique=True),
    words("to", None),
    words("to_name"),
    words("reply_to"),
    words("search"),
    words("subject"),
    # The facts hold the token until the mail is sent; then facts and bytes are blanked.
    words("facts", "{}"),
    Column("body", LargeBinary),
    # The mail as people may read it afterwards: without the link.
    words("shown"),
    words("status", "queued"),
    number("attempts"),
    # Hand-overs of which nobody knows whether the mail server took them.
    number("doubts"),
    words("phase"),
    words("owner"),
    moment("lease_until", null=True),
    moment("created_at"),
    moment("not_before"),
    moment("not_after", null=True),
    moment("sent_at", null=True),
    words("last_error"),
    refers("invitation_id", "invitation", null=True),
    refers("user_id", "user", null=True),
    refers("batch_id", "invitation_batch", null=True),
    one_of("status", "queued", "sending", "sent", "unknown", "failed", "expired", "cancelled"),
    Index(None, "status", "id"),
    Index(None, "created_at", "id"),
    Index(None, "status", "priority", "not_before"),
    Index(None, "to", "id"),
    Index(None, "attempts", "id"),
    Index(None, "invitation_id"),
    Index(None, "batch_id"),
)

audit_event = table(
    "audit_event",
    identity(),
    moment("at"),
    refers("operator_id", "user", null=True),
    words("operator"),
    words("action", None),
    words("subject_kind", None),
    Column("subject_id", Id),
    number("subject_version"),
    words("subject"),
    words("before", "{}"),
    words("after", "{}"),
    words("origin"),
    # Exactly what was hashed; never made again from the other columns.
    words("text", None),
    words("hash", None),
    Index(None, "subject_kind", "subject_id", "id"),
    Index(None, "at", "id"),
    autoincrement=False,
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)

counter = Table(
    "counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False, server_default="0"),
)

operator_state = Table(
    "operator_state",
    metadata,
    Column(
        "user_id",
        Id,
        ForeignKey("user.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
)

worker = Table(
    "worker",
    metadata,
    Column("name", Text, primary_key=True),
    Column("beat_at", Moment, nullable=False),
    Column("trouble", Text, nullable=False, server_default=""),
    Column("retry_at", Moment),
    # Mails that it sent in the last minute.
    Column("rate", Integer, nullable=False, server_default="0"),
)

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
