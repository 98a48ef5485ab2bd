"""Tokens of links, and the audit log's hash chain."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

GENESIS = "0" * 64
"""The hash before the first event."""


def new_token() -> str:
    """Return 256 random bits in a form that a link can carry."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what the store keeps of a token.

    A plain SHA-256 is enough for 256 random bits: there is nothing to guess at.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def canonical(facts: dict[str, Any]) -> str:
    """Return the one text an event is hashed as: sorted keys, no white space, UTF-8 kept."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chain(previous: str, text: str) -> str:
    """Return the hash of an event whose text follows an event of hash `previous`."""
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
