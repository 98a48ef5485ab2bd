from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.fakes import at_desk, lines, press, rest, text
from tests.support.settle import until

if TYPE_CHECKING:
    from tests.support.company import Company


async def statuses(company: Company) -> dict[str, str]:
    return {row.email: row.status for row in await company.invitations()}


async def asked(app: Any, pilot: Any, answer: str) -> None:
    """Answer the question that is being worked out, and wait until all of it is done."""
    await until(pilot, lambda: app.screen.is_modal)
    await press(pilot, answer)
    await until(pilot, lambda: not app.screen.is_modal)
    acting = [each for each in app.workers if each.group == "commands"]
    await until(pilot, lambda: all(each.is_finished for each in acting))
    await rest(pilot)


async def test_it_lists_what_was_sent_with_status_and_age(small: Company) -> None:
    await small.invite("anna@acme.example, bert@acme.example")
    await small.mails_have_gone()
    async with at_desk(small) as (app, pilot):
        await press(pilot, "2")
        shown = text(app)
    assert "All 2" in shown
    assert "Sent 2" in shown
    assert "anna@acme.example" in shown


async def test_nobody_invited_yet_says_what_to_press(small: Company) -> None:
    async with at_desk(small) as (app, pilot):
        await press(pilot, "2")
        assert "No invitations." in text(app)
        assert "i invites people" in text(app)


async def test_x_asks_naming_the_people_and_then_revokes(small: Company) -> None:
    await small.invite("anna@acme.example, bert@acme.example")
    await small.mails_have_gone()
    async with at_desk(small) as (app, pilot):
        await press(pilot, "2", "space", "space", "x")
        await until(pilot, lambda: "Revoke these 2" in text(app))
        assert "Revoke these 2 invitations?" in text(app)
        assert "anna@acme.example" in text(app)
        await press(pilot, "n")
        assert set((await statuses(small)).values()) == {"sent"}
        await press(pilot, "x")
        await asked(app, pilot, "y")
        assert set((await statuses(small)).values()) == {"revoked"}
        assert "2 revoked" in text(app)


async def test_x_on_what_is_revoked_says_so_without_asking(small: Company) -> None:
    await small.invite("anna@acme.example")
    await small.mails_have_gone()
    async with at_desk(small) as (app, pilot):
        await press(pilot, "2", "x")
        await asked(app, pilot, "y")
        assert "1 revoked" in text(app) or "anna@acme.example revoked" in text(app)
        await press(pilot, "x")
        assert not app.screen.is_modal
        assert "The invitation is revoked." in text(app)


async def test_s_sends_again_at_once_and_u_takes_it_back(small: Company) -> None:
    await small.invite("anna@acme.example")
    await small.mails_have_gone()
    async with at_desk(small) as (app, pilot):
        await press(pilot, "2", "s")
        await until(pilot, lambda: "anna@acme.example sent again" in text(app))
        assert "u takes it back" in text(app)
        assert len([mail for mail in await small.mails() if mail.status == "queued"]) == 1
        await press(pilot, "u")
        await until(pilot, lambda: "as before" in text(app))
        assert not [mail for mail in await small.mails() if mail.status == "queued"]


async def test_c_asks_and_puts_a_new_link_on_the_clipboard(small: Company) -> None:
    await small.invite("anna@acme.example")
    await small.mails_have_gone()
    async with at_desk(small) as (app, pilot):
        await press(pilot, "2", "c")
        await until(pilot, lambda: "Copy a new link" in text(app))
        assert "Copy a new link for this invitation?" in text(app)
        await press(pilot, "enter")
        await until(pilot, lambda: app.clipboard)
        assert "/invitation/" in app.clipboard


async def test_details_say_what_comes_next(small: Company) -> None:
    await small.invite("anna@acme.example", organisation="Acme Nederland BV")
    await small.mails_have_gone()
    async with at_desk(small, size=(120, 40)) as (app, pilot):
        await press(pilot, "2", "enter")
        await until(pilot, lambda: "s sends it again" in text(app))
        assert "Acme Nederland BV" in text(app)


async def test_sending_from_the_dialog_shows_a_banner_that_counts_down(small: Company) -> None:
    async with at_desk(small) as (app, pilot):
        seconds = [0.0]
        app.clock = lambda: seconds[0]
        await press(pilot, "i")
        area = app.screen.query_one("#addresses")
        area.focus()
        await press(pilot, *"anna@acme.example")
        await until(pilot, lambda: "1 of 250" in text(app))
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: lines(app)[0].endswith("Users"))
        await rest(pilot)
        assert "1 invitation sent" in text(app)
        assert "u takes it back · 10 s" in text(app)
        seconds[0] = 4.5
        app.frame_again()
        await rest(pilot)
        assert "u takes it back · 6 s" in text(app)
        await press(pilot, "u")
        assert (await statuses(small))["anna@acme.example"] == "undone"


async def test_what_many_get_is_counted_before_it_is_done(small: Company) -> None:
    await small.invite("anna@acme.example, bert@acme.example, cora@acme.example")
    await small.mails_have_gone()
    await small.invite("dirk@acme.example")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "2", "asterisk", "s")
        await until(pilot, lambda: "Resend these 3 invitations?" in text(app))
        for part in ("Resend these 3 invitations?", "anna@", "1 is left alone", "has not gone"):
            assert part in text(app)
        await press(pilot, "n")
        assert len([mail for mail in await small.mails() if mail.status == "queued"]) == 1
        await press(pilot, "s")
        await asked(app, pilot, "enter")
        assert "3 sent again" in text(app)
        assert len([mail for mail in await small.mails() if mail.status == "queued"]) == 4


async def test_what_nobody_gets_is_told_and_not_asked(small: Company) -> None:
    await small.invite("anna@acme.example, bert@acme.example")
    await small.mails_have_gone()
    async with at_desk(small) as (app, pilot):
        await press(pilot, "2", "space", "space", "R")
        await until(pilot, lambda: "2 skipped" in text(app))
        assert "2 skipped" in text(app)
        await press(pilot, "enter")
        assert "2 left alone" in text(app)
        assert set((await statuses(small)).values()) == {"sent"}


async def test_e_asks_until_when_and_reads_it_as_it_is_typed(small: Company) -> None:
    await small.invite("anna@acme.example")
    await small.mails_have_gone()
    before = (await small.invitations())[0].expires_at
    async with at_desk(small) as (app, pilot):
        await press(pilot, "2", "e")
        await until(pilot, lambda: app.screen.query("#until"))
        await press(pilot, *"30x")
        assert "is no date" in text(app)
        await press(pilot, "backspace", "d")
        assert "Until Wednesday 2026-04-01" in text(app)
        await press(pilot, "enter")
        await until(pilot, lambda: "given another expiry" in text(app))
        (anna,) = await small.invitations()
        assert (anna.expires_at - small.clock()).days == 30
        await press(pilot, "u")
        await until(pilot, lambda: "as before" in text(app))
        assert (await small.invitations())[0].expires_at == before


async def test_an_open_list_shows_what_expires_as_expired(small: Company) -> None:
    await small.invite("anna@acme.example")
    await small.mails_have_gone()
    async with at_desk(small) as (app, pilot):
        await press(pilot, "2")
        assert "Sent 1" in text(app)
        small.clock.move(days=14)
        await until(pilot, lambda: "Expired 1" in text(app))
        assert "Sent 0" in text(app)
        assert "expired" in next(line for line in lines(app) if "anna@" in line)


async def test_c_on_many_puts_each_link_behind_its_address(small: Company) -> None:
    await small.invite("anna@acme.example, bert@acme.example")
    await small.mails_have_gone()
    async with at_desk(small) as (app, pilot):
        await press(pilot, "2", "asterisk", "c")
        await asked(app, pilot, "enter")
        await until(pilot, lambda: app.clipboard)
        copied = dict(line.split("\t") for line in app.clipboard.splitlines())
        assert copied.keys() == {"anna@acme.example", "bert@acme.example"}
        assert all("/invitation/" in url for url in copied.values())


async def test_a_journey_is_a_bar_in_the_row_and_has_its_times_in_the_details(
    small: Company,
) -> None:
    await small.invite("anna@acme.example")
    await small.mails_have_gone()
    small.clock.move(days=4)
    async with at_desk(small, size=(120, 40)) as (app, pilot):
        await press(pilot, "2")
        assert "━!┄┄┄┄┄┄┄ sent  4 d" in text(app)
        await press(pilot, "enter")
        await until(pilot, lambda: "stuck since 2026-03-02" in text(app))
        assert "✓ queued" in text(app)
        assert "· approval" in text(app)


async def test_stuck_finds_who_has_not_answered(small: Company) -> None:
    await small.invite("anna@acme.example")
    await small.mails_have_gone()
    small.clock.move(days=4)
    await small.invite("bert@acme.example")
    await small.mails_have_gone()
    async with at_desk(small) as (app, pilot):
        await press(pilot, "2", "slash", *"stuck:sent", "enter")
        await until(pilot, lambda: "bert@" not in text(app))
        assert "anna@acme.example" in text(app)


async def test_a_batch_tells_what_became_of_it_and_leads_to_its_invitations(
    small: Company,
) -> None:
    await small.invite("anna@acme.example, bert@acme.example")
    await small.mails_have_gone()
    small.clock.move(days=4)
    await small.invite("cora@acme.example")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "2", "left_square_bracket")
        assert lines(app)[0].endswith("Batches")
        await until(pilot, lambda: "2 sent" in text(app))
        await press(pilot, "down", "enter")
        await until(pilot, lambda: lines(app)[0].endswith("Invitations"))
        await until(pilot, lambda: "cora@" not in text(app))
        assert "anna@acme.example" in text(app)
        assert "batch:1" in text(app)
        await press(pilot, "B")
        assert lines(app)[0].endswith("Batches")
