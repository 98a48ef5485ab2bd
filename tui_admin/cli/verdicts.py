"""Verdicts on addresses, printed one a line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from tui_admin.cli.output import document, line, sentence
from tui_admin.i18n.documents import item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.cli.context import Call
    from tui_admin.domain.verdicts import Verdict


def verdict_item(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as JSON: detail and warning in words, the empty text for none."""
    words = {"detail": sentence(verdict.detail), "warning": sentence(verdict.warning)}
    return item(verdict) | words


def print_verdicts(
    call: Call,
    verdicts: Sequence[Verdict],
    *,
    dry_run: bool,
    done: str,
    facts: dict[str, Any] | None = None,
) -> int:
    """Print what became of each row and return the exit code: 1 where any was not ok.

    `done` is the word for what was done with the good ones; `facts` lead the JSON document.
    """
    good = sum(each.verdict == "ok" for each in verdicts)
    if call.as_json:
        count = {done: 0 if dry_run else good}
        document({**(facts or count), "items": [verdict_item(each) for each in verdicts]})
    else:
        _print(verdicts)
        counted = 0 if dry_run else (facts or {}).get(done, good)
        click.echo(_summary(verdicts, f"{counted} {done}", dry_run), err=True)
    return 0 if verdicts and good == len(verdicts) else 1


def _print(verdicts: Sequence[Verdict]) -> None:
    for each in verdicts:
        name = f" <{each.name}>" if each.name else ""
        detail = f": {sentence(each.detail)}" if each.detail else ""
        warning = f" – warning: {sentence(each.warning)}" if each.warning else ""
        line(
            f"{each.line:>4}  {each.verdict:<15}  {each.email or each.input}{name}{detail}{warning}"
        )


def _summary(verdicts: Sequence[Verdict], done: str, dry_run: bool) -> str:
    if not verdicts:
        return "No address was found."
    counts = Counter(each.verdict for each in verdicts)
    parts = ", ".join(f"{number} {verdict}" for verdict, number in counts.most_common())
    return f"{parts}; nothing was done (--dry-run)" if dry_run else f"{parts}; {done}"
