"""What one call of the command line knows, and how its body is run."""

from __future__ import annotations

import functools
import gc
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Concatenate, ParamSpec

import click

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
    from pathlib import Path
    from typing import Any

    from tui_admin.services.facade import Desk, Hub
    from tui_admin.settings import Settings

P = ParamSpec("P")


class Call:
    """The options that may stand anywhere on the line, gathered as they are read."""

    def __init__(self) -> None:
        """Begin with none of them given."""
        self.config: Path | None = None
        self.as_name: str | None = None
        self.as_json = False

    @functools.cached_property
    def settings(self) -> Settings:
        """The settings; Misconfigured with every problem where they are not right."""
        from tui_admin.settings import load

        return load(self.config)

    @asynccontextmanager
    async def hub(self) -> AsyncIterator[Hub]:
        """Open the store for as long as the body runs.

        Everything is imported by now: garbage collection, off since the start, comes back.
        """
        from tui_admin import bootstrap

        gc.enable()
        hub = await bootstrap.connect(self.settings, origin="cli")
        try:
            yield hub
        finally:
            await hub.close()

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[Desk]:
        """Open the store and say who acts; Denied, Misconfigured or NotFound where nobody may."""
        from tui_admin.cli.identity import claim, operator

        who = claim(self.settings.operator, self.as_name)
        async with self.hub() as hub:
            yield hub.acting(await operator(who, hub.operators))


def run(body: Coroutine[Any, Any, int]) -> None:
    """Run the body of a command and end the call with the exit code that it returns."""
    import asyncio

    click.get_current_context().exit(asyncio.run(body))


def at_desk(
    body: Callable[Concatenate[Call, Desk, P], Awaitable[int]],
) -> Callable[P, None]:
    """Make a command of a coroutine that works with the services as the operator."""

    @functools.wraps(body)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        call = click.get_current_context().ensure_object(Call)

        async def work() -> int:
            async with call.desk() as desk:
                return await body(call, desk, *args, **kwargs)

        run(work())

    return command
