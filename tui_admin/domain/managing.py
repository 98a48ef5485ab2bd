"""What can be done with an invitation that was sent, by how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.errors import because
from tui_admin.domain.lifecycle import LIVE, RESENDABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_admin.domain.errors import Reason


class Standing(NamedTuple):
    """How an invitation stands: its status as of now, whether its link ever left, and its time."""

    status: str
    sent: bool
    overdue: bool


class Act(NamedTuple):
    """Something that is done to invitations.

    `why_not` says why one of them is spared. `takes_place` tells that it is live afterwards, which
    only one of an address for the same product and organisation can be. `many` is what it takes to
    do it to more than one.
    """

    name: str
    why_not: Callable[[Standing], Reason | None]
    takes_place: bool = True
    many: str = ""

    @property
    def action(self) -> str:
        """Return what the audit log calls it."""
        return f"invitation.{self.name}"


def _is(standing: Standing) -> Reason:
    return because("invitation_is", status=standing.status)


def _not_resent(standing: Standing) -> Reason | None:
    if standing.status == "queued":
        return because("mail_still_waits")
    return None if standing.status in RESENDABLE else _is(standing)


def _not_revoked(standing: Standing) -> Reason | None:
    return None if standing.status in LIVE else _is(standing)


def _not_retried(standing: Standing) -> Reason | None:
    if standing.status != "failed":
        return because("mail_not_failed")
    return because("expired_unsent") if standing.overdue else None


def _not_prolonged(standing: Standing) -> Reason | None:
    if standing.status == "expired":
        return None if standing.sent else because("expired_unsent")
    return None if standing.status in LIVE else _is(standing)


def _not_linked(standing: Standing) -> Reason | None:
    return None if standing.status in (*LIVE, "expired", "failed") else _is(standing)


RESEND = Act("resend", _not_resent, many="can_bulk_invite")
REVOKE = Act("revoke", _not_revoked, takes_place=False)
RETRY = Act("retry", _not_retried)
EXPIRY = Act("expiry", _not_prolonged)
LINK = Act("link", _not_linked, many="can_bulk_invite")
ACTS = {each.name: each for each in (RESEND, REVOKE, RETRY, EXPIRY, LINK)}
