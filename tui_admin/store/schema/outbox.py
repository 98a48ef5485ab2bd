"""Mail that was decided on, and who sends it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from tui_admin.store.schema.columns import (
    Moment,
    identity,
    metadata,
    moment,
    number,
    one_of,
    refers,
    table,
    version,
    words,
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

counter = Table(
    "counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False, server_default="0"),
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
