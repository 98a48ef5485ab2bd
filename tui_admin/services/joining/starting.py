"""Registering for another product with the account one has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.domain.joining import Passed
from tui_admin.services.joining import sessions
from tui_admin.services.joining.enrolling import enrol_for_product
from tui_admin.services.joining.journeys import STEPS, product_row
from tui_admin.store.schema.products import product

if TYPE_CHECKING:
    from tui_admin.services.work import Work


async def start(work: Work, session: str, code: str) -> Passed:
    """See `Joining.start`."""
    person = await sessions.signed_in(work, session)
    goods = await product_row(work, product.c.code == code, code)
    row = await sessions.find(work, session)
    begun = await enrol_for_product(work, person, goods.id, person.email, row.language)
    return Passed(session, STEPS[begun.status], begun.id)
