"""A batch of 250 is one transaction: whichever statement fails, there is all of it or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from tests.support.company import ACME
from tests.support.faults import Injected, dump, fail_at
from tui_admin.domain.paste import read_paste
from tui_admin.services.planning import Plan
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company

ROWS = 250


async def test_a_full_batch_is_there_whole_or_not_at_all(company: Company) -> None:
    await company.add_product("documents", price_cents=1999)
    await company.execute(insert(schema.coupon).values(code="TEN", discount_percent=10))
    # Somebody who had left comes back, somebody else's invitation is overdue, one is known.
    await company.invite("gone@x.example", product="documents", no_coupon=True)
    company.clock.move(days=30)
    await company.add("marie")
    text = "gone@x.example\nmarie@acme.example\n"
    text += "\n".join(f"Name {number} <p{number}@x.example>" for number in range(ROWS - 2))
    entries = read_paste(text).entries
    plan = Plan(organisation=ACME, product="documents", coupon="TEN", note="Welcome")
    store = company.hub._store
    before = await dump(store)
    number = 0
    while True:
        number += 1
        with fail_at(store, number) as said:
            try:
                sent = await company.desk.inviting.send(plan, entries)
            except Injected:
                continue
            finally:
                failed = said.count == number
                if failed:
                    assert await dump(store) == before, f"statement {number}"
        break
    assert 10 < said.count < number
    assert (sent.sent, sent.price.total(sent.sent)) == (ROWS, ROWS * 1799)
    after = await dump(store)
    grown = {name: len(after[name]) - len(before[name]) for name in after}
    assert (grown["invitation"], grown["outbox_message"], grown["audit_event"]) == (ROWS,) * 3
    assert (grown["user"], grown["invitation_batch"]) == (ROWS - 2, 1)
    if await company.desk.audit.verify() != (len(after["audit_event"]), None):
        pytest.fail("the log does not verify")
