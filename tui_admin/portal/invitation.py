"""The first page of an invitation, and of registering by oneself: what is offered, and to whom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tui_admin.domain.errors import NotFound, Refused
from tui_admin.domain.joining import Step
from tui_admin.portal import cookies, csrf
from tui_admin.portal.problems import problems

if TYPE_CHECKING:
    from starlette.responses import Response

    from tui_admin.domain.joining import Offer
    from tui_admin.portal.call import Call

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{20,100}")
BETWEEN: Final = "."
KEPT: Final = 4
"""How many links one browser may have open at once."""


async def open_link(call: Call) -> Response:
    """Take the token out of the address, so that it is in no later one; nothing else happens."""
    token = call.request.path_params["token"]
    if not _TOKEN.fullmatch(token):
        raise NotFound("invitation_unknown", id=0)
    others = [each for each in _tokens(call) if each != token]
    answer = call.go("/invitation")
    call.jar.put(answer, cookies.INVITATION, BETWEEN.join([*others, token][-KEPT:]))
    return answer


def _tokens(call: Call) -> list[str]:
    """Return the tokens of the links that this browser opened, the latest last."""
    return [each for each in call.cookie(cookies.INVITATION).split(BETWEEN) if each]


def _mark(token: str) -> str:
    """Return what a form carries instead of its token."""
    return csrf.form_token(token)[:16]


async def show(call: Call) -> Response:
    """Show what the invitation offers whose link was opened last."""
    tokens = _tokens(call)
    if not tokens:
        return call.notice("link_missing", 404, ("/sign-in", "sign_in_title"))
    return await _page(call, tokens[-1])


async def _page(call: Call, token: str, error: Refused | None = None) -> Response:
    offer = await call.joining.invited(token)
    await call.look()
    return call.page(
        "accept",
        422 if error else 200,
        step=Step.ACCEPT,
        problems=problems(error, call.words, "email") if error else None,
        values={"email": offer.email},
        offer=offer,
        mark=_mark(token),
        sentence=sentence(offer),
        until=call.words.day(offer.expires_at) if offer.expires_at else "",
    )


async def accept(call: Call) -> Response:
    """Take up the invitation that the form is about, which need not be the one opened last."""
    tokens, mark = _tokens(call), call.field("invitation")
    token = next((each for each in reversed(tokens) if mark in ("", _mark(each))), "")
    if not token:
        return call.go("/invitation")
    try:
        passed = await call.joining.accept(token, call.field("email"), call.session, call.language)
    except Refused as error:
        return await _page(call, token, error)
    return call.passed(passed)


def sentence(offer: Offer) -> str:
    """Return the key of the sentence that says what one is invited to."""
    if offer.product:
        return "accept_product_organisation" if offer.organisation else "accept_product"
    return "accept_organisation" if offer.organisation else "accept_environment"


async def register(call: Call) -> Response:
    """Show what one may register for by oneself."""
    return await _register(call)


async def _register(call: Call, error: Refused | None = None) -> Response:
    code = call.request.path_params["product"]
    offer = await call.joining.offered(code)
    await call.look()
    return call.page(
        "register",
        422 if error else 200,
        step=Step.ACCEPT,
        problems=problems(error, call.words, "email") if error else None,
        values={"email": ""},
        offer=offer,
        code=code,
    )


async def begin(call: Call) -> Response:
    """Begin to register: with the account that is signed in, or with an address."""
    code = call.request.path_params["product"]
    visit = await call.look()
    try:
        if visit.member is not None:
            return call.passed(await call.joining.start(call.session, code))
        passed = await call.joining.begin(code, call.field("email"), call.session, call.language)
    except Refused as error:
        return await _register(call, error)
    return call.passed(passed)
