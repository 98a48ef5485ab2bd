"""Who is at the keyboard (CONTRACT.md, "Configuration": `operator.identify_by`).

`claim` needs the settings and the surroundings only, so that a dashboard can use it before it has
painted; `operator` asks the store.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tui_admin.domain.errors import Denied, Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_admin.services.facade import Operator, Operators

PASSWORD_VARIABLE = "TUI_ADMIN_OPERATOR_PASSWORD"  # noqa: S105 - a name, not a secret


class OperatorSettings(Protocol):
    """The part of the settings that says how operators are known."""

    @property
    def identify_by(self) -> str:
        """One of `login`, `os-user`, `flag`."""

    @property
    def default(self) -> str | None:
        """Who acts with `flag` where nobody is named."""


class Claim(NamedTuple):
    """Who somebody says they are, and whether that needs a password to be believed.

    `who` is empty where a sign-in has yet to ask for it.
    """

    who: str
    by_password: bool = False


def claim(settings: OperatorSettings, as_name: str | None) -> Claim:
    """Return who claims to act.

    Denied where `--as` is given and the operating system decides; Misconfigured where nobody is
    named and nobody stands in.
    """
    if settings.identify_by == "os-user":
        if as_name is not None:
            raise Denied("as_not_allowed")
        return Claim(account_name())
    if settings.identify_by == "login":
        return Claim(as_name or "", by_password=True)
    who = as_name or settings.default or ""
    if not who:
        raise Misconfigured("operator_missing")
    return Claim(who)


def account_name() -> str:
    """Return the name of the account at the keyboard.

    `sudo -u SERVICE tui-admin` is the way to work with a store that only the service can read:
    sudo says who called it. `$USER` and the like are never believed.
    """
    import pwd

    caller = os.environ.get("SUDO_UID", "")
    uid = int(caller) if caller.isascii() and caller.isdigit() else os.getuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError) as error:
        raise Denied("os_user_unknown", uid=uid) from error


def own_files(environ: Mapping[str, str], as_name: str | None) -> bool:
    """Whether the files that this process can read are the operator's to read, too.

    Not under `sudo -u SERVICE`, and not where a line from afar names the operator: several people
    share the account then, and with it the store's password.
    """
    caller = environ.get("SUDO_UID", "")
    from_afar = bool(environ.get("SSH_CONNECTION")) and as_name is not None
    return caller in ("", str(os.getuid())) and not from_afar


async def operator(who: Claim, operators: Operators) -> Operator:
    """Return the operator; Denied where the store does not know or let them in."""
    if not who.by_password:
        return await operators.named(who.who)
    if not who.who:
        raise Misconfigured("operator_missing")
    return await operators.sign_in(who.who, _password())


def _password() -> str:
    """Return the operator's password from the environment, or from the person at the terminal."""
    given = os.environ.get(PASSWORD_VARIABLE)
    if given is not None:
        return given
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Denied("password_missing", variable=PASSWORD_VARIABLE)
    import getpass

    return getpass.getpass("Password: ", stream=sys.stderr)
