"""A short chaos run: nothing is lost, and nobody has more than two copies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_killed_workers_lose_no_mail(empty_url: str, engine: str) -> None:
    if engine == "sqlite":
        Path(empty_url.removeprefix("sqlite:///")).touch(mode=0o600)
    options = ["--mails", "60", "--kills", "4", "--workers", "2", "--seed", "7", "--limit", "240"]
    command = [sys.executable, "-m", "tests.chaos", "--store", engine, "--url", empty_url]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, *options], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost 0" in done.stdout
    assert "ended by itself" not in done.stderr
