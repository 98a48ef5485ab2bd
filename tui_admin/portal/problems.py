"""Refusals as a form shows them: beside the field that can mend it, or above all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui_admin.domain.errors import Invalid

if TYPE_CHECKING:
    from tui_admin.domain.errors import AdminError
    from tui_admin.portal.words import Words

_ABOUT: Final = {
    "address": "email",
    "account_blocked": "email",
    "password": "password",
    "sign_in_failed": "password",
    "text": "password",
    "code": "code",
}
"""Which field a reason is about, by how its id begins; the page may not have that field."""

ELSEWHERE: Final = (
    "invitation_unknown",
    "invitation_is",
    "product_unknown",
    "password_link_over",
    "registration_unknown",
    "registration_is",
    "session_over",
)
"""Reasons that no filling in mends: they have pages of their own."""


def problems(error: AdminError, words: Words, *fields: str) -> dict[str, str]:
    """Return what to say, by field name; under "" what none of the page's fields is about.

    Raises the error again where no form can mend it.
    """
    if isinstance(error, Invalid):
        return {name: words.reason(reason) for name, reason in error.reasons.items()}
    reason = error.reason
    if reason.id in ELSEWHERE:
        raise error
    about = next((field for start, field in _ABOUT.items() if reason.id.startswith(start)), "")
    return {about if about in fields else "": words.reason(reason)}
