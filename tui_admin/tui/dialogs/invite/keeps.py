"""The half of the Invite dialog that keeps the draft: at once, and again after every pause."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual import work
from textual.screen import ModalScreen

from tui_admin.domain.errors import AdminError
from tui_admin.tui.dialogs.invite.draft import PAUSE

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
        """Save at once, and what is typed meanwhile after a pause."""
        if self.keeper.waiting:
            return
        self.keeper.waiting = True
        try:
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
            self.paste.tell_kept(False)
            return False
        self.paste.tell_kept(True)
        return True
