"""The first page of an invitation, and of registering by oneself: what is offered, and to whom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tui_admin.domain.errors import NotFound, Refused
from tui_admin.domain.joining import Step
from tui_admin.portal import cookies
from tui_admin.portal.problems import problems

if TYPE_CHECKING:
    from starlette.responses import Response

    from tui_admin.domain.joining import Offer
    from tui_admin.portal.call import Call

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{20,100}")
SIGNED_IN: Final = frozenset({Step.DETAILS, Step.WAITING, Step.APPROVED, Step.COMPLETED})


async def open_link(call: Call) -> Response:
    """Take the token out of the address, so that it is in no later one; nothing else happens."""
    token = call.request.path_params["token"]
    if not _TOKEN.fullmatch(token):
        raise NotFound("invitation_unknown", id=0)
    answer = call.go("/invitation")
    call.jar.put(answer, cookies.INVITATION, token)
    return answer


async def show(call: Call) -> Response:
    """Show what the invitation offers."""
    token = call.cookie(cookies.INVITATION)
    if not token:
        return call.notice("link_missing", 404, ("/sign-in", "sign_in_title"))
    return await _page(call, token)


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
        sentence=sentence(offer),
        until=call.words.day(offer.expires_at) if offer.expires_at else "",
    )


async def accept(call: Call) -> Response:
    """Take up the invitation with an address."""
    token = call.cookie(cookies.INVITATION)
    if not token:
        return call.go("/invitation")
    try:
        async with call.at_least_the_floor():
            passed = await call.joining.accept(
                token, call.field("email"), call.session, call.language
            )
    except Refused as error:
        return await _page(call, token, error)
    done = (cookies.INVITATION,) if passed.step in SIGNED_IN else ()
    return call.passed(passed, forget=done)


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
        async with call.at_least_the_floor():
            passed = await call.joining.begin(
                code, call.field("email"), call.session, call.language
            )
    except Refused as error:
        return await _register(call, error)
    return call.passed(passed)
