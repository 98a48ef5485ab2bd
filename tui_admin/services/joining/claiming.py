"""Whoever runs a domain says that it is this environment's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from tui_admin.domain.domains import CLAIMED
from tui_admin.domain.errors import NotFound
from tui_admin.domain.secrets import token_hash
from tui_admin.services.trail import Subject
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.environment import domain_claim, email_domain

if TYPE_CHECKING:
    from tui_admin.services.work import Work


async def claim_of(work: Work, token: str) -> tuple[str, str]:
    """Return the domain of a claim and who asked; raises `NotFound` for a link that is over."""
    row = await _claim(work, token)
    return row.domain, row.display_name or row.username


async def confirm(work: Work, token: str) -> str:
    """Make the domain this environment's; a second time the link is over."""
    row = await _claim(work, token)
    await work.connection.execute(delete(domain_claim).where(domain_claim.c.id == row.id))
    await work.connection.execute(delete(email_domain).where(email_domain.c.domain == row.domain))
    values = {
        "domain": row.domain,
        "kind": CLAIMED,
        "created_at": work.now,
        "by": row.username,
    }
    made = email_domain.insert().values(values).returning(email_domain.c.id)
    number = (await work.connection.execute(made)).scalar_one()
    after = {"domain": row.domain, "confirmed_at": f"{row.mailbox}@{row.domain}"}
    work.trail.note("domain.confirm", Subject("domain", number, row.domain, 1), {}, after)
    return str(row.domain)


async def _claim(work: Work, token: str) -> Any:
    asked = (
        select(domain_claim, user.c.username, user.c.display_name)
        .join(user, domain_claim.c.asked_by == user.c.id)
        .where(domain_claim.c.token_hash == token_hash(token))
        .where(domain_claim.c.expires_at > work.now)
    )
    for row in await work.rows(asked):
        return row
    raise NotFound("claim_unknown")
