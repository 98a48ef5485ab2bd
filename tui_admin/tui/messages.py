"""What the app tells its screens; none carries data, each screen reads for itself."""

from __future__ import annotations

from textual.message import Message


class Opened(Message, bubble=False):
    """The store is open and the operator known."""


class StoreMoved(Message, bubble=False):
    """Somebody changed something; posted at most twice a second."""


class OrganisationChanged(Message, bubble=False):
    """The lists are narrowed to another organisation."""
