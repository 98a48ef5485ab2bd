"""Inviting: verdicts, what is sent and what stays behind, and taking it back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import insert, select

from tests.support.company import ACME, Company
from tests.support.post import claim, next_claim
from tui_admin.domain.errors import Denied, NotFound, Refused
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.paste import read_paste
from tui_admin.domain.secrets import token_hash
from tui_admin.services.planning import Plan
from tui_admin.store.schema import everything as schema


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


async def test_a_likely_slip_is_warned_of_and_goes_all_the_same(company: Company) -> None:
    text = "jan@gmial.com\npiet@acem.example\nkees@gmx.net\nmarie@x.example\nfounder@acme.example"
    sent = await company.invite(text, organisation=ACME)
    assert sent.sent == 5
    said = [(each.warning.id if each.warning else "", each.suggestion) for each in sent.items]
    assert said == [
        ("likely_typo", "jan@gmail.com"),
        ("likely_typo", "piet@acme.example"),
        ("free_provider", ""),
        ("", ""),
        ("", ""),
    ]
    # Who has an account is known to be right, and no other organisation's domain is a measure.
    verdicts = await company.desk.inviting.verdicts(
        Plan(), read_paste("jan@gmial.com piet@acem.example").entries
    )
    assert [each.warning for each in verdicts] == [None, None]


async def test_a_deployment_has_its_own_word_on_domains(store_url: str) -> None:
    async with Company.at(
        store_url,
        ENVIRONMENT__DOMAINS='["hoeve.example"]',
        INVITATIONS__TRUSTED_DOMAINS='["gmx.net"]',
        INVITATIONS__DOUBTFUL_DOMAINS='["rival.example"]',
    ) as company:
        entries = read_paste("a@gmx.net b@rival.example c@hoevee.example d@x.example").entries
        found = await company.desk.inviting.verdicts(Plan(), entries)
        warnings = [each.warning.id if each.warning else "" for each in found]
        assert warnings == ["", "doubtful_domain", "likely_typo", ""]


async def test_nothing_goes_that_is_not_any_more_what_was_shown(company: Company) -> None:
    entries = read_paste("a@x.example\nb@x.example").entries
    shown = [each.verdict for each in await company.desk.inviting.verdicts(Plan(), entries)]
    await company.invite("b@x.example")
    sent = await company.desk.inviting.send(Plan(), entries, shown)
    assert (sent.sent, sent.batch, sent.changed, sent.kept) == (0, None, (1,), (1, 2))
    assert [each.verdict for each in sent.items] == ["ok", "already_invited"]
    assert len(await company.mails()) == 1
    again = await company.desk.inviting.send(Plan(), entries, [i.verdict for i in sent.items])
    assert (again.sent, again.changed) == (1, ())


async def test_a_plan_says_what_it_costs(company: Company) -> None:
    await company.add_product("documents", price_cents=1999)
    await company.execute(
        insert(schema.coupon).values(
            [
                {"code": "TEN", "discount_percent": 10, "prepaid": False},
                {"code": "PAID", "discount_percent": 0, "prepaid": True},
            ]
        )
    )
    price = company.desk.inviting.price
    assert (await price(Plan())).total(5) == 0
    assert (await price(Plan(product="documents", no_coupon=True))).total(5) == 9995
    assert (await price(Plan(product="documents", coupon="TEN"))).total(5) == 8995
    assert (await price(Plan(product="documents", coupon="PAID"))).total(5) == 0
    sent = await company.invite("a@x.example b@x.example", product="documents", coupon="TEN")
    assert sent.price.total(sent.sent) == 3598


async def test_what_can_be_chosen_says_how_much_of_a_coupon_is_left(company: Company) -> None:
    await company.add_product("documents", price_cents=1999)
    await company.add_organisation("Other BV")
    await company.execute(
        insert(schema.coupon).values(
            [
                {"code": "FIVE", "use_limit": 5, "organisation_id": None},
                {"code": "OTHERS", "use_limit": None, "organisation_id": 2},
            ]
        )
    )
    await company.invite("a@x.example b@x.example", product="documents", coupon="FIVE")
    coupons = (await company.desk.inviting.options()).coupons
    assert [(each.value, each.organisation, each.left) for each in coupons] == [
        ("FIVE", "", 3),
        ("OTHERS", "Other BV", None),
    ]
    carla = await company.company_administrator("carla")
    assert [each.value for each in (await carla.inviting.options()).coupons] == ["FIVE"]


async def test_the_mail_can_be_seen_before_it_is_sent(company: Company) -> None:
    (entry,) = read_paste("Jan Jansen <jan@x.example>").entries
    plan = Plan(organisation=ACME, note="See you\non Monday", language="nl")
    letter = await company.desk.inviting.letter(plan, entry)
    assert (letter.to, ACME in letter.subject) == ("jan@x.example", True)
    assert "Beste Jan Jansen" in letter.text
    assert "> See you\n> on Monday" in letter.text
    assert "/invitation/" not in letter.text
    assert await company.mails() == []


async def test_a_batch_is_found_again_and_taken_back(company: Company) -> None:
    await company.invite("old@x.example")
    sent = await company.invite("a@x.example b@x.example")
    recent = await company.desk.ways_back.of_batch()
    assert (recent.batch, recent.size, recent.undo) == (sent.batch, 2, sent.undo)
    with pytest.raises(NotFound, match="batch_unknown"):
        await (await company.add("admin", "Administrator")).ways_back.of_batch(sent.batch)
    assert len((await company.desk.undo(recent.undo)).done) == 2
    with pytest.raises(Refused, match="batch_undone"):
        await company.desk.ways_back.of_batch(sent.batch)
    company.clock.move(seconds=company.hub.policy.undo_seconds)
    with pytest.raises(Refused, match="undo_over"):
        await company.desk.ways_back.of_batch(1)
