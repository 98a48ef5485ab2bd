"""What every request passes before a page sees it, and every answer on its way out.

Foreign hosts are turned away, a body is cut off at its cap while it streams in, and the headers
that keep a page to itself are put on whatever goes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from tui_admin.portal.address import Address

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY: Final = 64 * 1024
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
ONLY_TLS: Final = (b"strict-transport-security", b"max-age=31536000")
NOT_KEPT: Final = (b"cache-control", b"no-store")


class TooLarge(Exception):
    """A body went over its cap."""


class Door:
    """The one middleware, outermost."""

    def __init__(self, app: App, address: Address) -> None:
        """Stand before an app that is reached under an address."""
        self._app, self._address = app, address
        self._headers = [*HEADERS, *([ONLY_TLS] if address.secure else [])]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        out = self._dressed(send)
        if not self._known(scope):
            await _plain(out, 400, "Unknown host.")
            return
        if _announced(scope) > LARGEST_BODY:
            await _plain(out, 413, "Too large.")
            return
        await self._app(self._below(scope), _capped(receive), out)

    def _known(self, scope: Scope) -> bool:
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            return False
        # Whatever watches whether we live asks from beside us, by a number.
        near = scope["path"] == "/healthz" and self._address._replace(host="127.0.0.1").knows(
            hosts[0]
        )
        return near or self._address.knows(hosts[0])

    def _below(self, scope: Scope) -> Scope:
        """Take off the path that the whole portal is under, as far as no proxy did so already."""
        under = self._address.path
        if not under or not scope["path"].startswith(f"{under}/"):
            return scope
        return {**scope, "path": scope["path"].removeprefix(under)}

    def _dressed(self, send: Send) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = list(message.get("headers", ()))
                names = {name.lower() for name, _ in there}
                added = [each for each in (*self._headers, NOT_KEPT) if each[0] not in names]
                message = {**message, "headers": [*there, *added]}
            await send(message)

        return dressed


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _capped(receive: Receive) -> Receive:
    """Count a body as it comes: what it says of its own length may be missing, or a lie."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_BODY:
            raise TooLarge
        return message

    return counted


async def _plain(send: Send, status: int, words: str) -> None:
    body = words.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
