"""The environment's e-mail domains: seen, claimed, marked as shared and let go, from screen 5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.domain.domains import MAILBOXES
from tui_admin.domain.errors import AdminError
from tui_admin.tui.dialogs.choose import Choose, Item
from tui_admin.tui.present import age

if TYPE_CHECKING:
    from tui_admin.domain.domains import DomainRow
    from tui_admin.domain.outcomes import Outcome
    from tui_admin.tui.app import Dashboard

CLAIM, SHARE = "+claim", "+share"
"""What is chosen to say something of a domain that nothing is said of; no domain is called so."""
KINDS = {"claimed": "● claimed", "asked": "○ asked", "shared": "◇ shared"}


async def see_to_domains(app: Dashboard) -> Outcome | None:
    """Show the domains, and do what is chosen with one; call it in a worker."""
    rows = {each.domain: each for each in await app.opened_desk.domains.all()}
    items = (
        Item(CLAIM, "Claim a domain …", "whoever runs it is mailed"),
        Item(SHARE, "Mark a domain as shared …", "nobody joins by an invitation to it"),
        *(Item(each.domain, each.domain, _about(app, each)) for each in rows.values()),
    )
    chosen: str | None = await app.push_screen_wait(Choose("E-mail domains", items))
    if chosen is None:
        return None
    if chosen in rows:
        return await _let_go(app, rows[chosen])
    return await _claim(app) if chosen == CLAIM else await _share(app)


def _about(app: Dashboard, row: DomainRow) -> str:
    words = [KINDS[row.kind], age(row.at, app.now())]
    words += [f"by {row.by}"] if row.by else []
    words += [f"overlaps {', '.join(row.overlaps)}"] if row.overlaps else []
    return " · ".join(words)


async def _let_go(app: Dashboard, row: DomainRow) -> Outcome | None:
    detail = "Nobody joins by it any more; who has joined stays."
    if not await app.confirm(f"Let go of {row.domain}?", (), "Let go", detail=detail):
        return None
    return await app.opened_desk.domains.release(row.domain)


async def _claim(app: Dashboard) -> Outcome | None:
    domain = await _named(app, "Which domain is this environment's?", "Go on")
    if domain is None:
        return None
    items = tuple(Item(each, f"{each}@{domain}") for each in MAILBOXES)
    mailbox: str | None = await app.push_screen_wait(Choose("Who is asked?", items))
    return None if mailbox is None else await app.opened_desk.domains.claim(domain, mailbox)


async def _share(app: Dashboard) -> Outcome | None:
    domain = await _named(app, "Which domain is used elsewhere, too?", "Mark it")
    return None if domain is None else await app.opened_desk.domains.share(domain)


async def _named(app: Dashboard, question: str, yes: str) -> str | None:
    """Ask for a domain until it is one, or the operator gives up."""
    from tui_admin.domain.domains import read_domain
    from tui_admin.tui.dialogs.reason import AskReason

    while True:
        dialog = AskReason(
            question, heading="E-mail domain", yes=yes, required=True, hint="acme.example"
        )
        typed: str | None = await app.push_screen_wait(dialog)
        if typed is None:
            return None
        try:
            return read_domain(typed)
        except AdminError as error:
            app.fault(error)
