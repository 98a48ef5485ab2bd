"""A person's details: sections that tab steps through, and enter acts on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from tests.support.company import ACME
from tests.support.fakes import at_desk, press, rest, text
from tests.support.settle import until
from tui_admin.tui.details.sections import Section
from tui_admin.tui.dialogs.why import Why

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.tui.app import Dashboard


def sections(app: Dashboard) -> list[str]:
    """Return the headings of what the details show."""
    shown = [each for each in app.screen.query(Section) if each.display]
    return [each.block.text.plain.strip().splitlines()[0] for each in shown]


async def carla(company: Company) -> None:
    """Add somebody about whom there is something in most sections."""
    await company.invite("Carla Bakker <carla@acme.example>", organisation=ACME)
    await company.desk.memberships.add(await company.pick("carla"), ACME)


async def test_everything_about_a_person_stands_in_sections_beside_the_list(
    small: Company,
) -> None:
    await carla(small)
    async with at_desk(small, size=(120, 40)) as (app, pilot):
        await press(pilot, "enter")
        await until(pilot, lambda: "Memberships" in text(app))
        assert sections(app)[1:] == ["Memberships", "Rights", "Invitations", "Mails", "History"]
        assert "since 2026-03-02, now by founder" in text(app)
        assert "By the role Basic user, everywhere" in text(app)
        assert "Not now: the account is invited" in text(app)


async def test_tab_steps_through_the_sections_and_enter_acts_on_what_is_in_one(
    small: Company,
) -> None:
    await carla(small)
    async with at_desk(small) as (app, pilot):
        await press(pilot, "enter")
        await until(pilot, lambda: bool(sections(app)))
        await press(pilot, "tab", "tab")
        assert isinstance(app.focused, Section)
        assert app.focused.block.text.plain.strip().startswith("Memberships")
        await press(pilot, "enter", *"acme", "enter", *"out", "enter")
        await until(pilot, lambda: "Take this user out of Acme" in text(app))
        await press(pilot, "enter")
        await until(pilot, lambda: "carla@acme.example taken out" in text(app))
        assert (await small.user("carla")).organisations == ()
        await press(pilot, "escape")
        assert "carla@acme.example" in text(app)


async def test_a_mail_of_theirs_is_read_there_without_its_link(small: Company) -> None:
    await carla(small)
    async with at_desk(small, size=(120, 40)) as (app, pilot):
        await press(pilot, "enter")
        await until(pilot, lambda: "Mails" in text(app))
        mails = next(each for each in app.screen.query(Section) if "Mails" in str(each.content))
        mails.focus()
        await press(pilot, "enter", "enter")
        await until(pilot, lambda: "Text, without the link" in text(app))
        await press(pilot, "enter")
        assert not app.screen.is_modal


async def test_a_section_with_nothing_to_act_on_says_so(small: Company) -> None:
    async with at_desk(small, size=(120, 40)) as (app, pilot):
        await press(pilot, "enter")
        await until(pilot, lambda: "History" in sections(app))
        history = next(each for each in app.screen.query(Section) if "History" in str(each.content))
        history.focus()
        await press(pilot, "enter")
        await until(pilot, lambda: "There is nothing to act on in this section." in text(app))


async def test_w_answers_why_not_with_its_reasons_and_what_would_be_with_another_role(
    small: Company,
) -> None:
    await small.add("ada")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "w", *"block", "enter")
        dialog = app.screen
        assert isinstance(dialog, Why)
        await until(pilot, lambda: dialog.answered is not None)
        await rest(pilot)
        assert "✗ No" in text(app)
        assert "The role Basic user does not allow it" in text(app)
        assert "Roles that allow it: Administrator" in str(
            dialog.query_one("#answer Static", Static).content
        )
        await press(pilot, "down", "down", *"administrator", "enter")
        await until(pilot, lambda: dialog.answered is not None and dialog.answered.can)
        await rest(pilot)
        assert "✓ Yes" in text(app)
        await press(pilot, "escape")
        assert not app.screen.is_modal
