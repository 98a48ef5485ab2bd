"""The language somebody is written to in: as they showed it, else the environment's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from tui_admin.store.schema.accounts import user

if TYPE_CHECKING:
    from tui_admin.services.work import Work


def language_of(work: Work, person: Any) -> str:
    """Return what to write to somebody in; `person` has the `language` of a row of `user`."""
    return str(person.language) or work.policy.language


async def speaks(work: Work, user_id: int, language: str) -> None:
    """Remember the language of the pages by which somebody accepted or registered."""
    theirs = update(user).where(user.c.id == user_id)
    await work.connection.execute(theirs.values(language=language))
