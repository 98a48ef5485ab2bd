"""The cookies: the session, the links that were opened, and the visitor that forms are for.

With TLS their names begin with `__Host-`, by which a browser takes them from this very host alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

SESSION: Final = "session"
VISITOR: Final = "visitor"
INVITATION: Final = "invitation"
PASSWORD_LINK: Final = "password_link"  # noqa: S105 - a name
AGES: Final = {SESSION: 7 * 86_400, VISITOR: 7 * 86_400, INVITATION: 86_400, PASSWORD_LINK: 3_600}
"""How long a browser keeps each, in seconds; the services decide how long it is worth anything."""

LONGEST: Final = 500
"""What is longer was not made by us."""


class Jar:
    """Cookies by their short names."""

    def __init__(self, *, secure: bool) -> None:
        """Take whether visitors come by TLS: a browser keeps no secure cookie without it."""
        self._secure = secure

    def get(self, request: HTTPConnection, name: str) -> str:
        """Return a cookie's value, empty where there is none that could be ours."""
        value = request.cookies.get(self.name(name), "")
        return value if len(value) <= LONGEST and value.isascii() else ""

    def put(self, response: Response, name: str, value: str) -> None:
        """Have the browser keep a value, out of any script's reach."""
        response.set_cookie(
            self.name(name),
            value,
            max_age=AGES[name],
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def drop(self, response: Response, name: str) -> None:
        """Have the browser forget a value."""
        response.delete_cookie(
            self.name(name), path="/", secure=self._secure, httponly=True, samesite="lax"
        )

    def name(self, name: str) -> str:
        """Return a cookie's full name."""
        return f"__Host-{name}" if self._secure else name
