"""Who may be approved: the rules of the approval queue, and what to look at before deciding."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.errors import because
from tui_admin.domain.lifecycle import WAITING
from tui_admin.domain.permissions import BASIC
from tui_admin.domain.text import fold

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.permissions import Rights


NO_COMPANY = "no_company"
"""The warning of somebody who named no company: whoever approves says where they come."""


class Promise(NamedTuple):
    """What an invitation promised, and by whom.

    `inviter` are the inviter's rights as they are now, `organisation_id` is where to (None is the
    environment), `role` is the promised role's name and `permissions` are what it allows.
    """

    inviter: Rights
    organisation_id: int | None
    role: str
    permissions: frozenset[str]


class Personal(NamedTuple):
    """Who somebody says that they are: their whole name, date of birth and telephone number."""

    name: str = ""
    born: str = ""
    phone: str = ""

    def is_same_as(self, other: Personal) -> bool:
        """Say whether both are one person: of one name, and born on one day or of one number."""
        if not self.name or fold(self.name) != fold(other.name):
            return False
        born = bool(self.born) and self.born == other.born
        return born or (bool(self.phone) and self.phone == other.phone)


class Applicant(NamedTuple):
    """A registration as far as the rules ask.

    `invited` is the address of its invitation, "" where there was none. `company` is the company's
    name and number as the person gave them, `known` is what we call the company of that number.
    `decided` is who decided and when, and `rejected_at` when the same person or address was
    rejected last. `blocked` is the person's account, `archived` the organisation. `person` and
    `inviter` are who they say that they are.
    """

    user_id: int
    status: str
    email: str
    invited: str
    organisation_id: int | None
    company: tuple[str, str]
    known: str
    promise: Promise | None
    decided: tuple[str, datetime | None] = ("", None)
    rejected_at: datetime | None = None
    blocked: bool = False
    archived: bool = False
    person: Personal = Personal()
    inviter: Personal = Personal()


def decided_already(applicant: Applicant) -> Reason | None:
    """Return who decided what and when, where the registration does not wait any more."""
    if applicant.status == WAITING:
        return None
    who, at = applicant.decided
    if not who or at is None:
        return because("registration_is", status=applicant.status)
    return because("decided_already", who=who, what=applicant.status, at=at)


def why_not_decide(rights: Rights, applicant: Applicant) -> Reason | None:
    """Return why an operator may not decide on a registration at all."""
    if applicant.user_id == rights.operator_id:
        return because("own_registration")
    if _invited_themselves(rights, applicant):
        return because("own_second_account", who=applicant.email)
    if not rights.scope("can_approve").covers(applicant.organisation_id):
        return because("not_allowed_there", permission="can_approve")
    return decided_already(applicant)


def _invited_themselves(rights: Rights, applicant: Applicant) -> bool:
    """Say whether the operator invited another address of their own (rule 4)."""
    promise = applicant.promise
    invited = promise is not None and promise.inviter.operator_id == rights.operator_id
    return invited and applicant.person.is_same_as(applicant.inviter)


def why_not_approve(rights: Rights, applicant: Applicant) -> Reason | None:
    """Return why a registration cannot be approved by this operator now."""
    return why_not_decide(rights, applicant) or _held(applicant)


def _held(applicant: Applicant) -> Reason | None:
    """Return what has to be mended before anybody can approve a registration."""
    if applicant.blocked:
        return because("account_blocked")
    if applicant.archived:
        return because("organisation_archived", organisation=applicant.known)
    return lost_right(applicant.promise)


def lost_right(promise: Promise | None) -> Reason | None:
    """Return what the inviter no longer may, so that the invitation is held (rule 4)."""
    if promise is None:
        return None
    inviter = promise.inviter
    if not inviter.active:
        return because("inviter_not_active", who=inviter.username)
    if not inviter.scope("can_invite").covers(promise.organisation_id):
        return because("inviter_lost_right", who=inviter.username, permissions="can_invite")
    beyond = frozenset() if promise.role == BASIC else inviter.beyond(promise.permissions)
    if beyond:
        listed = ", ".join(sorted(beyond))
        return because("inviter_lost_right", who=inviter.username, permissions=listed)
    return None


def warnings(applicant: Applicant) -> tuple[Reason, ...]:
    """Return what to look at before deciding, the gravest first."""
    found = (
        _held(applicant),
        _other_address(applicant),
        _rejected(applicant),
        _company(applicant),
    )
    return tuple(each for each in found if each is not None)


def _other_address(applicant: Applicant) -> Reason | None:
    invited, given = applicant.invited, applicant.email
    if not invited or invited.casefold() == given.casefold():
        return None
    return because("address_differs", invited=invited, email=given)


def _rejected(applicant: Applicant) -> Reason | None:
    at = applicant.rejected_at
    return None if at is None else because("rejected_before", at=at)


def _company(applicant: Applicant) -> Reason | None:
    name, number = applicant.company
    if not applicant.known:
        if number:
            return because("company_unknown", company=name, number=number)
        return because(NO_COMPANY)
    if name and fold(name) != fold(applicant.known):
        return because("company_differs", given=name, known=applicant.known)
    return None
