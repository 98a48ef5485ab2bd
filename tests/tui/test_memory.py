"""Threads that read the store take their memory from one heap."""

from __future__ import annotations

import subprocess
import sys

import pytest

THREADS = """
import ctypes, sys, threading
from tui_admin.tui.terminal.memory import share_one_heap
if sys.argv[1] == "shared":
    share_one_heap()
together = threading.Barrier(4)
def fill():
    together.wait()
    kept = [bytearray(1000) for _ in range(100)]
    together.wait()
threads = [threading.Thread(target=fill) for _ in range(4)]
for each in threads: each.start()
for each in threads: each.join()
ctypes.CDLL(None).malloc_stats()
"""


@pytest.mark.parametrize(("how", "one"), [("shared", True), ("apart", False)])
def test_threads_share_one_heap_once_that_is_said(how: str, one: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", THREADS, how], capture_output=True, text=True, check=False
    )
    if "malloc_stats" in done.stderr:
        pytest.skip("the C library has no heaps of threads")
    assert done.returncode == 0
    assert (done.stderr.count("Arena") == 1) is one
