"""A mail's own headers, written so that they read back as exactly what was meant.

`EmailMessage` folds a header of several encoded words so that blanks between them are lost
(CPython gh-92081), so these lines come from the older `email.header`, which does not.
"""

from __future__ import annotations

import re
from email.header import Header
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import quote
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tui_admin.domain.text import header_safe

if TYPE_CHECKING:
    from collections.abc import Mapping

LINE: Final = 76
"""Characters of a header line before it is folded."""

_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


class Mailbox(NamedTuple):
    """An address in a header; `name` may be empty."""

    name: str
    address: str


def written(headers: Mapping[str, str | Mailbox]) -> bytes:
    """Return the header lines, each with its CRLF.

    Raises `Refused("header_unsafe")` on a value that could be more than one header.
    """
    return b"".join(f"{name}: {_value(name, each)}\r\n".encode() for name, each in headers.items())


def reads_back(data: bytes, headers: Mapping[str, str | Mailbox]) -> bool:
    """Tell whether a whole message, read anew, has these headers, those of MIME and no other."""
    message = BytesParser(EmailMessage, policy=SMTP).parsebytes(data, headersonly=True)
    expected = sorted([*headers, "MIME-Version", "Content-Type"])
    if sorted(message) != expected or message.defects:
        return False
    return all(_same(message[name], value) for name, value in headers.items())


def _value(header: str, value: str | Mailbox) -> str:
    if not isinstance(value, Mailbox):
        return _folded(header, value)
    bracketed = f"<{header_safe(value.address)}>"
    if not value.name:
        return bracketed
    if value.name.isascii():
        plain = _ATOMS.fullmatch(header_safe(value.name))
        phrase = value.name if plain else f'"{quote(value.name)}"'
    else:
        phrase = _folded(header, value.name)
    used = len(header) + 2 + len(phrase) if "\n" not in phrase else LINE
    return f"{phrase} {bracketed}" if used + len(bracketed) < LINE else f"{phrase}\r\n {bracketed}"


def _folded(header: str, text: str) -> str:
    charset = "us-ascii" if text.isascii() else "utf-8"
    folded = Header(header_safe(text), charset, maxlinelen=LINE, header_name=header)
    return folded.encode(linesep="\r\n")


def _same(read: Any, meant: str | Mailbox) -> bool:
    if isinstance(meant, Mailbox):
        # The parser keeps a UTF-8 local part as escaped bytes.
        found = [each.addr_spec.encode(errors="surrogateescape") for each in read.addresses]
        return found == [meant.address.encode()]
    return str(read) == meant
