"""Mails to visitors about their own steps: nobody's answer is asked for, so they name no sender."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_admin.services.joining.visitor import NOBODY
from tui_admin.services.posting import post

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.services.posting import Recipient
    from tui_admin.services.work import Work


async def send(
    work: Work,
    kind: str,
    to: Recipient,
    facts: dict[str, Any],
    key: str,
    *,
    not_after: datetime | None = None,
) -> None:
    """Queue a mail at once; answers to it go to the environment, not to the person themselves."""
    context = work.context
    work.context = context._replace(operator=NOBODY)
    try:
        await post(work, kind, to, facts, key, not_after=not_after)
    finally:
        work.context = context
