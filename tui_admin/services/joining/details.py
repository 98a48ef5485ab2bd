"""Personal details, company and coupon: kept while they are typed, and handed in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert, select

from tui_admin.domain.errors import Reason, Refused, because
from tui_admin.domain.lifecycle import APPROVED, COMPLETED, WAITING
from tui_admin.domain.personal import COMPANY, Filled, known, read_details
from tui_admin.services.joining import sessions
from tui_admin.services.joining.journeys import company_fixed, company_needed, journey, of_person
from tui_admin.services.joining.settling import settle
from tui_admin.services.joining.visitor import become, note
from tui_admin.services.people import naming
from tui_admin.services.planning import coupon_refusal
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.columns import lower
from tui_admin.store.schema.joining import digital_identity, registration
from tui_admin.store.schema.organisations import organisation
from tui_admin.store.schema.products import coupon, product

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tui_admin.domain.joining import Journey
    from tui_admin.domain.personal import Person
    from tui_admin.services.work import Work

OPEN = ("verified", "details")
HANDED_IN = (WAITING, APPROVED, COMPLETED)


class Ready(NamedTuple):
    """What was filled in, with the records it names; None for none."""

    filled: Filled
    place: Any
    coupon: Any


async def keep(work: Work, session: str, registration_id: int, answers: Mapping[str, str]) -> None:
    """See `Joining.keep`."""
    person = await sessions.signed_in(work, session)
    row = await _open(work, person, registration_id)
    await _keep(work, row, known(answers))


async def _open(work: Work, person: Any, registration_id: int) -> Any:
    row = await of_person(work, person.id, registration_id)
    if row.status not in OPEN:
        raise Refused("registration_is", status=row.status)
    return row


async def _keep(work: Work, row: Any, answers: dict[str, str]) -> None:
    values = {"answers": json.dumps(answers), "status": "details"}
    await work.change(registration, [row], values)
    if row.status != "details":
        after = {"status": "details"}
        note(work, "registration.details", "registration", row, {"status": row.status}, after)


async def hand_in(
    work: Work, session: str, registration_id: int, answers: Mapping[str, str]
) -> Journey | dict[str, Reason] | Reason:
    """Hand in, or return why not, field by field or for all of it: what was typed is kept then.

    What was handed in already stays as it was.
    """
    person = await sessions.signed_in(work, session)
    row = await of_person(work, person.id, registration_id)
    if row.status in HANDED_IN:
        return await journey(work, row)
    row = await _open(work, person, registration_id)
    typed = known(answers)
    ready, reasons = await _read(work, row, typed)
    if reasons or ready.filled.person is None:
        await _keep(work, row, typed)
        return reasons
    if await _has_it(work, row, ready):
        await _keep(work, row, typed)
        return because("has_product")
    await _supply(work, person, ready.filled.person)
    await settle(work, row, _values(row, ready, typed, work.now), given=_given(row, ready))
    return await journey(work, await of_person(work, person.id, row.id))


async def _read(work: Work, row: Any, typed: dict[str, str]) -> tuple[Ready, dict[str, Reason]]:
    asked = await company_needed(work, row)
    # A company may be given where none is needed, but for an invitation that says where to.
    given = any(typed.get(field, "").strip() for field in COMPANY)
    wanted = not company_fixed(row) and (asked or given)
    filled = read_details(typed, work.now.date(), company=wanted)
    place, no_place = await _place(work, row, filled)
    ticket, no_coupon = await _coupon(work, row, filled, place)
    reasons = dict(filled.reasons)
    if no_place is not None:
        reasons["registration_number"] = no_place
    if no_coupon is not None:
        reasons["coupon"] = no_coupon
    return Ready(filled, place, ticket), reasons


async def _place(work: Work, row: Any, filled: Filled) -> tuple[Any, Reason | None]:
    """Return the organisation that the invitation names, or that of the number, if known."""
    number = filled.company.number if filled.company else ""
    if row.organisation_id is None and not number:
        return None, None
    wanted = organisation.c.id == row.organisation_id
    if row.organisation_id is None:
        wanted = organisation.c.registration_number == number
    found = await work.rows(select(organisation).where(wanted))
    if found and found[0].status == "archived":
        return None, because("organisation_archived", organisation=found[0].name)
    return (found[0] if found else None), None


async def _coupon(work: Work, row: Any, filled: Filled, place: Any) -> tuple[Any, Reason | None]:
    """Return the coupon that was typed, unless the invitation has one, or none by choice."""
    settled = company_fixed(row) or row.coupon_id is not None
    if not filled.coupon or settled:
        return None, None
    wanted = lower(coupon.c.code) == filled.coupon.lower()
    found = await work.rows(select(coupon).where(wanted))
    if not found:
        return None, because("coupon_unknown", name=filled.coupon)
    goods = await work.rows(select(product).where(product.c.id == row.product_id))
    return found[0], await coupon_refusal(work, found[0], goods[0] if goods else None, place)


async def _has_it(work: Work, row: Any, ready: Ready) -> bool:
    """Say whether the person registered for this product and company before."""
    if row.product_id is None:
        return False
    company = ready.filled.company
    place = ready.place.id if ready.place else None
    same = registration.c.organisation_id.is_not_distinct_from(place)
    if place is None and company is not None:
        same = same & (registration.c.company_number == company.number)
    others = select(registration.c.id).where(
        registration.c.user_id == row.user_id,
        registration.c.id != row.id,
        registration.c.product_id == row.product_id,
        registration.c.status.in_(HANDED_IN),
        same,
    )
    return bool(await work.rows(others))


def _given(row: Any, ready: Ready) -> bool:
    """Say whether the person named an organisation that is not theirs to bring anybody into."""
    return row.organisation_id is None and ready.place is not None


def _values(row: Any, ready: Ready, typed: dict[str, str], now: datetime) -> dict[str, Any]:
    company = ready.filled.company
    return {
        "answers": json.dumps(typed),
        "organisation_id": ready.place.id if ready.place else None,
        "company_name": company.name if company else "",
        "company_number": company.number if company else "",
        "coupon_id": ready.coupon.id if ready.coupon else row.coupon_id,
        **({"answered_at": now} if row.asked_at else {}),
    }


async def _supply(work: Work, person: Any, given: Person) -> None:
    """Keep the personal details as the person's digital identity, and call them by it.

    What was validated and is told anew in the same words stays validated.
    """
    mine = digital_identity.c.user_id == person.id
    found = await work.rows(select(digital_identity).where(mine))
    told = given._asdict()
    if found and all(getattr(found[0], name) == text for name, text in told.items()):
        return
    values = told | {
        "status": "supplied",
        "updated_at": work.now,
        "validated_by": None,
        "validated_at": None,
    }
    if found:
        await work.change(digital_identity, found, values)
    else:
        new = values | {"user_id": person.id, "created_at": work.now}
        await work.connection.execute(insert(digital_identity).values(new))
    await _call(work, person, given)


async def _call(work: Work, person: Any, given: Person) -> None:
    name = person.display_name or given.display_name
    names = naming(person.email_key, person.username, name)
    await work.change(user, [person], names)
    after = {"display_name": name, "identity": "supplied"}
    note(work, "user.identity", "user", person, {"display_name": person.display_name}, after)
    found = await work.rows(select(user).where(user.c.id == person.id))
    become(work, found[0])
