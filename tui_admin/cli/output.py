"""What commands print: one JSON document, or text that is good for 80 columns.

Everything that came from outside passes through `safe` on its way to a terminal; JSON is written
in ASCII, so that no control, escape or bidirectional character is ever in it as itself.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import click

from tui_admin.i18n.documents import dumps, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.cli.context import Call
    from tui_admin.domain.errors import Reason
    from tui_admin.domain.outcomes import Outcome, Row


def document(value: Any) -> None:
    """Print the one JSON document of a call."""
    click.echo(dumps(plain(value), indent=2))


def line(text: str) -> None:
    """Print one line for people, whatever is in it."""
    from tui_admin.domain.text import guard

    click.echo(guard(text))


def labelled(label: str, text: str) -> None:
    """Print a text behind its label; on a terminal its further lines stand below the first."""
    from tui_admin.domain.text import guard

    whole = guard(f"{label}{text}").rstrip()
    if sys.stdout.isatty():
        columns = shutil.get_terminal_size().columns
        whole = textwrap.fill(whole, columns, subsequent_indent=" " * len(label))
    click.echo(whole)


def sentence(reason: Reason | None) -> str:
    """Return a reason in words; nothing for none."""
    from tui_admin.i18n import say

    return say(reason) if reason else ""


def told(call: Call, outcome: Outcome, also: Sequence[Row] = (), *, dry_run: bool = False) -> int:
    """Print what an action did, or would do, row by row, and return the exit code.

    `also` are rows that were asked for and never came as far as the service.
    """
    spared = (*outcome.skipped, *also)
    if call.as_json:
        document(
            {
                "action": outcome.action,
                "dry_run": dry_run,
                "done": [{"id": row.id, "label": row.label} for row in outcome.done],
                "skipped": [skipped(row) for row in spared],
            }
        )
    else:
        for row in outcome.done:
            line(f"{'would do' if dry_run else 'done':<8} {row.label}")
        for row in spared:
            line(f"skipped  {row.label}: {sentence(row.reason)}")
        done = f"{len(outcome.done)} {'would be done' if dry_run else 'done'}"
        click.echo(f"{done}, {len(spared)} skipped", err=True)
    return 1 if spared else 0


def skipped(row: Row) -> dict[str, Any]:
    """Return a row that was left alone as a JSON object: which, and why."""
    reason = row.reason.id if row.reason else ""
    return {"id": row.id, "label": row.label, "reason": reason, "detail": sentence(row.reason)}
