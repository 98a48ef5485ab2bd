"""The command `tui-admin`: what has to be settled before anything else is imported."""

from __future__ import annotations

import gc
import os


def main() -> None:
    """Prepare the process and hand over to the command line.

    Garbage collection is off while modules load, which shortens the start by a tenth; the dashboard
    and the long-running commands turn it on again once they are up. Variables that would make
    Textual import a class or write a file of the caller's choice are dropped. What the program
    writes (a store, its journal, a crash report) is for its owner alone.
    """
    gc.disable()
    os.umask(0o077)
    for name in [name for name in os.environ if name.startswith("TEXTUAL_")]:
        del os.environ[name]

    from tui_admin.cli.main import run

    run()


if __name__ == "__main__":
    main()
