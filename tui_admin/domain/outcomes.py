"""What goes into a service and what comes out: frozen values, for one record as for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.query import Query


class Pick(NamedTuple):
    """One record as the operator saw it.

    `version` is the number the list showed; an action on a record that moved on since is refused
    for that record (DESIGN.md rule 17). None means "whatever it is now", for the command line.
    """

    id: int
    version: int | None = None


class Seen(NamedTuple):
    """How many records a preview showed, and a fingerprint of exactly which and in what state."""

    number: int
    fingerprint: int


class Picks(NamedTuple):
    """The records an action is for: named ones, or all that match a query.

    With `where`, `seen` is what the preview showed; a difference at the time of the action is
    refused and nothing is done. Without `seen` the query is taken as it is then.
    """

    named: tuple[Pick, ...] = ()
    where: Query | None = None
    seen: Seen | None = None

    @classmethod
    def of(cls, *ids: int) -> Picks:
        """Pick records by id alone, in whatever state they are."""
        return cls(tuple(Pick(each) for each in ids))

    @classmethod
    def rows(cls, rows: Iterable[tuple[int, int]]) -> Picks:
        """Pick records by id and the version the operator saw."""
        return cls(tuple(Pick(row_id, version) for row_id, version in rows))

    @classmethod
    def matching(cls, query: Query, seen: Seen | None = None) -> Picks:
        """Pick everything that matches."""
        return cls(where=query, seen=seen)


class Row(NamedTuple):
    """What became of one record: its label for people, and why it was left alone, if it was."""

    id: int
    label: str
    reason: Reason | None = None


class Undo(NamedTuple):
    """How to take an act back: the audit events that record it, and until when that is promised.

    `until` is None where no mail waits for it, so that only a later change closes the way back.
    """

    events: tuple[int, ...]
    until: datetime | None = None


class Outcome(NamedTuple):
    """What an action did, row by row."""

    action: str
    done: tuple[Row, ...] = ()
    skipped: tuple[Row, ...] = ()
    undo: Undo | None = None

    @property
    def exit_code(self) -> int:
        """Return 0 where every row was done and 1 where some were not (CONTRACT.md)."""
        return 1 if self.skipped else 0
