"""The way of whoever joins: what they prove, supply and register for."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint

from tui_admin.store.schema.columns import (
    identity,
    moment,
    number,
    one_of,
    refers,
    table,
    version,
    words,
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
    # Since when somebody other than the person vouches for it.
    moment("validated_at", null=True),
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
    # What they may do with the product; null is all of it.
    refers("authorisation_set_id", "authorisation_set", null=True),
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
    Index(None, "product_id", "user_id"),
    Index(None, "status", "submitted_at", "id"),
    Index(None, "organisation_id", "status", "submitted_at", "id"),
    Index(None, "email"),
    Index(None, "decided_at"),
    # Since when it has its status; null for one that has had none but its first.
    moment("moved_at", null=True),
    # While the status is `details` and this is set, it waits for the person's answer.
    moment("asked_at", null=True),
    # When that was answered, by handing in once more.
    moment("answered_at", null=True),
    # Until when the queue leaves it out.
    moment("snoozed_until", null=True),
    # Who asked, by username, and in which words.
    words("asked_by"),
    words("asked_text"),
    words("snoozed_by"),
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
