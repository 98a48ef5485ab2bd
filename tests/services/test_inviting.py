"""Inviting: verdicts, what is sent and what stays behind, and taking it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from tests.support.company import ACME
from tests.support.post import claim, next_claim
from tui_admin.domain.errors import Denied, NotFound, Refused
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.paste import read_paste
from tui_admin.domain.secrets import token_hash
from tui_admin.services.planning import Plan
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company


async def test_each_good_address_gets_an_account_an_invitation_and_a_mail(company: Company) -> None:
    sent = await company.invite("Piet <piet@x.example>\nkees@y.example", organisation=ACME)
    assert (sent.sent, sent.kept) == (2, ())
    assert [(u.email, u.display_name, u.status, u.role) for u in await company.users("example")][
        :2
    ] == [
        ("kees@y.example", "", "invited", "Basic user"),
        ("piet@x.example", "Piet", "invited", "Basic user"),
    ]
    assert [(i.email, i.status, i.organisation) for i in await company.invitations()] == [
        ("kees@y.example", "queued", ACME),
        ("piet@x.example", "queued", ACME),
    ]
    mails = await company.mails()
    assert [(m.to, m.kind, m.status) for m in mails] == [
        ("kees@y.example", "invitation", "queued"),
        ("piet@x.example", "invitation", "queued"),
    ]
    assert all(ACME in mail.subject for mail in mails)


async def test_the_mail_waits_for_the_undo_window(company: Company) -> None:
    await company.invite("piet@x.example")
    assert await next_claim(company) is None
    company.clock.move(seconds=company.hub.policy.undo_seconds)
    assert await next_claim(company) is not None


async def test_the_link_in_the_mail_is_the_one_whose_hash_is_kept(company: Company) -> None:
    await company.invite("piet@x.example")
    company.clock.move(seconds=60)
    claimed = await claim(company)
    token = json.loads(claimed.row.facts)["link"].rpartition("/")[2]
    kept = await company.execute(select(schema.invitation.c.token_hash))
    assert [row.token_hash for row in kept] == [token_hash(token)]


async def test_bad_rows_stay_behind_and_the_good_ones_go(company: Company) -> None:
    sent = await company.invite("nonsense@\npiet@x.example\npiet@x.example\nx@gmail.com")
    assert [item.verdict for item in sent.items] == [
        "invalid",
        "ok",
        "duplicate",
        "shared_domain",
    ]
    assert (sent.sent, sent.kept) == (1, (1, 3, 4))


async def test_with_one_over_the_limit_nothing_is_sent(company: Company) -> None:
    text = "\n".join(f"p{number}@x.example" for number in range(251))
    sent = await company.invite(text)
    assert (sent.sent, sent.batch) == (0, None)
    assert [item.verdict for item in sent.items].count("over_limit") == 1
    assert sent.items[-1].verdict == "over_limit"
    assert await company.mails() == []


async def test_two_hundred_and_fifty_go_at_once(company: Company) -> None:
    sent = await company.invite("\n".join(f"p{number}@x.example" for number in range(250)))
    assert sent.sent == 250
    assert (await company.desk.users.tabs())["invited"] == 250


async def test_an_address_with_a_live_invitation_is_not_invited_twice(company: Company) -> None:
    await company.invite("piet@x.example", organisation=ACME)
    assert await company.verdicts("PIET@X.example", organisation=ACME) == ["already_invited"]
    assert await company.verdicts("piet@x.example") == ["ok"]


async def test_an_expired_invitation_makes_room_for_a_new_one(company: Company) -> None:
    await company.invite("piet@x.example")
    company.clock.move(days=15)
    assert [i.status for i in await company.invitations()] == ["expired"]
    assert [u.username for u in await company.users()] == ["founder"]
    assert (await company.invite("piet@x.example")).sent == 1
    assert [i.status for i in await company.invitations()] == ["queued", "expired"]
    assert [u.username for u in await company.users()] == ["piet", "founder"]


async def test_an_account_is_invited_all_the_same_and_told_to_be_linked(company: Company) -> None:
    await company.add("marie")
    entries = read_paste("marie@acme.example").entries
    found = await company.desk.inviting.verdicts(Plan(organisation=ACME), entries)
    assert found[0].verdict == "ok"
    assert found[0].detail is not None
    assert found[0].detail.id == "will_be_linked"


async def test_a_blocked_account_is_not_invited(company: Company) -> None:
    await company.add("marie")
    await company.desk.users.block(await company.pick("marie"))
    assert await company.verdicts("marie@acme.example") == ["existing_user"]


async def test_somebody_who_has_the_product_for_the_organisation_is_not_invited(
    company: Company,
) -> None:
    await company.add_product("documents")
    await company.add("marie")
    await company.execute(
        insert(schema.registration).values(
            user_id=(await company.user("marie")).id,
            product_id=1,
            organisation_id=1,
            status="completed",
            created_at=company.clock(),
        )
    )
    text, plan = "marie@acme.example", {"product": "documents", "no_coupon": True}
    assert await company.verdicts(text, organisation=ACME, **plan) == ["existing_user"]
    assert await company.verdicts(text, **plan) == ["ok"]


async def test_a_username_that_is_somebody_elses_is_told(company: Company) -> None:
    text = "email,username\npiet@x.example,founder\nkees@x.example,kees\nklaas@x.example,kees"
    assert await company.verdicts(text) == ["username_taken", "ok", "username_taken"]


async def test_usernames_made_from_addresses_never_clash(company: Company) -> None:
    await company.invite("founder@x.example, founder@y.example, founder@z.example")
    assert [u.username for u in await company.users()] == [
        "founder-4",
        "founder-3",
        "founder-2",
        "founder",
    ]


async def test_a_verdict_says_what_the_person_will_be_called(company: Company) -> None:
    await company.add("marie")
    text = "founder@x.example, founder@y.example, marie@acme.example, x@gmail.com"
    entries = read_paste(text).entries
    found = await company.desk.inviting.verdicts(Plan(), entries)
    assert [each.username for each in found] == ["founder-2", "founder-3", "marie", ""]
    await company.invite(text)
    names = {user.email: user.username for user in await company.users()}
    assert all(names.get(each.email, "") == each.username for each in found)


async def test_taking_a_batch_back_leaves_no_mail_and_nobody_in_the_lists(
    company: Company,
) -> None:
    sent = await company.invite("piet@x.example, kees@y.example")
    assert sent.undo is not None
    outcome = await company.desk.undo(sent.undo)
    assert len(outcome.done) == 2
    assert {mail.status for mail in await company.mails()} == {"cancelled"}
    assert {each.status for each in await company.invitations()} == {"undone"}
    assert [u.username for u in await company.users()] == ["founder"]
    company.clock.move(days=1)
    assert await next_claim(company) is None


async def test_a_batch_that_was_taken_back_can_be_sent_again(company: Company) -> None:
    sent = await company.invite("piet@x.example")
    assert sent.undo is not None
    await company.desk.undo(sent.undo)
    assert (await company.invite("piet@x.example")).sent == 1
    assert [u.username for u in await company.users()] == ["piet", "founder"]


async def test_a_batch_cannot_be_taken_back_after_its_window(company: Company) -> None:
    sent = await company.invite("piet@x.example")
    assert sent.undo is not None
    company.clock.move(seconds=11)
    with pytest.raises(Refused, match="undo_over"):
        await company.desk.undo(sent.undo)


async def test_once_a_mail_is_being_sent_the_whole_batch_stays(company: Company) -> None:
    sent = await company.invite("piet@x.example, kees@y.example")
    assert sent.undo is not None
    company.clock.move(seconds=10)
    await claim(company)
    with pytest.raises(Refused, match="undo_mail_left"):
        await company.desk.undo(sent.undo)
    assert {each.status for each in await company.invitations()} == {"queued"}
    assert sorted(mail.status for mail in await company.mails()) == ["queued", "sending"]


async def test_nobody_takes_back_what_another_did(company: Company) -> None:
    other = await company.add("admin", "Administrator")
    sent = await company.invite("piet@x.example")
    assert sent.undo is not None
    with pytest.raises(Denied, match="undo_of_another"):
        await other.undo(sent.undo)


async def test_a_product_needs_a_choice_of_coupon(company: Company) -> None:
    await company.add_product("documents")
    with pytest.raises(Refused, match="coupon_not_chosen"):
        await company.invite("piet@x.example", product="documents")
    assert (await company.invite("piet@x.example", product="documents", no_coupon=True)).sent == 1


@pytest.mark.parametrize(
    ("coupon", "refused"),
    [
        ({"expires_at": None, "use_limit": 1}, "coupon_used_up"),
        ({"expires_at": "past", "use_limit": None}, "coupon_expired"),
    ],
)
async def test_a_coupon_covers_all_of_a_batch_or_nothing_goes(
    company: Company, coupon: dict[str, object], refused: str
) -> None:
    await company.add_product("documents")
    if coupon["expires_at"] == "past":
        coupon["expires_at"] = company.clock()
    await company.execute(
        insert(schema.coupon).values(code="WELCOME", discount_percent=10, **coupon)
    )
    with pytest.raises(Refused, match=refused):
        await company.invite("a@x.example b@x.example", product="documents", coupon="WELCOME")
    assert await company.mails() == []


@pytest.mark.parametrize(
    ("plan", "unknown"),
    [
        ({"organisation": "Nowhere"}, "organisation_unknown"),
        ({"product": "nothing"}, "product_unknown"),
        ({"role": "King"}, "role_unknown"),
    ],
)
async def test_unknown_names_are_told(small: Company, plan: dict[str, Any], unknown: str) -> None:
    with pytest.raises(NotFound, match=unknown):
        await small.invite("piet@x.example", **plan)


async def test_nobody_hands_on_more_than_they_have(company: Company) -> None:
    await company.add_role("Inviter", "can_view", "can_invite")
    desk = await company.add("ivo", "Inviter")
    with pytest.raises(Refused, match="above_ceiling"):
        await company.invite("piet@x.example", desk, role="Administrator")
    assert (await company.invite("piet@x.example", desk)).sent == 1


async def test_more_than_one_at_once_needs_a_right_of_its_own(company: Company) -> None:
    await company.add_role("Inviter", "can_view", "can_invite")
    desk = await company.add("ivo", "Inviter")
    with pytest.raises(Denied, match="can_bulk_invite"):
        await company.invite("piet@x.example kees@x.example", desk)
    assert (await company.invite("piet@x.example", desk)).sent == 1


async def test_company_administrators_invite_to_their_own_organisation_only(
    company: Company,
) -> None:
    await company.add_organisation("Other BV")
    desk = await company.company_administrator("carla")
    assert (await company.invite("piet@x.example", desk, organisation=ACME)).sent == 1
    for elsewhere in ("Other BV", ""):
        with pytest.raises(Denied):
            await company.invite("kees@x.example", desk, organisation=elsewhere)


async def test_basic_users_cannot_invite(company: Company) -> None:
    desk = await company.add("bas")
    with pytest.raises(Denied):
        await company.invite("piet@x.example", desk)


async def test_an_operator_who_is_blocked_meanwhile_stops_at_the_next_act(
    company: Company,
) -> None:
    desk = await company.add("admin", "Administrator")
    assert (await company.invite("piet@x.example", desk)).sent == 1
    await company.desk.users.block(await company.pick("admin"))
    with pytest.raises(Denied, match="operator_blocked"):
        await company.invite("kees@x.example", desk)


async def test_every_invitation_leaves_an_event_and_the_log_verifies(company: Company) -> None:
    await company.invite("piet@x.example kees@y.example")
    before = await company.desk.audit.verify()
    assert before.bad is None
    person = await company.desk.users.show("piet")
    assert [each.status for each in person.invitations] == ["queued"]


async def test_revoking_before_the_mail_has_left_tells_nobody(company: Company) -> None:
    await company.invite("piet@x.example")
    await company.desk.invitations.revoke(Picks.of(1))
    assert [(m.kind, m.status) for m in await company.mails()] == [("invitation", "cancelled")]
