"""What each kind of letter says: which facts it needs, and how they are made fit for a template."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from tui_admin.domain.errors import Refused
from tui_admin.domain.text import safe
from tui_admin.mail.guard import name_line, one_line
from tui_admin.mail.words import LANGUAGES, date_words

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTE_LIMIT: Final = 1000
"""Characters of an inviter's note that go into a mail."""

NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "invitation": ("environment", "inviter_name", "organisation", "product", "link", "expires_at"),
    "revocation": ("environment", "inviter_name", "organisation", "product"),
}
"""The facts without which a kind cannot be composed; the empty text says "none"."""

HIDDEN: Final = "…"
"""What stands where a link's token was."""

_LINK = re.compile(r"https?://[^\s\"'<>\\\x00-\x20\x7f]+")
_TOKEN_LINK = re.compile(r"(https?://[^\s\"'<>]*/)[A-Za-z0-9_-]{20,}")


def language_of(language: str) -> str:
    """Return the language to write in: the one asked for, its base (`nl-BE` → `nl`), or English."""
    base = language.lower().replace("_", "-").partition("-")[0]
    return base if base in LANGUAGES else LANGUAGES[0]


def prepare(kind: str, language: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts as the templates take them.

    Raises `Refused`: `mail_kind_unknown`, `mail_fact_missing`, `mail_link_unusable`.
    """
    if kind not in NEEDED:
        raise Refused("mail_kind_unknown", kind=kind)
    for name in NEEDED[kind]:
        if name not in facts:
            raise Refused("mail_fact_missing", kind=kind, fact=name)
    ready: dict[str, Any] = {
        name: name_line(str(facts.get(name) or ""))
        for name in ("environment", "inviter_name", "organisation", "product", "invitee_name")
    }
    ready["inviter_email"] = one_line(str(facts.get("inviter_email") or ""), 254)
    ready["inviter"] = ready["inviter_name"] or ready["inviter_email"] or ready["environment"]
    if kind == "invitation":
        ready["note_lines"] = _note(str(facts.get("note") or ""))
        ready["link"] = _link(str(facts["link"]))
        ready["expires_words"] = _expiry(facts, language)
    return ready


def without_tokens(text: str) -> str:
    """Return a mail's text with the token of every link replaced by a mark."""
    return _TOKEN_LINK.sub(rf"\1{HIDDEN}", text)


def _note(note: str) -> list[str]:
    shown = safe(note.replace("\r\n", "\n").strip(), NOTE_LIMIT, lines=True)
    return re.sub(r"\n{3,}", "\n\n", shown).split("\n") if shown else []


def _link(link: str) -> str:
    if not _LINK.fullmatch(link) or not link.isascii():
        raise Refused("mail_link_unusable")
    return link


def _expiry(facts: Mapping[str, Any], language: str) -> str:
    words = facts.get("expires_words")
    if words:
        return one_line(str(words), 80)
    when = facts["expires_at"]
    if isinstance(when, str):  # as it comes back from the store's JSON
        when = datetime.fromisoformat(when)
    return date_words(when, language)
