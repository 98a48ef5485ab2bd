"""The Invite dialog, with services that answer as told."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from textual.events import Paste
from textual.widgets import Input

from tests.support.dialogs import ACTS, HOSTILE, Desk, Stage
from tests.support.screens import shown
from tests.support.settle import settle, until
from tui_admin.domain.errors import Denied, OutOfReach, Refused, because
from tui_admin.i18n import say
from tui_admin.tui.dialogs.base import Notice
from tui_admin.tui.dialogs.choose import Choose
from tui_admin.tui.dialogs.invite import InviteDialog, words
from tui_admin.tui.dialogs.invite.file import read_file
from tui_admin.tui.messages import StoreMoved

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.pilot import Pilot

    from tests.support.company import Company

SIZES = [(80, 24), (120, 40)]
MIXED = "good@acme.example\nbad@@acme.example\ninvited@acme.example\nlast@acme.example"


@pytest.fixture(autouse=True)
def _drafts_are_saved_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_admin.tui.dialogs.invite.keeps.PAUSE", 0.0)


class Opened:
    """An open dialog with its services."""

    def __init__(self, pilot: Pilot[Any], dialog: InviteDialog, desk: Desk) -> None:
        self.pilot = pilot
        self.dialog = dialog
        self.desk = desk
        self.app: Stage = pilot.app  # type: ignore[assignment]

    async def settle(self) -> None:
        await settle(self.pilot)

    async def paste(self, text: str) -> None:
        self.app.post_message(Paste(text))
        await self.settle()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    @property
    def verdicts(self) -> list[tuple[int, str]]:
        return [(each.line, each.verdict) for each in self.dialog.paste.rows.verdicts]

    @property
    def says(self) -> str:
        return self.dialog.query_one(Notice).text

    @property
    def screen(self) -> str:
        """What is painted, as text."""
        width, height = self.app.size
        lines = self.app.screen._compositor.render_strips()[:height]
        return "\n".join("".join(seg.text for seg in strip)[:width] for strip in lines)

    def closed(self) -> bool:
        return self.app.screen is not self.dialog


@asynccontextmanager
async def opened(
    desk: Desk | None = None, size: tuple[int, int] = (80, 24), **options: Any
) -> AsyncIterator[Opened]:
    desk = desk or Desk()
    app = Stage()
    async with app.run_test(size=size) as pilot:
        dialog = InviteDialog(desk, **options)  # type: ignore[arg-type]
        await app.open(dialog)
        this = Opened(pilot, dialog, desk)
        await this.settle()
        yield this


async def test_the_verdicts_follow_the_cursor() -> None:
    async with opened() as it:
        await it.paste("\n".join(f"p{i}@acme.example" for i in range(100)))
        assert it.dialog.paste.area.line == 100
        assert it.screen.count("p99@acme.example") == 2
        await it.press(*["pageup"] * 20)
        assert it.screen.count("p0@acme.example") == 2


@pytest.mark.parametrize("size", SIZES)
async def test_every_address_gets_its_verdict_beside_the_text(size: tuple[int, int]) -> None:
    async with opened(size=size) as it:
        await it.paste(MIXED)
        assert it.verdicts == [(1, "ok"), (2, "invalid"), (3, "already_invited"), (4, "ok")]
        shown = it.screen
        assert "2 of 250" in shown
        assert "already invited" in shown
        assert shown.splitlines()[0].rstrip().endswith("Invite")


async def test_a_paste_arrives_in_the_text_wherever_the_focus_is() -> None:
    async with opened() as it:
        await it.press("escape")
        assert it.app.focused == it.dialog.fields.organisation
        await it.paste("a@acme.example")
        assert it.dialog.paste.text == "a@acme.example"
        assert it.app.focused == it.dialog.query_one("#addresses")


async def test_tab_is_text_in_the_area() -> None:
    async with opened() as it:
        await it.press("a", "tab", "b")
        assert it.dialog.paste.text == "a\tb"


async def test_escape_leaves_to_the_fields_and_then_closes_and_keeps_the_draft() -> None:
    async with opened() as it:
        await it.press("escape", "down", "enter", "d", "o", "enter")
        assert it.dialog.fields.product.value == "documents"
        await it.paste("a@acme.example")
        await it.press("escape")
        assert not it.closed()
        await it.press("escape")
        assert it.closed()
        assert it.app.answers == [None]
        assert it.desk.drafts.stored["invite"]["text"] == "a@acme.example"
        again = InviteDialog(it.desk)  # type: ignore[arg-type]
        await it.app.open(again)
        await it.settle()
        assert again.paste.text == "a@acme.example"
        assert again.fields.product.value == "documents"


async def test_the_draft_is_saved_while_typing() -> None:
    async with opened() as it:
        await it.press(*"a@b")
        assert it.desk.drafts.stored["invite"]["text"] == "a@b"
        assert not it.dialog.unsaved
        assert "draft saved" in it.screen


async def test_what_was_typed_before_the_draft_came_stays_behind_it() -> None:
    desk = Desk()
    desk.drafts.stored["invite"] = {"text": "old@acme.example"}
    desk.drafts.gate = asyncio.Event()
    app = Stage()
    async with app.run_test() as pilot:
        dialog = InviteDialog(desk)  # type: ignore[arg-type]
        await app.open(dialog)
        await pilot.press("n", "e", "w")
        desk.drafts.gate.set()
        await Opened(pilot, dialog, desk).settle()
        assert dialog.paste.text == "old@acme.example\nnew"


async def test_sending_closes_and_leaves_only_the_bad_rows_in_the_draft() -> None:
    async with opened() as it:
        await it.paste(MIXED + "\nx@acme.example; y@@acme.example")
        await it.press("ctrl+s")
        assert it.closed()
        assert it.desk.inviting.batches == [
            ("good@acme.example", "last@acme.example", "x@acme.example")
        ]
        draft = it.desk.drafts.stored["invite"]
        assert draft["text"] == "bad@@acme.example\ninvited@acme.example\ny@@acme.example"
        assert it.app.answers[0].undo is not None
        assert words(it.app.answers[0]) == "3 invitations sent, 3 left in the draft"


async def test_the_list_that_was_sent_can_be_brought_back_after_an_undo() -> None:
    async with opened() as it:
        await it.paste("a@acme.example\nb@acme.example")
        await it.press("f10")
        again = InviteDialog(it.desk)  # type: ignore[arg-type]
        await it.app.open(again)
        await it.settle()
        assert again.paste.text == ""
        assert "f9 Bring back" in it.screen
        await it.press("f9")
        assert again.paste.text == "a@acme.example\nb@acme.example"


async def test_with_one_over_the_limit_nothing_is_sent_and_it_says_so() -> None:
    desk = Desk()
    desk.inviting.limit = 3
    async with opened(desk, limit=3) as it:
        await it.paste("\n".join(f"p{i}@acme.example" for i in range(4)))
        assert it.verdicts[-1] == (4, "over_limit")
        assert "4 of 3" in it.screen
        assert it.says == say(because("invite_over_limit", limit=3, over=1))
        await it.press("ctrl+s")
        assert not it.closed()
        assert desk.inviting.batches == []
        assert it.dialog.paste.text.count("\n") == 3


async def test_send_is_dead_while_the_answer_is_out() -> None:
    async with opened() as it:
        await it.paste("a@acme.example")
        it.desk.inviting.gate = asyncio.Event()
        await it.pilot.press("ctrl+s", "ctrl+s", "f10", "escape", "escape")
        await it.pilot.pause()
        assert not it.closed()
        it.desk.inviting.gate.set()
        await it.settle()
        assert it.closed()
        assert it.desk.inviting.batches == [("a@acme.example",)]


@pytest.mark.parametrize(
    "error", [Denied("denied", permission="can_invite"), OutOfReach("store_out_of_reach")]
)
async def test_a_refused_send_is_told_with_everything_still_there(error: Exception) -> None:
    async with opened() as it:
        await it.paste("a@acme.example")
        it.desk.inviting.fails = error
        await it.press("ctrl+s")
        assert not it.closed()
        assert it.says
        assert it.dialog.paste.text == "a@acme.example"
        it.desk.inviting.fails = None
        await it.press("b", "ctrl+s")
        assert it.closed()
        assert len(it.desk.inviting.batches) == 1


async def test_options_that_did_not_come_can_be_asked_for_again() -> None:
    desk = Desk()
    desk.inviting.fails = OutOfReach("store_out_of_reach")
    async with opened(desk) as it:
        await it.paste("a@acme.example")
        assert it.says
        await it.press("ctrl+s")
        assert not it.closed()
        desk.inviting.fails = None
        await it.press("ctrl+r")
        assert it.verdicts == [(1, "ok")]


async def test_a_late_answer_never_overwrites_a_newer_one() -> None:
    async with opened() as it:
        await it.paste("a@acme.example")
        box = it.dialog.paste
        newest = box.rows.verdicts
        box.post_message(box.Judged(box._generation - 1, ()))
        await it.settle()
        assert box.rows.verdicts == newest


async def test_typing_is_not_held_up_by_a_slow_store() -> None:
    async with opened() as it:
        it.desk.inviting.slow = asyncio.Event()
        await it.pilot.press(*"a@acme.example")
        assert it.dialog.paste.text == "a@acme.example"
        it.desk.inviting.slow.set()
        await it.settle()
        assert it.verdicts == [(1, "ok")]


async def test_the_problem_keys_walk_round_and_select_what_is_wrong() -> None:
    async with opened() as it:
        await it.paste(MIXED)
        area = it.dialog.paste.area
        await it.press("f8")
        assert area.selected_text == "bad@@acme.example"
        assert "line 2" in it.says
        await it.press("f8")
        assert area.line == 3
        await it.press("f8")
        assert area.line == 2
        await it.press("shift+f8")
        assert area.line == 3


async def test_mending_in_place_changes_the_verdict() -> None:
    async with opened() as it:
        await it.paste("bad@@acme.example")
        await it.press("f8", *"ok@acme.example")
        assert it.verdicts == [(1, "ok")]


async def test_a_product_asks_for_a_coupon_or_an_explicit_none() -> None:
    async with opened() as it:
        await it.paste("a@acme.example")
        await it.press("escape", "down", "enter", *"level", "enter")
        await it.press("ctrl+s")
        assert not it.closed()
        assert it.app.focused == it.dialog.fields.coupon
        await it.press("enter", *"no coupon", "enter")
        await it.press("ctrl+s")
        assert it.closed()
        plan = it.desk.inviting.plans[-1]
        assert (plan.product, plan.coupon, plan.no_coupon) == ("eherkenning-3", "", True)


async def test_a_coupon_that_cannot_be_used_cannot_be_chosen() -> None:
    async with opened() as it:
        await it.press("escape", "down", "enter", *"level", "enter")
        await it.press("down", "enter", *"expired", "enter")
        assert "EXPIRED" in it.screen
        await it.press("escape")
        assert it.dialog.fields.coupon.value is None


async def test_the_organisation_of_the_dashboard_is_the_default() -> None:
    async with opened(organisation="Bakkerij Jansen") as it:
        assert it.dialog.fields.organisation.value == "2"
        assert it.dialog.plan().organisation == "2"


async def test_who_may_not_invite_to_the_environment_chooses_an_organisation_first() -> None:
    desk = Desk()
    desk.inviting.everywhere = False
    async with opened(desk) as it:
        await it.paste("a@acme.example")
        assert it.verdicts == []
        assert "Organisation" in it.says
        await it.press("escape", "enter", *"bakk", "enter")
        assert it.verdicts == [(1, "ok")]


async def test_who_may_invite_one_at_a_time_hears_it_at_the_second_address() -> None:
    desk = Desk()
    desk.inviting.bulk = False
    async with opened(desk) as it:
        await it.paste("a@acme.example\n")
        assert it.says == ""
        await it.press(*"b@acme.example")
        assert it.says == say(because("invite_one_at_a_time"))


async def test_more_than_a_megabyte_is_not_taken() -> None:
    async with opened() as it:
        await it.paste("x" * 1_048_577)
        assert it.dialog.paste.text == ""
        assert it.says


async def test_a_draft_that_cannot_be_saved_is_not_given_up_without_a_word() -> None:
    async with opened() as it:
        await it.paste("a@acme.example")
        it.desk.drafts.fails = OutOfReach("store_out_of_reach")
        await it.press("b", "escape", "escape")
        assert not it.closed()
        assert it.says
        await it.press("escape")
        assert it.closed()


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_text_is_only_ever_text(size: tuple[int, int]) -> None:
    async with opened(size=size) as it:
        await it.paste("\n".join(f"{each} <x{i}@acme.example>" for i, each in enumerate(HOSTILE)))
        for key in ("f8", "f8", "f8"):
            await it.press(key)
            assert not any(each in it.screen for each in ACTS)


async def test_hostile_names_in_the_choices_are_only_ever_text() -> None:
    async with opened() as it:
        it.desk.inviting.hostile = True
        it.dialog._load()
        await it.settle()
        await it.press("escape", "enter")
        assert not any(each in it.screen for each in ACTS)
        await it.press("down", "enter")
        assert not any(each in it.screen for each in ACTS)


async def test_leaving_waits_for_a_locked_store_beside_the_keys_and_not_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui_admin.tui.dialogs.invite.draft.PATIENCE", 0.05)
    async with opened() as it:
        it.desk.drafts.locked = asyncio.Event()
        await it.pilot.press("a", "escape", "escape")
        lost = say(because("invite_draft_lost"))
        await until(it.pilot, lambda: it.says == lost)
        assert not it.closed()
        assert it.dialog.unsaved
        await it.pilot.press("escape")
        await until(it.pilot, it.closed)


async def test_keys_are_heard_while_leaving_saves() -> None:
    async with opened() as it:
        it.desk.drafts.locked = asyncio.Event()
        await it.pilot.press("a", "escape", "escape", "b")
        await until(it.pilot, lambda: isinstance(it.app.screen, Choose))
        await it.pilot.press("escape")
        it.desk.drafts.locked.set()
        await it.settle()
        assert it.closed()
        assert it.desk.drafts.stored["invite"]["text"] == "a"


async def test_a_line_feed_is_a_line_break() -> None:
    async with opened() as it:
        await it.press(*"a@b.example", "ctrl+j", *"c@d.example")
        assert it.dialog.paste.text == "a@b.example\nc@d.example"


async def test_the_sent_list_is_brought_back_below_what_was_left() -> None:
    async with opened() as it:
        await it.paste("a@acme.example\nbad@@acme.example\nx@acme.example; y@@acme.example")
        await it.press("ctrl+s")
        again = InviteDialog(it.desk)  # type: ignore[arg-type]
        await it.app.open(again)
        await it.settle()
        left = "bad@@acme.example\ny@@acme.example"
        assert again.paste.text == left
        assert "f9 Bring back" in it.screen
        await it.press("f9")
        assert again.paste.text == f"{left}\na@acme.example\nx@acme.example"
        assert "f9 Bring back" not in it.screen
        await it.press("f9")
        assert again.paste.text.count("x@acme") == 1


@pytest.mark.parametrize("gone", ["organisation", "product"])
async def test_a_choice_that_is_gone_is_asked_for_and_never_becomes_none(gone: str) -> None:
    desk = Desk()
    stored = {"text": "a@acme.example", "organisation": "1", "product": "", gone: "Renamed BV"}
    desk.drafts.stored["invite"] = stored
    async with opened(desk) as it:
        field = getattr(it.dialog.fields, gone)
        for _ in range(2):
            assert field.value is None
            await it.press("ctrl+s")
            assert desk.inviting.batches == []
            assert field.label in it.says
            await it.paste("\nb@acme.example")
            await it.press("escape", "escape")
            assert it.closed()
            again = InviteDialog(desk)  # type: ignore[arg-type]
            await it.app.open(again)
            await it.settle()
            it.dialog, field = again, getattr(again.fields, gone)
        assert field.value is None


async def test_a_long_organisation_is_cut_and_keeps_the_sign_of_a_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = "Stichting " + "Samenwerkingsverband" * 4
    monkeypatch.setattr("tests.support.dialogs.HOSTILE", (name,))
    desk = Desk()
    desk.inviting.hostile = True
    async with opened(desk, organisation=name) as it:
        row = it.screen.splitlines()[1]
        assert "Stichting Samenwerki" in row
        assert "… ▾" in row


async def test_verdicts_that_take_long_are_announced() -> None:
    async with opened() as it:
        it.desk.inviting.slow = asyncio.Event()
        await it.pilot.press(*"a@acme.example")
        await until(it.pilot, lambda: it.screen.count("checking …") == 2)
        it.desk.inviting.slow.set()
        await it.settle()
        assert "checking …" not in it.screen
        assert "1 of 250" in it.screen


# With the real services, in the real dashboard


async def test_ctrl_c_copies_a_selection_and_else_asks_to_quit(small: Company) -> None:
    async with shown(small) as it:
        await it.press("i", *"name", "shift+left", "shift+left", "ctrl+c")
        assert it.app.clipboard == "me"
        await it.press("left", "ctrl+c")
        assert "Leave the dashboard?" in it.text


async def test_paste_send_undo_and_send_again(small: Company) -> None:
    await small.add("linked")
    async with shown(small) as it:
        await it.press("i")
        it.app.post_message(Paste("new@acme.example\nlinked@acme.example\nbad@@acme.example"))
        await it.until(lambda: "2 of 250" in it.text)
        assert "linked" in it.text
        await it.press("ctrl+s")
        await it.until(lambda: "2 invitations sent, 1 left in the draft" in it.text)
        assert "u takes it back" in it.text
        assert {row.status for row in await small.invitations()} == {"queued"}
        await it.press("u")
        assert {row.status for row in await small.invitations()} == {"undone"}
        await it.press("i")
        await it.until(lambda: "bad@@acme.example" in it.text)
        it.app.post_message(Paste("\nnew@acme.example"))
        await it.until(lambda: "1 of 250" in it.text)
        await it.press("f10")
        assert [row.status for row in await small.invitations()].count("queued") == 1


async def test_who_has_no_right_is_told_so_with_everything_still_there(small: Company) -> None:
    helper = await small.add("helper")
    async with opened(helper) as it:  # type: ignore[arg-type]
        assert it.says
        await it.press(*"a@acme.example", "ctrl+s")
        assert not it.closed()
        assert it.dialog.paste.text == "a@acme.example"


OUTLOOK = "Jan <jan@firm.example>; piet@gmial.com; bad@@acme.example; kees@gmial.com"


async def test_problems_in_one_line_are_walked_one_by_one() -> None:
    async with opened() as it:
        await it.paste(OUTLOOK)
        area = it.dialog.paste.area
        await it.press("f8")
        assert area.selected_text == "piet@gmial.com"
        await it.press("f8")
        assert area.selected_text == "bad@@acme.example"
        await it.press("f8", "f8")
        assert area.selected_text == "piet@gmial.com"
        await it.press("shift+f8")
        assert area.selected_text == "kees@gmial.com"


async def test_a_slip_is_put_right_with_one_key_and_all_of_them_with_another() -> None:
    async with opened() as it:
        await it.paste(f"{OUTLOOK}\nmarie@gmial.com")
        assert "? 3" in it.screen
        await it.press("f8")
        assert "f7 Fix" in it.screen
        await it.press("f7")
        assert it.dialog.paste.text.startswith("Jan <jan@firm.example>; piet@gmail.com; bad@@")
        assert it.verdicts[1] == (1, "shared_domain")
        await it.press("f8", "f8", "shift+f7")
        assert "gmial" not in it.dialog.paste.text
        await it.press("ctrl+z")
        assert it.dialog.paste.text.count("gmial") == 1


async def test_an_invitation_is_resent_where_its_row_stands_and_the_row_goes() -> None:
    told: list[Any] = []
    async with opened(told=told.append) as it:
        await it.paste(MIXED)
        await it.press("f8", "f8")
        assert "f7 Resend" in it.screen
        await it.press("f7")
        assert it.desk.invitations.resent == [(7,)]
        assert it.dialog.paste.text == MIXED.replace("invited@acme.example\n", "")
        assert [each.done[0].label for each in told] == ["invited@acme.example"]
        it.desk.invitations.fails = Denied("denied", permission="can_invite")
        await it.paste("invited@acme.example\n")
        await it.press("up", "f7")
        assert "invited@acme.example" in it.dialog.paste.text
        assert it.says == say(because("denied", permission="can_invite"))


async def test_who_cannot_join_by_invitation_is_added_instead(small: Company) -> None:
    async with opened(small.desk) as it:  # type: ignore[arg-type]
        await it.paste("a@x.example\nMarie <marie@gmail.com>")
        await it.press("f7", "ctrl+s")
        assert it.dialog.paste.text == "a@x.example"
    assert (await small.user("marie")).email == "marie@gmail.com"


async def test_where_nothing_can_be_done_with_a_key_that_is_said() -> None:
    async with opened() as it:
        await it.paste("bad@@acme.example")
        await it.press("f7")
        assert it.says == say(because("invite_not_mendable"))


@pytest.mark.parametrize("size", SIZES)
async def test_count_cost_and_mail_are_seen_before_sending(size: tuple[int, int]) -> None:
    async with opened(size=size) as it:
        await it.paste(MIXED)
        await it.press("escape", "down", "enter", *"level", "enter")
        await it.press("down", "enter", *"welcome", "enter")
        assert "€36.00" in it.screen
        assert "10 % off · 12 left · until 31 Jan 2027" in it.screen
        await it.press("f6")
        assert "2 invitations · 2 × €20.00 − 10 % = €36.00" in it.screen
        assert "Come and join" in it.screen
        await it.press("escape")
        await it.press("enter", *"prepaid", "enter")
        assert "€0.00" in it.screen
        await it.press("enter", *"SECRET7", "enter")
        assert it.dialog.plan().coupon == "SECRET7"
        assert "€" not in it.screen


async def test_more_than_a_coupon_has_left_is_told() -> None:
    async with opened() as it:
        await it.paste("\n".join(f"p{i}@acme.example" for i in range(13)))
        await it.press("escape", "down", "enter", *"level", "enter")
        await it.press("down", "enter", *"welcome", "enter")
        assert it.says == say(because("invite_coupon_short", left=12))


async def test_rarer_choices_stand_behind_one_line_and_go_along() -> None:
    async with opened() as it:
        await it.paste("a@acme.example")
        await it.press("escape", "down", "enter", *"level", "enter")
        it.dialog.fields.more.focus()
        await it.press("enter", *"Welcome!")
        assert "8 of 500" in it.screen
        await it.press("shift+tab", "enter", *"neder", "enter")
        await it.press("up", "enter", *"sign", "enter")
        await it.press("escape")
        plan = it.dialog.plan()
        assert (plan.authorisations, plan.language, plan.note) == ("Sign only", "nl", "Welcome!")
        assert it.desk.drafts.stored["invite"]["note"] == "Welcome!"
        await it.press("ctrl+s")
        it.dialog.fields.coupon.focus()
        await it.press("enter", *"no coupon", "enter")
        await it.press("ctrl+s")
        assert it.closed()
        # A note is for those it was written for.
        draft = it.desk.drafts.stored["invite"]
        assert (draft["note"], draft["last_note"]) == ("", "Welcome!")
        assert (draft["authorisations"], draft["language"]) == ("Sign only", "nl")


async def test_a_note_that_is_too_long_stays_until_it_is_shorter() -> None:
    async with opened() as it:
        it.dialog.fields.more.focus()
        await it.press("enter")
        it.app.screen.query_one("#note").text = "x" * 501  # type: ignore[attr-defined]
        await it.press("escape")
        assert "501 of 500" in it.screen
        assert it.app.screen.id == "invite-more"
        await it.press("delete", "escape")
        assert it.app.screen is it.dialog


async def test_a_set_of_authorisations_never_becomes_all_of_them_by_itself() -> None:
    desk = Desk()
    desk.drafts.stored["invite"] = {
        "product": "eherkenning-3",
        "coupon": "",
        "organisation": "1",
        "authorisations": "Sign only",
        "text": "a@acme.example",
    }
    async with opened(desk) as it:
        assert it.dialog.plan().authorisations == "Sign only"
        it.dialog.fields.product.focus()
        await it.press("enter", *"documents", "enter")
        it.dialog.fields.coupon.focus()
        await it.press("enter", *"no coupon", "enter", "ctrl+s")
        assert not it.closed()
        assert it.app.focused == it.dialog.fields.more


async def test_what_changed_since_it_was_shown_is_shown_and_nothing_is_sent() -> None:
    async with opened() as it:
        await it.paste("a@acme.example\nb@acme.example")
        it.desk.inviting.known["b@acme.example"] = ("existing_user", because("account_blocked"))
        await it.press("ctrl+s")
        assert not it.closed()
        assert it.desk.inviting.batches == []
        assert it.verdicts == [(1, "ok"), (2, "existing_user")]
        assert it.dialog.paste.area.line == 2
        await it.press("ctrl+s")
        assert it.desk.inviting.batches == [("a@acme.example",)]


async def test_verdicts_follow_what_others_do() -> None:
    async with opened() as it:
        await it.paste("b@acme.example")
        it.desk.inviting.known["b@acme.example"] = ("existing_user", because("account_blocked"))
        it.dialog.post_message(StoreMoved())
        await it.settle()
        assert it.verdicts == [(1, "existing_user")]


async def test_a_file_is_read_instead_of_a_paste(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes("naam;e-mail\r\nJosé;jose@acme.example".encode("cp1252"))
    async with opened() as it:
        await it.press("f4", *str(tmp_path / "nobody"), "enter")
        assert "There is no file" in it.screen
        path = it.app.screen.query_one("#path", Input)
        path.value = str(tmp_path / "peo")
        path.cursor_position = len(path.value)
        await until(it.pilot, lambda: path._suggestion)
        await it.press("tab", "enter")
        assert it.dialog.paste.text == "naam;e-mail\nJosé;jose@acme.example"
        assert it.verdicts == [(2, "ok")]


async def test_a_file_beyond_the_text_gives_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "mail.txt"
    file.write_text("Jan Jansen <jan@x.example>\n" + "-" * 2_000_000 + "\nbad@@x.example\n")
    assert read_file(str(file)).splitlines() == ['"Jan Jansen" <jan@x.example>', "bad@@x.example"]
    for name, why in (("/dev/null", "file_no_file"), (str(tmp_path), "file_no_file")):
        with pytest.raises(Refused, match=why):
            read_file(name)


async def test_files_are_not_read_where_they_are_not_the_operators() -> None:
    async with opened(files=False) as it:
        await it.press("f4")
        assert it.app.screen is it.dialog
        assert it.says == say(because("invite_no_files"))
