"""Has mails queued that become due by time alone: reminders, digests, escalations."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from tui_admin.domain.errors import AdminError

if TYPE_CHECKING:
    from tui_admin.services.facade import Hub

LOOK_AGAIN = 60.0
"""Seconds between two looks."""


async def look(hub: Hub) -> None:
    """Queue what has become due; a store that is away is left for the next look."""
    with suppress(AdminError):
        if hub.policy.remind_before:
            await hub.reminders.send_due()
        await hub.telling.send_due()


async def keep_looking(hub: Hub) -> None:
    """Look for as long as mail is sent."""
    while True:
        await asyncio.sleep(LOOK_AGAIN)
        await look(hub)
