"""Where the portal is to its visitors: what its links, cookies and checks go by."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")

_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::[0-9]{1,5})?")


class Address(NamedTuple):
    """The address that the configuration gives, taken apart.

    `path` is what stands before every page's path: empty where the portal has a name of its own.
    """

    origin: str
    host: str
    path: str

    @property
    def secure(self) -> bool:
        """Say whether visitors come by TLS."""
        return self.origin.startswith("https://")

    @property
    def near(self) -> bool:
        """Say whether only this machine can be meant."""
        return is_loopback(self.host)

    def knows(self, host: str) -> bool:
        """Say whether a request's Host is one that the portal goes by."""
        name = host_name(host)
        return name == self.host or (self.near and is_loopback(name))


def address_of(portal_url: str) -> Address:
    """Take the configured address apart."""
    parts = urlsplit(portal_url)
    return Address(
        f"{parts.scheme}://{parts.netloc}", (parts.hostname or "").lower(), parts.path.rstrip("/")
    )


def host_name(host: str) -> str:
    """Return the name in a Host header, without its port; empty where it is none."""
    found = _HOST.fullmatch(host)
    return (found[1] or found[2]).lower().rstrip(".") if found else ""


def is_loopback(name: str) -> bool:
    """Say whether a name means this machine, without asking anybody."""
    if name in LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
