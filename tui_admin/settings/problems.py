"""What is wrong with a configuration, in words for the person who can mend it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from pydantic import SecretStr

from tui_admin.domain.errors import Misconfigured
from tui_admin.settings import checks
from tui_admin.settings.models import defaults

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pydantic_core import ErrorDetails

VARIABLE = "TUI_ADMIN_"
"""How the names of all our environment variables begin."""

MESSAGES = {
    checks.OWN_WORDS: "{what}",
    "bool_type": "must be true or false",
    "greater_than_equal": "must be at least {ge}",
    "int_type": "must be a whole number",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "model_type": "must be a section, with its keys below it",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must not be empty",
    "string_type": "must be text in quotes",
    "tuple_type": 'must be a list, such as ["example.org"]',
}
"""What is said for each kind of error that the models can give."""


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


def key_of(error: ErrorDetails) -> str:
    """Return the key, or the section, that the error is about."""
    return ".".join(str(part) for part in error["loc"][:2])


def told(error: ErrorDetails, source: str) -> Problem:
    """Return the error of a model as a problem. The value that was given is not in it."""
    key = key_of(error)
    if error["type"] == "extra_forbidden":
        return unknown(key, source)
    text = MESSAGES.get(error["type"], error["msg"]).format(**error.get("ctx", {}))
    if error["type"] == "model_type":
        return Problem(source, key, text, f"write [{key}] on a line of its own")
    name, sign = (source, "=") if source.startswith(VARIABLE) else (key.partition(".")[2], " = ")
    return Problem(source, key, text, f"the default is {name}{sign}{written(defaults()[key])}")


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
    if isinstance(value, SecretStr):
        return '""'
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(written(each) for each in value)}]"
    if isinstance(value, timedelta):
        return f'"{value.days} days"'
    return f'"{value}"'
