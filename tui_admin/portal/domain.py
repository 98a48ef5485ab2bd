"""The page on which whoever runs a domain says that it is this environment's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tui_admin.domain.errors import NotFound

if TYPE_CHECKING:
    from starlette.responses import Response

    from tui_admin.portal.call import Call

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{20,100}")


async def show(call: Call) -> Response:
    """Ask; looking at it changes nothing, since mail scanners do."""
    token = _token(call)
    domain, who = await call.joining.claim_of(token)
    await call.look()
    return call.page("domain", domain=domain, who=who, token=token, values={})


async def confirm(call: Call) -> Response:
    """Take a plain yes."""
    domain = await call.joining.confirm_claim(_token(call))
    await call.look()
    return call.page("domain_claimed", domain=domain, values={})


def _token(call: Call) -> str:
    token = str(call.request.path_params["token"])
    if not _TOKEN.fullmatch(token):
        raise NotFound("claim_unknown")
    return token
