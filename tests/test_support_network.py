from __future__ import annotations

import asyncio
import errno
import socket

import pytest

from tests.support.network import is_near


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", b"localhost", None])
def test_this_machine_is_near(host: str | bytes | None) -> None:
    assert is_near(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org", "127.0.0.1.example"])
async def test_everything_else_is_shut(host: str) -> None:
    assert not is_near(host)
    with pytest.raises(OSError, match="loopback"):
        await asyncio.open_connection(host, 9)


def test_a_plain_socket_is_shut_too() -> None:
    with socket.socket() as client:
        assert client.connect_ex(("192.0.2.1", 9)) == errno.ENETUNREACH


async def test_loopback_is_open() -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
