"""Every key of the configuration, once: its type, its checks in their order, and its default.

`tui_admin.settings.reading` walks these declarations. Annotations are evaluated here, unlike
elsewhere, since the checks stand in them.
"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from tui_admin.settings import checks


class Secret:
    """Text that is shown to nobody: neither `repr` nor `str` has it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Hide the text."""
        self._text = text

    def get_secret_value(self) -> str:
        """Return the text, for the one who needs it."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret('***')"


Line = Annotated[str, checks.text, checks.line]
Name = Annotated[Line, checks.short]
Flag = Annotated[bool, checks.flag]
Domains = Annotated[tuple[str, ...], checks.each(checks.text, checks.line, checks.domain)]
StoreAddress = Annotated[Secret, checks.text, checks.store_address, Secret]
Password = Annotated[Secret, checks.text, Secret]
Lifetime = Annotated[timedelta, checks.lifetime]
Span = Annotated[timedelta, checks.span]
Encryption = Annotated[
    Literal["none", "starttls", "implicit"], checks.one_of("none", "starttls", "implicit")
]
Identification = Annotated[
    Literal["login", "os-user", "flag"], checks.one_of("login", "os-user", "flag")
]
Digest = Annotated[
    Literal["at-once", "hourly", "daily", "none"],
    checks.one_of("at-once", "hourly", "daily", "none"),
]
Language = Annotated[Literal["en", "nl"], checks.one_of("en", "nl")]


class EnvironmentSettings(NamedTuple):
    """The deployment: what it is called, where its portal is, whose addresses are its own."""

    name: Annotated[Name, checks.filled] = "tui-admin"
    portal_url: Annotated[Line, checks.web_address] = "http://127.0.0.1:8080"
    domains: Domains = ()
    language: Language = "en"


class StoreSettings(NamedTuple):
    """Where people are kept. The address may hold a password, hence a secret."""

    url: StoreAddress = Secret("")

    @property
    def shown(self) -> str:
        """The address as it may be shown: without its password and its parameters."""
        kind, _, place = self.url.get_secret_value().partition("?")[0].partition("://")
        user, at, rest = place.rpartition("@") if kind != "sqlite" else ("", "", place)
        return f"{kind}://{user.partition(':')[0]}{at}{rest}"


class MailSettings(NamedTuple):
    """The server that mail is handed to, and how."""

    host: Annotated[Line, checks.filled] = "localhost"
    port: Annotated[int, checks.whole(1, 65535)] = 587
    tls: Encryption = "starttls"
    username: Line = ""
    password: Password = Secret("")
    from_address: Annotated[Line, checks.sender] = "noreply@localhost"
    from_name: Name = ""
    connections: Annotated[int, checks.whole(1, 20)] = 2
    rate_per_minute: Annotated[int, checks.whole(0, 1_000_000)] = 0
    timeout_seconds: Annotated[int, checks.whole(1, 600)] = 30
    templates: Line = ""
    demo_mailbox: Line = ""


class InvitationSettings(NamedTuple):
    """The rules of inviting that a deployment may set (DESIGN.md rules 7, 11 and 16)."""

    expires_after: Lifetime = timedelta(days=14)
    undo_seconds: Annotated[int, checks.whole(0, 600)] = 10
    batch_limit: Annotated[int, checks.whole(1, 250)] = 250
    address_must_match: Flag = True
    remind_before: Span = timedelta(0)
    trusted_domains: Domains = ()
    doubtful_domains: Domains = ()


class ApprovalSettings(NamedTuple):
    """What is promised to people who wait for approval, and who is told of them, when.

    Without `reasons` the usual ones are offered, in the environment's language.
    """

    target_hours: Annotated[int, checks.whole(0, 8760)] = 24
    reasons: Annotated[
        tuple[str, ...],
        checks.each(checks.text, checks.line, checks.filled, checks.longest(500)),
        checks.few(9),
    ] = ()
    digest: Digest = "at-once"
    digest_hour: Annotated[int, checks.whole(0, 23)] = 8
    escalate_to: Annotated[Line, checks.recipient] = ""


class OperatorSettings(NamedTuple):
    """How the program knows who is at the keyboard."""

    identify_by: Identification = "login"
    default: Line = ""


class PortalSettings(NamedTuple):
    """Where the pages for invitees are served; `environment.portal_url` is what leads there."""

    host: Annotated[Line, checks.filled] = "127.0.0.1"
    port: Annotated[int, checks.whole(1, 65535)] = 8080
    with_dashboard: Flag = False


class UiSettings(NamedTuple):
    """What the dashboard looks like."""

    theme: Annotated[Line, checks.filled] = "tui-admin"
    mouse: Flag = True
    files: Flag = True
    bell: Flag = False


class Sources(NamedTuple):
    """Where the settings came from: the file, if there was one, and the variables over it."""

    file: Path | None = None
    variables: tuple[str, ...] = ()


class Settings(NamedTuple):
    """All settings, checked, and where they came from."""

    environment: EnvironmentSettings = EnvironmentSettings()
    store: StoreSettings = StoreSettings()
    mail: MailSettings = MailSettings()
    invitations: InvitationSettings = InvitationSettings()
    approvals: ApprovalSettings = ApprovalSettings()
    operator: OperatorSettings = OperatorSettings()
    portal: PortalSettings = PortalSettings()
    ui: UiSettings = UiSettings()
    sources: Sources = Sources()


SECTIONS = {name: kind for name, kind in Settings.__annotations__.items() if kind is not Sources}
"""The parts of the file by name."""


def defaults() -> dict[str, object]:
    """Return every key as `section.key` with its default, in the order of the declarations."""
    return {
        f"{name}.{key}": value
        for name, section in SECTIONS.items()
        for key, value in section._field_defaults.items()
    }
