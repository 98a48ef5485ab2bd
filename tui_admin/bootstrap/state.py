"""Where the program keeps what is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def state_directory() -> Path:
    """Return where records of crashes are kept."""
    from platformdirs import user_state_path

    return user_state_path("tui-admin", appauthor=False)
