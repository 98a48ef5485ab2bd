"""What can be said of an organisation, and when it can be archived and taken into use again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tui_admin.domain.addresses import read_address
from tui_admin.domain.errors import Invalid, Refused, because
from tui_admin.domain.permissions import Guarded
from tui_admin.domain.personal import registration_number
from tui_admin.domain.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tui_admin.domain.errors import Reason

NAME_LENGTH, ADDRESS_LENGTH, ORDER_LENGTH = 200, 300, 60
"""Characters."""


class Profile(NamedTuple):
    """What is said of an organisation: who it is, and how it is billed.

    `purchase_order` is the number that its invoices have to name.
    """

    name: str
    registration_number: str
    billing_email: str = ""
    billing_address: str = ""
    purchase_order: str = ""


def _name(text: str) -> str:
    name = one_line(text, field="name", limit=NAME_LENGTH, required=True)
    if name.isdecimal():
        # Everywhere an organisation is named by its name or by its number.
        raise Refused("organisation_name_number")
    return name


def _billing_email(text: str) -> str:
    return read_address(text).typed if text.strip() else ""


FIELDS: Mapping[str, Callable[[str], str]] = {
    "name": _name,
    "registration_number": registration_number,
    "billing_email": _billing_email,
    "billing_address": lambda text: one_line(text, field="address", limit=ADDRESS_LENGTH),
    "purchase_order": lambda text: one_line(text, field="order number", limit=ORDER_LENGTH),
}
"""Each field of a profile, and how it is read; it raises `Refused`."""


def read_profile(typed: Mapping[str, str], before: Profile | None = None) -> Profile:
    """Return a profile as typed, with the rest as it was; what is not changed is not judged.

    Raises `Invalid` with a reason for each field that cannot be taken.
    """
    found: dict[str, str] = before._asdict() if before else {}
    reasons: dict[str, Reason] = {}
    for field, read in FIELDS.items():
        text = typed.get(field, "" if before is None else None)
        if text is None or (before is not None and text == found[field]):
            continue
        try:
            found[field] = read(text)
        except Refused as refused:
            reasons[field] = refused.reason
    if reasons:
        raise Invalid(reasons)
    return Profile(**found)


def plan_status(organisations: Iterable[Any], status: str) -> Guarded:
    """Decide which organisations can be archived, or taken into use."""
    allowed: list[Any] = []
    refused: list[tuple[Any, Reason]] = []
    for each in organisations:
        if each.status == status:
            refused.append((each, because("organisation_is", status=status)))
        else:
            allowed.append(each)
    return Guarded(tuple(allowed), tuple(refused))
