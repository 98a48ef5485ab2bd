"""What the SMTP library's exceptions mean: which phase they belong to, and the mend we know of."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import aiosmtplib

from tui_admin.domain.errors import because
from tui_admin.mail.outcome import by_loss, by_reply

if TYPE_CHECKING:
    from tui_admin.domain.errors import Reason
    from tui_admin.mail.outcome import Delivery, Phase

_KNOWN: dict[Phase, str] = {
    "connecting": "mail_not_answering",
    "greeting": "mail_greeting",
    "tls": "mail_tls",
    "auth": "mail_sign_in",
}


class NoStartTls(aiosmtplib.SMTPException):
    """The server does not offer the STARTTLS that the configuration demands."""

    def __init__(self) -> None:
        """Say so in the words that stand beside the reason."""
        super().__init__("STARTTLS is not offered")


class Server:
    """Where the trouble is: the host and port that reasons mention."""

    def __init__(self, host: str, port: int) -> None:
        """Keep them."""
        self._where: dict[str, str | int] = {"host": host, "port": port}

    def explain(self, error: Exception, phase: Phase) -> Delivery:
        """Return what an exception in this phase means for the message under way."""
        phase = _phase_of(error, phase)
        words = str(getattr(error, "message", "") or error) or type(error).__name__
        if isinstance(error, aiosmtplib.SMTPResponseException):
            return by_reply(phase, error.code, words, self.reason(phase, error.code))
        return by_loss(phase, words, self._of_loss(error, phase))

    def reason(self, phase: Phase, code: int | None = None) -> Reason | None:
        """Return the reason for trouble in this phase, None where it is about the message."""
        message_id = _KNOWN.get(phase) or ("mail_wants_sign_in" if code == 530 else None)
        return because(message_id, **self._where) if message_id else None

    def _of_loss(self, error: Exception, phase: Phase) -> Reason | None:
        if isinstance(error, NoStartTls):
            return because("mail_no_starttls", **self._where)
        if isinstance(error.__cause__ or error, ssl.SSLCertVerificationError):
            return because("mail_certificate", **self._where)
        if isinstance(error, TimeoutError) and phase in _KNOWN:
            return because("mail_timeout", **self._where)
        return self.reason(phase)


def _phase_of(error: Exception, phase: Phase) -> Phase:
    """Tell connecting from TLS and greeting, which the library does in one step."""
    if phase != "connecting":
        return phase
    if isinstance(error.__cause__, ssl.SSLError):
        return "tls"
    heard = isinstance(error, aiosmtplib.SMTPResponseException)
    connected = isinstance(error.__cause__, aiosmtplib.SMTPException)
    return "greeting" if heard or connected else "connecting"
