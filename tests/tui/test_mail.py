"""Screen 7 on a real store."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from tests.support.dialogs import ACTS, HOSTILE
from tests.support.screens import Mail, shown
from tui_admin.services.outbox import MailHealth
from tui_admin.store.schema import everything as schema
from tui_admin.tui.commands import offers
from tui_admin.tui.mail.health import amounts, health_line, state_of

if TYPE_CHECKING:
    from tests.support.company import Company

SIZES = [(80, 24), (120, 40)]
LINK = "http://127.0.0.1:8123/invitation/abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


async def fail(company: Company, address: str) -> None:
    """Let the mail server have refused a mail."""
    await company.execute(
        update(schema.outbox_message)
        .where(schema.outbox_message.c.to == address)
        .values(status="failed", attempts=3, last_error="550 no such user")
    )


async def statuses(company: Company) -> dict[str, str]:
    """Return what became of each mail."""
    rows = await company.mails()
    return {row.to: row.status for row in rows}


@pytest.mark.parametrize("size", SIZES)
async def test_the_outbox_is_a_list_with_tabs_and_the_state_of_the_server(
    small: Company, size: tuple[int, int]
) -> None:
    await small.invite("a@acme.example b@acme.example c@acme.example")
    await fail(small, "c@acme.example")
    async with shown(small, size=size) as it:
        await it.press("7")
        assert it.text.splitlines()[0].rstrip().endswith("Mail")
        assert "Queued 2" in it.text
        assert "Failed 1" in it.text
        assert "No worker is running" in it.text
        assert "2 waiting" in it.text
        await it.press("left_square_bracket")
        assert "c@acme.example" in it.text
        assert "a@acme.example" not in it.text


async def test_details_show_the_text_without_the_link_and_why_it_waits(small: Company) -> None:
    await small.invite("a@acme.example")
    async with shown(small, size=(120, 60)) as it:
        await it.press("7", "enter")
        assert "Why it waits" in it.text
        assert "invites you" in it.text
        assert "/invitation/…" in it.text


async def test_failed_mails_are_queued_again_by_one_key(small: Company) -> None:
    await small.invite("a@acme.example b@acme.example")
    await fail(small, "b@acme.example")
    async with shown(small) as it:
        await it.press("7", "R")
        assert (await statuses(small))["b@acme.example"] == "queued"


async def test_retrying_is_refused_with_a_word_where_nothing_failed(small: Company) -> None:
    await small.invite("a@acme.example")
    async with shown(small) as it:
        await it.press("7", "R")
        assert "No mail has failed." in it.text


async def test_cancelling_asks_once_and_names_the_recipient(small: Company) -> None:
    await small.invite("a@acme.example")
    async with shown(small) as it:
        await it.press("7", "x")
        assert "a@acme.example" in it.text
        await it.press("n")
        assert (await statuses(small))["a@acme.example"] == "queued"
        await it.press("x", "enter")
        assert (await statuses(small))["a@acme.example"] == "queued"
        await it.press("y")
        assert (await statuses(small))["a@acme.example"] == "cancelled"


def mails(company: Company, *texts: str) -> tuple[Mail, ...]:
    return tuple(
        Mail(
            str(number),
            f"p{number}@acme.example",
            "demo@acme.example",
            text[:40],
            company.clock.at - timedelta(minutes=number),
            text,
        )
        for number, text in enumerate(texts)
    )


@pytest.mark.parametrize("size", SIZES)
async def test_the_mailbox_shows_caught_mails_with_their_links(
    small: Company, size: tuple[int, int]
) -> None:
    caught = mails(small, f"first\n\n{LINK}\n", "second, without one")
    async with shown(small, size=size, read_mailbox=lambda: caught) as it:
        await it.press("7", "left_square_bracket")
        assert LINK in it.text
        await it.press("c")
        assert it.app.clipboard == LINK
        await it.press("j")
        assert "second, without one" in it.text
        assert LINK not in it.text


def on_offer(app: Any) -> set[str]:
    return {each.command.label for each in offers(app.screen) if not each.refusal}


async def test_the_mailbox_shows_a_domain_whole_and_offers_nothing_of_the_list(
    small: Company,
) -> None:
    long = "m.bijl@administratiekantoor.example"
    caught = (mails(small, "hello")[0]._replace(to=long),)
    async with shown(small, read_mailbox=lambda: caught) as it:
        await it.press("7", "left_square_bracket")
        assert "@administratiekantoor.example  hello" in it.text
        assert not {"Filter", "Details"} & on_offer(it.app)
        await it.press("slash")
        assert it.app.focused is it.app.screen.query_one("#caught")
        await it.press("right_square_bracket")
        assert "Filter" in on_offer(it.app)


async def test_mails_that_arrive_show_by_themselves_and_the_cursor_stays(small: Company) -> None:
    caught = [*mails(small, "the first of all")]
    async with shown(small, read_mailbox=lambda: tuple(caught)) as it:
        await it.press("7", "left_square_bracket")
        assert "the first of all" in it.text
        new = Mail("9", "z@acme.example", "", "newer", small.clock.at, "a newer one")
        caught.insert(0, new)
        await it.press("ctrl+r")
        await it.until(lambda: "z@acme.example" in it.text)
        assert "the first of all" in it.text


async def test_without_a_mailbox_there_is_no_tab_for_it(small: Company) -> None:
    async with shown(small) as it:
        await it.press("7")
        assert "Mailbox" not in it.text


async def test_hostile_mails_are_only_ever_text(small: Company) -> None:
    caught = mails(small, *HOSTILE)
    async with shown(small, read_mailbox=lambda: caught) as it:
        await it.press("7", "left_square_bracket")
        for _ in HOSTILE:
            assert not any(each in it.text for each in ACTS)
            await it.press("j")


async def test_a_hostile_answer_of_the_server_is_only_ever_text(small: Company) -> None:
    await small.invite("a@acme.example")
    await small.execute(
        update(schema.outbox_message).values(status="failed", last_error="".join(HOSTILE))
    )
    async with shown(small, size=(120, 40)) as it:
        await it.press("7", "enter")
        assert "Mail server" in it.text
        assert not any(each in it.text for each in ACTS)


def health(**changes: Any) -> MailHealth:
    return MailHealth(0, None, 0, 1, "", None)._replace(**changes)


def test_trouble_is_told_in_the_servers_words(small: Company) -> None:
    now = small.clock.at
    ill = health(queued=3, trouble="Connection refused", retry_at=now + timedelta(minutes=2))
    assert state_of(ill, now) == (
        "▲ Mail waits: Connection refused · tries again in 2 min",
        "bad",
    )
    assert state_of(health(), now)[1] == "good"
    assert state_of(health(queued=1), now)[1] == "waiting"


def test_amounts_say_how_long_and_how_many(small: Company) -> None:
    now = small.clock.at
    waiting = health(queued=1200, oldest=now - timedelta(hours=3), failed=2)
    assert amounts(waiting, now) == "1,200 waiting for 3 h · 2 failed"
    assert amounts(health(), now) == "0 waiting"


def test_the_mend_is_told_where_there_is_room(small: Company) -> None:
    stuck = health(queued=1, workers=0)
    assert "tui-admin worker" in health_line(stuck, small.clock.at, 120).plain
    assert "tui-admin worker" not in health_line(stuck, small.clock.at, 50).plain
