"""All or nothing: whichever statement of an act fails, nothing at all has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.applicants import KVK, applicant, invited
from tests.support.company import ACME
from tests.support.faults import Injected, dump, fail_at
from tests.support.post import claim, hand_over, let_go, settle
from tui_admin.domain.outcomes import Picks, Undo
from tui_admin.domain.people_roster import read_table
from tui_admin.services.enlisting import Enlistment

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.support.company import Company


async def sending(company: Company) -> Callable[[], Awaitable[Any]]:
    return lambda: company.invite("a@x.example\nB <b@x.example>\nfounder@acme.example")


async def sent(company: Company) -> None:
    await company.invite("a@x.example\nb@x.example", organisation=ACME)


async def gone(company: Company) -> None:
    await sent(company)
    await company.mails_have_gone()


async def failed(company: Company) -> None:
    await sent(company)
    company.clock.move(seconds=company.hub.policy.undo_seconds)
    await let_go(company, "permanent", "no such box")


async def resending(company: Company) -> Callable[[], Awaitable[Any]]:
    await gone(company)
    return lambda: company.desk.invitations.resend(Picks.of(1, 2))


async def resending_what_expired(company: Company) -> Callable[[], Awaitable[Any]]:
    await gone(company)
    company.clock.move(days=30)
    return lambda: company.desk.invitations.resend(Picks.of(1, 2))


async def revoking(company: Company) -> Callable[[], Awaitable[Any]]:
    await gone(company)
    return lambda: company.desk.invitations.revoke(Picks.of(1, 2))


async def copying(company: Company) -> Callable[[], Awaitable[Any]]:
    await gone(company)
    return lambda: company.desk.invitations.copy_links(Picks.of(1, 2))


async def retrying(company: Company) -> Callable[[], Awaitable[Any]]:
    await failed(company)
    return lambda: company.desk.invitations.retry(Picks.of(1, 2))


async def retrying_mails(company: Company) -> Callable[[], Awaitable[Any]]:
    await failed(company)
    return company.desk.outbox.retry_failed


async def dropping(company: Company) -> Callable[[], Awaitable[Any]]:
    await sent(company)
    return lambda: company.desk.outbox.drop(Picks.of(1, 2))


async def blocking(company: Company) -> Callable[[], Awaitable[Any]]:
    await company.add("marie")
    return lambda: company.desk.users.block(Picks.of(2), "left")


async def unblocking(company: Company) -> Callable[[], Awaitable[Any]]:
    await (await blocking(company))()
    return lambda: company.desk.users.unblock(Picks.of(2))


async def giving_a_role(company: Company) -> Callable[[], Awaitable[Any]]:
    await company.add("marie")
    return lambda: company.desk.users.set_role(Picks.of(2), "Advanced user")


async def adding(company: Company) -> Callable[[], Awaitable[Any]]:
    return lambda: company.desk.users.add("marie@acme.example")


ROSTER = """\
email,username,name,role,status,given_names,family_name,date_of_birth
a@x.example,,,,,,,
b@x.example,bee,B,Advanced user,,Bea,Bee,1990-01-31
marie@acme.example,mies,Mies,Advanced user,blocked,Mies,Bee,1990-01-31
"""


async def importing(company: Company) -> Callable[[], Awaitable[Any]]:
    await company.add("marie")
    return lambda: company.desk.importing.carry_out(read_table(ROSTER))


async def registering_details(company: Company) -> Callable[[], Awaitable[Any]]:
    await company.add("marie")
    answers = {"given_names": "Marie", "family_name": "C", "date_of_birth": "1990-01-31"}
    return lambda: company.desk.registering.register("marie", answers)


async def enlisting(company: Company) -> Callable[[], Awaitable[Any]]:
    await company.add_product("documents")
    wanted = Enlistment("jan@x.example", "Jan", "Jansen", "1990-01-31", organisation=ACME)
    wanted = wanted._replace(product="documents", no_coupon=True)
    return lambda: company.desk.registering.enlist(wanted)


async def taking_back(company: Company, outcome: Any) -> Callable[[], Awaitable[Any]]:
    way_back: Undo = outcome.undo
    assert way_back
    return lambda: company.desk.undo(way_back)


async def unsending(company: Company) -> Callable[[], Awaitable[Any]]:
    return await taking_back(company, await (await sending(company))())


async def unresending(company: Company) -> Callable[[], Awaitable[Any]]:
    return await taking_back(company, await (await resending(company))())


async def unrevoking(company: Company) -> Callable[[], Awaitable[Any]]:
    return await taking_back(company, await (await revoking(company))())


async def taking_back_an_import(company: Company) -> Callable[[], Awaitable[Any]]:
    return await taking_back(company, await (await importing(company))())


async def taking_back_details(company: Company) -> Callable[[], Awaitable[Any]]:
    return await taking_back(company, await (await registering_details(company))())


async def unenlisting(company: Company) -> Callable[[], Awaitable[Any]]:
    return await taking_back(company, await (await enlisting(company))())


async def taking_back_a_block(company: Company) -> Callable[[], Awaitable[Any]]:
    return await taking_back(company, await (await blocking(company))())


async def taking_back_a_role(company: Company) -> Callable[[], Awaitable[Any]]:
    return await taking_back(company, await (await giving_a_role(company))())


async def approving(company: Company) -> Callable[[], Awaitable[Any]]:
    known = await invited(company, "ann", organisation=ACME, role="Advanced user")
    new = await applicant(company, "bob", company_name="Nova", company_number=KVK)
    return lambda: company.desk.approvals.approve(Picks.of(known, new))


async def rejecting(company: Company) -> Callable[[], Awaitable[Any]]:
    one, two = await applicant(company, "ann"), await applicant(company, "bob")
    return lambda: company.desk.approvals.reject(Picks.of(one, two), "no")


async def taking_back_an_approval(company: Company) -> Callable[[], Awaitable[Any]]:
    return await taking_back(company, await (await approving(company))())


async def taking_back_a_rejection(company: Company) -> Callable[[], Awaitable[Any]]:
    return await taking_back(company, await (await rejecting(company))())


async def mailing_a_password_link(company: Company) -> Callable[[], Awaitable[Any]]:
    await company.add("marie")
    return lambda: company.desk.users.password_link(Picks.of(1, 2))


async def setting_a_password(company: Company) -> Callable[[], Awaitable[Any]]:
    return lambda: company.hub.operators.set_password("founder", "correct horse")


async def keeping_a_draft(company: Company) -> Callable[[], Awaitable[Any]]:
    await company.desk.drafts.save("paste", {"text": "old"})
    return lambda: company.desk.drafts.save("paste", {"text": "new"})


async def settling(company: Company) -> Callable[[], Awaitable[Any]]:
    await sent(company)
    company.clock.move(seconds=company.hub.policy.undo_seconds)
    claimed = await claim(company)
    await hand_over(company, claimed)
    return lambda: settle(company, claimed, "sent")


ACTS = (
    sending, resending, resending_what_expired, revoking, copying, retrying, retrying_mails,
    dropping, blocking, unblocking, giving_a_role, adding, importing, unsending, unresending,
    unrevoking, taking_back_a_block, taking_back_a_role, setting_a_password, keeping_a_draft,
    settling, approving, rejecting, taking_back_an_approval, taking_back_a_rejection,
    mailing_a_password_link, taking_back_an_import, registering_details, enlisting,
    taking_back_details, unenlisting,
)  # fmt: skip


@pytest.mark.parametrize("prepare", ACTS, ids=lambda act: act.__name__)
async def test_whichever_statement_fails_nothing_has_changed(
    company: Company, prepare: Any
) -> None:
    act = await prepare(company)
    store = company.hub._store
    before = await dump(store)
    number = 0
    while True:
        number += 1
        assert number < 100
        with fail_at(store, number) as said:
            try:
                await act()
            except Injected:
                assert await dump(store) == before, f"statement {number}"
                continue
        break
    # The last turn went through, with fewer statements than the one that was to fail.
    assert 1 < said.count < number
    assert await dump(store) != before
    if await company.desk.audit.verify() != (len((await dump(store))["audit_event"]), None):
        pytest.fail("the log does not verify")
