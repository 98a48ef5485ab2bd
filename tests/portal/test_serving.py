"""The portal as a process of its own, over a real socket, and beside a dashboard."""

from __future__ import annotations

import asyncio
import http.client
import re
import signal
import socket
import threading
import urllib.parse
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.cli.deployment import FOUNDER, Deployment, closed_port
from tests.portal.conftest import site_of
from tui_admin import bootstrap
from tui_admin.domain.errors import Misconfigured, OutOfReach
from tui_admin.portal import beside as portal_beside
from tui_admin.portal.serving import listen, serve
from tui_admin.settings import load

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.company import Company
    from tui_admin.portal.beside import Beside


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    made = Deployment(tmp_path)
    text = made.config.read_text()
    made.config.write_text(text.replace("https://join.acme.example", "http://127.0.0.1:8080"))
    made.ok("init", *FOUNDER)
    return made


class Portal:
    """A portal that runs."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, said: list[str]) -> None:
        self.process, self.port, self.said = process, port, said

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Send one request and return its answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, text

    def stop(self) -> int:
        """Tell it to stop, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def serving(deployment: Deployment) -> Iterator[Portal]:
    """Run `tui-admin portal`, and wait until it answers."""
    port, said = closed_port(), list[str]()
    process = deployment.process("portal", "--port", str(port))
    assert process.stderr is not None
    assert process.stdout is not None
    try:
        first = process.stderr.readline().decode()
        said.append(first)
        assert "Serving http://127.0.0.1:8080" in first, first
        for stream in (process.stderr, process.stdout):
            reader = threading.Thread(
                target=lambda lines=stream: said.extend(map(bytes.decode, lines)), daemon=True
            )
            reader.start()
        # It listens already: the question waits until the store is open.
        yield Portal(process, port, said)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def test_it_serves_until_told_to_stop_and_no_token_is_in_what_it_says(
    deployment: Deployment,
) -> None:
    token = "secret-token-" + "x" * 30
    with serving(deployment) as portal:
        assert portal.ask("GET", "/healthz")[::2] == (200, "ok\n")
        status, headers, _ = portal.ask("GET", f"/invitation/{token}?code={token}")
        assert (status, headers["location"]) == (303, "/invitation")
        cookie = headers["set-cookie"].partition(";")[0]
        status, _, text = portal.ask("GET", "/invitation", cookie=cookie)
        assert status == 404
        assert "This link does not work" in text
        portal.ask("GET", "/%zz/" + token)
        assert portal.stop() == 0
        assert token not in "".join(portal.said)
    assert not [*deployment.folder.glob("state/**/*.txt")]


def test_a_body_without_its_length_is_cut_off(deployment: Deployment) -> None:
    with serving(deployment) as portal:
        connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=30)
        parts = (b"email=" + b"x" * 8192 for _ in range(64))
        try:
            connection.request(
                "POST",
                "/sign-in",
                parts,
                {"Content-Type": "application/x-www-form-urlencoded"},
                encode_chunked=False,
            )
            status = connection.getresponse().status
        except (ConnectionResetError, BrokenPipeError):
            status = 413  # it hung up while we were still sending
        connection.close()
        assert status == 413
        assert portal.ask("GET", "/healthz")[0] == 200


def test_a_form_goes_round_over_a_real_socket(deployment: Deployment) -> None:
    with serving(deployment) as portal:
        _, headers, text = portal.ask("GET", "/sign-in")
        cookie = headers["set-cookie"].partition(";")[0]
        token = re.search(r'name="csrf" value="([0-9a-f]+)"', text)
        assert token is not None
        fields = {"csrf": token[1], "email": "nobody@acme.example", "password": "not the password"}
        status, _, text = portal.ask(
            "POST",
            "/sign-in",
            urllib.parse.urlencode(fields).encode(),
            content_type="application/x-www-form-urlencoded",
            cookie=cookie,
        )
        assert status == 422
        assert "nobody@acme.example" in text


def test_a_port_that_is_taken_is_said_once(deployment: Deployment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = deployment.run("portal", "--port", str(port))
    assert result.exit_code == 2
    assert result.stderr.count("another program does") == 1
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("portal_url", "in_clear"),
    [
        ("http://join.acme.example", True),
        ("https://join.acme.example", False),
        ("http://127.0.0.1:8080", False),
    ],
)
def test_passwords_in_clear_are_warned_of(portal_url: str, in_clear: bool) -> None:
    settings = load(environ={"TUI_ADMIN_ENVIRONMENT__PORTAL_URL": portal_url})
    assert bootstrap.portal_in_clear(settings) is in_clear


def test_a_host_that_is_not_ours_is_said(deployment: Deployment) -> None:
    with pytest.raises(Misconfigured) as refused:
        listen("192.0.2.1", closed_port())
    assert refused.value.reason.id == "portal_cannot_listen"


def test_without_a_store_there_is_no_portal(deployment: Deployment) -> None:
    deployment.store.unlink()
    result = deployment.run("portal", "--port", str(closed_port()))
    assert result.exit_code == 4
    assert "Serving" not in result.stderr
    assert "Traceback" not in result.stderr


def beside(deployment: Deployment, port: int) -> Beside:
    settings = load(deployment.config, environ={})
    return bootstrap.portal_beside(
        settings._replace(portal=settings.portal._replace(port=port, with_dashboard=True))
    )


def test_beside_a_dashboard_it_runs_in_a_thread_of_its_own(deployment: Deployment) -> None:
    port = closed_port()
    portal = beside(deployment, port)
    portal.listening.wait(30)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()
    portal.stop()
    portal.thread.join(30)
    assert not portal.thread.is_alive()


def test_a_dashboard_takes_over_from_another_that_leaves(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal_beside, "LOOK_AGAIN", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as other:
        portal = beside(deployment, other.getsockname()[1])
        assert not portal.listening.is_set()
    assert portal.listening.wait(30)
    portal.stop()
    portal.thread.join(30)
    assert not portal.thread.is_alive()


def test_a_dashboard_that_never_had_its_turn_leaves_at_once(deployment: Deployment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        portal = beside(deployment, other.getsockname()[1])
        portal.stop()
        portal.thread.join(30)
        assert not portal.thread.is_alive()
        assert not portal.listening.is_set()


class House:
    """Services that note when they are tidied, and whose store is away then."""

    def __init__(self) -> None:
        self.tidied = asyncio.Event()

    async def tidy(self) -> None:
        self.tidied.set()
        raise OutOfReach("store_busy")


async def test_it_keeps_house_while_it_serves(small: Company) -> None:
    house, stop = House(), asyncio.Event()
    site = site_of(small)._replace(joining=house)  # type: ignore[arg-type]
    with listen("127.0.0.1", 0) as listener:
        serving_it = asyncio.ensure_future(serve(site, listener, stop))
        await house.tidied.wait()
        stop.set()
        await serving_it
