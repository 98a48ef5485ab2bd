"""Invitations after they were sent: resent, revoked, retried, and taken back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.support.company import ACME
from tests.support.post import claim
from tui_admin.domain.errors import Denied
from tui_admin.domain.listings import Ask
from tui_admin.domain.lists.invitations import INVITATIONS
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.query import Query, Term
from tui_admin.domain.secrets import token_hash
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.domain.outcomes import Outcome


def why(outcome: Outcome) -> list[str]:
    """Return the reasons of the rows that were left alone."""
    return [row.reason.id for row in outcome.skipped if row.reason]


async def hash_of(company: Company, invitation_id: int = 1) -> str:
    """Return what the store keeps of an invitation's link."""
    wanted = schema.invitation.c.id == invitation_id
    found = await company.execute(select(schema.invitation.c.token_hash).where(wanted))
    return str(found[0].token_hash)


async def test_sent_is_what_the_mail_server_took(company: Company) -> None:
    await company.invite("piet@x.example")
    await company.mails_have_gone()
    (piet,) = await company.invitations()
    assert piet.status == "sent"
    assert piet.sent_at == company.clock()


async def test_status_counts_go_by_the_clock(company: Company) -> None:
    await company.invite("piet@x.example")
    await company.mails_have_gone()
    company.clock.move(days=10)
    await company.invite("kees@x.example")
    assert await company.desk.invitations.tabs() == {"": 2, "sent": 1, "queued": 1}
    company.clock.move(days=5)
    assert await company.desk.invitations.tabs() == {"": 2, "expired": 1, "queued": 1}
    for status, found in (("expired", 1), ("sent", 0), ("sent,queued", 1), ("queued,expired", 2)):
        query = Query(terms=(Term("status", ":", status),))
        assert (await company.desk.invitations.count(query)).number == found


async def test_resending_makes_a_new_link_and_the_old_one_dies(company: Company) -> None:
    await company.invite("piet@x.example")
    await company.mails_have_gone()
    before = await hash_of(company)
    company.clock.move(days=3)
    outcome = await company.desk.invitations.resend(Picks.of(1))
    assert [row.label for row in outcome.done] == ["piet@x.example"]
    assert await hash_of(company) != before
    (piet,) = await company.invitations()
    assert piet.status == "queued"
    assert (piet.expires_at - company.clock()).days == 14
    assert [(m.kind, m.status) for m in await company.mails()] == [
        ("invitation", "queued"),
        ("invitation", "sent"),
    ]


async def test_an_expired_invitation_can_be_resent_and_its_person_returns(
    company: Company,
) -> None:
    await company.invite("piet@x.example")
    await company.mails_have_gone()
    company.clock.move(days=20)
    assert [u.username for u in await company.users()] == ["founder"]
    assert (await company.desk.invitations.resend(Picks.of(1))).done
    assert [u.username for u in await company.users()] == ["piet", "founder"]


async def test_a_resend_can_be_taken_back_and_the_old_link_works_again(company: Company) -> None:
    await company.invite("piet@x.example")
    await company.mails_have_gone()
    before = await hash_of(company)
    outcome = await company.desk.invitations.resend(Picks.of(1))
    assert outcome.undo is not None
    await company.desk.undo(outcome.undo)
    assert await hash_of(company) == before
    assert [i.status for i in await company.invitations()] == ["sent"]
    assert [m.status for m in await company.mails()] == ["cancelled", "sent"]


async def test_a_mail_that_has_not_gone_is_not_resent(company: Company) -> None:
    await company.invite("piet@x.example")
    assert why(await company.desk.invitations.resend(Picks.of(1))) == ["mail_still_waits"]


async def test_of_two_expired_invitations_to_the_same_place_one_is_resent(
    company: Company,
) -> None:
    await company.invite("piet@x.example")
    company.clock.move(days=20)
    await company.invite("piet@x.example")
    company.clock.move(days=20)
    outcome = await company.desk.invitations.resend(Picks.of(1, 2))
    assert len(outcome.done) == 1
    assert why(outcome) == ["invited_again"]


async def test_whoever_had_the_mail_is_told_that_it_was_revoked(company: Company) -> None:
    await company.invite("piet@x.example")
    await company.mails_have_gone()
    await company.desk.invitations.revoke(Picks.of(1))
    assert [i.status for i in await company.invitations()] == ["revoked"]
    assert [u.username for u in await company.users()] == ["founder"]
    assert [(m.kind, m.status) for m in await company.mails()] == [
        ("revocation", "queued"),
        ("invitation", "sent"),
    ]
    assert why(await company.desk.invitations.revoke(Picks.of(1))) == ["invitation_is"]


async def test_a_revocation_can_be_taken_back(company: Company) -> None:
    await company.invite("piet@x.example")
    await company.mails_have_gone()
    outcome = await company.desk.invitations.revoke(Picks.of(1))
    assert outcome.undo is not None
    await company.desk.undo(outcome.undo)
    assert [i.status for i in await company.invitations()] == ["sent"]
    assert [u.username for u in await company.users()] == ["piet", "founder"]
    assert [m.status for m in await company.mails()] == ["cancelled", "sent"]


async def test_a_revocation_before_the_mail_left_gives_the_mail_back_when_undone(
    company: Company,
) -> None:
    await company.invite("piet@x.example")
    outcome = await company.desk.invitations.revoke(Picks.of(1))
    assert outcome.undo is not None
    await company.desk.undo(outcome.undo)
    await company.mails_have_gone()
    assert [i.status for i in await company.invitations()] == ["sent"]


async def test_a_copied_link_is_new_and_the_waiting_mail_is_cancelled(company: Company) -> None:
    await company.invite("piet@x.example")
    before = await hash_of(company)
    (link,) = (await company.desk.invitations.copy_links(Picks.of(1))).links
    token = link.url.rpartition("/")[2]
    assert await hash_of(company) == token_hash(token) != before
    assert link.url == f"{company.hub.policy.portal_url}/invitation/{token}"
    assert [m.status for m in await company.mails()] == ["cancelled"]
    assert [i.status for i in await company.invitations()] == ["sent"]


async def test_a_copied_link_can_be_taken_back_and_the_waiting_mail_goes(company: Company) -> None:
    await company.invite("piet@x.example")
    before = await hash_of(company)
    made = await company.desk.invitations.copy_links(Picks.of(1))
    assert made.undo is not None
    await company.desk.undo(made.undo)
    assert await hash_of(company) == before
    (piet,) = await company.invitations()
    assert (piet.status, piet.sent_at) == ("queued", None)
    assert [m.status for m in await company.mails()] == ["queued"]


async def test_no_link_is_made_of_what_was_revoked(company: Company) -> None:
    await company.invite("piet@x.example kees@x.example")
    await company.desk.invitations.revoke(Picks.of(1))
    made = await company.desk.invitations.copy_links(Picks.of(1, 2))
    assert [link.email for link in made.links] == ["kees@x.example"]
    assert why(made.outcome) == ["invitation_is"]


async def test_company_administrators_act_on_their_own_invitations_only(
    company: Company,
) -> None:
    await company.add_organisation("Other BV")
    await company.invite("piet@x.example", organisation="Other BV")
    await company.invite("kees@x.example", organisation=ACME)
    await company.mails_have_gone()
    carla = await company.company_administrator("carla")
    outcome = await carla.invitations.revoke(Picks.of(1, 2))
    assert [row.label for row in outcome.done] == ["kees@x.example"]
    assert why(outcome) == ["not_there"]


async def test_resending_many_needs_the_right_to_invite_many(company: Company) -> None:
    await company.add_role("Inviter", "can_view", "can_invite")
    desk = await company.add("ivo", "Inviter")
    await company.invite("piet@x.example kees@x.example")
    await company.mails_have_gone()
    with pytest.raises(Denied, match="can_bulk_invite"):
        await desk.invitations.resend(Picks.of(1, 2))
    assert (await desk.invitations.resend(Picks.of(1))).done


async def test_the_list_is_narrowed_by_batch_product_organisation_and_inviter(
    company: Company,
) -> None:
    await company.add_product("documents")
    await company.invite("piet@x.example", product="documents", no_coupon=True)
    await company.invite("kees@x.example", organisation=ACME)
    for term, found in (
        (Term("batch", ":", "1"), "piet@x.example"),
        (Term("product", ":", "docu"), "piet@x.example"),
        (Term("organisation", ":", "acme"), "kees@x.example"),
        (Term("created_at", "<", "1d"), None),
        (Term("invited_by", ":", "founder"), None),
    ):
        ask = Ask(Query(terms=(term,)), INVITATIONS.sort)
        emails = [row.email for row in (await company.desk.invitations.page(ask)).rows]
        assert emails == ([found] if found else ["kees@x.example", "piet@x.example"])


async def test_the_token_is_nowhere_in_the_log(company: Company) -> None:
    await company.invite("piet@x.example")
    company.clock.move(seconds=60)
    claimed = await claim(company)
    token = json.loads(claimed.row.facts)["link"].rpartition("/")[2]
    found = await company.execute(select(schema.audit_event.c.text))
    assert found
    assert not [row for row in found if token in row.text]
