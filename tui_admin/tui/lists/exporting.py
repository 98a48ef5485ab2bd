"""Writing out what a list shows, while everybody goes on working."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.domain.errors import AdminError
from tui_admin.services.exporting import Wanted, export, whole_file

if TYPE_CHECKING:
    from tui_admin.tui.app import Dashboard
    from tui_admin.tui.dialogs.export import Target
    from tui_admin.tui.lists.window import Lister


class _Stopped(Exception):
    """Somebody stopped it: the file must not appear."""


class Export:
    """One export; it goes on when its screen is left, and ends soon once `stopped` is set."""

    def __init__(self, app: Dashboard, lister: Lister, wanted: Wanted, target: Target) -> None:
        """Take what is written, and where to."""
        self._app, self._lister, self._target = app, lister, target
        self._wanted = wanted._replace(form=target.form)
        self.stopped = False

    async def run(self) -> None:
        """Write it and say so; what is stopped or fails leaves no file."""
        many, path = self._wanted.listing.many, self._target.path
        self._app.begin(self)
        try:
            with whole_file(path) as file:
                number = await export(self._lister, self._wanted, file, self._told)
                if self.stopped:
                    raise _Stopped
        except _Stopped:
            self._app.tell("The export was stopped; nothing was written.")
        except AdminError as error:
            self._app.fault(error)
        except OSError as error:
            self._app.tell(f"{path} cannot be written: {error.strerror}.")
        else:
            self._app.tell(f"{number:,} {many} are in {path}.")
        finally:
            self._app.end(self)

    def _told(self, number: int) -> bool:
        words = f"Exporting: {number:,} {self._wanted.listing.many} · X stops it"
        self._app.progress(words)
        return not self.stopped
