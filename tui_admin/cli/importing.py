"""What became of each row of people that were brought, printed or written to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui_admin.cli.output import document, line, sentence
from tui_admin.domain.people_plan import VERDICTS
from tui_admin.domain.people_roster import failed_table
from tui_admin.i18n.documents import item
from tui_admin.services.files import write_new

if TYPE_CHECKING:
    from pathlib import Path

    from tui_admin.cli.context import Call
    from tui_admin.domain.people_plan import RowVerdict
    from tui_admin.domain.people_roster import Roster
    from tui_admin.services.accounts import Availability
    from tui_admin.services.importing import Imported

DONE = {"create": "created", "update": "updated", "skip": "skipped", "refuse": "refused"}
"""The words for what was done with rows of a verdict."""


def print_imported(call: Call, imported: Imported) -> int:
    """Print what became, or would become, of each row; returns 1 where any was refused."""
    counts = {verdict: imported.count(verdict) for verdict in VERDICTS}
    if call.as_json:
        done = {DONE[each]: counts[each] if imported.done else 0 for each in VERDICTS}
        document({**done, "items": [_item(each) for each in imported.items]})
    else:
        for each in imported.items:
            _print(each)
        click.echo(_summary(counts, imported.done), err=True)
    return 0 if imported.items and not counts["refuse"] else 1


def print_available(call: Call, found: Availability) -> int:
    """Print whether an address and a username can be had; returns 1 where not."""
    why = found.refusal
    if call.as_json:
        document({"free": why is None, "username": found.username, "detail": sentence(why)})
    else:
        line(sentence(why) if why else f"free, as {found.username}")
    return 1 if why else 0


def _item(each: RowVerdict) -> dict[str, Any]:
    return item(each) | {"detail": sentence(each.detail)}


def _print(each: RowVerdict) -> None:
    called = f" ({each.username})" if each.username else ""
    detail = f": {sentence(each.detail)}" if each.detail else ""
    line(f"{each.line:>4}  {each.verdict:<6}  {each.email or each.input}{called}{detail}")
    for change in each.changes if each.verdict == "update" else ():
        line(f"{'':14}{change.field}: {change.old or '-'} → {change.new or '-'}")


def _summary(counts: dict[str, int], done: bool) -> str:
    if not any(counts.values()):
        return "Nobody was found."
    words = DONE if done else {each: f"to {each}" for each in VERDICTS}
    parts = ", ".join(f"{counts[each]} {words[each]}" for each in VERDICTS if counts[each])
    return parts if done else f"{parts}; nothing was done (--dry-run)"


def write_failed(file: Path, roster: Roster, items: tuple[RowVerdict, ...]) -> int:
    """Write the refused rows with their reasons to a new file; returns how many there were."""
    failed = [
        (row, sentence(verdict.detail))
        for row, verdict in zip(roster.rows, items, strict=True)
        if verdict.verdict == "refuse"
    ]
    if failed:
        write_new(str(file), failed_table(failed))
    return len(failed)
