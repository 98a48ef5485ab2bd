"""However two administrators go at each other at once, one of them is left."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.support.company import Company
from tui_admin.domain.errors import AdminError
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.permissions import ADMINISTRATOR, BASIC
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tui_admin.services.facade import Desk

ROUNDS = 200
SEED = 20_761
ACTS = ("demote", "block", "remove", "see out")


async def go_at(desk: Desk, victim: int, act: str) -> None:
    """Take somebody's power away, as far as the services let one."""
    picks = Picks.of(victim)
    calls: dict[str, Any] = {
        "demote": lambda: desk.users.set_role(picks, BASIC),
        "block": lambda: desk.users.block(picks, even_last=True),
        "remove": lambda: desk.users.remove(picks, even_last=True),
        "see out": lambda: desk.leaving.leave(picks, even_last=True),
    }
    try:
        await calls[act]()
    except AdminError:
        return  # whoever is too late has no right any more


async def administrators(company: Company) -> list[Any]:
    named = schema.user.join(schema.role)
    return list(
        await company.execute(
            select(schema.user.c.id, schema.user.c.username)
            .select_from(named)
            .where(schema.role.c.name == ADMINISTRATOR, schema.user.c.status == "active")
        )
    )


@pytest.mark.parametrize("part", range(4))
async def test_two_administrators_who_go_at_each_other_at_once_leave_one(
    company: Company, part: int
) -> None:
    """Two hundred rounds in all; each on connections of its own, as from two machines."""
    dice = random.Random(f"{SEED}-{part}")
    ended = set()
    async with Company.at(company.url) as elsewhere:
        survivor = "founder"
        for number in range(ROUNDS // 4):
            first = await company.desk_of(survivor)
            name = f"rival{number}"
            await first.users.add(
                f"{name}@x.example", username=name, role=ADMINISTRATOR, mail=False
            )
            second = await elsewhere.desk_of(name)
            chosen = dice.choice(ACTS), dice.choice(ACTS)
            calls = [
                go_at(first, second.operator.id, chosen[0]),
                go_at(second, first.operator.id, chosen[1]),
            ]
            dice.shuffle(calls)
            await asyncio.gather(*calls)
            left = await administrators(company)
            assert len(left) == 1, f"round {number} of part {part}, seed {SEED}: {chosen}"
            ended.add(left[0].username == survivor)
            survivor = left[0].username
    assert ended == {True, False}, "either may win"
