"""`tui-admin doctor`: is everything in place, and if not, what to do."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import click

from tui_admin.cli.context import Call, run
from tui_admin.cli.group import Plain
from tui_admin.cli.output import document, labelled
from tui_admin.cli.trouble import lines
from tui_admin.domain.errors import AdminError
from tui_admin.i18n.documents import moment

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tui_admin.services.sending import MailHealth
    from tui_admin.settings import Settings

SECONDS = 15
"""How long a store or a mail server may take to answer."""
DRIFT = 5
"""Seconds by which the store's clock may differ from ours."""
SMALLEST = os.terminal_size((80, 24))


class Finding(NamedTuple):
    """One line: what was looked at, what is wrong (nothing where it is well), and the exit code."""

    about: str
    says: str
    code: int = 0


@click.command("doctor", cls=Plain)
@click.pass_obj
def command(call: Call) -> None:
    """Check configuration, store, schema, mail server, workers, clock and terminal.

    Example: tui-admin doctor
    """
    run(_examine(call))


async def _examine(call: Call) -> int:
    """Print a line for each thing that was looked at, and return the worst exit code."""
    found = [*await _installation(call), terminal()]
    code = max(each.code for each in found)
    if call.as_json:
        checks = [{"check": each.about, "ok": not each.code, "says": each.says} for each in found]
        document({"ok": not code, "checks": checks})
    else:
        for each in found:
            labelled(f"{'MEND' if each.code else 'ok':<5} {each.about:<14} ", each.says)
    return code


async def _installation(call: Call) -> list[Finding]:
    """Look at the configuration, and at what it names where it can be read."""
    try:
        settings = call.settings
    except AdminError as error:
        return [Finding("configuration", each, error.exit_code) for each in lines(error)]
    source = settings.sources.file
    found = [Finding("configuration", str(source) if source else "no file; defaults and variables")]
    found += await _templates(settings)
    found += await _store(settings)
    found.append(await _tried("mail server", _mail(settings)))
    return found


async def _templates(settings: Settings) -> list[Finding]:
    """Look at the operator's templates, where there are any; a line for each that is wrong."""
    from tui_admin import bootstrap

    if not settings.mail.templates:
        return []
    try:
        own = await asyncio.to_thread(bootstrap.prove_templates, settings)
    except AdminError as error:
        return [Finding("templates", each, error.exit_code) for each in lines(error)]
    return [Finding("templates", f"{settings.mail.templates}: {len(own)} in place of ours")]


async def _mail(settings: Settings) -> str:
    from tui_admin import bootstrap

    await bootstrap.probe_mail(settings)
    return f"{settings.mail.host}:{settings.mail.port}"


async def _tried(about: str, look: Awaitable[str]) -> Finding:
    """Return what a look found, or what kept it from looking."""
    try:
        async with asyncio.timeout(SECONDS):
            return Finding(about, await look)
    except TimeoutError:
        return Finding(about, f"no answer within {SECONDS} seconds", 4)
    except AdminError as error:
        return Finding(about, "; ".join(lines(error)), error.exit_code)


async def _store(settings: Settings) -> list[Finding]:
    """Look at the store; where it does not answer there is nothing further to look at."""
    from tui_admin import bootstrap

    try:
        async with asyncio.timeout(SECONDS):
            schema, found = await bootstrap.vitals(settings)
    except TimeoutError:
        return [Finding("store", f"{settings.store.shown}: no answer in {SECONDS} seconds", 4)]
    except AdminError as error:
        said = Finding("schema", "; ".join(lines(error)), error.exit_code)
        if error.reason.id in _ABOUT_SCHEMA:
            return [Finding("store", settings.store.shown), said]
        return [said._replace(about="store")]
    return [
        Finding("store", settings.store.shown),
        Finding("schema", schema),
        _search(found.slow_search),
        Finding("workers", _workers(found.mail.workers)),
        outbox(found.mail),
        clock(found.time, datetime.now(UTC)),
    ]


_ABOUT_SCHEMA = frozenset({"store_empty", "store_older", "store_newer"})


def _search(slow: str) -> Finding:
    return Finding("search", slow, 1) if slow else Finding("search", "by an index for words")


def _workers(number: int) -> str:
    if number:
        return f"{number} at work"
    return "none at work: mail is sent while a dashboard is open, or by `tui-admin worker`"


def outbox(health: MailHealth) -> Finding:
    """Look at what waits: mail that somebody stopped, or that the mail server does not take."""
    from tui_admin.cli.outbox import amounts

    if health.trouble:
        return Finding("outbox", f"mail waits: {health.trouble}", 4)
    if health.pause:
        since = f"paused by {health.pause.by} since {moment(health.pause.at)}"
        return Finding("outbox", f"{since}: `tui-admin outbox resume` lets mail go", 1)
    return Finding("outbox", amounts(health))


def clock(theirs: datetime, ours: datetime) -> Finding:
    """Compare the store's clock with ours: expiry and undo windows are reckoned by both."""
    drift = (theirs - ours).total_seconds()
    if abs(drift) <= DRIFT:
        return Finding("clock", "agrees with the store's")
    way = "ahead of" if drift > 0 else "behind"
    return Finding(
        "clock", f"the store's is {abs(drift):.0f} seconds {way} ours; synchronise both (NTP)", 4
    )


def terminal() -> Finding:
    """Look at the terminal, if the output goes to one."""
    if not sys.stdout.isatty():
        return Finding("terminal", "not looked at: the output does not go to one")
    size = shutil.get_terminal_size()
    kind = os.environ.get("TERM", "")
    wrong = []
    if "utf" not in (sys.stdout.encoding or "").lower():
        wrong.append("is not UTF-8: set LANG to one that is, such as C.UTF-8")
    if kind in ("", "dumb", "unknown"):
        wrong.append("has no TERM that can move the cursor: set it, such as xterm-256color")
    if size.columns < SMALLEST.columns or size.lines < SMALLEST.lines:
        wrong.append(f"has {size.columns}×{size.lines}: make it 80×24 at least")
    if wrong:
        return Finding("terminal", "; ".join(wrong), 2)
    return Finding("terminal", f"{kind}, {size.columns}×{size.lines}, UTF-8, {_colours(kind)}")


def _colours(kind: str) -> str:
    if os.environ.get("NO_COLOR"):
        return "no colour (NO_COLOR)"
    if os.environ.get("COLORTERM") in ("truecolor", "24bit"):
        return "16 million colours"
    return "256 colours" if "256" in kind else "16 colours"
