"""What became of one delivery, from the phase it reached and the answer it got.

Pure: the connection reports phase, code and words, and this module says what they mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from tui_admin.mail.guard import server_words

if TYPE_CHECKING:
    from tui_admin.domain.errors import Reason

Phase = Literal["connecting", "greeting", "tls", "auth", "envelope", "body", "reply", "done"]
"""How far it came. `body`: the text is going out, the final dot is not; `reply`: the dot is out."""

Result = Literal["sent", "transient", "permanent", "unknown", "unreachable"]
"""`unknown`: the server may have it; `unreachable`: nothing can be sent now, no attempt is used."""

BEFORE_ANY_MAIL: frozenset[Phase] = frozenset({"connecting", "greeting", "tls", "auth"})
"""Phases in which trouble is the server's or the configuration's, never the message's."""

NOT_ABOUT_THE_MESSAGE = frozenset({530, 534, 535, 538})
"""Codes that ask for TLS or a sign-in (RFC 4954): every other message would meet them too."""

OUT_OF_STEP = frozenset({500, 501, 502, 503})
"""Codes of a conversation gone wrong rather than of a refusal: worth another attempt."""


class Delivery(NamedTuple):
    """What became of one attempt.

    `code` is the server's last reply, None where there was none. `words` are the server's, or the
    library's where the server said nothing; they are diagnostics, safe to show, at most 300
    characters. `reason` names troubles of which the program itself knows the mend.
    """

    outcome: Result
    code: int | None
    words: str
    phase: Phase
    reason: Reason | None = None


def clean(code: int) -> bool:
    """Tell whether the conversation is still in step after this reply, so that it can go on."""
    return 200 <= code < 600 and code not in OUT_OF_STEP and code != 421


def by_reply(phase: Phase, code: int, words: str, reason: Reason | None = None) -> Delivery:
    """Return what a reply means in this phase.

    A 2xx after the dot is `sent`; a reply that is none (garbage, or a code out of place) leaves a
    message `unknown` once the dot is out, and is worth another attempt before.
    """
    said = code if 100 <= code < 600 else None
    return Delivery(_of_reply(phase, code), said, server_words(words), phase, reason)


def _of_reply(phase: Phase, code: int) -> Result:
    if phase in BEFORE_ANY_MAIL or (phase == "envelope" and code in NOT_ABOUT_THE_MESSAGE):
        return "unreachable"
    if 200 <= code < 300:
        return "sent" if phase == "reply" else "transient"
    if 400 <= code < 500 or code in OUT_OF_STEP:
        return "transient"
    if 500 <= code < 600:
        return "permanent"
    return "unknown" if phase == "reply" else "transient"


def by_loss(phase: Phase, words: str, reason: Reason | None = None) -> Delivery:
    """Return what a connection lost, or a time-out, means in this phase."""
    if phase in BEFORE_ANY_MAIL:
        return Delivery("unreachable", None, server_words(words), phase, reason)
    lost: Result = "unknown" if phase == "reply" else "transient"
    return Delivery(lost, None, server_words(words), phase, reason)
