"""Who may do what: every method of every service, for every kind of operator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.support.applicants import applicant
from tests.support.company import ACME, START
from tests.support.faults import dump
from tui_admin.domain.errors import AdminError, Denied
from tui_admin.domain.listings import Ask
from tui_admin.domain.lists.approvals import APPROVALS
from tui_admin.domain.lists.audit import AUDIT
from tui_admin.domain.lists.batches import BATCHES
from tui_admin.domain.lists.invitations import INVITATIONS
from tui_admin.domain.lists.organisations import ORGANISATIONS
from tui_admin.domain.lists.outbox import MESSAGES
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.outcomes import Picks, Undo
from tui_admin.domain.paste import read_paste
from tui_admin.domain.people_roster import read_pairs
from tui_admin.domain.permissions import ALL, COMPANY_ADMINISTRATOR
from tui_admin.domain.query import EVERYTHING
from tui_admin.domain.roles import Edit
from tui_admin.services.enlisting import Enlistment
from tui_admin.services.planning import Plan
from tui_admin.services.work import REGISTERED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.support.company import Company
    from tui_admin.services.facade import Desk


class Case(NamedTuple):
    """A call, and the permission without which it is denied; "" where everybody may."""

    needs: str
    call: Callable[[Desk], Awaitable[Any]]


ONE = Picks.of(1)
LATEST = Ask(EVERYTHING, INVITATIONS.sort)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
SOON = timedelta(days=30)
ROWS = read_pairs("new@acme.example")
NEW_PLACE = {"name": "New BV", "registration_number": "23456789"}
NOBODY = Enlistment("nobody")


def entries(text: str) -> Any:
    return read_paste(text).entries


def lists(method: str, *given: Callable[[Any], Any]) -> list[Case]:
    """Return the cases of a method that every list has: two of them are for some only."""

    def asking(name: str, listing: Any) -> Callable[[Desk], Awaitable[Any]]:
        def call(desk: Desk) -> Awaitable[Any]:
            answer: Awaitable[Any] = getattr(getattr(desk, name), method)(
                *(each(listing) for each in given)
            )
            return answer

        return call

    return [
        Case("", asking("users", USERS)),
        Case("", asking("invitations", INVITATIONS)),
        Case("", asking("batches", BATCHES)),
        Case("", asking("organisations", ORGANISATIONS)),
        Case("can_approve", asking("approvals", APPROVALS)),
        Case("can_manage_mail", asking("outbox", MESSAGES)),
        Case("can_view_audit", asking("audit", AUDIT)),
    ]


MATRIX: dict[tuple[str, str], list[Case]] = {
    ("Lister", "page"): lists("page", lambda listing: Ask(EVERYTHING, listing.sort)),
    ("Lister", "count"): lists("count", lambda _: EVERYTHING),
    ("Lister", "numbers"): lists("numbers", lambda _: EVERYTHING, lambda _: (EVERYTHING,)),
    ("Lister", "rank"): lists(
        "rank", lambda _: EVERYTHING, lambda listing: listing.sort, lambda _: (LONG_AGO, 1)
    ),
    ("Lister", "tabs"): lists("tabs"),
    ("Lister", "preview"): lists("preview", lambda _: EVERYTHING),
    ("Lister", "pin"): lists("pin", lambda _: Picks.matching(EVERYTHING)),
    ("OwnRights", "__call__"): [Case("", lambda desk: desk.rights())],
    ("SitDown", "__call__"): [Case("", lambda desk: desk.sit_down("desk"))],
    ("Drafts", "load"): [Case("", lambda desk: desk.drafts.load("paste"))],
    ("Users", "show"): [Case("", lambda desk: desk.users.show(desk.operator.id))],
    ("Users", "named"): [Case("", lambda desk: desk.users.named(("anna",)))],
    ("Users", "available"): [
        Case("can_add_user", lambda desk: desk.users.available("a@b.example"))
    ],
    ("Users", "add"): [Case("can_add_user", lambda desk: desk.users.add("new@acme.example"))],
    ("Registering", "details"): [
        Case("can_register_identity", lambda desk: desk.registering.details(desk.operator.id))
    ],
    ("Registering", "keep"): [
        Case("can_register_identity", lambda desk: desk.registering.keep(1, {}))
    ],
    ("Registering", "register"): [
        Case("can_register_identity", lambda desk: desk.registering.register(1, {}))
    ],
    ("Registering", "options"): [
        Case("can_register_identity", lambda desk: desk.registering.options())
    ],
    # And `can_add_user`: `test_registering_all_at_once_needs_both_rights`.
    ("Registering", "check"): [
        Case("can_register_identity", lambda desk: desk.registering.check(NOBODY))
    ],
    ("Registering", "enlist"): [
        Case("can_register_identity", lambda desk: desk.registering.enlist(NOBODY))
    ],
    ("Importing", "preview"): [Case("can_add_user", lambda desk: desk.importing.preview(ROWS))],
    ("Importing", "carry_out"): [Case("can_add_user", lambda desk: desk.importing.carry_out(ROWS))],
    ("Users", "block"): [Case("can_block", lambda desk: desk.users.block(ONE))],
    ("Leaving", "leave"): [Case("can_block", lambda desk: desk.leaving.leave(ONE))],
    ("Users", "unblock"): [Case("can_block", lambda desk: desk.users.unblock(ONE))],
    ("Users", "set_role"): [
        Case("can_change_role", lambda desk: desk.users.set_role(ONE, "Basic user"))
    ],
    ("Users", "remove"): [Case("can_block", lambda desk: desk.users.remove(ONE))],
    ("Memberships", "add"): [
        Case("can_manage_members", lambda desk: desk.memberships.add(ONE, ACME))
    ],
    ("Memberships", "change"): [
        Case("can_manage_members", lambda desk: desk.memberships.change(ONE, ACME, "member"))
    ],
    ("Memberships", "remove"): [
        Case("can_manage_members", lambda desk: desk.memberships.remove(ONE, ACME))
    ],
    ("Memberships", "appoint"): [
        Case("can_manage_members", lambda desk: desk.memberships.appoint(ONE, ACME))
    ],
    ("Users", "password_link"): [Case("can_add_user", lambda desk: desk.users.password_link(ONE))],
    ("Explaining", "why"): [
        Case("", lambda desk: desk.explaining.why(desk.operator.id, "can_invite"))
    ],
    ("Approvals", "waiting"): [Case("", lambda desk: desk.approvals.waiting())],
    ("Approvals", "of_user"): [Case("", lambda desk: desk.approvals.of_user(1))],
    ("Approvals", "show"): [Case("can_approve", lambda desk: desk.approvals.show(1))],
    ("Approvals", "approve"): [Case("can_approve", lambda desk: desk.approvals.approve(ONE))],
    ("Approvals", "reject"): [Case("can_approve", lambda desk: desk.approvals.reject(ONE, "no"))],
    ("Domains", "all"): [Case("can_manage_domains", lambda desk: desk.domains.all())],
    ("Domains", "claim"): [
        Case("can_manage_domains", lambda desk: desk.domains.claim("a.example"))
    ],
    ("Domains", "share"): [
        Case("can_manage_domains", lambda desk: desk.domains.share("b.example"))
    ],
    ("Domains", "release"): [
        Case("can_manage_domains", lambda desk: desk.domains.release("c.example"))
    ],
    ("Authorising", "sets"): [Case("can_manage_members", lambda desk: desk.authorising.sets())],
    ("Authorising", "give"): [
        Case("can_manage_members", lambda desk: desk.authorising.give(ONE, ACME, "nothing"))
    ],
    ("Asking", "places"): [Case("", lambda desk: desk.asking.places())],
    ("Asking", "authority"): [Case("", lambda desk: desk.asking.authority(ACME))],
    ("Digests", "mine"): [Case("can_approve", lambda desk: desk.digests.mine())],
    ("Digests", "choose"): [Case("can_approve", lambda desk: desk.digests.choose("daily"))],
    ("Triage", "ask"): [Case("can_approve", lambda desk: desk.triage.ask(ONE, "Why?"))],
    ("Triage", "snooze"): [Case("can_approve", lambda desk: desk.triage.snooze(ONE, START + SOON))],
    ("Triage", "wake"): [Case("can_approve", lambda desk: desk.triage.wake(ONE))],
    ("Triage", "validate"): [Case("can_approve", lambda desk: desk.triage.validate(ONE))],
    ("Roles", "all"): [Case("can_view", lambda desk: desk.roles.all())],
    ("Roles", "effects"): [Case("can_edit_roles", lambda desk: desk.roles.effects((Edit(1),)))],
    ("Roles", "create"): [Case("can_edit_roles", lambda desk: desk.roles.create("New"))],
    ("Roles", "change"): [Case("can_edit_roles", lambda desk: desk.roles.change((Edit(1),)))],
    ("Roles", "delete"): [
        Case("can_edit_roles", lambda desk: desk.roles.delete("Advanced user", "Basic user"))
    ],
    ("Overview", "numbers"): [Case("can_view", lambda desk: desk.overview.numbers())],
    ("Organisations", "show"): [Case("", lambda desk: desk.organisations.show(ACME))],
    ("Organisations", "details"): [Case("", lambda desk: desk.organisations.details(ACME))],
    ("Organisations", "create"): [
        Case("can_edit_organisation", lambda desk: desk.organisations.create(NEW_PLACE))
    ],
    ("Organisations", "edit"): [
        Case("can_edit_organisation", lambda desk: desk.organisations.edit(ACME, {}))
    ],
    ("Organisations", "archive"): [
        Case("can_edit_organisation", lambda desk: desk.organisations.archive(Picks.of(9)))
    ],
    ("Organisations", "restore"): [
        Case("can_edit_organisation", lambda desk: desk.organisations.restore(ONE))
    ],
    ("Inviting", "options"): [Case("can_invite", lambda desk: desk.inviting.options())],
    ("Inviting", "verdicts"): [
        Case("can_invite", lambda desk: desk.inviting.verdicts(Plan(), entries("n@x.example")))
    ],
    ("Inviting", "price"): [Case("can_invite", lambda desk: desk.inviting.price(Plan()))],
    ("Inviting", "letter"): [
        Case("can_invite", lambda desk: desk.inviting.letter(Plan(), entries("n@x.example")[0]))
    ],
    ("WaysBack", "of_batch"): [Case("can_invite", lambda desk: desk.ways_back.of_batch())],
    ("Inviting", "send"): [
        Case("can_invite", lambda desk: desk.inviting.send(Plan(), entries("n@x.example")))
    ],
    ("Invitations", "show"): [Case("", lambda desk: desk.invitations.show(1))],
    ("Invitations", "resend"): [Case("can_invite", lambda desk: desk.invitations.resend(ONE))],
    ("Invitations", "revoke"): [Case("can_invite", lambda desk: desk.invitations.revoke(ONE))],
    ("Invitations", "retry"): [Case("can_invite", lambda desk: desk.invitations.retry(ONE))],
    ("Invitations", "next_expiry"): [Case("", lambda desk: desk.invitations.next_expiry())],
    ("Invitations", "set_expiry"): [
        Case("can_invite", lambda desk: desk.invitations.set_expiry(ONE, START + SOON))
    ],
    ("Invitations", "copy_links"): [
        Case("can_invite", lambda desk: desk.invitations.copy_links(ONE))
    ],
    ("Outbox", "show"): [Case("can_manage_mail", lambda desk: desk.outbox.show(1))],
    ("Outbox", "retry"): [Case("can_manage_mail", lambda desk: desk.outbox.retry(ONE))],
    ("Outbox", "retry_failed"): [Case("can_manage_mail", lambda desk: desk.outbox.retry_failed())],
    ("Outbox", "drop"): [Case("can_manage_mail", lambda desk: desk.outbox.drop(ONE))],
    ("Outbox", "pause"): [Case("can_manage_mail", lambda desk: desk.outbox.pause())],
    ("Outbox", "resume"): [Case("can_manage_mail", lambda desk: desk.outbox.resume())],
    ("Outbox", "health"): [Case("", lambda desk: desk.outbox.health())],
    ("Audit", "verify"): [Case("can_view_audit", lambda desk: desk.audit.verify())],
    # What it needs depends on the act: `test_taking_back_needs_what_the_act_needs`.
    ("Undoing", "take_back"): [Case("", lambda desk: desk.undo(Undo((1,))))],
}
EVERY_CASE = [
    (f"{service}.{method}", case) for (service, method), cases in MATRIX.items() for case in cases
]


def test_every_service_method_stands_in_the_matrix(small: Company) -> None:
    for name in dir(type(small.desk)):
        if not name.startswith("_"):
            getattr(small.desk, name)  # services are loaded when asked for
    assert {(each.service, each.method) for each in REGISTERED} == MATRIX.keys()


def test_what_is_declared_is_what_is_needed() -> None:
    for each in REGISTERED:
        needs = {case.needs for case in MATRIX[each.service, each.method]}
        assert (each.needs or "") in needs, each


async def is_denied(call: Awaitable[Any]) -> str:
    """Return why a call was denied; "" where it was not, whatever else came of it."""
    try:
        await call
    except Denied as denied:
        return denied.reason.id
    except AdminError:
        return ""
    return ""


@pytest.fixture
async def furnished(small: Company) -> Company:
    await small.invite("piet@x.example", organisation=ACME)
    await applicant(small, "rita")
    return small


async def test_the_founder_may_do_everything(furnished: Company) -> None:
    for name, case in EVERY_CASE:
        assert await is_denied(case.call(furnished.desk)) == "", name


async def test_a_basic_user_may_do_nothing_and_changes_nothing(furnished: Company) -> None:
    desk = await furnished.add("bas")
    before = await dump(furnished.hub._store)
    for name, case in EVERY_CASE:
        assert await is_denied(case.call(desk)) == ("not_allowed" if case.needs else ""), name
    assert await dump(furnished.hub._store) == before


async def test_an_advanced_user_may_do_no_more(furnished: Company) -> None:
    desk = await furnished.add("ada", "Advanced user")
    for name, case in EVERY_CASE:
        assert bool(await is_denied(case.call(desk))) == bool(case.needs), name


async def test_a_blocked_operator_may_do_nothing_at_all(furnished: Company) -> None:
    desk = await furnished.add("admin", "Administrator")
    await furnished.desk.users.block(await furnished.pick("admin"))
    before = await dump(furnished.hub._store)
    for name, case in EVERY_CASE:
        assert await is_denied(case.call(desk)) == "operator_blocked", name
    assert await dump(furnished.hub._store) == before


async def test_an_operator_who_is_not_there_any_more_may_do_nothing(furnished: Company) -> None:
    operator = furnished.desk.operator._replace(id=99)
    desk = furnished.hub.acting(operator)
    for name, case in EVERY_CASE:
        assert await is_denied(case.call(desk)) == "operator_gone", name


@pytest.mark.parametrize("permission", sorted({case.needs for _, case in EVERY_CASE} - {""}))
async def test_one_permission_opens_what_needs_it_and_nothing_else(
    furnished: Company, permission: str
) -> None:
    await furnished.add_role("Only this", permission)
    await furnished.add_role("All but this", *(ALL - {permission}))
    only = await furnished.add("only", "Only this")
    others = await furnished.add("others", "All but this")
    for name, case in EVERY_CASE:
        denied = await is_denied(case.call(others))
        assert (denied == "not_allowed") == (case.needs == permission), name
    for name, case in EVERY_CASE:
        denied = await is_denied(case.call(only))
        assert (denied == "not_allowed") == (case.needs not in ("", permission)), name


async def test_more_than_one_address_needs_more_than_inviting(furnished: Company) -> None:
    await furnished.add_role("Inviter", "can_view", "can_invite")
    desk = await furnished.add("ivy", "Inviter")
    assert (await furnished.invite("one@x.example", desk)).sent == 1
    with pytest.raises(Denied, match="can_bulk_invite"):
        await furnished.invite("two@x.example three@x.example", desk)
    await furnished.mails_have_gone()
    with pytest.raises(Denied, match="can_bulk_invite"):
        await desk.invitations.resend(Picks.of(1, 2))


async def test_taking_back_needs_what_the_act_needs(furnished: Company) -> None:
    await furnished.add("marie")
    admin = await furnished.add("admin", "Administrator")
    ways_back = [
        (await admin.users.block(await furnished.pick("marie"))).undo,
        (await admin.users.set_role(await furnished.pick("marie"), "Advanced user")).undo,
        (await furnished.invite("new@x.example", admin)).undo,
    ]
    await furnished.desk.users.set_role(await furnished.pick("admin"), "Basic user")
    for way_back in ways_back:
        assert way_back
        with pytest.raises(Denied, match="not_allowed"):
            await admin.undo(way_back)


# Company administrators


@pytest.fixture
async def carla(furnished: Company) -> Desk:
    await furnished.add_organisation("Other BV")
    await furnished.add("odette")
    await furnished.company_administrator("otto", "Other BV")
    await furnished.invite("kees@x.example", organisation="Other BV")
    await furnished.invite("jan@x.example")
    return await furnished.company_administrator("carla")


async def test_a_company_administrator_has_the_permissions_of_one_and_no_others(
    carla: Desk,
) -> None:
    for name, case in EVERY_CASE:
        if name in ("Inviting.send", "Inviting.verdicts", "Inviting.price", "Inviting.letter"):
            continue  # to the environment: see below
        allowed = case.needs in ("", *COMPANY_ADMINISTRATOR)
        assert bool(await is_denied(case.call(carla))) != allowed, name


async def test_a_company_administrator_invites_to_the_own_organisation_only(
    furnished: Company, carla: Desk
) -> None:
    sent = await furnished.invite("a@x.example b@x.example", carla, organisation=ACME)
    assert sent.sent == 2
    for organisation in ("Other BV", ""):
        with pytest.raises(Denied, match="not_allowed_there"):
            await furnished.invite("c@x.example", carla, organisation=organisation)
    options = await carla.inviting.options()
    assert [each.value for each in options.organisations] == [ACME]
    assert not options.environment_allowed


async def test_a_company_administrator_acts_on_the_own_invitations_only(
    furnished: Company, carla: Desk
) -> None:
    await furnished.mails_have_gone()
    invitations = {each.email: each.id for each in await furnished.invitations()}
    mine = invitations.pop("piet@x.example")
    before = {each.id: each for each in await furnished.invitations()}
    for act in (carla.invitations.resend, carla.invitations.retry, carla.invitations.revoke):
        outcome = await act(Picks.of(*invitations.values()))
        assert outcome.done == ()
        assert {row.reason.id for row in outcome.skipped if row.reason} == {"not_there"}
    assert (await carla.invitations.copy_links(Picks.of(*invitations.values()))).links == ()
    after = {each.id: each for each in await furnished.invitations()}
    assert after == before
    assert len((await carla.invitations.resend(Picks.of(mine))).done) == 1
    assert len((await carla.invitations.revoke(Picks.of(mine))).done) == 1
    assert [each.id for each in (await carla.invitations.page(LATEST)).rows] == [mine]


async def test_a_company_administrator_sees_the_own_organisation_only(
    furnished: Company, carla: Desk
) -> None:
    page = await carla.organisations.page(Ask(EVERYTHING, ORGANISATIONS.sort))
    assert [row.name for row in page.rows] == [ACME]
    with pytest.raises(AdminError, match="organisation_unknown"):
        await carla.organisations.show("Other BV")
    names = [row.username for row in (await carla.users.page(Ask(EVERYTHING, USERS.sort))).rows]
    assert set(names) == {"carla", "founder", "piet"}
    for hidden in ("otto", "odette", "kees", "jan"):
        with pytest.raises(AdminError, match="user_unknown"):
            await carla.users.show(hidden)
    numbers = await carla.overview.numbers()
    assert numbers.users[""] == 3
    assert numbers.invitations[""] == 1
    assert numbers.recent == ()
    assert numbers.mail.queued.number == 0
    founder = await carla.users.show("founder")
    assert founder.trail == ()
