"""Starting something in the background, the one way."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from textual.dom import DOMNode


class Stoppable(Protocol):
    """Something that takes its time, and ends soon once `stopped` is set."""

    stopped: bool


def background(
    node: DOMNode,
    work: Callable[..., Coroutine[Any, Any, None]],
    *arguments: Any,
    group: str,
    name: str = "",
    exclusive: bool = True,
) -> None:
    """Run a coroutine as a worker of the node; with `exclusive` the group's others are given up.

    The function and not its coroutine is handed over, so that work which is given up before it
    began leaves nothing behind that was never awaited.
    """
    call = cast("Any", partial(work, *arguments))
    node.run_worker(call, name=name, group=group, exclusive=exclusive)
