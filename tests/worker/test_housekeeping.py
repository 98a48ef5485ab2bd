"""What becomes due by time alone is queued, and a store that is away is waited for."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.support.company import ACME, Company
from tui_admin.store.schema.outbox import outbox_message
from tui_admin.worker import housekeeping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.stores import Templates


@contextmanager
def away(file: Path) -> Iterator[None]:
    elsewhere = file.rename(file.with_suffix(".away"))
    yield
    elsewhere.rename(file)


async def test_a_store_that_is_away_is_left_for_the_next_look(
    templates: Templates, tmp_path: Path
) -> None:
    url = templates.founded("sqlite", tmp_path)
    file = Path(url.removeprefix("sqlite:///"))
    async with Company.at(url, INVITATIONS__REMIND_BEFORE="3 days") as company:
        await company.invite("piet@x.example", organisation=ACME)
        await company.mails_have_gone()
        company.clock.move(days=12)
        with away(file):
            await housekeeping.look(company.hub)
        await housekeeping.look(company.hub)
        kinds = [row.kind for row in await company.execute(select(outbox_message))]
        assert sorted(kinds) == ["invitation", "reminder"]
