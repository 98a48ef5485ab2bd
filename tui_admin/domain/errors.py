"""Errors and reasons: a message id and the facts, never prose.

The words are added at the edge by :mod:`tui_admin.i18n`, so that a rule reads the same in every
language and a test asserts on the id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Reason(NamedTuple):
    """Why something was refused or skipped.

    `id` names the message, `facts` are the values its text mentions.
    """

    id: str
    facts: tuple[tuple[str, Any], ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """Return the facts as keyword arguments for the message's text."""
        return dict(self.facts)

    @property
    def refusal(self) -> Refused:
        """Return the reason as an error, for an act that cannot go ahead at all."""
        return Refused(self.id, **self.values)


def because(message_id: str, /, **facts: Any) -> Reason:
    """Return a reason with its facts in a fixed order, so that equal reasons compare equal."""
    return Reason(message_id, tuple(sorted(facts.items())))


class AdminError(Exception):
    """Something that was asked cannot be done; nothing was changed.

    `exit_code` is what the command line ends with (CONTRACT.md, "Exit codes").
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message_id: str, /, **facts: Any) -> None:
        """Keep the reason; `str()` gives the id and facts for logs, never for people."""
        self.reason = because(message_id, **facts)
        super().__init__(f"{message_id} {facts}" if facts else message_id)


class Refused(AdminError):
    """A rule says no."""


class Stale(Refused):
    """The record is no longer what the operator saw."""


class NotFound(Refused):
    """There is no such record, or none the operator may see."""


class Invalid(Refused):
    """What was filled in cannot be taken; `reasons` says why, by field name."""

    def __init__(self, reasons: Mapping[str, Reason]) -> None:
        """Keep the reason of each field."""
        super().__init__("fields_invalid", fields=", ".join(reasons))
        self.reasons = dict(reasons)


class Misconfigured(AdminError):
    """The call or the configuration is wrong."""

    exit_code = 2


class Denied(AdminError):
    """The operator does not have the right."""

    exit_code = 3


class OutOfReach(AdminError):
    """The store or the mail server does not answer, or is not what it should be."""

    exit_code = 4
