"""What the invitee's pages show: where somebody stands on the way through a product."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Step(StrEnum):
    """The page somebody is to see next."""

    ACCEPT = "accept"
    """Confirm the address of an invitation, or give one where one registers by oneself."""
    PASSWORD = "password"  # noqa: S105
    """Choose a password: this address has no account that was proven."""
    SIGN_IN = "sign-in"
    """The address has an account: sign in, and the invitation is linked to it."""
    CODE = "code"
    """Enter the six digits that were mailed."""
    DETAILS = "details"
    """Personal details, company and coupon."""
    WAITING = "waiting"
    APPROVED = "approved"
    """Complete the registration."""
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Offer(NamedTuple):
    """What somebody is invited to, or may register for: names as people read them, "" for none.

    `email` is the invited address, "" where one registers by oneself. `coupon` and the company
    (`organisation`, `registration_number`) are filled in where the invitation says them.
    """

    environment: str
    inviter: str = ""
    organisation: str = ""
    registration_number: str = ""
    product: str = ""
    coupon: str = ""
    email: str = ""
    expires_at: datetime | None = None


class Journey(NamedTuple):
    """One registration of somebody who is signed in.

    `step` is one of those from DETAILS on. `answers` is what was typed last, by field name, or what
    is known already. `company_fixed` says that the invitation names the company and the coupon, and
    `company_needed` that one has to be given. `reason` is why it was rejected,
    and `asked` what is wanted before it is decided on.
    """

    id: int
    step: Step
    offer: Offer
    answers: Mapping[str, str]
    company_fixed: bool
    company_needed: bool
    submitted_at: datetime | None = None
    reason: str = ""
    asked: str = ""


class Member(NamedTuple):
    """The account that a session is signed in to."""

    id: int
    email: str
    username: str
    display_name: str


class Visit(NamedTuple):
    """Whoever has a session: signed in (`member`), or on the way to that.

    `step` is ACCEPT, PASSWORD, SIGN_IN or CODE before that, and None where nothing was begun or
    `member` is known. `email` is the address that was entered, `offer` what it was for.
    """

    member: Member | None = None
    step: Step | None = None
    email: str = ""
    offer: Offer | None = None


class Passed(NamedTuple):
    """A step was taken: the session to go on with (it may be a new one), and the next page.

    `registration` is the journey it is about, where there is one already.
    """

    session: str
    step: Step
    registration: int | None = None
