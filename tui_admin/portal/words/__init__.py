"""What the pages say, in the languages they speak; a test holds the languages to the same keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tui_admin.domain.text import safe
from tui_admin.i18n import say
from tui_admin.portal.words import dutch, english

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.errors import Reason

_SPOKEN = {"en": english, "nl": dutch}
LANGUAGES: Final = tuple(_SPOKEN)
"""The first is spoken to whoever asks for none of them."""

_FEW_LEFT: Final[dict[tuple[str, Any], str]] = {
    ("code_wrong", 0): "code_over",
    ("code_wrong", 1): "code_wrong_last",
}
"""Under which id a reason goes with so many tries left."""


class Words:
    """The texts of one language."""

    def __init__(self, language: str) -> None:
        """Take one of `LANGUAGES`."""
        self.language = language
        self._texts: dict[str, str] = _SPOKEN[language].TEXTS
        self._reasons: dict[str, str] = _SPOKEN[language].REASONS

    def __call__(self, key: str, /, **facts: Any) -> str:
        """Return a text, filled with what it mentions."""
        return self._texts[key].format(**facts)

    def reason(self, reason: Reason) -> str:
        """Return why something cannot be, beside the field that it is about."""
        facts = reason.values
        text = self._reasons.get(_FEW_LEFT.get((reason.id, facts.get("left")), reason.id))
        if text is None:
            return say(reason)
        shown = {
            name: safe(each) if isinstance(each, str) else each for name, each in facts.items()
        }
        return text.format(**shown)

    def day(self, when: datetime) -> str:
        """Return a moment in words, with its time zone."""
        from tui_admin.mail.words import date_words

        return date_words(when, self.language)


def chosen(accepted: str) -> str:
    """Return the language that a browser likes best of those we speak (`nl-BE, en;q=0.8`)."""
    liked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted[:500].split(",")):
        tag, _, weight = part.partition(";")
        base = tag.strip().lower().partition("-")[0]
        if base in LANGUAGES:
            liked.append((-_weight(weight), place, base))
    best = min(liked, default=(0.0, 0, LANGUAGES[0]))
    return best[2] if best[0] < 0 else LANGUAGES[0]


def _weight(text: str) -> float:
    name, _, number = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(number), 0.0), 1.0)
    except ValueError:
        return 0.0
