"""One e-mail address: whether it is one, and whose it is.

Identity is DESIGN.md rule 9: split on the last ASCII @, trimmed, the local part NFKC and
case-folded, the domain as IDNA 2008 A-labels. Plus tags and dots are different people.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from functools import lru_cache
from typing import Final, NamedTuple

from tui_admin.domain.errors import Reason, Refused, because
from tui_admin.domain.text import EDGES, HOSTILE, ZERO_WIDTH, safe

LONGEST: Final = 254
"""Characters in an address (RFC 5321, errata 1690)."""

LONGEST_LOCAL: Final = 64


class Address(NamedTuple):
    """An address that was judged good.

    `typed` is for display (trimmed, NFC), `key` is the identity, `local` the part before the @ as
    it was typed (NFC), `domain` the A-labels.
    """

    typed: str
    key: str
    local: str
    domain: str

    @property
    def mailbox(self) -> str:
        """Return the address as mail is sent to it: the local part as typed, an ASCII domain."""
        return f"{self.local}@{self.domain}"


_ATOM = r"[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]+"
_LABEL = r"(?!..--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_TOP = r"(?!..--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z])?"
_RESERVED = frozenset({"arpa", "invalid", "local", "localhost", "onion"})

# The common case without the library's 129 µs. Stricter than it (no Punycode, nothing but ASCII):
# a property test holds that whatever matches here is valid there, with the same domain.
_PLAIN_LOCAL = re.compile(rf"(?=.{{1,64}}\Z){_ATOM}(?:\.{_ATOM})*")
_PLAIN = re.compile(rf"(?=.{{1,64}}@)({_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.)+({_TOP}))")

# Letters and marks that show nothing: two addresses that look alike must not be two people.
_IGNORED = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
)
# A replacement character says that a byte was lost: whoever was meant, it is not this address.
_INVISIBLE = re.compile(f"[{ZERO_WIDTH}{_IGNORED}\ufffd]")
_AT_EDGES = EDGES + "\u200e\u200f"


def read_address(text: str) -> Address:
    """Return the address a text stands for; raises `Refused` saying why it is none.

    Blanks and invisible characters at the edges are trimmed; inside they are refused.
    """
    address = judge_address(text)
    if isinstance(address, Reason):
        raise Refused(address.id, **address.values)
    return address


def identity_key(text: str) -> str:
    """Return the identity key of an address; raises `Refused` as `read_address` does."""
    return read_address(text).key


def domain_word(text: str) -> str:
    """Return part of a domain as identity keys have it: as A-labels, where that can be done."""
    import idna

    word = text.strip().removeprefix("@").casefold()
    if word.isascii():
        return word
    with suppress(idna.IDNAError, UnicodeError):
        return idna.encode(word).decode("ascii")
    return word


def domain_of(key: str) -> str:
    """Return the domain of an identity key, as A-labels."""
    return key.rpartition("@")[2]


def judge_address(text: str) -> Address | Reason:
    """Return the address, or the reason why the text is none.

    As `read_address`, for those who judge many and must not stop at one.
    """
    text = text.strip(_AT_EDGES)
    if len(text) > LONGEST:
        return because("address_too_long", limit=LONGEST, length=len(text))
    plain = _PLAIN.fullmatch(text)
    if plain and (top := plain[3].lower()) not in _RESERVED and top[-1].isalpha():
        return Address(text, text.lower(), plain[1], plain[2].lower())
    return _judge_slowly(text)


@lru_cache(maxsize=4096)
def _judge_slowly(text: str) -> Address | Reason:
    """Judge by the library; remembered, since live verdicts ask again at every key."""
    hidden = HOSTILE.search(text) or _INVISIBLE.search(text)
    if hidden:
        character = f"U+{ord(hidden.group()):04X}"
        return because("address_control_character", at=hidden.start() + 1, character=character)
    typed = unicodedata.normalize("NFC", text)
    local, at, domain = typed.rpartition("@")
    if not at:
        return because("address_no_at")
    found = _domain_of(local, domain)
    if found is None or "." not in found:
        return _why_not(local, domain)
    domain, folded = found, _folded(local)
    key = f"{folded}@{domain}"
    # Folding can bring in an @ or a bracket (NFKC of their full-width forms); such an address
    # could pose as somebody else's, or be a key that is no address.
    if folded != local and _domain_of(folded, domain) is None:
        return _why_not(folded, domain)
    return Address(typed, key, local, domain)


def _domain_of(local: str, domain: str) -> str | None:
    """Return the domain of a good address as A-labels, None where the address is not good."""
    if not _PLAIN_LOCAL.fullmatch(local):
        return _validated(f"{local}@{domain}")
    found = _domain_alone(domain)
    longest = max(len(domain), len(found or ""))
    return found if len(local) + 1 + longest <= LONGEST else None


@lru_cache(maxsize=1024)
def _domain_alone(domain: str) -> str | None:
    """Return a domain as A-labels; a list of many people has few domains."""
    return _validated(f"a@{domain}")


def _folded(local: str) -> str:
    """Return Unicode's NFKC_Casefold, as far as the standard library has it."""
    for _ in range(2):
        local = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", local).casefold())
    return local


def _validated(text: str) -> str | None:
    """Return the A-label domain, or None where the library refuses."""
    import idna
    from email_validator import EmailNotValidError, validate_email

    try:
        # `test_environment` lets the reserved .test through: demonstrations live there.
        found = validate_email(text, strict=True, check_deliverability=False, test_environment=True)
        # Encoded anew, so that two spellings of one Punycode label cannot be two people.
        return str(idna.encode(found.domain).decode("ascii"))
    except (EmailNotValidError, idna.IDNAError):
        return None


# Compiled when first needed, since that takes 5 ms each; `re` keeps them.
_NOT_IN_LOCAL = r"[^A-Za-z0-9_!#$%&'*+\-/=?^`{|}~.\u0080-\U0010FFFF]"
_NOT_IN_DOMAIN = r"[^A-Za-z0-9\-.\u0080-\U0010FFFF]"


def _why_not(local: str, domain: str) -> Reason:
    """Return the nearest reason for an address the library refused; positions count from one."""
    detail = safe(domain, 60)
    if not local or not domain:
        return because("address_no_domain" if local else "address_no_local")
    if "@" in local:
        return because("address_two_ats", at=local.index("@") + 1)
    if len(local) > LONGEST_LOCAL:
        return because("address_local_too_long", limit=LONGEST_LOCAL, length=len(local))
    if odd := re.search(_NOT_IN_LOCAL, local):
        return because("address_bad_local", at=odd.start() + 1, detail=odd.group())
    if any(part.startswith(".") or part.endswith(".") or ".." in part for part in (local, domain)):
        return because("address_dots")
    if odd := re.search(_NOT_IN_DOMAIN, domain):
        at = len(local) + 2 + odd.start()
        return because("address_bad_domain", at=at, detail=detail)
    if "." not in domain and domain.isascii():
        return because("address_domain_without_dot", detail=detail)
    if domain.rpartition(".")[2].lower() in _RESERVED:
        return because("address_reserved_domain", detail=detail)
    if local.isascii():
        return because("address_bad_domain", at=len(local) + 2, detail=detail)
    return because("address_bad_local", at=1, detail=safe(local, 60))
