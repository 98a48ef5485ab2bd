"""What the demo environment has before the first person comes: rights, products, companies."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tui_admin.demo.names import domain
from tui_admin.domain.permissions import ADMINISTRATOR, ADVANCED, BASIC, BUILT_IN
from tui_admin.domain.text import fold
from tui_admin.services.environment import ENVIRONMENT_NAME
from tui_admin.services.founding import DESCRIPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

ENVIRONMENT = "Demo"
HELPDESK = "Helpdesk"
ROLES = {BASIC: 1, ADVANCED: 2, ADMINISTRATOR: 3, HELPDESK: 4}
# code, name, price in cents, whether approval is needed
PRODUCTS = (
    ("eherkenning-3", "eHerkenning level 3", 3450, True),
    ("eherkenning-2plus", "eHerkenning level 2+", 2250, False),
    ("documents", "Documents", 0, False),
)
EHERKENNING_3, EHERKENNING_2PLUS, DOCUMENTS = 1, 2, 3
# product, name, its services
AUTHORISATION_SETS = (
    (EHERKENNING_3, "Taxes", "income-tax, corporation-tax, vat"),
    (EHERKENNING_3, "Employer", "sick-leave, wage-tax, pension"),
    (EHERKENNING_2PLUS, "Municipality", "permits, parking"),
)
SHARED_DOMAINS = (
    "gmail.com", "hotmail.com", "outlook.com", "live.com", "live.nl", "yahoo.com", "icloud.com",
    "kpnmail.nl", "ziggo.nl", "proton.me", "freelancers.example",
)  # fmt: skip
CLAIMED = 4
"""One organisation's domain in so many is claimed; the first one's always is."""
STREETS = ("Stationsplein", "Kerkstraat", "Havenweg", "Industrieweg", "Markt", "Parklaan")
TOWNS = ("Utrecht", "Rotterdam", "Groningen", "Eindhoven", "Zwolle", "Maastricht", "Leeuwarden")

Row = dict[str, Any]


def catalogue(
    organisations: list[str], seed: int, now: datetime, start: datetime
) -> Iterator[tuple[str, list[Row]]]:
    """Yield tables and their rows, each after those that it refers to."""
    yield "setting", [{"name": ENVIRONMENT_NAME, "value": ENVIRONMENT}]
    yield "role", _roles()
    yield "role_permission", _permissions()
    yield "organisation", _organisations(organisations, seed, start)
    yield "product", _products()
    yield "authorisation_set", _authorisation_sets()
    yield "coupon", _coupons(now)
    yield "email_domain", _domains(organisations, start)


def _roles() -> list[Row]:
    told = {**DESCRIPTIONS, HELPDESK: "Looks things up and approves registrations."}
    return [
        {"id": key, "name": name, "description": told[name], "builtin": name in BUILT_IN}
        for name, key in ROLES.items()
    ]


def _permissions() -> list[Row]:
    held = {**BUILT_IN, HELPDESK: frozenset({"can_view", "can_approve"})}
    return [
        {"role_id": ROLES[role], "permission": each}
        for role, permissions in held.items()
        for each in sorted(permissions)
    ]


def registration_number(number: int, seed: int) -> str:
    """Return what the trade register calls a company; no two of 90,000,000 are the same."""
    # 48,271 is prime to 90,000,000.
    return str(10_000_000 + (number * 48_271 + seed * 7_919) % 90_000_000)


def _organisations(names: list[str], seed: int, start: datetime) -> list[Row]:
    found = []
    for number, name in enumerate(names):
        registration = registration_number(number, seed)
        street, town = STREETS[number % len(STREETS)], TOWNS[number % len(TOWNS)]
        found.append(
            {
                "id": number + 1,
                "name": name,
                "name_key": fold(name),
                "registration_number": registration,
                "search": f"{fold(name)} {registration}",
                "billing_email": f"invoices@{domain(name)}",
                "billing_address": f"{street} {number % 180 + 1}, {town}",
                "created_at": start + timedelta(minutes=number),
            }
        )
    return found


def _products() -> list[Row]:
    return [
        {"id": key, "code": code, "name": name, "price_cents": cents, "needs_approval": approval}
        for key, (code, name, cents, approval) in enumerate(PRODUCTS, 1)
    ]


def _authorisation_sets() -> list[Row]:
    return [
        {"id": key, "product_id": product, "name": name, "authorisations": services}
        for key, (product, name, services) in enumerate(AUTHORISATION_SETS, 1)
    ]


def _coupons(now: datetime) -> list[Row]:
    return [
        _coupon(1, "WELCOME10", discount=10),
        _coupon(2, "PREPAID", prepaid=True),
        _coupon(3, "EXPIRED", discount=25, expires_at=now - timedelta(days=30)),
    ]


def _coupon(
    key: int,
    code: str,
    discount: int = 0,
    *,
    prepaid: bool = False,
    expires_at: datetime | None = None,
) -> Row:
    return {
        "id": key,
        "code": code,
        "discount_percent": discount,
        "prepaid": prepaid,
        "expires_at": expires_at,
    }


def is_claimed(organisation: int) -> bool:
    """Say whether the domain of an organisation, by its id, is this environment's."""
    return (organisation - 1) % CLAIMED == 0


def _domains(organisations: list[str], start: datetime) -> list[Row]:
    claimed = ["demo.example", *(domain(name) for name in organisations[::CLAIMED])]
    kinds = [(name, "shared") for name in SHARED_DOMAINS] + [(name, "claimed") for name in claimed]
    return [
        {"id": key, "domain": name, "kind": kind, "created_at": start}
        for key, (name, kind) in enumerate(kinds, 1)
    ]
