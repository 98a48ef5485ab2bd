"""Reminders: before the expiry, once for a link, to nobody who is done, and audited."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from tests.support.company import ACME, Company
from tui_admin.domain.errors import Refused
from tui_admin.domain.outcomes import Picks
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

REMINDERS = schema.outbox_message.c.kind == "reminder"


@pytest.fixture
async def reminding(store_url: str) -> AsyncIterator[Company]:
    """Give a company that reminds people three days before, on both engines."""
    async with at(store_url) as here:
        yield here


@asynccontextmanager
async def at(url: str) -> AsyncIterator[Company]:
    async with Company.at(url, INVITATIONS__REMIND_BEFORE="3 days") as here:
        yield here


async def reminders(company: Company) -> list[Any]:
    """Look whether anybody is to be reminded, and return all reminders there are."""
    await company.hub.reminders.send_due()
    found = await company.execute(select(schema.outbox_message).where(REMINDERS))
    return sorted(found, key=lambda row: row.id)


def token(mail: Any) -> str:
    link: str = json.loads(mail.facts)["link"]
    return link.rpartition("/")[2]


async def test_a_reminder_is_sent_once_and_its_link_works_beside_the_first(
    reminding: Company,
) -> None:
    james = await reminding.add("james", "Administrator")
    await reminding.invite("Piet <piet@x.example>", james, organisation=ACME)
    (first,) = await reminding.execute(select(schema.outbox_message))
    await reminding.mails_have_gone()
    reminding.clock.move(days=10)
    assert await reminders(reminding) == []
    reminding.clock.move(days=2)
    (mail,) = await reminders(reminding)
    assert (mail.to, mail.reply_to) == ("piet@x.example", "james@acme.example")
    assert json.loads(mail.facts)["inviter_email"] == "james@acme.example"
    assert len(await reminders(reminding)) == 1
    (event,) = await reminding.execute(
        select(schema.audit_event).where(schema.audit_event.c.action == "invitation.remind")
    )
    assert (event.operator, event.operator_id) == ("(automatic)", None)
    assert (await reminding.desk.audit.verify()).bad is None
    for each in (first, mail):
        assert (await reminding.hub.joining.invited(token(each))).email == "piet@x.example"
    await reminding.mails_have_gone()
    assert [row.status for row in await reminding.invitations()] == ["sent"]
    # With a new link both are dead, and there may be another reminder.
    await reminding.desk.invitations.resend(Picks.of(1))
    for each in (first, mail):
        with pytest.raises(Refused, match="invitation_unknown"):
            await reminding.hub.joining.invited(token(each))
    await reminding.mails_have_gone()
    reminding.clock.move(days=12)
    assert len(await reminders(reminding)) == 2


async def test_nobody_is_reminded_who_is_done(reminding: Company) -> None:
    people = ("accepted", "revoked", "failed", "blocked", "gone", "late")
    await reminding.invite(" ".join(f"{name}@x.example" for name in people))
    await reminding.mails_have_gone()
    row = schema.invitation
    for number, status in ((1, "accepted"), (3, "failed")):
        await reminding.execute(update(row).where(row.c.id == number).values(status=status))
    await reminding.desk.invitations.revoke(Picks.of(2))
    await reminding.set_user("blocked", status="blocked", blocked_from="invited")
    reminding.clock.move(days=10)
    past = {"expires_at": reminding.clock() - timedelta(seconds=1)}
    await reminding.execute(update(row).where(row.c.id == 5).values(past))
    reminding.clock.move(days=2)
    assert [mail.to for mail in await reminders(reminding)] == ["late@x.example"]


async def test_nobody_is_reminded_on_the_day_the_mail_came(reminding: Company) -> None:
    await reminding.invite("piet@x.example")
    await reminding.mails_have_gone()
    soon = reminding.clock() + timedelta(days=2)
    await reminding.desk.invitations.set_expiry(Picks.of(1), soon)
    assert await reminders(reminding) == []
    reminding.clock.move(days=1)
    assert len(await reminders(reminding)) == 1


@pytest.mark.parametrize("act", ["revoke", "copy_links", "resend"])
async def test_a_reminder_that_waits_dies_with_its_link(reminding: Company, act: str) -> None:
    await reminding.invite("piet@x.example")
    await reminding.mails_have_gone()
    reminding.clock.move(days=12)
    await reminders(reminding)
    outcome = await getattr(reminding.desk.invitations, act)(Picks.of(1))
    assert [mail.status for mail in await reminders(reminding)] == ["cancelled"]
    (mail,) = await reminders(reminding)
    retried = await reminding.desk.outbox.retry(Picks.of(mail.id))
    assert [row.reason.id for row in retried.skipped if row.reason] == ["mail_outdated"]
    # Taken back, its link holds again.
    await reminding.desk.undo(outcome.undo)
    assert (await reminding.hub.joining.invited(token(mail))).email == "piet@x.example"


async def test_without_the_setting_nobody_is_reminded(small: Company) -> None:
    await small.invite("piet@x.example")
    await small.mails_have_gone()
    small.clock.move(days=13)
    assert await reminders(small) == []
