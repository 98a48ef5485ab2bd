"""Keep the process as small at the end of a day as it was in the morning."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Final

_ARENA_MAX: Final = -8
"""`M_ARENA_MAX` of glibc's <malloc.h>."""


def share_one_heap() -> None:
    """Have all threads take memory from one heap, where the C library is glibc; else do nothing.

    By itself each thread that reads the store keeps a heap of its own, and what one of them gave
    back the others cannot use: 20 MiB with a million users. Call it before the threads begin.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
