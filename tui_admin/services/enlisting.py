"""Account, identity and registration of one person, made by an operator in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import insert, select

from tui_admin.domain.addresses import read_address
from tui_admin.domain.errors import AdminError, Invalid, because
from tui_admin.domain.lifecycle import COMPLETED, COMPLETED_MAIL, WAITING
from tui_admin.domain.outcomes import Row
from tui_admin.domain.people_plan import DETAILS
from tui_admin.domain.personal import read_details
from tui_admin.domain.text import person_name
from tui_admin.services.accounts import add_account, available
from tui_admin.services.admitting import admit
from tui_admin.services.approvers import tell_approvers
from tui_admin.services.identities import keep_identity
from tui_admin.services.password_links import welcome
from tui_admin.services.places import undo_until
from tui_admin.services.planning import Plan, resolve
from tui_admin.services.posting import Recipient, post
from tui_admin.services.trail import Subject
from tui_admin.store.schema.joining import registration

if TYPE_CHECKING:
    from tui_admin.domain.errors import Reason
    from tui_admin.domain.outcomes import Outcome
    from tui_admin.domain.personal import Person
    from tui_admin.services.planning import Resolved
    from tui_admin.services.work import Work

NEEDS: Final = "can_register_identity"


class Enlistment(NamedTuple):
    """What an operator fills in for somebody; "" stands for none.

    Organisation, product, coupon and role go by their names, as in a plan; `no_coupon` is the
    explicit choice of none that a product needs.
    """

    email: str
    given_names: str = ""
    family_name: str = ""
    date_of_birth: str = ""
    phone: str = ""
    username: str = ""
    role: str = ""
    organisation: str = ""
    product: str = ""
    coupon: str = ""
    no_coupon: bool = False

    @property
    def plan(self) -> Plan:
        """What it is for."""
        return Plan(self.organisation, self.product, self.coupon, self.no_coupon, self.role)


class Ready(NamedTuple):
    """What was filled in, as records."""

    person: Person
    plan: Resolved


_FIELDS: Final = {
    "organisation_unknown": "organisation",
    "organisation_archived": "organisation",
    "product_unknown": "product",
    "role_unknown": "role",
    "above_ceiling": "role",
}
"""The field to mend for a reason; those about coupons begin with their name."""


async def why_not_enlist(work: Work, wanted: Enlistment) -> tuple[Ready | None, dict[str, Reason]]:
    """Return what was filled in as records, or why not, by field."""
    account = await available(work, wanted.email, wanted.username)
    reasons = {"email": account.email, "username": account.username_refusal}
    found: dict[str, Reason] = {field: why for field, why in reasons.items() if why}
    answers = {field: getattr(wanted, field) for field in DETAILS}
    filled = read_details(answers, work.now.date(), company=False)
    found |= filled.reasons
    plan = None
    try:
        plan = await resolve(work, wanted.plan, NEEDS)
    except AdminError as error:
        found[_FIELDS.get(error.reason.id, "coupon")] = error.reason
    if not wanted.product:
        found["product"] = because("enlist_no_product")
    if not wanted.organisation:
        found["organisation"] = because("enlist_no_organisation")
    if plan and plan.product is not None and plan.coupon is None and not wanted.no_coupon:
        found["coupon"] = because("coupon_not_chosen", product=plan.product.code)
    ready = Ready(filled.person, plan) if filled.person and plan and not found else None
    return ready, found


async def enlist(work: Work, wanted: Enlistment, *, mail: bool) -> Outcome:
    """See `Registering.enlist`."""
    ready, reasons = await why_not_enlist(work, wanted)
    if ready is None:
        raise Invalid(reasons)
    address = read_address(wanted.email)
    if work.rehearsal:
        return work.outcome("registration.register", [Row(0, address.typed)])
    name = person_name(ready.person.display_name)
    account = await add_account(
        work, address.typed, address.key, wanted.username, name, ready.plan.role
    )
    status = await keep_identity(work, account.id, ready.person._asdict())
    subject = Subject("user", account.id, account.email, account.version)
    work.trail.note("user.identity", subject, {"identity": ""}, {"identity": status})
    row = await _register(work, account, ready.plan)
    if mail:
        await welcome(work, [account], undo_until(work))
        if row.status == COMPLETED:
            await _tell(work, account, ready.plan, row)
    until = undo_until(work) if mail else None
    done = [Row(account.id, account.email)]
    return work.outcome("registration.register", done, undo=True, until=until)


async def _register(work: Work, account: Any, plan: Resolved) -> Any:
    """Write the registration: complete where the operator may approve it, else it waits."""
    place, goods = plan.place
    values = {
        "user_id": account.id,
        "email": account.email,
        "organisation_id": place,
        "product_id": goods,
        "coupon_id": plan.coupon.id if plan.coupon else None,
        "authorisation_set_id": plan.authorisations.id if plan.authorisations else None,
        "language": plan.language,
        "status": WAITING,
        "created_at": work.now,
        "submitted_at": work.now,
    }
    made = await work.connection.execute(
        insert(registration).values(values).returning(registration)
    )
    row = made.one()
    if work.rights.scope("can_approve").covers(place):
        row = await _complete(work, await admit(work, row))
    else:
        await tell_approvers(work, row)
    after = {
        "status": row.status,
        "organisation": plan.organisation.name,
        "product": plan.product.code,
        "coupon": plan.coupon.code if plan.coupon else "",
    }
    subject = Subject("registration", row.id, account.email, row.version)
    work.trail.note("registration.register", subject, {}, after)
    return row


async def _complete(work: Work, row: Any) -> Any:
    values = {
        "status": COMPLETED,
        "decided_at": work.now,
        "decided_by": work.rights.operator_id,
        "completed_at": work.now,
    }
    await work.change(registration, [row], values)
    return (await work.rows(select(registration).where(registration.c.id == row.id)))[0]


async def _tell(work: Work, account: Any, plan: Resolved, row: Any) -> None:
    to = Recipient(account.id, account.email, account.display_name, plan.language)
    facts = {
        "product": plan.product.name,
        "organisation": plan.organisation.name,
        "invitee_name": account.display_name,
    }
    key = f"{COMPLETED_MAIL}-{row.id}"
    await post(work, COMPLETED_MAIL, to, facts, key, not_before=undo_until(work))
