"""Why somebody can or cannot, asked of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.company import ACME
from tui_admin.domain.errors import NotFound

if TYPE_CHECKING:
    from tests.support.company import Company


async def test_the_answer_is_what_the_services_go_by(company: Company) -> None:
    carla = await company.company_administrator("carla")
    ask = company.desk.explaining.why
    assert (await ask("carla", "can_invite", ACME)).can
    assert not (await ask("carla", "can_block", ACME)).can
    assert (await company.invite("new@x.example", carla, organisation=ACME)).sent == 1
    await company.desk.memberships.remove(await company.pick("carla"), ACME)
    no = await ask("carla", "can_invite", ACME)
    assert [each.id for each in no.reasons] == ["why_role_lacks", "why_no_member", "why_givers"]


async def test_what_would_be_with_another_role_is_answered_without_giving_it(
    company: Company,
) -> None:
    await company.add("ada")
    supposed = await company.desk.explaining.why("ada", "can_block", "", "Administrator")
    assert supposed.can
    assert supposed.reasons[0].values == {"who": "ada", "role": "Administrator"}
    assert (await company.user("ada")).role == "Basic user"


async def test_nobody_is_told_about_people_or_places_they_may_not_see(company: Company) -> None:
    await company.add_organisation("Other BV")
    otto = await company.company_administrator("otto", "Other BV")
    with pytest.raises(NotFound):
        await otto.explaining.why("founder", "can_invite")
    await company.desk.memberships.add(await company.pick("founder"), "Other BV")
    assert ACME not in str(await otto.explaining.why("founder", "can_block", "Other BV"))
    with pytest.raises(NotFound):
        await otto.explaining.why("founder", "documents.view", ACME)
