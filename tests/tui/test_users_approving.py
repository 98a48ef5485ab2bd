"""Approving from the details of somebody on screen 1, and mailing password links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from tests.support.applicants import account, applicant, organisation_id, registration, state
from tests.support.company import ACME
from tests.support.fakes import at_desk, lines, press, rest, text
from tests.support.settle import until
from tui_admin.store.schema import everything as schema
from tui_admin.tui.screens.users import UsersScreen

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.tui.app import Dashboard

WIDE = (120, 40)


OURS = {"company_name": ACME, "company_number": "12345678"}


def users(app: Dashboard) -> UsersScreen:
    screen = app.screen
    assert isinstance(screen, UsersScreen)
    return screen


def waits_with(app: Dashboard) -> int | None:
    candidate = users(app).candidate
    return candidate.row.id if candidate else None


async def waiting(company: Company, name: str, **columns: str) -> int:
    acme = await organisation_id(company, ACME)
    values: dict[str, Any] = {"organisation_id": acme, **OURS, **columns}
    return await applicant(company, name, **values)


async def test_a_in_the_details_approves_who_waits_and_u_takes_it_back(small: Company) -> None:
    anna = await waiting(small, "anna")
    async with at_desk(small, size=WIDE) as (app, pilot):
        await press(pilot, "enter")
        assert "Waits for approval" in text(app)
        assert "a approves" in text(app)
        await press(pilot, "a")
        assert (await state(small, anna)).status == "approved"
        assert "anna@x.example approved · u takes it back" in text(app)
        await until(pilot, lambda: "Waits for approval" not in text(app))
        await press(pilot, "u")
        assert (await state(small, anna)).status == "awaiting_approval"


async def test_a_without_the_details_approves_nobody(small: Company) -> None:
    anna = await waiting(small, "anna")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "a")
        assert (await state(small, anna)).status == "awaiting_approval"
        assert "Only in the details of somebody who waits" in text(app)


async def test_a_asks_where_there_is_something_to_look_at(small: Company) -> None:
    anna = await waiting(small, "anna", company_name="Acme Holding")
    async with at_desk(small, size=WIDE) as (app, pilot):
        await press(pilot, "enter")
        assert "Look at this first" in text(app)
        await press(pilot, "a")
        assert app.screen.is_modal
        await press(pilot, "n")
        assert (await state(small, anna)).status == "awaiting_approval"


async def test_two_presses_in_a_moment_are_one(small: Company) -> None:
    first = await waiting(small, "anna")
    row, acme = await state(small, first), await organisation_id(small, ACME)
    more: dict[str, Any] = {"organisation_id": acme, "coupon_id": None, **OURS}
    second = await registration(small, row.user_id, "anna@other.example", **more)
    async with at_desk(small, size=WIDE) as (app, pilot):
        seconds = [100.0]
        app.clock = lambda: seconds[0]
        await press(pilot, "enter", "a")
        assert (await state(small, first)).status == "approved"
        await until(pilot, lambda: waits_with(app) == second)
        seconds[0] += 0.2
        await press(pilot, "x", "a")
        assert "Pressed twice" in text(app)
        assert (await state(small, second)).status == "awaiting_approval"


async def test_what_somebody_waits_with_changing_by_itself_holds_the_key_back(
    small: Company,
) -> None:
    anna = await waiting(small, "anna")
    async with at_desk(small, size=WIDE) as (app, pilot):
        seconds = [100.0]
        app.clock = lambda: seconds[0]
        await press(pilot, "enter")
        assert "12345678" in text(app)
        await small.execute(
            update(schema.registration)
            .where(schema.registration.c.id == anna)
            .values(company_number="99999999", version=schema.registration.c.version + 1)
        )
        app.moved()
        await until(pilot, lambda: "99999999" in text(app))
        await press(pilot, "a")
        assert "has just changed" in text(app)
        assert not app.screen.is_modal
        assert (await state(small, anna)).status == "awaiting_approval"


async def test_who_may_not_approve_sees_no_offer(small: Company) -> None:
    anna = await waiting(small, "anna")
    await small.add_role("Reader", "can_view")
    await small.add("rita", "Reader")
    async with at_desk(small, "rita", size=WIDE) as (app, pilot):
        await press(pilot, "slash", *"anna", "enter", "enter")
        await until(pilot, lambda: "Registrations" in text(app))
        assert "a approves" not in text(app)
        await press(pilot, "a")
        assert (await state(small, anna)).status == "awaiting_approval"


async def test_the_details_tell_how_far_a_registration_came(small: Company) -> None:
    anna = await waiting(small, "anna")
    await small.execute(
        update(schema.registration)
        .where(schema.registration.c.id == anna)
        .values(status="rejected", reason="nobody knows her", decided_at=small.clock())
    )
    small.clock.move(hours=3)
    async with at_desk(small, size=WIDE) as (app, pilot):
        await press(pilot, "enter")
        await until(pilot, lambda: "“nobody knows her”" in text(app))
        assert "rejected" in text(app)
        assert "handed in 3 h ago · decided" in text(app)


async def test_shift_p_asks_and_mails_a_link_for_a_password(small: Company) -> None:
    await account(small, "anna")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "P")
        assert "anna@x.example" in text(app)
        await press(pilot, "n")
        assert not await small.mails()
        await press(pilot, "P", "y")
        await rest(pilot)
        assert [mail.to for mail in await small.mails()] == ["anna@x.example"]
        assert "anna@x.example mailed a link" in lines(app)[-2]
