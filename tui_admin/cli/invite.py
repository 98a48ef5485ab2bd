"""`tui-admin invite`: one verdict for each address, and mail for the good ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Action

if TYPE_CHECKING:
    from tui_admin.domain.paste import Entry
    from tui_admin.services.facade import Desk


LANGUAGES = ("en", "nl")


class Offer(NamedTuple):
    """What the line says about the invitation itself."""

    organisation: str
    product: str
    coupon: str
    no_coupon: bool
    role: str
    authorisations: str
    note: str
    language: str

    def check(self) -> None:
        """Refuse what contradicts itself: with a product "no coupon" is a choice of its own."""
        if self.coupon and self.no_coupon:
            raise click.UsageError("Use --coupon or --no-coupon, not both.")
        if self.product and not (self.coupon or self.no_coupon):
            raise click.UsageError("With --product say --coupon C or --no-coupon.")
        if (self.coupon or self.authorisations) and not self.product:
            raise click.UsageError("--coupon and --authorisations belong to a --product.")


@click.command("invite", cls=Action)
@click.argument("file", metavar="FILE|-", type=click.Path(allow_dash=True))
@click.option("--organisation", default="", metavar="X", help="The organisation to join.")
@click.option("--product", default="", metavar="P", help="The product to register for.")
@click.option("--coupon", default="", metavar="C", help="A coupon of that product.")
@click.option("--no-coupon", is_flag=True, help="The product at its price.")
@click.option("--role", default="", metavar="R", help="Instead of Basic user.")
@click.option("--authorisations", default="", metavar="SET", help="Instead of all of the product.")
@click.option("--note", default="", metavar="TEXT", help="A few words of your own in the mail.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the mail and on.")
@click.option("--dry-run", is_flag=True, help="Only say what would become of each address.")
def command(file: str, dry_run: bool, **offer: str | bool) -> None:
    """Invite the addresses in FILE, or on standard input for -.

    Addresses may stand in any shape that people paste, or in a CSV with a header. Good ones are
    sent, also with a warning; the others are listed with the reason. With one over the limit
    nothing is sent. Mails wait a few seconds: `invitations take-back` takes them all back.

    Example: tui-admin invite --organisation "Acme Nederland BV" people.txt
    """
    from tui_admin.cli.intake import contents
    from tui_admin.domain.paste import LARGEST_FILE, decode, read_paste

    offer["language"] = offer["language"] or ""  # as the environment has it
    chosen = Offer(**offer)  # type: ignore[arg-type]
    chosen.check()
    text = decode(contents(file, LARGEST_FILE))
    _invite(read_paste(text, LARGEST_FILE).entries, chosen, dry_run)


@at_desk
async def _invite(
    call: Call, desk: Desk, entries: tuple[Entry, ...], offer: Offer, dry_run: bool
) -> int:
    from tui_admin.cli.verdicts import print_verdicts
    from tui_admin.domain.pricing import sum_of
    from tui_admin.services.planning import Plan

    plan = Plan(**offer._asdict())
    if dry_run:
        verdicts = await desk.inviting.verdicts(plan, entries)
        price = await desk.inviting.price(plan)
        facts: dict[str, Any] = {"batch": None, "sent": 0}
    else:
        sent = await desk.inviting.send(plan, entries)
        verdicts, price = sent.items, sent.price
        facts = {"batch": sent.batch, "sent": sent.sent}
    good = sum(each.verdict == "ok" for each in verdicts) if dry_run else sent.sent
    facts["cost_cents"] = price.total(good)
    code = print_verdicts(call, verdicts, dry_run=dry_run, done="sent", facts=facts)
    if plan.product and good and not call.as_json:
        click.echo(sum_of(price, good), err=True)
    return code
