"""The demo environment's data: made up, the same for the same seed, and as much as is asked for.

CONTRACT.md, "The demo environment", says what there is. Times are relative to now; tokens of mails
that may yet go out are as random as real ones.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from tui_admin.demo.catalogue import catalogue
from tui_admin.demo.happenings import Happenings
from tui_admin.demo.history import events, mails
from tui_admin.demo.people import STAFF, People
from tui_admin.demo.world import CHUNK, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

FEWEST, MOST = len(STAFF), 1_000_000


def generate(
    users: int, seed: int, now: datetime, portal_url: str = "http://127.0.0.1:8080"
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield tables and rows to insert, ids included, each after the rows that it refers to.

    A table may come several times; its rows always have the same keys. At most some thousand rows
    of each are in memory, however many users there are.
    """
    world = World(users, seed, now)
    yield from catalogue(world.organisations, seed, world.now, world.start)
    people = People(world)
    people.staff()
    for _ in people.groups():
        if world.full():
            yield from world.flush()
    happenings = Happenings(world, people)
    happenings.invitations()
    happenings.in_doubt()
    happenings.queued()
    happenings.registrations()
    yield from world.flush()
    yield "outbox_message", mails(world, portal_url)
    log = events(world)
    while some := list(islice(log, CHUNK)):
        yield "audit_event", some
        last = some[-1]
    # The only row that is not new: the log's head, which every store begins with.
    yield "audit_head", [{"id": 1, "seq": last["id"], "hash": last["hash"]}]
