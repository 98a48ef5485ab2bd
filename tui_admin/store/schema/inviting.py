"""Invitations, and the batches they were sent in."""

from __future__ import annotations

from sqlalchemy import Column, Index, func, text

from tui_admin.store.schema.columns import (
    Words,
    identity,
    moment,
    number,
    one_of,
    refers,
    table,
    version,
    words,
)

invitation_batch = table(
    "invitation_batch",
    identity(),
    moment("created_at"),
    refers("created_by", "user"),
    number("size", None),
    moment("undo_until"),
    moment("undone_at", null=True),
    Index(None, "created_at", "id"),
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
    Index(None, "status", "created_at", "id"),
    Index(None, "status", "expires_at"),
    Index(None, "user_id"),
    Index(None, "batch_id"),
    Index(None, "organisation_id", "id"),
    Index(None, "email_key", "id"),
    Index(None, "expires_at", "id"),
    # Since when it has its status; null for one that has had none but its first.
    moment("moved_at", null=True),
    # Of the link in the reminder; null where nobody was reminded of the link there is.
    Column("reminder_hash", Words),
    Index("uq_invitation_reminder_hash", "reminder_hash", unique=True),
    # For `by:me`, in the order of the list.
    Index(None, "invited_by", "created_at", "id"),
    Index(None, "product_id", "user_id"),
    Index(None, "invited_by", "user_id"),
)

# PostgreSQL's half is said in `everything`: it would load that engine's dialect.
LIVE_ALONE = text("status IN ('queued', 'sent')")
live_invitation = Index(
    "uq_invitation_live",
    invitation.c.email_key,
    func.coalesce(invitation.c.organisation_id, 0),
    func.coalesce(invitation.c.product_id, 0),
    unique=True,
    sqlite_where=LIVE_ALONE,
)
