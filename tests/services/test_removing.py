"""Removing somebody: nothing of theirs is left but what the log says was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.applicants import applicant
from tests.support.faults import dump
from tui_admin.domain.errors import Denied, NotFound
from tui_admin.domain.outcomes import Picks

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.domain.outcomes import Outcome


def why(outcome: Outcome) -> list[str]:
    return [row.reason.id for row in outcome.skipped if row.reason]


async def test_of_somebody_removed_only_the_log_still_tells(company: Company) -> None:
    await company.invite("Nora Bakker <nora@x.example>")
    await company.mails_have_gone()
    await applicant(company, "rita")
    await company.desk.users.add("gerda@acme.example", name="Gerda Visser")
    await company.desk.users.password_link(await company.pick("gerda"))
    desk = await company.desk_of("gerda")
    outcome = await company.desk.users.remove(await company.pick("nora", "rita", "gerda"))
    assert (len(outcome.done), outcome.skipped, outcome.undo) == (3, (), None)
    left = await dump(company.hub._store)
    log = left.pop("audit_event")
    for name in ("nora", "rita", "gerda", "Visser", "Bakker"):
        assert name.lower() not in str(left).lower(), name
    assert "gerda@acme.example" in str(log)
    with pytest.raises(Denied, match="operator_gone"):
        await desk.users.show("founder")
    with pytest.raises(NotFound):
        await company.desk.users.show("gerda")
    assert [each.username for each in await company.users("")] == ["founder"]
    assert (await company.desk.audit.verify()).bad is None


async def test_an_address_that_was_removed_can_come_back_as_somebody_new(company: Company) -> None:
    await company.add("ada")
    await company.desk.users.remove(await company.pick("ada"))
    await company.add("ada")
    assert (await company.user("ada")).status == "active"


async def test_nobody_removes_themselves_the_last_administrator_or_whoever_may_more(
    company: Company,
) -> None:
    await company.add_role("Blocker", "can_view", "can_block")
    bo = await company.add("bo", "Blocker")
    await company.add("ada", "Advanced user")
    everybody = await company.pick("founder", "bo", "ada")
    assert why(await bo.users.remove(everybody)) == [
        "stands_above",
        "not_yourself",
        "stands_above",
    ]
    admin = await company.add("admin", "Administrator")
    founder = await company.pick("founder")
    assert why(await admin.users.remove(founder)) == ["last_of_organisation"]
    assert len((await admin.users.remove(founder, even_last=True)).done) == 1
    myself = Picks.of((await admin.users.show("admin")).row.id)
    assert why(await admin.users.remove(myself)) == ["not_yourself"]
