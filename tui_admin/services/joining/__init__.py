"""The invitee's side: what the pages of the portal call."""

from tui_admin.services.joining.service import Joining

__all__ = ["Joining"]
