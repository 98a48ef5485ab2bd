"""New accounts: whether an address and a username can be had, and the row itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tui_admin.domain.addresses import judge_address
from tui_admin.domain.errors import Reason, Refused, because
from tui_admin.domain.usernames import check
from tui_admin.services.people import (
    RoleGiven,
    by_key,
    free_usernames,
    has_left,
    naming,
    usernames_like,
)
from tui_admin.services.trail import Subject
from tui_admin.store.schema.accounts import user

if TYPE_CHECKING:
    from tui_admin.services.work import Work


class Availability(NamedTuple):
    """Whether an address and a username can be had for a new account, and if not, why.

    `username` is what the account would be called: as asked for, or made from the address.
    """

    email: Reason | None
    username: str
    username_refusal: Reason | None

    @property
    def refusal(self) -> Reason | None:
        """Why there can be no such account, if so."""
        return self.email or self.username_refusal


async def available(work: Work, email: str, username: str) -> Availability:
    """Return what can be had of an address and a username; an empty username is derived."""
    address = judge_address(email)
    key = "" if isinstance(address, Reason) else address.key
    account = (await by_key(work, [key])).get(key) if key else None
    why = address if isinstance(address, Reason) else _taken(account, work)
    if username:
        return Availability(why, username, await _username_refusal(work, username, key))
    if account is not None:
        return Availability(why, account.username, None)
    wanted = key or email
    return Availability(why, (await free_usernames(work, {wanted: ""}))[wanted], None)


def _taken(account: Any, work: Work) -> Reason | None:
    if account is None or has_left(account, work.now):
        return None
    return because("email_taken", email=account.email, username=account.username)


async def _username_refusal(work: Work, username: str, key: str) -> Reason | None:
    try:
        name = check(username)
    except Refused as refused:
        return refused.reason
    owner = (await usernames_like(work, [name])).get(name)
    return None if owner in (None, key) else because("username_taken", username=name)


async def add_account(
    work: Work, email: str, key: str, username: str, name: str, given: RoleGiven
) -> Any:
    """Write a new active account, or make one of somebody who had left the lists.

    Returns it as it is now, as a row of `user`.
    """
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
    else:
        await work.connection.execute(user.insert().values(values))
    made = (await by_key(work, [key]))[key]
    before = {} if account is None else {"status": account.status}
    after = {"email": email, "username": chosen, "role": given.name}
    work.trail.note("user.add", Subject("user", made.id, email, made.version), before, after)
    return made
