"""Foreign text made fit for a mail's header, addresses for an SMTP command, messages for DATA.

Inputs refuse hostile text already (:mod:`tui_admin.domain.text`); this is the second line, right
before the wire, for what came into the store by another way.
"""

from __future__ import annotations

import re

from tui_admin.domain.text import EDGES, NAME_LIMIT, safe

WORDS_LIMIT = 300
"""Most characters kept of what a mail server said."""

_URL = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.)\S*", re.IGNORECASE)
_BARE_ENDINGS = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_UNSAFE_IN_ADDRESS = re.compile(r'[\s<>"(),:;\\\[\]\x00-\x20\x7f-\x9f]')


def one_line(text: str, limit: int) -> str:
    """Return `text` on one line with marks for what is hidden, at most `limit` characters."""
    return safe(" ".join(text.split()).strip(EDGES), limit)


def header_line(text: str, limit: int) -> str:
    """Return `text` for a header: on one line, and with no start of an encoded word.

    The standard library decodes `=?…?=` in a value it is given, line ends included, so that a
    display name could carry a header of its own.
    """
    return one_line(text.replace("=?", "= ?"), limit)


def name_line(text: str) -> str:
    """Return the name of a person or organisation for headers and sentences: short, no URL."""
    return header_line(_URL.sub("…", text), NAME_LIMIT)


def server_words(text: str) -> str:
    """Return what a server said, safe to show, at most 300 characters."""
    return one_line(text, WORDS_LIMIT)


def a_label(address: str) -> str | None:
    """Return `address` with its domain in ASCII, or None where it cannot be a mailbox.

    The local part is left as it is; whether the server takes a non-ASCII one is known only after
    its greeting. Laxer than `domain.addresses`, since a sender may be at a host without a dot.
    """
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or "@" in local or len(address) > 320:
        return None
    if _UNSAFE_IN_ADDRESS.search(address) or safe(local) != local:
        return None
    if domain.isascii():
        return address
    import idna

    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError:
        return None


def wire(data: bytes) -> bytes:
    """Return a message as DATA wants it, without the final dot: CRLF only, leading dots doubled.

    A bare CR or LF would let a message end early at some servers (SMTP smuggling).
    """
    endings = data.count(b"\r\n")
    if data.count(b"\n") != endings or data.count(b"\r") != endings:
        data = _BARE_ENDINGS.sub(b"\r\n", data)
    if not data.endswith(b"\r\n"):
        data += b"\r\n"
    # Looking for one is forty times as quick as replacing none.
    if data.startswith(b".") or b"\n." in data:
        data = _LEADING_DOT.sub(b"..", data)
    return data
