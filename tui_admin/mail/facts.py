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
    from collections.abc import Callable, Mapping

NOTE_LIMIT: Final = 1000
"""Characters of an inviter's note that go into a mail."""

NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "invitation": ("environment", "inviter_name", "organisation", "product", "link", "expires_at"),
    "reminder": ("environment", "inviter_name", "organisation", "product", "link", "expires_at"),
    "revocation": ("environment", "inviter_name", "organisation", "product"),
    "verification": ("environment", "product", "organisation", "code", "minutes"),
    "has_account": ("environment", "product", "link"),
    "set_password": ("environment", "link", "minutes"),
    "reset_password": ("environment", "link", "minutes"),
    "approval_asked": ("environment", "product", "organisation", "number", "who", "email"),
    "approval_digest": ("environment", "number", "overdue", "hours", "since", "people"),
    "approval_overdue": ("environment", "number", "overdue", "hours", "since", "people"),
    "approved": ("environment", "product", "organisation", "link"),
    "rejected": ("environment", "product", "organisation", "reason"),
    "more_asked": ("environment", "product", "organisation", "reason", "link"),
    "completed": ("environment", "product", "organisation"),
    "authority_asked": ("environment", "organisation", "who", "email"),
    "domain_claim": ("environment", "domain", "who", "link", "days"),
}
"""The facts without which a kind cannot be composed; the empty text says "none"."""

ABOUT: Final = {
    "invitation": "somebody is invited, or invited again",
    "reminder": "an invitation is about to expire (invitations.remind_before)",
    "revocation": "an invitation that was sent is revoked",
    "verification": "somebody who registers proves an address",
    "has_account": "somebody registers with an address that has an account",
    "set_password": "an operator mails a link to set a first password",
    "reset_password": "somebody asks for a new password, or an operator does",
    "approval_asked": "registrations wait for those who may approve them",
    "approval_digest": "it is the hour of the digest of who waits for approval",
    "approval_overdue": "registrations wait longer than was promised (approvals.target_hours)",
    "approved": "a registration is approved",
    "rejected": "a registration is rejected",
    "more_asked": "more is asked of somebody before their registration is decided on",
    "completed": "a registration is complete",
    "authority_asked": "a member asks to become company administrator",
    "domain_claim": "an e-mail domain is claimed, to postmaster or admin of that domain",
}
"""When each kind goes out, for operators."""

ANSWERED: Final = frozenset(
    {"invitation", "reminder", "revocation", "approval_asked", "approved", "rejected", "more_asked"}
)
"""Kinds behind which somebody stands whom an answer may go to."""

HIDDEN: Final = "…"
"""What stands where a link's token or a code was."""

REASON_LIMIT: Final = 500
"""Characters of the reason for a rejection, or of what is asked."""

_LINK = re.compile(r"https?://[^\s\"'<>\\\x00-\x20\x7f]+")
_CODE = re.compile(r"[0-9]{6}")
_TOKEN_LINK = re.compile(r"(https?://[^\s\"'<>]*/)[A-Za-z0-9_-]{20,}")


def language_of(language: str) -> str:
    """Return the language to write in: the one asked for, its base (`nl-BE` → `nl`), or English."""
    base = language.lower().replace("_", "-").partition("-")[0]
    return base if base in LANGUAGES else LANGUAGES[0]


def prepare(kind: str, language: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts as the templates take them.

    Raises `Refused`: `mail_kind_unknown`, `mail_fact_missing`, `mail_fact_unusable`,
    `mail_link_unusable`.
    """
    if kind not in NEEDED:
        raise Refused("mail_kind_unknown", kind=kind)
    for name in NEEDED[kind]:
        if name not in facts:
            raise Refused("mail_fact_missing", kind=kind, fact=name)
    ready: dict[str, Any] = {name: name_line(str(facts.get(name) or "")) for name in _NAMES}
    ready["inviter_email"] = one_line(str(facts.get("inviter_email") or ""), 254)
    ready["inviter"] = ready["inviter_name"] or ready["inviter_email"] or ready["environment"]
    if "expires_at" in NEEDED[kind]:
        ready["expires_words"] = _expiry(facts, language)
    if "since" in NEEDED[kind]:
        ready["since_words"] = _moment(facts["since"], language)
    if kind == "invitation":
        ready["note_lines"] = _note(str(facts.get("note") or ""))
    return ready | {
        name: _PARTS[name](kind, facts[name]) for name in _PARTS.keys() & set(NEEDED[kind])
    }


def without_tokens(text: str) -> str:
    """Return a mail's text with the token of every link replaced by a mark."""
    return _TOKEN_LINK.sub(rf"\1{HIDDEN}", text)


def without_secrets(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return prepared facts as they may be shown: no code, no token of a link."""
    hidden = {"code": HIDDEN} if "code" in facts else {}
    if "link" in facts:
        hidden["link"] = without_tokens(str(facts["link"]))
    return {**facts, **hidden}


def _note(note: str) -> list[str]:
    shown = safe(note.replace("\r\n", "\n").strip(), NOTE_LIMIT, lines=True)
    return re.sub(r"\n{3,}", "\n\n", shown).split("\n") if shown else []


def _link(_kind: str, given: Any) -> str:
    link = str(given)
    if not _LINK.fullmatch(link) or not link.isascii():
        raise Refused("mail_link_unusable")
    return link


def _code(kind: str, given: Any) -> str:
    if not _CODE.fullmatch(str(given)):
        raise Refused("mail_fact_unusable", kind=kind, fact="code")
    return str(given)


def _person(given: Mapping[str, Any]) -> dict[str, str]:
    """Return one of those who wait, each word of theirs fit for a line."""
    names = {name: name_line(str(given.get(name) or "")) for name in ("who", "organisation")}
    return names | {"email": one_line(str(given.get("email") or ""), 254)}


def _number(kind: str, given: Any) -> int:
    try:
        return int(given)
    except (TypeError, ValueError) as error:
        raise Refused("mail_fact_unusable", kind=kind, fact="number") from error


_NAMES = ("environment", "inviter_name", "organisation", "product", "invitee_name", "who")
_PARTS: dict[str, Callable[[str, Any], Any]] = {
    "link": _link,
    "code": _code,
    "minutes": _number,
    "number": _number,
    "overdue": _number,
    "hours": _number,
    "days": _number,
    "domain": lambda _kind, given: one_line(str(given), 254),
    "people": lambda _kind, given: [_person(each) for each in given],
    "email": lambda _kind, given: one_line(str(given), 254),
    "reason": lambda _kind, given: one_line(str(given), REASON_LIMIT),
}
"""How the facts that only some kinds have are made fit."""


def _expiry(facts: Mapping[str, Any], language: str) -> str:
    words = facts.get("expires_words")
    if words:
        return one_line(str(words), 80)
    return _moment(facts["expires_at"], language)


def _moment(when: datetime | str, language: str) -> str:
    if isinstance(when, str):  # as it comes back from the store's JSON
        when = datetime.fromisoformat(when)
    return date_words(when, language)
