"""The half of the Invite dialog that keeps the draft: soon, and again after every pause."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual import work
from textual.screen import ModalScreen

from tui_admin.domain.errors import AdminError
from tui_admin.tui.dialogs.invite.draft import PAUSE, SOON

if TYPE_CHECKING:
    from tui_admin.tui.dialogs.base import Notice
    from tui_admin.tui.dialogs.invite.draft import Keeper
    from tui_admin.tui.dialogs.invite.paste import PasteBox


class Keeps(ModalScreen[Any]):
    """Saves what the keeper holds."""

    paste: PasteBox
    keeper: Keeper
    warned = False
    """Whether it was said that the draft cannot be kept."""

    @property
    def notice(self) -> Notice:
        """The line that says what is wrong."""
        raise NotImplementedError

    @property
    def unsaved(self) -> bool:
        """Whether leaving now would lose something."""
        return self.keeper.behind

    @work(group="invite-draft")
    async def save_soon(self) -> None:
        """Save once the verdicts are on their way, and what is typed meanwhile after a pause."""
        if self.keeper.waiting:
            return
        self.keeper.waiting = True
        self.paste.tell_kept("saving …")
        try:
            await asyncio.sleep(SOON)
            while self.keeper.behind:
                if not await self._save():
                    break
                await asyncio.sleep(PAUSE)
        finally:
            self.keeper.waiting = False

    async def _save(self) -> bool:
        """Save the draft; where that fails, say so and return False."""
        try:
            await self.keeper.flush()
        except AdminError as error:
            if not self.warned:
                self.notice.tell(error.reason)
            self.paste.tell_kept("not saved!")
            return False
        self.paste.tell_kept("draft saved")
        return True
