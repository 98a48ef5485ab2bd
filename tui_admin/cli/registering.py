"""`tui-admin users identity` and `users register`: filling in for others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Action
from tui_admin.cli.output import document, labelled, line, sentence, told
from tui_admin.cli.picking import who_is
from tui_admin.domain.errors import Invalid
from tui_admin.domain.people_plan import DETAILS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui_admin.domain.errors import Reason
    from tui_admin.services.facade import Desk
    from tui_admin.services.registering import Details

_HELP = {
    "given_names": "First names.",
    "family_name": "Family name, with its prefix.",
    "date_of_birth": "As 1990-01-31 or 31-01-1990.",
    "phone": "Telephone number.",
}


def detail_options(body: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command an option for each of the personal details."""
    for field in reversed(DETAILS):
        name = f"--{field.replace('_', '-')}"
        body = click.option(name, field, metavar="TEXT", help=_HELP[field])(body)
    return body


def _given(answers: Mapping[str, str | None]) -> dict[str, str]:
    return {field: text for field, text in answers.items() if text is not None}


@click.command("identity", cls=Action)
@click.argument("user")
@detail_options
@click.option("--keep", "draft", is_flag=True, help="Keep it as a draft, to go on with later.")
@at_desk
async def identity(call: Call, desk: Desk, /, user: str, draft: bool, **answers: str | None) -> int:
    """Register who a user is.

    What is not given stays as it is known, or as it was kept. Without anything to fill in it shows
    what is known.

    Example: tui-admin users identity jan --date-of-birth 31-01-1990 --keep
    """
    found = await desk.registering.details(who_is(user))
    given = _given(answers)
    typed = found.answers | given
    if draft:
        return _print_missing(call, await desk.registering.keep(found.id, typed))
    if not given and not found.drafted:
        _print_details(call, found)
        return 0
    try:
        return told(call, await desk.registering.register(found.id, typed, found.version))
    except Invalid as invalid:
        return print_wrong(call, invalid.reasons)


def _print_details(call: Call, found: Details) -> None:
    if call.as_json:
        document({**found.answers, "status": found.status, "drafted": found.drafted})
        return
    for field in DETAILS:
        labelled(f"{field.replace('_', ' ').capitalize():<15}", found.answers[field] or "-")
    labelled(f"{'Status':<15}", found.status or "-")


def _print_missing(call: Call, reasons: Mapping[str, Reason]) -> int:
    if call.as_json:
        document({"kept": True, "missing": _sentences(reasons)})
    else:
        line("kept")
        for field, text in _sentences(reasons).items():
            line(f"{field}: {text}")
    return 0


def print_wrong(call: Call, reasons: Mapping[str, Reason]) -> int:
    """Print why what was filled in cannot be taken, field by field; returns 1."""
    if call.as_json:
        document({"done": [], "wrong": _sentences(reasons)})
    else:
        for field, text in _sentences(reasons).items():
            line(f"{field}: {text}")
    return 1


def _sentences(reasons: Mapping[str, Reason]) -> dict[str, str]:
    return {field: sentence(reason) for field, reason in reasons.items()}


@click.command("register", cls=Action)
@click.argument("email")
@detail_options
@click.option("--organisation", required=True, metavar="X", help="Name or registration number.")
@click.option("--product", required=True, metavar="P", help="What to register for.")
@click.option("--coupon", default="", metavar="C", help="The coupon to use.")
@click.option("--no-coupon", is_flag=True, help="Use none.")
@click.option("--username", default="", metavar="U", help="Instead of one made from the address.")
@click.option("--role", default="", metavar="ROLE", help="Instead of Basic user.")
@click.option("--no-mail", is_flag=True, help="Send no link to choose a password.")
@click.option("--dry-run", is_flag=True, help="Only say what is not right yet.")
@at_desk
async def register(
    call: Call, desk: Desk, /, email: str, no_mail: bool, dry_run: bool, **typed: Any
) -> int:
    r"""Add a user with everything at once.

    That is account, person, product and organisation.
    The registration is complete where you may approve it, and waits for approval otherwise.

    \b
    Example: tui-admin users register jan@example.org --given-names Jan --family-name Jansen \
               --date-of-birth 31-01-1990 --organisation "Acme BV" --product documents --no-coupon
    """
    from tui_admin.services.enlisting import Enlistment

    given: dict[str, Any] = _given(typed)
    wanted = Enlistment(email, **given)
    if dry_run:
        reasons = await desk.registering.check(wanted)
        return print_wrong(call, reasons) if reasons else _print_missing(call, {})
    try:
        return told(call, await desk.registering.enlist(wanted, mail=not no_mail))
    except Invalid as invalid:
        return print_wrong(call, invalid.reasons)
