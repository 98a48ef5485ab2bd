"""All tables at once: for migrations, for the demo, and for those who look at the whole store."""

from __future__ import annotations

from tui_admin.store.schema.accounts import role, role_permission, user
from tui_admin.store.schema.audit import audit_event, audit_head
from tui_admin.store.schema.columns import metadata
from tui_admin.store.schema.desk import operator_state
from tui_admin.store.schema.environment import domain_claim, email_domain, setting
from tui_admin.store.schema.inviting import (
    LIVE_ALONE,
    invitation,
    invitation_batch,
    live_invitation,
)
from tui_admin.store.schema.joining import (
    digital_identity,
    portal_session,
    registration,
    verification_code,
)
from tui_admin.store.schema.organisations import membership, organisation
from tui_admin.store.schema.outbox import counter, outbox_message, worker
from tui_admin.store.schema.products import authorisation_set, coupon, product

__all__ = [
    "LIVE_ALONE",
    "audit_event",
    "audit_head",
    "authorisation_set",
    "counter",
    "coupon",
    "digital_identity",
    "domain_claim",
    "email_domain",
    "invitation",
    "invitation_batch",
    "live_invitation",
    "membership",
    "metadata",
    "operator_state",
    "organisation",
    "outbox_message",
    "portal_session",
    "product",
    "registration",
    "role",
    "role_permission",
    "setting",
    "user",
    "verification_code",
    "worker",
]

live_invitation.dialect_kwargs["postgresql_where"] = LIVE_ALONE
