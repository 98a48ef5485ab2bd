"""The portal as an ASGI application: which path is which page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tui_admin.domain.errors import AdminError
from tui_admin.portal import (
    account,
    csrf,
    domain,
    invitation,
    passwords,
    registration,
    rendering,
    trouble,
)
from tui_admin.portal.call import Call
from tui_admin.portal.door import Door
from tui_admin.portal.forms import read_form

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from tui_admin.portal.site import Site

    Handler = Callable[[Call], Awaitable[Response]]
    Endpoint = Callable[[Request], Awaitable[Response]]

SHOWN: dict[str, Handler] = {
    "/": account.home,
    "/invitation": invitation.show,
    "/invitation/{token}": invitation.open_link,
    "/register/{product}": invitation.register,
    "/account/password": account.password,
    "/account/code": account.code,
    "/account/code/sent": account.code_sent,
    "/account/code/again": account.code,
    "/sign-in": account.sign_in,
    "/signed-out": account.signed_out,
    "/password": passwords.ask,
    "/password/sent": passwords.link_mailed,
    "/password/new": passwords.show,
    "/password/{token}": passwords.open_link,
    "/domain/{token}": domain.show,
    "/registration": registration.overview,
    "/registration/{number:int}": registration.show,
    "/registration/{number:int}/saved": registration.kept,
    "/registration/{number:int}/complete": registration.show,
    "/registration/{number:int}/withdraw": registration.sure,
}
"""What is looked at: nothing changes however often that is."""

SENT: dict[str, Handler] = {
    "/invitation": invitation.accept,
    "/register/{product}": invitation.begin,
    "/account/password": account.choose_password,
    "/account/code": account.verify,
    "/account/code/again": account.mail_again,
    "/sign-in": account.enter,
    "/sign-out": account.sign_out,
    "/password": passwords.mail_link,
    "/password/new": passwords.set_password,
    "/domain/{token}": domain.confirm,
    "/registration/{number:int}": registration.hand_in,
    "/registration/{number:int}/complete": registration.complete,
    "/registration/{number:int}/withdraw": registration.withdraw,
}
"""What forms are sent to."""


def make_app(site: Site) -> ASGIApp:
    """Return the application."""
    routes = [Route("/healthz", _health(site)), Route("/static/{name}", _static)]
    for path in {**SHOWN, **SENT}:
        endpoints = {
            method: handler
            for method, handlers in (("GET", SHOWN), ("POST", SENT))
            if (handler := handlers.get(path))
        }
        routes.append(Route(path, _page(site, endpoints), methods=[*endpoints]))
    app = Starlette(
        routes=routes,
        exception_handlers={HTTPException: _not_here(site)},
    )
    app.router.redirect_slashes = False
    return Door(app, site.address)


def _page(site: Site, handlers: dict[str, Handler]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        call = Call(site, request)
        try:
            if request.method == "POST":
                return await _sent(call, handlers["POST"])
            return await handlers["GET"](call)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except Exception as error:
            return _in_trouble(call, error)

    return endpoint


async def _sent(call: Call, handler: Handler) -> Response:
    """Take a form, unless another site had a hand in it."""
    if not csrf.comes_from_us(call.request.headers, call.site.address.origin):
        return trouble.forged(call)
    call.fields = await read_form(call.request)
    return await handler(call) if call.genuine else trouble.forged(call)


def _in_trouble(call: Call, error: Exception) -> Response:
    """Return a page about the error; where even that fails, a line of text."""
    try:
        return trouble.answer(call, error)
    except Exception as another:
        call.site.record(another)
        return PlainTextResponse("Something went wrong.", 500)


def _not_here(site: Site) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        return _in_trouble(Call(site, request), error)

    return answer


def _health(site: Site) -> Endpoint:
    async def endpoint(_request: Request) -> Response:
        try:
            await site.alive()
        except AdminError:
            return PlainTextResponse("The store does not answer.\n", 503)
        except Exception as error:
            site.record(error)
            return PlainTextResponse("Something is wrong with the store.\n", 503)
        return PlainTextResponse("ok\n")

    return endpoint


async def _static(request: Request) -> Response:
    found = rendering.static_files().get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    body, kind = found
    kept = "public, max-age=31536000, immutable"
    return Response(body, media_type=kind, headers={"Cache-Control": kept})
