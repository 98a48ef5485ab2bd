"""What goes into a service and what comes out: frozen values, for one record as for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.query import Query


PART = 500
"""Records that an act on many takes in one transaction, so that others get their turn between."""


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

    def parts(self, size: int = PART) -> Iterator[Picks]:
        """Yield the records of an act on many in parts; a query is one part, until it is pinned."""
        if self.where is not None or len(self.named) <= size:
            yield self
            return
        for at in range(0, len(self.named), size):
            yield Picks(self.named[at : at + size])


class Row(NamedTuple):
    """What became of one record: its label for people, and why it was left alone, if it was."""

    id: int
    label: str
    reason: Reason | None = None


class Undo(NamedTuple):
    """How to take an act back: the audit events that record it, and until when that is promised.

    `until` is None where no mail waits for it, so that only a later change closes the way back. An
    act that came in parts is taken back in `parts`, the last first; its own events are none.
    """

    events: tuple[int, ...]
    until: datetime | None = None
    parts: tuple[Undo, ...] = ()


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

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Outcome:
        """Return what an act in parts did as a whole."""
        if len(outcomes) == 1:
            return outcomes[0]
        undos = tuple(each.undo for each in outcomes if each.undo)
        until = min((each.until for each in undos if each.until), default=None)
        return cls(
            outcomes[0].action,
            tuple(row for each in outcomes for row in each.done),
            tuple(row for each in outcomes for row in each.skipped),
            Undo((), until, undos) if undos else None,
        )
