"""`tui-admin mail`: what mails say, and how to have them say something else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from tui_admin.cli.group import PlainGroup
from tui_admin.cli.output import document, line
from tui_admin.cli.table import Column, Table
from tui_admin.mail.facts import ABOUT
from tui_admin.mail.words import LANGUAGES

if TYPE_CHECKING:
    from tui_admin.cli.context import Call
    from tui_admin.mail.templating import Templates

_LANGUAGE = click.Choice(LANGUAGES)
_KIND = click.Choice(tuple(ABOUT))


@click.group("mail", cls=PlainGroup)
def command() -> None:
    """See what mails say, and write templates to have them say something else."""


class _Kind(NamedTuple):
    kind: str
    when: str
    variables: tuple[str, ...]
    replaced: tuple[str, ...]


@command.command()
@click.pass_obj
def kinds(call: Call) -> None:
    """List the kinds of mail, and when each goes out.

    With --json also the variables that its templates can use.

    Example: tui-admin mail kinds
    """
    from tui_admin.mail.samples import FULL, prepared

    own = _templates(call).replaced()
    found = [
        _Kind(
            kind,
            when,
            tuple(sorted(prepared(kind, LANGUAGES[0], FULL))),
            tuple(name for name in own if name.split("/")[1].startswith(f"{kind}.")),
        )
        for kind, when in ABOUT.items()
    ]
    if call.as_json:
        document({"items": found, "next": None, "total": len(found)})
    else:
        columns = (Column("kind", "Kind"), Column("when", "Goes out when", priority=1))
        Table((*columns, Column("replaced", "Replaced by yours", priority=2))).add(found)


@command.command()
@click.argument("kind", type=_KIND, metavar="KIND")
@click.option("--language", type=_LANGUAGE, default=LANGUAGES[0], help="In this language.")
@click.option("--html", is_flag=True, help="The page instead of the text.")
@click.pass_obj
def preview(call: Call, kind: str, language: str, html: bool) -> None:
    """Show a mail as its recipient would read it, of made-up facts.

    Example: tui-admin mail preview invitation --language nl
    """
    from tui_admin.mail.samples import sample

    name = call.settings.environment.name
    found = sample(kind, language, _templates(call), environment=name)
    if call.as_json:
        document({"kind": kind, "language": language, **found._asdict()})
        return
    if not html:
        line(f"Subject: {found.subject}")
        click.echo()
    for each in (found.html if html else found.text).splitlines():
        line(each)


@command.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--kind", "only", type=_KIND, metavar="KIND", multiple=True, help="Only this kind.")
@click.option("--language", type=_LANGUAGE, help="Only this language.")
@click.pass_obj
def templates(call: Call, folder: Path, only: tuple[str, ...], language: str | None) -> None:
    """Write our templates to FOLDER, to begin from.

    What is there already stays as it is. Change them, take away those that you leave alone, and
    set mail.templates to FOLDER.

    Example: tui-admin mail templates texts --kind invitation
    """
    from tui_admin.mail.templating import NAMES, SHIPPED

    wanted = [
        name
        for name in NAMES
        if (not only or name.split("/")[1].partition(".")[0] in only)
        and (language is None or name.startswith(f"{language}/"))
    ]
    written, kept = [], []
    for name in ("layout.html.j2", *wanted):
        if _copied(SHIPPED / name, folder / name):
            written.append(name)
        else:
            kept.append(name)
    if call.as_json:
        document({"folder": str(folder.absolute()), "written": written, "kept": kept})
        return
    for name in kept:
        line(f"kept     {folder / name}")
    for name in written:
        line(f"written  {folder / name}")
    click.echo(f"{len(written)} written, {len(kept)} kept as they were", err=True)


def _copied(source: Path, target: Path) -> bool:
    """Write a copy; say whether there was none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(source.read_text(encoding="utf-8"))
    except FileExistsError:
        return False
    return True


def _templates(call: Call) -> Templates:
    """Return the templates in use; raises `TemplatesInvalid` where the operator's are wrong."""
    from tui_admin.mail.templating import templates_in

    found = templates_in(call.settings.mail.templates)
    found.prove()
    return found
