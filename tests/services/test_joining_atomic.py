"""Steps of a visitor are all or nothing: whichever statement fails, nothing has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.company import ACME
from tests.support.faults import Injected, dump, fail_at
from tests.support.joiners import BAKERY, DETAILS, PASSWORD, PIET, Joiner, invited
from tui_admin.services.joining import service

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.support.company import Company

    Act = Callable[[], Awaitable[Any]]


@pytest.fixture(autouse=True)
def no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "FLOOR", 0)


async def accepting(company: Company) -> Act:
    piet = await invited(company)
    token = await piet.token()
    return lambda: piet.joining.accept(token, PIET, "", "en")


async def choosing_a_password(company: Company) -> Act:
    piet = await invited(company)
    await piet.accept()
    return lambda: piet.joining.choose_password(piet.session, PASSWORD)


async def proving_an_invited_address(company: Company) -> Act:
    piet = await invited(company, role="Advanced user")
    await piet.accept()
    await piet.choose()
    code = await piet.code()
    return lambda: piet.joining.verify(piet.session, code)


async def proving_an_address_of_ones_own(company: Company) -> Act:
    await company.add_product("eh3")
    piet = Joiner(company)
    await piet.begin()
    await piet.choose()
    code = await piet.code()
    return lambda: piet.joining.verify(piet.session, code)


async def handing_in_to_wait(company: Company) -> Act:
    piet = await invited(company)
    passed = await piet.take_up()
    number = passed.registration or 0
    return lambda: piet.joining.hand_in(piet.session, number, DETAILS)


async def handing_in_without_approval(company: Company) -> Act:
    await company.add_product("eh2", needs_approval=False)
    piet = Joiner(company)
    passed = await piet.register("eh2")
    number = passed.registration or 0
    return lambda: piet.joining.hand_in(piet.session, number, DETAILS | BAKERY)


async def completing(company: Company) -> Act:
    await company.add_product("eh2", needs_approval=False)
    piet = await invited(company, organisation=ACME, product="eh2", no_coupon=True)
    await piet.take_up()
    journey = await piet.hand_in()
    return lambda: piet.joining.complete(piet.session, journey.id)


async def setting_a_password(company: Company) -> Act:
    piet = await invited(company)
    await piet.take_up()
    await piet.joining.ask_password(PIET, "en")
    token = await piet.password_token()
    return lambda: piet.joining.set_password(token, PASSWORD)


STEPS = (
    accepting, choosing_a_password, proving_an_invited_address, proving_an_address_of_ones_own,
    handing_in_to_wait, handing_in_without_approval, completing, setting_a_password,
)  # fmt: skip


@pytest.mark.parametrize("prepare", STEPS, ids=lambda step: step.__name__)
async def test_whichever_statement_fails_nothing_has_changed(
    company: Company, prepare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = await prepare(company)
    monkeypatch.setattr("tui_admin.services.operators.hasher", Quick)
    store = company.hub._store
    before = await dump(store)
    number = 0
    while True:
        number += 1
        assert number < 100
        with fail_at(store, number) as said:
            try:
                await act()
            except Injected:
                assert await dump(store) == before, f"statement {number}"
                continue
        break
    assert 1 < said.count < number
    assert await dump(store) != before
    assert (await company.desk.audit.verify())[1] is None


class Quick:
    """A hasher for those who do not look at the hash."""

    def hash(self, password: str) -> str:
        return password[::-1]
