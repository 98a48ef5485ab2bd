"""Links by which somebody chooses a password: mailed to their own address, for one hour."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from tui_admin.domain.lifecycle import RESET_PASSWORD_MAIL, SET_PASSWORD_MAIL
from tui_admin.domain.secrets import new_token, token_hash
from tui_admin.services.posting import Recipient, post
from tui_admin.store.schema.joining import verification_code

if TYPE_CHECKING:
    from tui_admin.services.work import Work

HOLDS: Final = timedelta(hours=1)


async def mail_password_link(work: Work, person: Any, language: str = "en") -> None:
    """Queue a link for an account (a row of `user`); it is for a first or for a new password."""
    token = new_token()
    until = work.now + HOLDS
    values = {
        "purpose": "password",
        "key": person.email_key,
        "user_id": person.id,
        "code_hash": token_hash(token),
        "created_at": work.now,
        "expires_at": until,
    }
    statement = verification_code.insert().values(values).returning(verification_code.c.id)
    number = (await work.connection.execute(statement)).scalar_one()
    kind = RESET_PASSWORD_MAIL if person.password_hash else SET_PASSWORD_MAIL
    facts = {
        "link": f"{work.policy.portal_url}/password/{token}",
        "minutes": int(HOLDS.total_seconds() // 60),
        "invitee_name": person.display_name,
    }
    to = Recipient(person.id, person.email, person.display_name, language)
    await post(work, kind, to, facts, f"{kind}-{number}", not_after=until)
