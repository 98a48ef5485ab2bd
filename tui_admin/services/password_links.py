"""Links by which somebody chooses a password: mailed to their own address, for a limited time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from tui_admin.domain.lifecycle import RESET_PASSWORD_MAIL, SET_PASSWORD_MAIL
from tui_admin.domain.secrets import new_token, token_hash
from tui_admin.services.posting import Letter, Recipient, post_all
from tui_admin.services.speaking import language_of
from tui_admin.store.schema.joining import verification_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tui_admin.services.work import Work

HOLDS: Final = timedelta(hours=1)
"""For whoever asked for it just now."""

WELCOME_HOLDS: Final = timedelta(days=3)
"""For somebody who was added and does not know of it yet."""


async def mail_password_link(work: Work, person: Any, language: str = "") -> None:
    """Queue a link for an account (a row of `user`); it is for a first or for a new password.

    `language` is that of the page it was asked for on; else it is the account's.
    """
    kind = RESET_PASSWORD_MAIL if person.password_hash else SET_PASSWORD_MAIL
    await _mail(work, kind, [person], language, work.now, HOLDS)


async def welcome(work: Work, people: Sequence[Any], not_before: datetime) -> None:
    """Queue a link to choose a first password for accounts that were added, once it is time."""
    await _mail(work, SET_PASSWORD_MAIL, people, "", not_before, WELCOME_HOLDS)


async def _mail(
    work: Work,
    kind: str,
    people: Sequence[Any],
    language: str,
    not_before: datetime,
    holds: timedelta,
) -> None:
    until = not_before + holds
    tokens = [new_token() for _ in people]
    rows = [
        {
            "purpose": "password",
            "key": person.email_key,
            "user_id": person.id,
            "code_hash": token_hash(token),
            "created_at": work.now,
            "expires_at": until,
        }
        for person, token in zip(people, tokens, strict=True)
    ]
    if not rows:
        return
    made = verification_code.insert().returning(
        verification_code.c.code_hash, verification_code.c.id
    )
    numbers: dict[str, int] = dict((await work.connection.execute(made, rows)).all())
    letters = []
    for person, token in zip(people, tokens, strict=True):
        facts = {
            "link": f"{work.policy.portal_url}/password/{token}",
            "minutes": int(holds.total_seconds() // 60),
            "invitee_name": person.display_name,
        }
        to = Recipient(
            person.id, person.email, person.display_name, language or language_of(work, person)
        )
        letters.append(Letter(to, facts, f"{kind}-{numbers[token_hash(token)]}"))
    await post_all(work, kind, letters, not_before=not_before, not_after=until)
