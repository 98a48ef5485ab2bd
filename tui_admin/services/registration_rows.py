"""A registration joined with all that it is about."""

from __future__ import annotations

from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.joining import registration
from tui_admin.store.schema.organisations import organisation
from tui_admin.store.schema.products import coupon, product

inviter = user.alias("inviter")

# Outer joins, so that no engine begins with another table and then sorts all registrations.
WITH_ALL = (
    registration.outerjoin(organisation, registration.c.organisation_id == organisation.c.id)
    .outerjoin(product, registration.c.product_id == product.c.id)
    .outerjoin(coupon, registration.c.coupon_id == coupon.c.id)
    .outerjoin(invitation, registration.c.invitation_id == invitation.c.id)
    .outerjoin(inviter, invitation.c.invited_by == inviter.c.id)
)
