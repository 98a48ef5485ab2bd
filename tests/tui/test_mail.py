"""Screen 7 on a real store."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from tests.support.dialogs import ACTS, HOSTILE
from tests.support.screens import Mail, shown
from tui_admin.domain.lifecycle import MESSAGE_STATUSES
from tui_admin.services.sending import Heap, MailHealth, Pause
from tui_admin.store.schema import everything as schema
from tui_admin.tui.commands import offers
from tui_admin.tui.mail.health import amounts, amounts_line, standing, state_line, state_of

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
        assert "No worker is running" in it.text
        assert "◌ 2 queued" in it.text
        assert "▲ 1 failed" in it.text
        await it.press(*["left_square_bracket"] * 3)
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
    return MailHealth(workers=1)._replace(**changes)


def test_what_is_the_matter_is_told_by_what_matters_most(small: Company) -> None:
    now = small.clock.at
    soon = now + timedelta(minutes=2)
    paused = health(queued=Heap(3, now), pause=Pause("anna", now - timedelta(minutes=3)))
    ill = paused._replace(trouble="Connection refused", retry_at=soon)
    words = "▲ Mail waits: Connection refused · tries again in 2 min"
    assert state_of(ill, now) == (words, "bad")
    assert state_of(paused, now) == ("‖ Paused by anna, 3 min ago", "waiting")
    assert state_of(health(), now) == ("✓ Everything has gone out", "good")
    assert state_of(health(failed=Heap(1, now)), now) == ("✓ Nothing waits", "good")
    later = health(queued=Heap(1, now), next_at=soon)
    assert state_of(later, now) == ("◌ The next mail goes in 2 min", "waiting")
    due = health(queued=Heap(1, now), next_at=now, per_minute=1200)
    assert state_of(due, now) == ("◌ Mail is going out · 1,200 in the last minute", "waiting")
    assert state_of(due._replace(workers=0), now)[0] == "! No worker is running"


def test_amounts_say_how_many_and_since_when(small: Company) -> None:
    now = small.clock.at
    ago = now - timedelta(hours=3)
    full = health(queued=Heap(1200, ago), unknown=Heap(1, ago), failed=Heap(2, now))
    long = "◌ 1,200 queued, oldest 3 h   ? 1 unknown, 3 h   ▲ 2 failed"
    short = "◌ 1,200 queued   ? 1 unknown   ▲ 2 failed"
    assert (amounts(full, now).plain, amounts(full).plain) == (long, short)
    assert amounts(health(), now).plain == "nothing waits, nothing failed"
    assert amounts_line(full, now, 80).plain == f" {long}"
    assert amounts_line(full, now, 50).plain == f" {short}"


def test_the_mend_is_told_where_there_is_room(small: Company) -> None:
    now = small.clock.at
    stuck = health(queued=Heap(1, now), workers=0)
    assert "tui-admin worker" in state_line(stuck, now, 80).plain
    assert "tui-admin worker" not in state_line(stuck, now, 40).plain
    paused = health(pause=Pause("anna", now))
    assert state_line(paused, now, 80).plain.endswith(
        "p resumes · codes and links to passwords still go"
    )
    assert state_line(paused, now, 60).plain.endswith("p resumes")


def test_other_screens_are_told_of_a_pause_and_of_trouble_alone(small: Company) -> None:
    paused = health(pause=Pause("anna", small.clock.at))
    assert standing(health(queued=Heap(9), failed=Heap(9))) == ""
    assert standing(paused) == "Mail is paused by anna · 7 shows why"
    assert standing(paused._replace(trouble="no answer")) == "Mail waits: no answer · 7 shows why"


async def set_status(company: Company, address: str, status: str) -> None:
    mails = schema.outbox_message
    await company.execute(update(mails).where(mails.c.to == address).values(status=status))


async def test_what_may_have_arrived_explains_itself_and_goes_again_only_knowingly(
    small: Company,
) -> None:
    await small.invite("a@acme.example")
    await set_status(small, "a@acme.example", "unknown")
    async with shown(small, size=(120, 50)) as it:
        await it.press("7", "enter")
        assert "it may have arrived" in " ".join(it.text.split())
        await it.press("r")
        assert "Send this mail again?" in it.text
        assert "It may have arrived" in it.text
        await it.press("n")
        assert (await statuses(small))["a@acme.example"] == "unknown"
        await it.press("r", "y")
        assert (await statuses(small))["a@acme.example"] == "queued"


async def test_all_that_match_are_retried_after_a_preview_of_how_many_that_is(
    small: Company,
) -> None:
    await small.invite("a@acme.example b@acme.example c@acme.example")
    await fail(small, "b@acme.example")
    await set_status(small, "c@acme.example", "unknown")
    async with shown(small) as it:
        await it.press("7", "asterisk", "r")
        assert "Send these 2 mails again?" in it.text
        assert "1 of them may have arrived" in it.text
        await it.press("y")
        assert set((await statuses(small)).values()) == {"queued"}


async def test_one_key_pauses_resumes_and_both_can_be_taken_back(small: Company) -> None:
    await small.invite("a@acme.example")
    async with shown(small) as it:
        await it.press("7", "p")
        assert "‖ Paused by founder" in it.text
        assert "p Resume" in it.text
        assert "Mail is paused · u takes it back" in it.text
        await it.press("u")
        assert "Paused" not in it.text
        await it.press("p", "1")
        await it.later(seconds=7)
        await it.until(lambda: "Mail is paused by founder · 7 shows why" in it.text)
        await it.press("7", "p")
        assert "p Pause" in it.text
        assert (await small.desk.outbox.health()).pause is None


async def test_every_state_has_its_tab(small: Company) -> None:
    await small.invite(" ".join(f"{each}@acme.example" for each in MESSAGE_STATUSES))
    for each in MESSAGE_STATUSES:
        await set_status(small, f"{each}@acme.example", each)
    async with shown(small) as it:
        await it.press("7")
        for each in MESSAGE_STATUSES:
            await it.press("right_square_bracket")
            assert "1 of 1" in it.text
            assert f"{each}@acme.example" in it.text
