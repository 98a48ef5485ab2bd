"""What a worker writes down: each message has one that is answerable for it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tui_admin.domain.lifecycle import LEASE
from tui_admin.mail.outcome import Delivery
from tui_admin.worker.journal import Journal
from tui_admin.worker.ready import Ready

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.support.company import Company

OWNER = "1-worker:here"
TAKEN = Delivery("sent", 250, "", "done")


@asynccontextmanager
async def journal_of(company: Company) -> AsyncIterator[Journal]:
    """Write down until the end of the block, and all of it by then."""
    journal = Journal(company.hub.outgoing, OWNER, 1)
    writing = asyncio.create_task(journal.run())
    try:
        yield journal
    finally:
        await journal.close()
        async with asyncio.timeout(20):
            await writing


async def claimed(company: Company) -> Ready:
    """Claim the one message there is."""
    (one,) = await company.hub.outgoing.claim(OWNER, 1)
    return Ready(one.row, b"text")


async def claimed_twice(company: Company) -> tuple[Ready, Ready]:
    """Claim a message, let the lease end unnoticed, and claim it again."""
    await company.invite("piet@x.example")
    company.clock.move(seconds=60)
    first = await claimed(company)
    company.clock.move(seconds=LEASE.total_seconds() + 1)
    await company.hub.outgoing.tidy()
    return first, await claimed(company)


async def written(journal: Journal) -> None:
    """Wait until there is nothing more to write."""
    async with asyncio.timeout(20):
        while True:
            if journal.is_quiet:
                return
            await asyncio.sleep(0.005)


async def test_what_was_claimed_twice_goes_once_and_not_back_to_the_queue(small: Company) -> None:
    first, second = await claimed_twice(small)
    async with journal_of(small) as journal:
        assert await journal.hand_over(first)
        assert not await journal.hand_over(second)
        journal.release(second)
        await written(journal)
        assert await small.desk.outbox.tabs() == {"": 1, "sending": 1}
        journal.settle(first, TAKEN)
    assert await small.desk.outbox.tabs() == {"": 1, "sent": 1}


async def test_the_later_claim_may_be_the_one_that_goes(small: Company) -> None:
    first, second = await claimed_twice(small)
    async with journal_of(small) as journal:
        asked = journal.hand_over(second), journal.hand_over(first)
        assert list(await asyncio.gather(*asked)) == [True, False]
        journal.release(first)
        await written(journal)
        journal.settle(second, TAKEN)
    assert await small.desk.outbox.tabs() == {"": 1, "sent": 1}


async def test_what_was_handed_over_and_not_tried_goes_back_to_the_queue(small: Company) -> None:
    await small.invite("piet@x.example")
    small.clock.move(seconds=60)
    ready = await claimed(small)
    async with journal_of(small) as journal:
        assert await journal.hand_over(ready)
        journal.release(ready)
        await written(journal)
        assert await small.desk.outbox.tabs() == {"": 1, "queued": 1}
        again = await claimed(small)
        assert await journal.hand_over(again)
        journal.settle(again, TAKEN)
    assert await small.desk.outbox.tabs() == {"": 1, "sent": 1}
