"""Telling those who may approve, and chose so, that somebody waits: soon, and not too often."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select, update

from tui_admin.domain.lifecycle import ASKED_MAIL
from tui_admin.domain.telling import AT_ONCE
from tui_admin.domain.text import fold
from tui_admin.services.chunks import chunks
from tui_admin.services.digests import choices
from tui_admin.services.posting import Recipient, post
from tui_admin.services.speaking import language_of
from tui_admin.store.schema.accounts import role_permission, user
from tui_admin.store.schema.organisations import membership, organisation
from tui_admin.store.schema.outbox import outbox_message
from tui_admin.store.schema.products import product

if TYPE_CHECKING:
    from collections.abc import Collection

    from tui_admin.services.work import Work

BETWEEN: Final = timedelta(minutes=10)
"""How long somebody is left alone after a mail about who waits."""


async def tell_approvers(work: Work, registration: Any) -> None:
    """Queue word for each who may approve a registration (a row of that table), but its own person.

    At once, then at most one mail in ten minutes to each: what comes in between is collected.
    Whoever chose another digest is told by that, or not.
    """
    people = await _approvers(work, registration)
    chosen = await choices(work, [person.id for person in people])
    people = [person for person in people if chosen[person.id].when == AT_ONCE]
    facts = await _facts(work, registration)
    recent = await _recent(work, [person.email for person in people])
    for person in people:
        mails = recent.get(person.email, [])
        waiting = [each for each in mails if each.status == "queued"]
        if waiting:
            await _collect(work, waiting[0], facts)
        else:
            await _ask(work, person, facts, mails)


async def _approvers(work: Work, registration: Any) -> list[Any]:
    """Return those who may approve it: by their role, or for the organisation."""
    roles = select(role_permission.c.role_id).where(role_permission.c.permission == "can_approve")
    company = select(membership.c.user_id).where(
        membership.c.organisation_id == registration.organisation_id,
        membership.c.company_administrator,
    )
    may = or_(user.c.role_id.in_(roles), user.c.id.in_(company))
    statement = select(user.c.id, user.c.email, user.c.display_name, user.c.language).where(
        may, user.c.status == "active", user.c.id != registration.user_id
    )
    return list(await work.rows(statement.order_by(user.c.id)))


async def _facts(work: Work, registration: Any) -> dict[str, Any]:
    name = await work.connection.scalar(
        select(user.c.display_name).where(user.c.id == registration.user_id)
    )
    company = await work.connection.scalar(
        select(organisation.c.name).where(organisation.c.id == registration.organisation_id)
    )
    goods = await work.connection.scalar(
        select(product.c.name).where(product.c.id == registration.product_id)
    )
    return {
        "number": 1,
        "who": name or registration.email,
        "email": registration.email,
        "organisation": company or registration.company_name,
        "product": goods or "",
    }


async def _recent(work: Work, addresses: Collection[str]) -> dict[str, list[Any]]:
    """Return the mails of this kind that wait, are on their way or have just been sent."""
    found: dict[str, list[Any]] = {}
    on_the_way = outbox_message.c.status.in_(("queued", "sending"))
    just_sent = outbox_message.c.sent_at > work.now - BETWEEN
    for some in chunks(addresses):
        rows = await work.rows(
            select(outbox_message)
            .where(outbox_message.c.to.in_(some), outbox_message.c.kind == ASKED_MAIL)
            .where(or_(on_the_way, just_sent))
            .order_by(outbox_message.c.id.desc())
        )
        for row in rows:
            found.setdefault(row.to, []).append(row)
    return found


async def _collect(work: Work, mail: Any, facts: dict[str, Any]) -> None:
    """Let a mail that still waits tell of one more."""
    from tui_admin.mail.compose import preview
    from tui_admin.mail.templating import templates_in

    before = json.loads(mail.facts)
    facts = before | facts | {"number": before["number"] + 1}
    subject = preview(ASKED_MAIL, mail.language, facts, templates_in(work.policy.templates)).subject
    values = {
        "facts": json.dumps(facts),
        "subject": subject,
        "search": fold(f"{mail.to} {mail.to_name} {subject}"),
        "version": outbox_message.c.version + 1,
    }
    statement = update(outbox_message).where(outbox_message.c.id == mail.id)
    await work.connection.execute(statement.values(values))


async def _ask(work: Work, person: Any, facts: dict[str, Any], mails: list[Any]) -> None:
    """Queue a mail: at once, or ten minutes after the last."""
    last = max((each.sent_at or work.now for each in mails), default=None)
    not_before = work.now if last is None else last + BETWEEN
    to = Recipient(person.id, person.email, person.display_name, language_of(work, person))
    facts = facts | {"invitee_name": person.display_name}
    key = f"{ASKED_MAIL}-{person.id}-{uuid.uuid4().hex[:16]}"
    await post(work, ASKED_MAIL, to, facts, key, not_before=not_before)
