"""Every list of the program, for what goes over all of them."""

from __future__ import annotations

from tui_admin.domain.lists.approvals import APPROVALS
from tui_admin.domain.lists.audit import AUDIT
from tui_admin.domain.lists.batches import BATCHES
from tui_admin.domain.lists.invitations import INVITATIONS
from tui_admin.domain.lists.organisations import ORGANISATIONS
from tui_admin.domain.lists.outbox import MESSAGES
from tui_admin.domain.lists.users import USERS

LISTINGS = (USERS, INVITATIONS, BATCHES, MESSAGES, ORGANISATIONS, AUDIT, APPROVALS)
