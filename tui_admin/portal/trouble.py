"""Pages for what cannot be shown or done: refused, gone, forged, away, or a slip of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException

from tui_admin.domain.errors import AdminError, Denied, NotFound, OutOfReach
from tui_admin.portal import cookies
from tui_admin.portal.csrf import FIELD
from tui_admin.portal.door import TooLarge
from tui_admin.portal.forms import SECRET, NotAForm

if TYPE_CHECKING:
    from starlette.responses import Response

    from tui_admin.portal.call import Call

SIGN_IN: Final = ("/sign-in", "sign_in_title")
STATUSES: Final = {404: "not_found", 405: "not_allowed", 413: "too_large"}
GONE: Final[dict[str, tuple[str, int, *tuple[tuple[str, str], ...]]]] = {
    "invitation_unknown": ("link_unknown", 404),
    "claim_unknown": ("claim_unknown", 404),
    "product_unknown": ("product_unknown", 404),
    "password_link_over": ("password_over", 410, ("/password", "password_over_again")),
}
"""What is not there, by reason: what to say, the status, and the ways on."""

KEPT: Final = (
    "email",
    "password",
    "code",
    "given_names",
    "family_name",
    "date_of_birth",
    "phone",
    "organisation_name",
    "registration_number",
    "coupon",
)
"""The fields that people see, in the order of the pages."""


def answer(call: Call, error: Exception) -> Response:
    """Return the page for whatever kept another page from being shown."""
    if isinstance(error, OutOfReach):
        return away(call)
    if isinstance(error, AdminError):
        return refused(call, error)
    if isinstance(error, TooLarge):
        return call.notice("too_large", 413)
    if isinstance(error, NotAForm):
        return call.notice("bad_form", 400)
    if isinstance(error, HTTPException):
        said = STATUSES.get(error.status_code, "bad_form")
        page = call.notice(said, error.status_code)
        page.headers.update(error.headers or {})
        return page
    incident = call.site.record(error)
    return call.notice("trouble", 500, incident=incident)


def refused(call: Call, error: AdminError) -> Response:
    """Return the page for what the rules say no to and no filling in can mend."""
    reason = error.reason
    if reason.id in GONE:
        said, status, *links = GONE[reason.id]
        return call.notice(said, status, *links)
    if reason.id == "invitation_is":
        return _over(call, str(reason.values.get("status", "")))
    if reason.id == "session_over":
        return _session_over(call)
    if isinstance(error, NotFound):
        return call.notice("not_found", 404)
    status = 403 if isinstance(error, Denied) else 409
    return call.notice("refused", status, why=call.words.reason(reason))


def _over(call: Call, status: str) -> Response:
    if status == "accepted":
        return call.notice("over_accepted", 410, SIGN_IN)
    said = "over_expired" if status in ("expired", "failed") else "over_revoked"
    return call.notice(said, 410)


def _session_over(call: Call) -> Response:
    """Say that one has to begin again, with the ways there are to do so."""
    if call.cookie(cookies.INVITATION):
        return call.notice("session_over", 403, ("/invitation", "to_invitation"), SIGN_IN)
    return call.notice("session_over", 403, SIGN_IN)


def forged(call: Call) -> Response:
    """Turn away a form that another site, or nobody, gave to this browser."""
    path = call.request.url.path
    return call.notice("forgery", 403, (_asked_at(path), "open_again"))


def _asked_at(path: str) -> str:
    """Return the page with the form that is sent to a path."""
    return path.removesuffix("/again").removesuffix("/complete").removesuffix("/withdraw")


def away(call: Call) -> Response:
    """Say that the store does not answer, with what was typed, ready to be sent again."""
    typed = {name: text for name, text in call.fields.items() if name != FIELD}
    page = call.page(
        "away",
        503,
        path=call.request.url.path,
        asked=call.request.method == "POST",
        typed=[name for name in KEPT if name in typed],
        hidden={name: text for name, text in typed.items() if name not in KEPT},
        secret=any(name in typed for name in SECRET),
    )
    page.headers["Retry-After"] = "10"
    return page
