"""Every key of the configuration, with its type, its bounds and its default."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
)

from tui_admin.settings import checks

if TYPE_CHECKING:
    from pathlib import Path

Line = Annotated[str, AfterValidator(checks.line)]
Domain = Annotated[Line, AfterValidator(checks.domain)]
Sender = Annotated[Line, AfterValidator(checks.sender)]
WebAddress = Annotated[Line, AfterValidator(checks.web_address)]
StoreAddress = Annotated[SecretStr, AfterValidator(checks.store_address)]
Lifetime = Annotated[timedelta, BeforeValidator(checks.lifetime)]


class Section(BaseModel):
    """A part of the configuration: fixed once read, strict about types and spelling."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class EnvironmentSettings(Section):
    """The deployment: what it is called, where its portal is, whose addresses are its own."""

    name: Line = Field(default="tui-admin", min_length=1, max_length=60)
    portal_url: WebAddress = "http://127.0.0.1:8080"
    domains: tuple[Domain, ...] = Field(default=(), strict=False)


class StoreSettings(Section):
    """Where people are kept. The address may hold a password, hence a secret."""

    url: StoreAddress = SecretStr("")

    @property
    def shown(self) -> str:
        """The address as it may be shown: without its password and its parameters."""
        kind, _, place = self.url.get_secret_value().partition("?")[0].partition("://")
        user, at, rest = place.rpartition("@") if kind != "sqlite" else ("", "", place)
        return f"{kind}://{user.partition(':')[0]}{at}{rest}"


class MailSettings(Section):
    """The server that mail is handed to, and how."""

    host: Line = Field(default="localhost", min_length=1)
    port: int = Field(default=587, ge=1, le=65535)
    tls: Literal["none", "starttls", "implicit"] = "starttls"
    username: Line = ""
    password: SecretStr = SecretStr("")
    from_address: Sender = "noreply@localhost"
    from_name: Line = Field(default="", max_length=60)
    connections: int = Field(default=2, ge=1, le=20)
    rate_per_minute: int = Field(default=0, ge=0, le=1_000_000)
    timeout_seconds: int = Field(default=30, ge=1, le=600)
    demo_mailbox: Line = ""


class InvitationSettings(Section):
    """The rules of inviting that a deployment may set (DESIGN.md rules 7, 11 and 16)."""

    expires_after: Lifetime = timedelta(days=14)
    undo_seconds: int = Field(default=10, ge=0, le=600)
    batch_limit: int = Field(default=250, ge=1, le=250)
    address_must_match: bool = True


class OperatorSettings(Section):
    """How the program knows who is at the keyboard."""

    identify_by: Literal["login", "os-user", "flag"] = "login"
    default: Line = ""


class UiSettings(Section):
    """What the dashboard looks like."""

    theme: Line = Field(default="tui-admin", min_length=1)
    mouse: bool = True


class Sources(NamedTuple):
    """Where the settings came from: the file, if there was one, and the variables over it."""

    file: Path | None = None
    variables: tuple[str, ...] = ()


class Settings(Section):
    """All settings, checked."""

    environment: EnvironmentSettings = EnvironmentSettings()
    store: StoreSettings = StoreSettings()
    mail: MailSettings = MailSettings()
    invitations: InvitationSettings = InvitationSettings()
    operator: OperatorSettings = OperatorSettings()
    ui: UiSettings = UiSettings()
    _sources: Sources = PrivateAttr(default=Sources())

    @property
    def sources(self) -> Sources:
        """Where these settings came from."""
        return self._sources


def defaults() -> dict[str, object]:
    """Return every key as `section.key` with its default, in the order of the models."""
    sections = Settings().__dict__.items()
    return {f"{name}.{key}": value for name, part in sections for key, value in part}
