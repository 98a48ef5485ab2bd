"""The audit log: what is in it, that it verifies, and that no change of it goes unnoticed."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, select, update

from tests.support.company import ACME, Company
from tests.support.faults import dump
from tui_admin.domain.listings import Ask
from tui_admin.domain.lists.audit import AUDIT
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.query import EVERYTHING
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tui_admin.domain.lists.audit import AuditRow

event, head = schema.audit_event, schema.audit_head


async def everything_happens(company: Company) -> None:
    """Do every act that there is at least once."""
    desk, users, invitations = company.desk, company.desk.users, company.desk.invitations
    await company.hub.operators.set_password("founder", "correct horse")
    await company.add("marie")
    await company.invite("piet@x.example Łukasz <kees@x.example>", organisation=ACME)
    taken_back = await company.invite("jan@x.example")
    assert taken_back.undo
    await desk.undo(taken_back.undo)
    for outcome in (
        await users.block(await company.pick("marie"), "left"),
        await users.set_role(await company.pick("marie"), "Advanced user"),
    ):
        assert outcome.undo
    await company.desk.users.unblock(await company.pick("marie"))
    await desk.outbox.drop(Picks.of(1))
    await desk.outbox.retry(Picks.of(1))
    await company.mails_have_gone()
    await invitations.resend(Picks.of(1))
    await invitations.copy_links(Picks.of(2))
    revoked = await invitations.revoke(Picks.of(1))
    assert revoked.undo
    await desk.undo(revoked.undo)


async def events(company: Company) -> list[AuditRow]:
    return list((await company.desk.audit.page(Ask(EVERYTHING, AUDIT.sort, size=1000))).rows)


async def first_bad(company: Company) -> int | None:
    return (await company.desk.audit.verify()).bad


async def test_the_log_verifies_after_everything(company: Company) -> None:
    await everything_happens(company)
    found = await events(company)
    assert {each.action for each in found} == {
        "environment.found", "user.password", "user.add", "user.block", "user.unblock",
        "user.role", "invitation.send", "invitation.send.undo", "invitation.resend",
        "invitation.link", "invitation.revoke", "invitation.revoke.undo", "mail.cancel",
        "mail.retry",
    }  # fmt: skip
    verified = await company.desk.audit.verify()
    assert verified == (len(found), None)
    assert sorted(each.id for each in found) == list(range(1, len(found) + 1))


async def test_an_event_says_who_did_what_to_whom_from_where(company: Company) -> None:
    await company.add("marie")
    await company.desk.users.block(await company.pick("marie"), "left")
    last = (await events(company))[0]
    assert (last.operator, last.action, last.subject) == (
        "founder",
        "user.block",
        "marie@acme.example",
    )
    assert (last.at, last.origin) == (company.clock(), "test")
    assert json.loads(last.before)["status"] == "active"
    assert json.loads(last.after) == {"status": "blocked", "reason": "left"}


async def test_what_was_refused_leaves_no_event(company: Company) -> None:
    before = await events(company)
    await company.desk.users.block(Picks.of(1, 99))
    assert await events(company) == before


CHANGED: dict[str, Any] = {
    "id": 900,
    "at": "later",
    "operator_id": None,
    "operator": "somebody",
    "action": "user.add",
    "subject_kind": "mail",
    "subject_id": 77,
    "subject_version": 77,
    "subject": "somebody@x.example",
    "before": "{}",
    "after": '{"status":"active"}',
    "origin": "cli",
    "search": "somebody",
    "text": "{}",
    "hash": "0" * 64,
}


def test_a_change_is_tried_for_every_column() -> None:
    assert CHANGED.keys() == {column.name for column in event.c}


@pytest.fixture
async def logged(company: Company) -> Company:
    for name in ("marie", "mario", "maria"):
        await company.add(name)
    await company.desk.users.block(await company.pick("marie"), "left")
    await company.desk.users.unblock(await company.pick("marie"))
    assert await first_bad(company) is None
    return company


@pytest.mark.parametrize("column", CHANGED)
async def test_a_change_of_any_column_is_found(logged: Company, column: str) -> None:
    value = logged.clock() if column == "at" else CHANGED[column]
    if column == "at":
        logged.clock.move(days=1)
        value = logged.clock()
    await logged.execute(update(event).where(event.c.id == 5).values({column: value}))
    assert await first_bad(logged) == 5


async def test_a_change_with_a_new_hash_is_found_at_the_next_event(logged: Company) -> None:
    from tui_admin.domain.secrets import chain

    rows = await logged.execute(select(event).order_by(event.c.id))
    text = rows[4].text.replace("left", "well")
    assert text != rows[4].text
    values = {
        "text": text,
        "after": rows[4].after.replace("left", "well"),
        "hash": chain(rows[3].hash, text),
    }
    await logged.execute(update(event).where(event.c.id == 5).values(values))
    assert await first_bad(logged) == 6


@pytest.mark.parametrize("gone", [1, 3, 6])
async def test_an_event_that_is_gone_is_found(logged: Company, gone: int) -> None:
    assert len(await events(logged)) == 6
    await logged.execute(delete(event).where(event.c.id == gone))
    assert await first_bad(logged) == gone


async def test_a_tail_that_was_cut_off_is_found(logged: Company) -> None:
    await logged.execute(delete(event).where(event.c.id > 3))
    assert await first_bad(logged) == 4


async def test_an_event_put_behind_the_head_is_found(logged: Company) -> None:
    row = dict((await logged.execute(select(event).where(event.c.id == 6)))[0]._mapping)
    await logged.execute(insert(event).values(row | {"id": 7}))
    assert await first_bad(logged) == 7


async def test_a_log_that_was_emptied_or_lost_its_head_is_found(logged: Company) -> None:
    await logged.execute(delete(event))
    assert await first_bad(logged) == 1
    await logged.execute(delete(head))
    assert await first_bad(logged) == 1


async def test_two_events_that_changed_places_are_found(logged: Company) -> None:
    await logged.execute(update(event).where(event.c.id == 3).values(id=99))
    await logged.execute(update(event).where(event.c.id == 4).values(id=3))
    await logged.execute(update(event).where(event.c.id == 99).values(id=4))
    assert await first_bad(logged) == 3


async def test_verifying_beside_a_writer_finds_nothing_bad(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui_admin.services import audit

    monkeypatch.setattr(audit, "VERIFIED_AT_ONCE", 2)
    async with Company.at(company.url) as other:

        async def write() -> None:
            for number in range(15):
                await other.add(f"p{number}")

        writing = asyncio.create_task(write())
        while not writing.done():
            assert await first_bad(company) is None
        await writing
    assert await company.desk.audit.verify() == (16, None)


async def test_writers_at_once_make_one_chain(store_url: str) -> None:
    async with Company.at(store_url) as one, Company.at(store_url) as other:
        acts = [
            each.desk.users.add(f"{name}{number}@acme.example")
            for number in range(8)
            for name, each in (("a", one), ("b", other))
        ]
        await asyncio.gather(*acts)
        assert await one.desk.audit.verify() == (17, None)


async def test_no_token_password_or_link_is_in_the_log(company: Company) -> None:
    await company.invite("piet@x.example")
    facts = (await company.execute(select(schema.outbox_message.c.facts)))[0].facts
    (link,) = (await company.desk.invitations.copy_links(Picks.of(1))).links
    await company.hub.operators.set_password("founder", "correct horse")
    tokens = {json.loads(facts)["link"].rpartition("/")[2], link.url.rpartition("/")[2]}
    assert len(tokens) == 2
    log = (await dump(company.hub._store))["audit_event"]
    written = json.dumps(log, default=str)
    founder = select(schema.user.c.password_hash).where(schema.user.c.id == 1)
    hashed = (await company.execute(founder))[0].password_hash
    for secret in (*tokens, "correct horse", hashed, "/invitation/"):
        assert secret
        assert secret not in written
