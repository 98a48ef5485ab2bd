"""What somebody tells of themselves and their company, read as it is to be kept."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from tui_admin.domain.errors import Reason, Refused
from tui_admin.domain.text import NAME_LIMIT, one_line, person_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST_NAME: Final = 100
LONGEST_COUPON: Final = 60
YOUNGEST, OLDEST = 16, 120
"""Years of age within which somebody can register."""

FEWEST_DIGITS, MOST_DIGITS = 6, 20
REGISTRATION_DIGITS: Final = 8

ANSWERS: Final = (
    "given_names",
    "family_name",
    "date_of_birth",
    "phone",
    "organisation_name",
    "registration_number",
    "coupon",
)
"""The fields of the page of details, in its order."""

COMPANY: Final = ("organisation_name", "registration_number")

LONGEST_ANSWER: Final = 500
"""Characters of an answer that are kept while it is not handed in."""


class Person(NamedTuple):
    """Personal details as they are kept; the date as `1990-01-31`, the phone "" for none."""

    given_names: str
    family_name: str
    date_of_birth: str
    phone: str

    @property
    def display_name(self) -> str:
        """Return how people call them, as long as a mail's header takes."""
        return f"{self.given_names} {self.family_name}"[:NAME_LIMIT].rstrip()


class Company(NamedTuple):
    """The company that somebody registers for."""

    name: str
    number: str


class Filled(NamedTuple):
    """A page of details that was read: what it says, or why not, by field name.

    `person` is None with any reason about a person's field, `company` None where none was asked
    for or with a reason about it.
    """

    person: Person | None
    company: Company | None
    coupon: str
    reasons: dict[str, Reason]


def read_details(answers: Mapping[str, str], today: date, *, company: bool) -> Filled:
    """Read what was typed; with `company` the company's fields have to be filled in, too."""
    reasons: dict[str, Reason] = {}

    def read(field: str, reader: Callable[[str], str]) -> str:
        try:
            return reader(answers.get(field, ""))
        except Refused as refused:
            reasons[field] = refused.reason
            return ""

    person = Person(
        read("given_names", lambda text: name(text, "first name")),
        read("family_name", lambda text: name(text, "last name")),
        read("date_of_birth", lambda text: date_of_birth(text, today)),
        read("phone", phone),
    )
    wanted = None
    if company:
        wanted = Company(
            read("organisation_name", lambda text: name(text, "organisation's name")),
            read("registration_number", registration_number),
        )
    coupon = read("coupon", lambda text: one_line(text, field="coupon", limit=LONGEST_COUPON))
    told = reasons.keys() & set(Person._fields)
    named = not reasons.keys() & set(COMPANY)
    return Filled(None if told else person, wanted if named else None, coupon, reasons)


def known(answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that are kept as they were typed: known fields, none of them endless."""
    return {field: _storable(answers[field]) for field in ANSWERS if field in answers}


def _storable(text: str) -> str:
    """Return a text that can be shown again: a lone surrogate cannot."""
    return text[:LONGEST_ANSWER].encode("utf-8", "replace").decode("utf-8")


def name(text: str, field: str) -> str:
    """Return the name of a person or a company; raises `Refused` as `person_name` does."""
    return person_name(text, field=field, required=True, limit=LONGEST_NAME)


_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")


def date_of_birth(text: str, today: date) -> str:
    """Return a day of birth as `1990-01-31`; typed so, or as 31-01-1990, 31/01/1990, 31.1.1990.

    Raises `Refused`: `text_missing`, `date_form`, `date_too_young`, `date_too_old`.
    """
    born = _day(one_line(text, field="date of birth", limit=20, required=True))
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age < YOUNGEST:
        raise Refused("date_too_young", least=YOUNGEST)
    if age > OLDEST:
        raise Refused("date_too_old", most=OLDEST)
    return born.isoformat()


def _day(text: str) -> date:
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, _, month, year = found.groups()
    else:
        raise Refused("date_form")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Refused("date_form") from None


_PHONE = re.compile(r"(\+?)([0-9 ()/.-]+)")


def phone(text: str) -> str:
    """Return a telephone number as its digits, after a + where one was typed; "" for none.

    Raises `Refused` (`phone_form`).
    """
    text = one_line(text, field="telephone number", limit=40)
    if not text:
        return ""
    found = _PHONE.fullmatch(text)
    # A zero in brackets is dialled at home only.
    typed = found[2].replace("(0)", "") if found and found[1] else found[2] if found else ""
    digits = re.sub("[^0-9]", "", typed)
    if found is None or not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
        raise Refused("phone_form", least=FEWEST_DIGITS, most=MOST_DIGITS)
    return found[1] + digits


def registration_number(text: str) -> str:
    """Return a number of the Chamber of Commerce; spaces and dots are dropped.

    Raises `Refused`: `text_missing`, `registration_number_form`.
    """
    text = one_line(text, field="Chamber of Commerce number", limit=30, required=True)
    number = re.sub("[ .]", "", text)
    if not re.fullmatch(f"[0-9]{{{REGISTRATION_DIGITS}}}", number):
        raise Refused("registration_number_form", digits=REGISTRATION_DIGITS)
    return number
