"""A new password by a link that is mailed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tui_admin.domain.addresses import read_address
from tui_admin.domain.errors import Refused
from tui_admin.portal import cookies
from tui_admin.portal.problems import problems

if TYPE_CHECKING:
    from starlette.responses import Response

    from tui_admin.portal.call import Call

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{20,100}")


async def ask(call: Call) -> Response:
    """Ask for the address to mail a link to."""
    return _ask(call)


def _ask(call: Call, error: Refused | None = None) -> Response:
    return call.page(
        "forgot",
        422 if error else 200,
        problems=problems(error, call.words, "email") if error else None,
        values={"email": ""},
    )


async def mail_link(call: Call) -> Response:
    """Have a link mailed, if there is an account; the answer never tells."""
    try:
        read_address(call.field("email"))  # what is no address is no secret
        await call.joining.ask_password(call.field("email"), call.language)
    except Refused as error:
        return _ask(call, error)
    return call.go("/password/sent")


async def link_mailed(call: Call) -> Response:
    """Say where to look."""
    return call.notice("forgot_sent", 200, ("/sign-in", "sign_in_title"))


async def open_link(call: Call) -> Response:
    """Take the token out of the address, so that it is in no later one."""
    token = call.request.path_params["token"]
    if not _TOKEN.fullmatch(token):
        raise Refused("password_link_over")
    answer = call.go("/password/new")
    call.jar.put(answer, cookies.PASSWORD_LINK, token)
    return answer


async def show(call: Call) -> Response:
    """Ask for the new password."""
    return await _show(call)


async def _show(call: Call, error: Refused | None = None) -> Response:
    token = call.cookie(cookies.PASSWORD_LINK)
    if not token:
        return call.go("/password")
    found = problems(error, call.words, "password") if error else None
    email = await call.joining.password_link(token)
    return call.page("new_password", 422 if error else 200, problems=found, email=email)


async def set_password(call: Call) -> Response:
    """Set the password and sign in."""
    token = call.cookie(cookies.PASSWORD_LINK)
    try:
        passed = await call.joining.set_password(token, call.field("password"))
    except Refused as error:
        return await _show(call, error)
    return call.passed(passed, forget=(cookies.PASSWORD_LINK,))
