"""The portal as a process of its own, and a store that has something to register for."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import urllib.request
from typing import TYPE_CHECKING, Self

from sqlalchemy import insert

from tests.support.company import Company
from tests.support.stores import run_apart
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.dashboard import Deployment
    from tests.support.smtp import Caught, SmtpServer

PATIENCE = 30.0
"""Seconds until it is given up that the portal comes up."""

TOKEN = re.compile(r"(?:invitation|password)/([\w-]{20,})")


def stocked(store_url: str) -> None:
    """Put a product and a coupon into a store."""

    async def stock() -> None:
        async with Company.at(store_url) as company:
            await company.add_product("eherkenning-3", needs_approval=True)
            await company.execute(
                schema.product.update().values(name="eHerkenning level 3", price_cents=1995)
            )
            await company.execute(insert(schema.coupon).values(code="WELCOME10"))

    run_apart(stock())


class Portal:
    """`tui-admin portal` of a deployment; a context manager. Leaving it checks a clean end."""

    def __init__(self, deployment: Deployment, port: int) -> None:
        """Take where it listens; nothing is started yet."""
        self.url = f"http://127.0.0.1:{port}"
        self._deployment, self._port = deployment, port
        self._log = deployment.directory / "portal.log"

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._deployment.argv("portal", "--port", self._port),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment(),
                cwd=self._deployment.directory,
            )
        self._wait_until_it_serves()
        return self

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self._deployment.environment()}

    def _wait_until_it_serves(self) -> None:
        until = time.monotonic() + PATIENCE
        while not self._serves():
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < until, self._log.read_text()
            time.sleep(0.05)

    def _serves(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def __exit__(self, *trouble: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        if not any(trouble):
            assert code == 0, self._log.read_text()
            assert "Traceback" not in self._log.read_text()

    def kept_its_secrets(self, mail_server: SmtpServer) -> None:
        """Fail where the token of a link that was mailed stands in what the portal said."""
        said = self._log.read_text()
        tokens = {token for mail in mail_server.mails for token in TOKEN.findall(text_of(mail))}
        assert not [each for each in tokens if each in said]


def text_of(mail: Caught) -> str:
    """Return the plain text of a mail."""
    plain = mail.message.get_body(("plain",))
    assert plain is not None
    return str(plain.get_content())
