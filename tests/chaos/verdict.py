"""What a chaos run has to answer for."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.chaos.server import refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.chaos.server import Taken


class Verdict(NamedTuple):
    """The figures of a run; `wrong` says in words what must not have happened."""

    mails: int
    arrived: int
    refused: int
    twice: int
    doubts: int
    parked: int
    parked_and_missing: int
    unfinished: int
    wrong: tuple[str, ...]

    @property
    def line(self) -> str:
        """Return the figures on one line."""
        return (
            f"{self.mails} mails: {self.arrived} arrived, {self.refused} refused, "
            f"lost {len(self.wrong)}, twice {self.twice} of {self.doubts} in doubt, "
            f"left in doubt and shown {self.parked} ({self.parked_and_missing} not arrived)"
            + (f", {self.unfinished} NOT FINISHED in the time given" if self.unfinished else "")
        )


def judge(rows: Sequence[Any], taken: list[Taken], seed: int) -> Verdict:
    """Hold what the store says against what the server has."""
    copies: dict[str, list[Taken]] = defaultdict(list)
    for each in taken:
        copies[each.recipient].append(each)
    wrong = [words for row in rows for words in _wrong(row, copies[row.to], seed)]
    twice = sum(len(each) == 2 for each in copies.values())
    doubts = sum(row.doubts for row in rows)
    if twice > doubts:
        wrong.append(f"{twice} came twice, and only {doubts} hand-overs were in doubt")
    statuses = Counter(row.status for row in rows)
    unknown = [row for row in rows if row.status == "unknown"]
    return Verdict(
        mails=len(rows),
        arrived=sum(bool(copies[row.to]) for row in rows),
        refused=statuses["failed"],
        twice=twice,
        doubts=doubts,
        parked=len(unknown),
        parked_and_missing=sum(not copies[row.to] for row in unknown),
        unfinished=statuses["queued"] + statuses["sending"],
        wrong=tuple(wrong),
    )


def _wrong(row: Any, copies: list[Taken], seed: int) -> list[str]:
    wrong = []
    if len(copies) > 2:
        wrong.append(f"{row.to} has {len(copies)} copies")
    if len({(each.message_id, each.digest) for each in copies}) > 1:
        wrong.append(f"the copies of {row.to} differ")
    if any(each.message_id != row.message_id for each in copies):
        wrong.append(f"{row.to} has a mail that is not theirs")
    if not _truthful(row, bool(copies), refused(seed, row.to)):
        state = "has it" if copies else "has it not"
        wrong.append(f"{row.to} {state}, and the store says {row.status}: {row.last_error}")
    return wrong


def _truthful(row: Any, arrived: bool, always_refused: bool) -> bool:
    match row.status:
        case "sent":
            return arrived and not row.body and str(row.facts) == "{}"
        case "unknown":
            return int(row.doubts) > 0
        case "failed":
            return always_refused and not arrived
        case "queued" | "sending":
            return True  # not lost: counted as not finished
    return False
