"""From what was decided to the bytes of a message: kind, language and facts in, MIME out.

Pure and slow (about 3 ms, most of it the standard library's): call it off the event loop.
"""

from __future__ import annotations

import hashlib
import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tui_admin.domain.errors import Refused
from tui_admin.mail.facts import (
    ANSWERED,
    HIDDEN,
    NEEDED,
    language_of,
    prepare,
    without_secrets,
    without_tokens,
)
from tui_admin.mail.guard import a_label, header_line, name_line
from tui_admin.mail.headers import Mailbox, reads_back, written
from tui_admin.mail.templating import OURS, Templates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SUBJECT_LIMIT: Final = 180

_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._~+=$-]+@[A-Za-z0-9.-]+>")
_REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,80}")


class Sender(NamedTuple):
    """Who our mails come from: `mail.from_address` and the name beside it."""

    address: str
    name: str


class Letter(NamedTuple):
    """A message that was decided on.

    `message_id` and `date` were fixed when it was queued, so that every attempt has the same
    bytes. `reply_to` is the inviter's address; `reference` becomes X-Entity-Ref-ID, which keeps
    mail programs from folding several invitations into one thread.
    """

    kind: str
    language: str
    to: str
    to_name: str
    facts: Mapping[str, Any]
    message_id: str
    date: datetime
    reply_to: str | None
    reference: str


class Composed(NamedTuple):
    """A message ready for the wire. `text` is its plain text as it may be shown: without secrets.

    Only `data` holds the live token or code.
    """

    subject: str
    data: bytes
    text: str


class Preview(NamedTuple):
    """A message as a screen shows it: nothing in it opens anything."""

    subject: str
    text: str


def compose(letter: Letter, sender: Sender, templates: Templates = OURS) -> Composed:
    """Return the message; raises `Refused` where the letter cannot become exactly what it says.

    Ids: those of `facts.prepare`, `mail_address_unusable`, `mail_template_failed` and
    `mail_not_composable`.
    """
    language = language_of(letter.language)
    recipient = _mailbox(letter.to)
    reply_to = _reply_to(letter)
    facts = prepare(letter.kind, language, letter.facts)
    facts |= {"language": language, "can_reply": bool(reply_to)}
    subject = _subject(templates, letter.kind, language, facts)
    text = templates.render(f"{language}/{letter.kind}.txt.j2", facts)
    html = templates.render(f"{language}/{letter.kind}.html.j2", facts | {"subject": subject})
    to = Mailbox(name_line(letter.to_name), recipient)
    headers = _headers(letter, sender, reply_to, subject, to)
    data = written(headers) + _alternatives(letter.message_id, text, html)
    if not reads_back(data, headers):
        raise Refused("mail_not_composable", to=letter.to)
    seen = templates.render(f"{language}/{letter.kind}.txt.j2", without_secrets(facts))
    return Composed(subject, data, without_tokens(seen))


def preview(
    kind: str, language: str, facts: Mapping[str, Any], templates: Templates = OURS
) -> Preview:
    """Return a message as a screen may show it, whether or not the facts still have the token."""
    language = language_of(language)
    shown = prepare(kind, language, {**facts, **_UNKNOWN, **_known(facts)})
    known = bool(shown["inviter_email"]) or "inviter_name" not in NEEDED[kind]
    answered = kind in ANSWERED and known
    shown = without_secrets(shown | {"language": language, "can_reply": answered})
    if "link" in shown and not facts.get("link"):
        shown["link"] = HIDDEN
    text = templates.render(f"{language}/{kind}.txt.j2", shown)
    return Preview(_subject(templates, kind, language, shown), without_tokens(text))


_UNKNOWN: Final = {"link": "https://link.invalid", "code": "000000"}
"""What stands for a secret that a preview does not have."""


def _known(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in _UNKNOWN if facts.get(name)}


def shown(text: str) -> str:
    """Return a message's text as it may be shown after sending: each link's token is a mark."""
    return without_tokens(text)


# Headers


def _mailbox(address: str) -> str:
    mailbox = a_label(address)
    if mailbox is None:
        raise Refused("mail_address_unusable", address=address)
    return mailbox


def _reply_to(letter: Letter) -> str | None:
    """Return the address for Reply-To, None where nobody is behind or no server could carry it."""
    address = letter.reply_to
    if letter.kind not in ANSWERED or not address or address == letter.to:
        return None
    mailbox = a_label(address)
    return mailbox if mailbox and mailbox.isascii() else None


def _headers(
    letter: Letter, sender: Sender, reply_to: str | None, subject: str, to: Mailbox
) -> dict[str, str | Mailbox]:
    if not _MESSAGE_ID.fullmatch(letter.message_id) or not _REFERENCE.fullmatch(letter.reference):
        raise Refused("mail_not_composable", to=letter.to)
    headers: dict[str, str | Mailbox] = {
        "Message-ID": letter.message_id,
        "Date": format_datetime(letter.date),
        "From": Mailbox(name_line(sender.name), _mailbox(sender.address)),
        "To": to,
    }
    if reply_to:
        headers["Reply-To"] = Mailbox("", reply_to)
    return headers | {
        "Subject": subject,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Entity-Ref-ID": letter.reference,
    }


def _alternatives(message_id: str, text: str, html: str) -> bytes:
    """Return the text and the page as MIME, from its first header on."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(boundary(message_id))
    return message.as_bytes()


def boundary(message_id: str) -> str:
    """Return what a message's parts are told apart by: the same letter gives the same bytes."""
    digest = hashlib.sha256(message_id.encode()).hexdigest()
    return f"=_{digest[:32]}"  # which cannot occur in quoted-printable text


def _subject(templates: Templates, kind: str, language: str, facts: dict[str, Any]) -> str:
    return header_line(templates.render(f"{language}/{kind}.subject.j2", facts), SUBJECT_LIMIT)
