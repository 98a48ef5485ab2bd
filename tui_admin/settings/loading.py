"""Finding the configuration, reading it and putting the environment's variables over it."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from tui_admin.settings.models import Secret, Settings, Sources, defaults
from tui_admin.settings.problems import (
    VARIABLE,
    Problem,
    SettingsInvalid,
    told,
    unknown,
    variable,
)
from tui_admin.settings.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tui_admin.settings.reading import Tree

FILE_VARIABLE = "TUI_ADMIN_CONFIG"
FILE_NAME = "config.toml"
SYSTEM_FILE = Path("/etc/tui-admin") / FILE_NAME
APPLICATION = "tui-admin"
STORE_NAME = "store.db"
SQLITE = "sqlite:///"


def load(
    path: Path | None = None, environ: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Settings:
    """Return the settings from the file given or found, with the environment's variables over it.

    `path` is what `--config` names. Raises `SettingsInvalid` with every problem there is.
    """
    environ = os.environ if environ is None else environ
    cwd = Path.cwd() if cwd is None else cwd
    file = _find(path, environ, cwd)
    tree, unreadable = _read(file) if file else ({}, None)
    origins, strays = _lay_over(tree, environ)
    settings, faults = read(tree)
    wrong = [told(fault, origins.get(fault.key, str(file))) for fault in faults]
    problems = [each for each in (unreadable, *wrong, *strays) if each]
    if problems:
        raise SettingsInvalid(file, problems)
    settings = settings._replace(sources=Sources(file, tuple(origins.values())))
    return _placed(settings, cwd, file.parent if file else cwd, origins)


def _find(path: Path | None, environ: Mapping[str, str], cwd: Path) -> Path | None:
    """Return the file that is named, or the first there is in CONTRACT.md's order."""
    if named := path or environ.get(FILE_VARIABLE):
        return cwd / named
    return next((file for file in _places(cwd) if os.path.exists(file)), None)  # noqa: PTH110


def _places(cwd: Path) -> Iterator[Path]:
    """Yield where a file may be that nobody named; the library for it loads only when needed."""
    yield cwd / FILE_NAME
    from platformdirs import user_config_path

    yield user_config_path(APPLICATION, appauthor=False) / FILE_NAME
    yield SYSTEM_FILE


def _read(file: Path) -> tuple[Tree, Problem | None]:
    """Return what the file says, or why it says nothing."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig")), None
    except tomllib.TOMLDecodeError as error:
        return {}, Problem(str(file), "", f"is not TOML: {error}", "mend it there")
    except FileNotFoundError:
        mend = f"mend --config or {FILE_VARIABLE}, or make the file"
        return {}, Problem(str(file), "", "does not exist", mend)
    except UnicodeDecodeError:
        return {}, Problem(str(file), "", "is not UTF-8 text", "save it as UTF-8")
    except OSError as error:
        mend = "make it a file that this account may read"
        return {}, Problem(str(file), "", f"cannot be read: {error.strerror}", mend)


def _lay_over(tree: Tree, environ: Mapping[str, str]) -> tuple[dict[str, str], list[Problem]]:
    """Put the variables' values into the tree.

    Returns the variable that each such key came from, and the variables that fit no key: those with
    a section and a key in their name, and those that lack one underscore to be read.
    """
    names = {variable(key): key for key in defaults()}
    slips = {name.replace("__", "_"): name for name in names}
    origins, strays = {}, []
    for name in sorted(each for each in environ if each.startswith(VARIABLE)):
        if path := names.get(name):
            section, _, key = path.partition(".")
            if isinstance(tree.setdefault(section, {}), dict):
                tree[section][key] = _value(environ[name], defaults()[path])
            origins[path] = name
        elif right := slips.get(name):
            said = "has one underscore between section and key"
            strays.append(Problem(name, "", said, f"name it {right}"))
        elif "__" in name:
            strays.append(unknown(name.removeprefix(VARIABLE).lower().replace("__", "."), name))
    return origins, strays


def _value(text: str, default: object) -> object:
    """Read a variable's text as what its key holds; what cannot be read so is left to the check."""
    if isinstance(default, tuple) and not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    if not isinstance(default, bool | int | tuple):
        return text
    toml = text if isinstance(default, tuple) else text.lower()
    try:
        return tomllib.loads(f"value = {toml.strip()}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _placed(settings: Settings, cwd: Path, home: Path, origins: dict[str, str]) -> Settings:
    """Return a copy whose paths are absolute.

    A relative path means the directory of the file that it stands in, so that a configuration means
    the same from wherever the program is called; one in a variable means the current directory.
    """
    url, mail = settings.store.url.get_secret_value(), settings.mail
    if not url:
        from platformdirs import user_data_path

        url = _sqlite(str(user_data_path(APPLICATION, appauthor=False) / STORE_NAME))
    elif url.startswith(SQLITE):
        written = _unquoted(url.removeprefix(SQLITE))
        url = _sqlite(_absolute(written, cwd if "store.url" in origins else home))
    store = settings.store._replace(url=Secret(url))

    def folder(name: str, path: str) -> str:
        return _absolute(path, cwd if f"mail.{name}" in origins else home) if path else ""

    mail = mail._replace(
        demo_mailbox=folder("demo_mailbox", mail.demo_mailbox),
        templates=folder("templates", mail.templates),
    )
    return settings._replace(store=store, mail=mail)


def _unquoted(path: str) -> str:
    """Return the path that an address names; the library for it loads only when needed."""
    if "%" not in path:
        return path
    from urllib.parse import unquote

    return unquote(path)


def _sqlite(path: str) -> str:
    """Return a file's address; a directory may be called anything, also what an address may not."""
    return SQLITE + path.replace("%", "%25").replace("?", "%3F")


def _absolute(path: str, base: Path) -> str:
    """Return the path from the base; `~` is the home directory, as far as there is one."""
    return str(base / os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser may raise
