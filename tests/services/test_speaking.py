"""People are written to in their own language, as far as it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest
from sqlalchemy import select

from tests.support.applicants import applicant, state
from tests.support.company import Company
from tests.support.joiners import Joiner
from tui_admin.mail.words import LANGUAGES
from tui_admin.services.approvers import tell_approvers
from tui_admin.services.joining import service
from tui_admin.services.work import begin
from tui_admin.settings.models import Language
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tui_admin.store.connection import AsyncConnection


@pytest.fixture(autouse=True)
def no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "FLOOR", 0)


async def spoken(company: Company, kind: str) -> dict[str, str]:
    """Return the language of the mails of a kind, by whom they are for."""
    mail = schema.outbox_message.c
    rows = await company.execute(select(mail.to, mail.language).where(mail.kind == kind))
    return {row.to.partition("@")[0]: row.language for row in rows}


async def tell(company: Company) -> None:
    row = await state(company, await applicant(company, "ann"))

    async def act(connection: AsyncConnection) -> None:
        await tell_approvers(await begin(connection, company.desk._context, None), row)

    await company.hub._store.exclusive(act)


def test_the_setting_takes_the_languages_that_there_are_templates_in() -> None:
    (literal, _) = get_args(Language)
    assert get_args(literal) == LANGUAGES


async def test_those_who_may_approve_are_told_in_their_language_else_the_environments(
    store_url: str,
) -> None:
    async with Company.at(store_url, ENVIRONMENT__LANGUAGE="nl") as company:
        await company.add("anna", "Administrator")
        await company.set_user("anna", language="en")
        await tell(company)
        assert await spoken(company, "approval_asked") == {"founder": "nl", "anna": "en"}


async def test_an_invitation_is_in_the_environments_language_unless_it_says_another(
    store_url: str,
) -> None:
    async with Company.at(store_url, ENVIRONMENT__LANGUAGE="nl") as company:
        await company.invite("piet@x.example")
        await company.invite("jan@x.example", language="en")
        assert await spoken(company, "invitation") == {"piet": "nl", "jan": "en"}


async def test_a_link_to_a_password_is_in_the_language_somebody_was_invited_in(
    company: Company,
) -> None:
    await company.invite("piet@x.example", language="nl")
    await company.set_user("piet", status="active")
    await company.add("jan")
    await company.desk.users.password_link(await company.pick("piet", "jan"))
    assert await spoken(company, "set_password") == {"piet": "nl", "jan": "en"}


async def test_whoever_accepts_is_written_to_in_the_language_of_the_pages(
    company: Company,
) -> None:
    piet = Joiner(company)
    await company.invite(piet.email, language="en")
    await piet.accept()
    await piet.choose()
    await piet.verify()
    await company.desk.users.password_link(await company.pick("piet"))
    assert await spoken(company, "reset_password") == {"piet": "nl"}


async def test_nobody_changes_the_language_of_an_account_without_proving_the_address(
    company: Company,
) -> None:
    jan = Joiner(company, "jan@x.example")
    await company.invite(jan.email, language="en")
    await jan.accept()
    await jan.choose()
    users = schema.user.c
    (row,) = await company.execute(select(users.language).where(users.email == jan.email))
    assert row.language == "en"
