"""Getting an account, or into it: password, code, signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.domain.errors import AdminError, Denied, Refused
from tui_admin.domain.joining import Step
from tui_admin.portal import cookies
from tui_admin.portal.problems import problems
from tui_admin.portal.steps import path_of

if TYPE_CHECKING:
    from starlette.responses import Response

    from tui_admin.domain.joining import Visit
    from tui_admin.portal.call import Call


async def home(call: Call) -> Response:
    """Send whoever comes without a link to where they left off, or to signing in."""
    return call.go(path_of(await call.look()))


async def password(call: Call) -> Response:
    """Ask for a password, also instead of one that was chosen already."""
    visit = await call.look()
    if visit.step not in (Step.PASSWORD, Step.CODE):
        return call.go(path_of(visit))
    return _password(call, visit)


def _password(call: Call, visit: Visit, error: Refused | None = None) -> Response:
    return call.page(
        "password",
        422 if error else 200,
        step=Step.PASSWORD,
        problems=problems(error, call.words, "password") if error else None,
        email=visit.email,
    )


async def choose_password(call: Call) -> Response:
    """Take the password and have the code mailed."""
    try:
        passed = await call.joining.choose_password(call.session, call.field("password"))
    except Refused as error:
        return _password(call, await call.look(), error)
    return call.passed(passed)


async def code(call: Call) -> Response:
    """Ask for the code."""
    visit = await call.look()
    return _code(call, visit) if visit.step == Step.CODE else call.go(path_of(visit))


async def code_sent(call: Call) -> Response:
    """Ask for the code after another one was mailed."""
    visit = await call.look()
    return _code(call, visit, sent=True) if visit.step == Step.CODE else call.go(path_of(visit))


def _code(
    call: Call, visit: Visit, error: Refused | None = None, *, sent: bool = False
) -> Response:
    return call.page(
        "code",
        422 if error else 200,
        step=Step.CODE,
        problems=problems(error, call.words, "code") if error else None,
        email=visit.email,
        sent=sent,
    )


async def verify(call: Call) -> Response:
    """Take the code; the link that led here holds no more afterwards."""
    try:
        passed = await call.joining.verify(call.session, call.field("code").strip())
    except Refused as error:
        return _code(call, await call.look(), error)
    return call.passed(passed)


async def mail_again(call: Call) -> Response:
    """Have another code mailed."""
    try:
        await call.joining.send_code_again(call.session)
    except Refused as error:
        return _code(call, await call.look(), error)
    return call.go("/account/code/sent")


async def sign_in(call: Call) -> Response:
    """Ask who it is."""
    visit = await call.look()
    return _sign_in(call, visit) if visit.member is None else call.go(path_of(visit))


def _sign_in(call: Call, visit: Visit, error: AdminError | None = None) -> Response:
    linking = visit.step == Step.SIGN_IN
    return call.page(
        "sign_in",
        422 if error else 200,
        step=Step.SIGN_IN if linking else None,
        problems=problems(error, call.words, "email", "password") if error else None,
        values={"email": visit.email if linking else ""},
        email=visit.email if linking else "",
    )


async def enter(call: Call) -> Response:
    """Sign in; the answer to a wrong password is the one to an unknown address."""
    try:
        passed = await call.joining.sign_in(
            call.session, call.field("email"), call.field("password")
        )
    except (Refused, Denied) as error:
        return _sign_in(call, await call.look(), error)
    return call.passed(passed)


async def sign_out(call: Call) -> Response:
    """End the session."""
    await call.joining.sign_out(call.session)
    answer = call.go("/signed-out")
    for name in (cookies.SESSION, cookies.INVITATION, cookies.PASSWORD_LINK):
        call.jar.drop(answer, name)
    return answer


async def signed_out(call: Call) -> Response:
    """Say that the session ended."""
    return call.notice("signed_out", 200, ("/sign-in", "sign_in_title"))
