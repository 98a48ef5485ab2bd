"""Made-up facts for every kind of mail: what templates are checked and shown with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tui_admin.mail.compose import SUBJECT_LIMIT
from tui_admin.mail.facts import ANSWERED, NEEDED, language_of, prepare
from tui_admin.mail.guard import header_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_admin.mail.templating import Templates

LINK: Final = "https://portal.example.org/invitation/EXAMPLE-of-a-link-that-opens-nothing"
CODE: Final = "123456"
REASON: Final = "The number is that of another company."

FULL: Final[dict[str, Any]] = {
    "environment": "Example",
    "inviter_name": "Anna de Vries",
    "inviter_email": "anna.devries@acme.example",
    "organisation": "Acme Nederland BV",
    "product": "eHerkenning level 3",
    "invitee_name": "Jan Jansen",
    "note": "Welcome to the team.\nCall me if anything is unclear.",
    "link": LINK,
    "code": CODE,
    "minutes": 15,
    "number": 3,
    "overdue": 1,
    "hours": 24,
    "days": 7,
    "domain": "acme.example",
    "since": datetime(2030, 1, 29, 9, 30, tzinfo=UTC),
    "people": [
        {"who": "Jan Jansen", "email": "jan@south.example", "organisation": "Acme Nederland BV"},
        {"who": "Els Smit", "email": "els@north.example", "organisation": ""},
    ],
    "who": "Jan Jansen",
    "email": "jan.jansen@south.example",
    "reason": REASON,
    "expires_at": datetime(2030, 1, 31, 14, 5, tzinfo=UTC),
}
"""Somebody of whom everything is known."""

BARE: Final[dict[str, Any]] = {
    **FULL,
    **dict.fromkeys(
        ("inviter_name", "inviter_email", "organisation", "product", "invitee_name", "note"), ""
    ),
    "minutes": 1,
    "number": 1,
    "overdue": 0,
    "hours": 1,
    "people": [{"who": "", "email": "jan@south.example", "organisation": ""}],
}
"""Somebody of whom nothing is known but the address."""


class Sample(NamedTuple):
    """A mail as its recipient would read it, of made-up facts."""

    subject: str
    text: str
    html: str


def prepared(kind: str, language: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the templates of a kind are given; raises what `facts.prepare` raises."""
    given = {name: facts[name] for name in {*NEEDED.get(kind, ()), *_ALWAYS}}
    ready = prepare(kind, language, given)
    return ready | {
        "language": language,
        "can_reply": kind in ANSWERED and bool(facts["inviter_email"]),
    }


_ALWAYS = ("inviter_name", "inviter_email", "organisation", "product", "invitee_name", "note")


def sample(kind: str, language: str, templates: Templates, **other: Any) -> Sample:
    """Return a mail of made-up facts, `other` in place of some of them."""
    language = language_of(language)
    facts = prepared(kind, language, {**FULL, **other})
    name = f"{language}/{kind}"
    subject = header_line(templates.render(f"{name}.subject.j2", facts), SUBJECT_LIMIT)
    return Sample(
        subject,
        templates.render(f"{name}.txt.j2", facts),
        templates.render(f"{name}.html.j2", facts | {"subject": subject}),
    )
