"""Screen 1: users."""

from __future__ import annotations

from tui_admin.tui.frame import Framed


class UsersScreen(Framed):
    """The accounts."""

    SECTION = "users"
    heading = "Users"
