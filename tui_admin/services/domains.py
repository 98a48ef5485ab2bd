"""The environment's e-mail domains: claimed by a mail to who runs them, or marked as shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from tui_admin.domain.domains import (
    ASKED,
    CLAIM_HOLDS,
    MAILBOXES,
    SHARED,
    DomainRow,
    overlapping,
    read_domain,
    why_not_claim,
)
from tui_admin.domain.errors import NotFound, Refused
from tui_admin.domain.lifecycle import CLAIM_MAIL
from tui_admin.domain.outcomes import Outcome, Row
from tui_admin.domain.secrets import new_token, token_hash
from tui_admin.domain.verdicts import SHARED_DOMAINS
from tui_admin.services.doubting import load
from tui_admin.services.places import undo_until
from tui_admin.services.posting import Recipient, post
from tui_admin.services.trail import Subject
from tui_admin.services.work import Service, Work, reads, writes
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.environment import domain_claim, email_domain

if TYPE_CHECKING:
    from collections.abc import Sequence

NEEDS = "can_manage_domains"


class Domains(Service):
    """The domains of the environment."""

    @reads(NEEDS)
    async def all(self, work: Work) -> tuple[DomainRow, ...]:
        """Return those claimed, asked for and shared, by name; overlaps are told of each."""
        known = [
            (row.id, row.domain, row.kind, row.created_at, row.by, "")
            for row in await work.rows(select(email_domain))
        ]
        taken = {each[1] for each in known}
        known += [
            (row.id, row.domain, ASKED, row.asked_at, row.username, row.mailbox)
            for row in await _asked(work)
            if row.domain not in taken
        ]
        names = {each[1] for each in known}
        found = (DomainRow(*each, overlapping(each[1], names)) for each in known)
        return tuple(sorted(found, key=lambda row: (row.domain, row.kind)))

    @writes(NEEDS)
    async def claim(self, work: Work, domain: str, mailbox: str = MAILBOXES[0]) -> Outcome:
        """Mail who runs a domain whether it is this environment's; it is once they confirm it.

        Raises `Refused` for what is no domain, is claimed already, or is anybody's.
        """
        name = read_domain(domain)
        if mailbox not in MAILBOXES:
            raise Refused("claim_mailbox", mailboxes=", ".join(MAILBOXES))
        whitelist, blocklist = load()
        public = SHARED_DOMAINS | whitelist | blocklist
        if why := why_not_claim(name, await _kinds(work), public):
            raise why.refusal
        until = undo_until(work)
        if work.rehearsal:
            return work.outcome("domain.claim", [Row(0, name)])
        await work.connection.execute(delete(domain_claim).where(domain_claim.c.domain == name))
        number = await _ask(work, name, mailbox)
        subject = Subject("domain", number, name, 1)
        work.trail.note("domain.claim", subject, {}, {"domain": name, "mailbox": mailbox})
        return work.outcome("domain.claim", [Row(number, name)], undo=True, until=until)

    @writes(NEEDS)
    async def share(self, work: Work, domain: str) -> Outcome:
        """Mark a domain as used elsewhere, too: nobody joins by an invitation to it."""
        name = read_domain(domain)
        kinds = await _kinds(work)
        if name in kinds:
            kind = "domain_shared" if kinds[name] == SHARED else "domain_claimed"
            raise Refused(kind, domain=name)
        if work.rehearsal:
            return work.outcome("domain.share", [Row(0, name)])
        by = work.context.operator.username
        values = {"domain": name, "kind": SHARED, "created_at": work.now, "by": by}
        made = email_domain.insert().values(values).returning(email_domain.c.id)
        number = (await work.connection.execute(made)).scalar_one()
        work.trail.note("domain.share", Subject("domain", number, name, 1), {}, {"domain": name})
        return work.outcome("domain.share", [Row(number, name)], undo=True)

    @writes(NEEDS)
    async def release(self, work: Work, domain: str) -> Outcome:
        """Let go of a domain, claimed, asked for or shared; raises `NotFound`."""
        name = read_domain(domain)
        rows = await work.rows(select(email_domain).where(email_domain.c.domain == name))
        asked = [row for row in await _asked(work) if row.domain == name]
        if not rows and not asked:
            raise NotFound("domain_unknown", domain=name)
        number = (rows or asked)[0].id
        if not work.rehearsal:
            await work.connection.execute(delete(email_domain).where(email_domain.c.domain == name))
            mine = delete(domain_claim).where(domain_claim.c.domain == name)
            await work.connection.execute(mine)
            before = {"domain": name, "kind": rows[0].kind if rows else ASKED}
            work.trail.note("domain.release", Subject("domain", number, name), before, {})
        return work.outcome("domain.release", [Row(number, name)])


async def _kinds(work: Work) -> dict[str, str]:
    found = await work.rows(select(email_domain.c.domain, email_domain.c.kind))
    return {row.domain: row.kind for row in found}


async def _asked(work: Work) -> Sequence[Any]:
    """Return the claims whose link still works, and who asked."""
    asked = select(domain_claim, user.c.username).join(user, domain_claim.c.asked_by == user.c.id)
    return await work.rows(asked.where(domain_claim.c.expires_at > work.now))


async def _ask(work: Work, name: str, mailbox: str) -> int:
    token = new_token()
    values = {
        "domain": name,
        "mailbox": mailbox,
        "token_hash": token_hash(token),
        "asked_by": work.rights.operator_id,
        "asked_at": work.now,
        "expires_at": work.now + CLAIM_HOLDS,
    }
    made = domain_claim.insert().values(values).returning(domain_claim.c.id)
    number = int((await work.connection.execute(made)).scalar_one())
    facts = {
        "domain": name,
        "who": work.context.operator.display_name or work.context.operator.username,
        "link": f"{work.policy.portal_url}/domain/{token}",
        "days": CLAIM_HOLDS.days,
    }
    to = Recipient(None, f"{mailbox}@{name}", "", work.policy.language)
    key = f"{CLAIM_MAIL}-{number}"
    await post(work, CLAIM_MAIL, to, facts, key, not_before=undo_until(work))
    return number
