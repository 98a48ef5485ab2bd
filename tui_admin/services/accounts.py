"""New accounts: whether an address and a username can be had, and the row itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_admin.domain.addresses import read_address
from tui_admin.domain.errors import Reason, Refused, because
from tui_admin.domain.outcomes import Row
from tui_admin.domain.usernames import check
from tui_admin.services.people import (
    RoleGiven,
    by_key,
    free_usernames,
    naming,
    usernames_like,
)
from tui_admin.services.trail import Subject
from tui_admin.store.schema.accounts import user

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.services.work import Work


async def taken(work: Work, email: str, username: str) -> Reason | None:
    """Return why an address or username cannot be used for a new account, if so."""
    try:
        key = read_address(email).key if email else ""
        name = check(username) if username else ""
    except Refused as refused:
        return refused.reason
    account = (await by_key(work, [key])).get(key) if key else None
    left = account is not None and _has_left(account, work.now)
    if account is not None and not left:
        return because("email_taken", email=account.email, username=account.username)
    owner = (await usernames_like(work, [name])).get(name) if name else None
    if owner is not None and owner != key:
        return because("username_taken", username=name)
    return None


def _has_left(account: Any, now: datetime) -> bool:
    return (
        account.status == "invited" and account.leaves_at is not None and account.leaves_at <= now
    )


async def add_account(
    work: Work, email: str, key: str, username: str, name: str, given: RoleGiven
) -> Row:
    """Write a new active account, or make one of somebody who had left the lists."""
    account = (await by_key(work, [key])).get(key)
    chosen = username or (
        account.username if account else (await free_usernames(work, {key: ""}))[key]
    )
    values = {
        "email": email,
        "email_key": key,
        "status": "active",
        "role_id": given.id,
        "created_at": work.now,
        "leaves_at": None,
        **naming(key, chosen, name),
    }
    if account is not None:
        await work.change(user, [account], values)
        new_id = account.id
    else:
        statement = user.insert().values(values).returning(user.c.id)
        new_id = (await work.connection.execute(statement)).scalar_one()
    after = {"email": email, "username": chosen, "role": given.name}
    work.trail.note("user.add", Subject("user", new_id, email, 1), {}, after)
    return Row(new_id, email)
