"""What is wrong with a configuration, in words for the person who can mend it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.errors import Misconfigured
from tui_admin.settings.models import Secret, defaults
from tui_admin.settings.reading import NO_SECTION

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tui_admin.settings.reading import Fault

VARIABLE = "TUI_ADMIN_"
"""How the names of all our environment variables begin."""


class Problem(NamedTuple):
    """One thing that is wrong: in which file or variable, at which key, and how to mend it."""

    source: str
    key: str
    message: str
    mend: str

    def __str__(self) -> str:
        """Return the problem on one line."""
        return f"{self.source}: {f'{self.key} {self.message}'.strip()}; {self.mend}"


class SettingsInvalid(Misconfigured):
    """The configuration cannot be used; `problems` is all that is wrong with it."""

    def __init__(self, file: Path | None, problems: Iterable[Problem]) -> None:
        """Keep every problem once, also as a fact of the reason."""
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("settings_invalid", file=str(file or ""), problems=self.problems)


def told(fault: Fault, source: str) -> Problem:
    """Return a fault as a problem. The value that was given is not in it."""
    key, said = fault
    if not said:
        return unknown(key, source)
    if said == NO_SECTION:
        return Problem(source, key, said, f"write [{key}] on a line of its own")
    name, sign = (source, "=") if source.startswith(VARIABLE) else (key.partition(".")[2], " = ")
    return Problem(source, key, said, f"the default is {name}{sign}{written(defaults()[key])}")


def unknown(key: str, source: str) -> Problem:
    """Return the problem of a key that there is not, with the one that was probably meant."""
    meant = nearest(key)
    mend = "config.example.toml lists them all"
    if meant:
        mend = f"did you mean {variable(meant) if source.startswith(VARIABLE) else meant}?"
    return Problem(source, key, "is not a key", mend)


def variable(key: str) -> str:
    """Return the name of the environment variable over this key."""
    return VARIABLE + key.replace(".", "__").upper()


def nearest(key: str) -> str | None:
    """Return the key or section that was probably meant: likest in full, else by its last part."""
    from difflib import get_close_matches

    known = list(defaults())
    section, _, name = key.partition(".")
    if not name:
        names = list(dict.fromkeys(each.partition(".")[0] for each in known))
        return next(iter(get_close_matches(section, names, 1, 0.5)), None)
    for each in known:
        if each.endswith(f".{name}"):
            return each
    return next(iter(get_close_matches(key, known, 1)), None)


def written(value: object) -> str:
    """Return a default as it stands in the file."""
    if isinstance(value, Secret):
        return '""'
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(written(each) for each in value)}]"
    if isinstance(value, timedelta):
        return f'"{value.days} days"'
    return f'"{value}"'
