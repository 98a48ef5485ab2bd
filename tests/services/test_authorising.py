"""What people may do with a product for an organisation: given by invitation or later, to many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from tests.support.applicants import account, organisation_id, registration
from tests.support.company import ACME
from tui_admin.domain.errors import Denied, NotFound
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.domain.outcomes import Outcome


def why(outcome: Outcome) -> list[str]:
    return [row.reason.id for row in outcome.skipped if row.reason]


@pytest.fixture
async def ann(company: Company) -> Company:
    """Give a company in which ann has documents for the first organisation, and bob has not."""
    await company.add_product("documents")
    for name in ("Reading", "Signing"):
        await company.execute(insert(schema.authorisation_set).values(product_id=1, name=name))
    person = await account(company, "ann")
    await registration(
        company,
        person,
        "ann@x.example",
        status="completed",
        product_id=1,
        organisation_id=await organisation_id(company, ACME),
    )
    await account(company, "bob")
    return company


async def held(company: Company) -> list[str]:
    return [each.authorisations for each in (await company.desk.users.show("ann")).registrations]


async def test_a_set_is_given_to_those_who_have_the_product_and_taken_back(ann: Company) -> None:
    give = ann.desk.authorising.give
    assert await ann.desk.authorising.sets() == (("documents", "Reading"), ("documents", "Signing"))
    done = await give(await ann.pick("ann", "bob"), ACME, "Documents", "signing")
    assert [row.label for row in done.done] == ["ann@x.example"]
    assert why(done) == ["product_not_had"]
    assert await held(ann) == ["Signing"]
    again = await give(await ann.pick("ann"), ACME, "documents", "Signing")
    assert why(again) == ["authorised_already"]
    assert done.undo
    await ann.desk.undo(done.undo)
    assert await held(ann) == [""]
    await give(await ann.pick("ann"), ACME, "documents", "Reading")
    await give(await ann.pick("ann"), ACME, "documents")
    assert await held(ann) == [""]
    assert (await ann.desk.audit.verify()).bad is None


@pytest.mark.parametrize(
    ("place", "product", "name"),
    [("Nowhere", "documents", ""), (ACME, "nothing", ""), (ACME, "documents", "Nothing")],
)
async def test_what_there_is_not_is_named(
    ann: Company, place: str, product: str, name: str
) -> None:
    with pytest.raises(NotFound):
        await ann.desk.authorising.give(await ann.pick("ann"), place, product, name)


async def test_a_company_administrator_gives_it_at_the_own_organisation_only(
    ann: Company,
) -> None:
    await ann.add_organisation("Other BV")
    carla = await ann.company_administrator("carla", "Other BV")
    with pytest.raises(Denied):
        await carla.authorising.give(await ann.pick("ann"), ACME, "documents", "Reading")
