"""Every network but loopback is shut: to a test it looks as if the cable were out."""

from __future__ import annotations

import errno
import ipaddress
import socket
from typing import Any

_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex
_getaddrinfo = socket.getaddrinfo


def is_near(host: str | bytes | None) -> bool:
    """Return whether the host is this machine, without asking anybody."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in (None, "", "localhost", "localhost.localdomain"):
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _is_open(address: Any) -> bool:
    return not isinstance(address, tuple) or is_near(address[0])


def _guarded_connect(self: socket.socket, address: Any) -> None:
    if not _is_open(address):
        raise OSError(errno.ENETUNREACH, f"tests stay on loopback, not {address!r}")
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    return _connect_ex(self, address) if _is_open(address) else errno.ENETUNREACH


def _guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    if not is_near(host):
        raise socket.gaierror(socket.EAI_NONAME, f"tests stay on loopback, not {host!r}")
    return _getaddrinfo(host, *args, **kwargs)


def shut() -> None:
    """Refuse connections and look-ups that would leave this machine, until `reopen`."""
    _put(_guarded_connect, _guarded_connect_ex, _guarded_getaddrinfo)


def reopen() -> None:
    """Undo `shut`."""
    _put(_connect, _connect_ex, _getaddrinfo)


def _put(connect: Any, connect_ex: Any, getaddrinfo: Any) -> None:
    setattr(socket.socket, "connect", connect)  # noqa: B010 - the types forbid the plain form
    setattr(socket.socket, "connect_ex", connect_ex)  # noqa: B010
    socket.getaddrinfo = getaddrinfo
