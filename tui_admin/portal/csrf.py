"""Whether a form was sent from a page of ours, by the browser that we gave it to.

Two checks, either of which would do: what the browser says about where the request comes from, and
a token in the form that only a page of ours can hold. The token is an HMAC keyed by a random cookie
that no script and no other host can read, so nothing is kept, and a restart invalidates no form.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELD: Final = "csrf"


def new_visitor() -> str:
    """Return a value for the cookie of a browser that comes for the first time."""
    return secrets.token_urlsafe(32)


def form_token(visitor: str) -> str:
    """Return what a form for this browser carries."""
    return hmac.new(visitor.encode(), b"form", hashlib.sha256).hexdigest()


def is_ours(visitor: str, token: str) -> bool:
    """Say whether a form's token is the one of the browser that sends it."""
    return bool(visitor) and hmac.compare_digest(form_token(visitor).encode(), token.encode())


def comes_from_us(headers: Mapping[str, str], origin: str) -> bool:
    """Say whether the browser's own word rules out another site; `origin` is the portal's.

    Browsers older than `Sec-Fetch-Site` send an Origin, which is `null` under our own policy of
    sending no referrer; scripts send neither. Both are left to the token.
    """
    site = headers.get("sec-fetch-site", "")
    if site:
        return site in ("same-origin", "none")
    sender = headers.get("origin", "")
    if sender in ("", "null"):
        return True
    # Visitors of a portal on this machine may come by another of its names, or through a tunnel.
    here = f"{origin.partition('://')[0]}://{headers.get('host', '')}"
    return sender in (origin, here)
