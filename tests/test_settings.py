from __future__ import annotations

import itertools
import os
import re
import stat
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from tui_admin.settings import Settings, SettingsInvalid, load
from tui_admin.settings.models import defaults
from tui_admin.settings.problems import nearest, variable, written
from tui_admin.settings.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_admin.settings import Problem

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
SECRET = "geheim-4711"


@pytest.fixture(autouse=True)
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the user a home of its own, and the machine no /etc file."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr("tui_admin.settings.loading.SYSTEM_FILE", tmp_path / "etc/config.toml")
    return tmp_path


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Write a configuration file and return it."""

    def file(text: str, name: str = "given.toml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return file


def problems(file: Path | None, environ: dict[str, str] | None = None) -> tuple[Problem, ...]:
    with pytest.raises(SettingsInvalid) as refused:
        load(file, environ or {})
    assert refused.value.exit_code == 2
    assert refused.value.reason.values["problems"] == refused.value.problems
    return refused.value.problems


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = load(environ={}, cwd=tmp_path)

    assert settings.mail == Settings().mail
    assert settings.sources.file is None
    assert settings.store.url.get_secret_value() == (
        f"sqlite:///{tmp_path / 'data' / 'tui-admin' / 'store.db'}"
    )


def test_the_example_has_every_key_with_its_default() -> None:
    tree = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    shown = {f"{section}.{key}" for section, keys in tree.items() for key in keys}

    assert read(tree) == (Settings(), [])
    assert shown == set(defaults())


def test_the_example_gives_one_line_of_why_for_every_key() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for before, line in itertools.pairwise(lines):
        if re.match(r"\w+ =", line):
            assert before.startswith("# "), line


def test_files_are_searched_in_the_documented_order(
    tmp_path: Path, write: Callable[..., Path]
) -> None:
    def found(path: Path | None = None, **environ: str) -> str:
        return load(path, environ, tmp_path).environment.name

    given, named = write('environment.name = "given"'), write('environment.name = "env"', "env")
    write('environment.name = "etc"', "etc/config.toml")
    assert found() == "etc"
    write('environment.name = "user"', "config/tui-admin/config.toml")
    assert found() == "user"
    write('environment.name = "here"', "config.toml")
    assert found() == "here"
    assert found(TUI_ADMIN_CONFIG=str(named)) == "env"
    assert found(given, TUI_ADMIN_CONFIG=str(named)) == "given"


def test_the_sources_are_known(write: Callable[[str], Path]) -> None:
    file = write("[ui]\nmouse = true")

    sources = load(file, {"TUI_ADMIN_UI__MOUSE": "false"}).sources

    assert sources == (file, ("TUI_ADMIN_UI__MOUSE",))


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("mail.port", "2525", 2525),
        ("ui.mouse", "false", False),
        ("ui.mouse", "True", True),
        ("mail.tls", "none", "none"),
        ("mail.username", "25", "25"),
        ("environment.domains", "A.example, b.example", ("a.example", "b.example")),
        ("environment.domains", '["a.example"]', ("a.example",)),
        ("environment.domains", "", ()),
        ("invitations.expires_after", "48h", timedelta(hours=48)),
    ],
)
def test_a_variable_overrides_the_file(
    key: str, text: str, value: object, write: Callable[[str], Path]
) -> None:
    section, _, name = key.partition(".")

    settings = load(write(f"{section}.{name} = {written(defaults()[key])}"), {variable(key): text})

    assert getattr(getattr(settings, section), name) == value


def test_our_other_variables_are_no_keys() -> None:
    load(environ={"TUI_ADMIN_TEST_POSTGRES": "x", "TUI_ADMIN_OPERATOR_PASSWORD": "x", "HOME": "/"})


def test_every_problem_is_reported_at_once(write: Callable[[str], Path]) -> None:
    file = write(
        """
        [mail]
        hots = "x"
        port = "25"
        tls = "startls"
        connections = 0
        from_address = "nobody"
        [store]
        url = "mysql://h/x"
        [environment]
        domains = ["a@example.org", 3]
        portal_url = "example.org"
        name = ""
        [invitations]
        expires_after = 14
        batch_limit = 251
        [u]
        mouse = 3
        """
    )

    found = problems(file, {"TUI_ADMIN_UI__MOUSE": "perhaps", "TUI_ADMIN_MAIL__HOTS": "x"})

    assert {(each.source, each.key) for each in found} == {
        *(
            (str(file), key)
            for key in (
                "mail.hots",
                "mail.port",
                "mail.tls",
                "mail.connections",
                "mail.from_address",
                "store.url",
                "environment.domains",
                "environment.portal_url",
                "environment.name",
                "invitations.expires_after",
                "invitations.batch_limit",
                "u",
            )
        ),
        ("TUI_ADMIN_UI__MOUSE", "ui.mouse"),
        ("TUI_ADMIN_MAIL__HOTS", "mail.hots"),
    }
    assert all(each.message and each.mend for each in found)
    assert "mail.hots is not a key; did you mean mail.host?" in "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[mail]\npott = 3", "did you mean mail.port?"),
        ("[mail]\nundo_seconds = 3", "did you mean invitations.undo_seconds?"),
        ("[mial]\nport = 3", "did you mean mail?"),
        ("mail = 3", "write [mail]"),
        ('[mail]\ntls = "startls"', "'starttls'"),
        ("[mail]\nport = 70000", "at most 65535"),
        ("[mail]\nport = 2.5", "whole number"),
        ("[ui]\nmouse = 1", "true or false"),
        ("[mail]\nhost = 1", "text in quotes"),
        ('environment.name = "a\\u001bb"', "printable"),
        ("[mail]\nhost = x", "line 2"),
        ("mail.port = 25\nmail.port = 26", "overwrite"),
    ],
)
def test_a_problem_names_the_mend(text: str, said: str, write: Callable[[str], Path]) -> None:
    (problem,) = problems(write(text))

    assert said in str(problem)


def test_a_variable_with_one_underscore_is_noticed() -> None:
    (problem,) = problems(None, {"TUI_ADMIN_MAIL_HOST": "x"})

    assert problem.mend == "name it TUI_ADMIN_MAIL__HOST"


@pytest.mark.parametrize("key", ["mail.password", "store.url"])
def test_no_secret_is_ever_echoed(key: str, write: Callable[[str], Path]) -> None:
    section, _, name = key.partition(".")
    wrong = f'mysql://u:{SECRET}@h/n\\u0007" # {SECRET}'
    texts = [
        f'[{section}]\n{name} = "{wrong}\nport = 99999999',
        f'[{section}]\n{name} = ["{SECRET}"]',
        f'[{section}]\n{name}x = "{SECRET}"',
        f'[{section}]\n{name} = "{SECRET}',
        f"[{section}]\n{name} = {SECRET}",
        f'{section} = "{SECRET}"',
    ]
    for text in texts:
        try:
            shown = repr(load(write(text), {}))
        except SettingsInvalid as refused:
            shown = f"{refused} {refused!r} {refused.problems}"
        assert SECRET not in shown


def test_a_store_is_shown_without_its_password() -> None:
    url = f"postgresql://me:{SECRET}@db.example:5432/people?password={SECRET}"

    settings = load(environ={"TUI_ADMIN_STORE__URL": url})

    assert settings.store.url.get_secret_value() == url
    assert settings.store.shown == "postgresql://me@db.example:5432/people"
    assert SECRET not in repr(settings)


def test_a_relative_path_begins_where_it_is_written(
    tmp_path: Path, write: Callable[..., Path]
) -> None:
    file = write('store.url = "sqlite:///a.db"\nmail.demo_mailbox = "box"', "sub/x.toml")
    elsewhere = {"TUI_ADMIN_STORE__URL": "sqlite:///b.db"}

    assert load(file, {}, tmp_path).store.shown == f"sqlite:///{tmp_path}/sub/a.db"
    assert load(file, {}, tmp_path).mail.demo_mailbox == f"{tmp_path}/sub/box"
    assert load(file, elsewhere, tmp_path).store.shown == f"sqlite:///{tmp_path}/b.db"
    assert load(Path("sub/x.toml"), {}, tmp_path).store.shown == f"sqlite:///{tmp_path}/sub/a.db"


@pytest.mark.parametrize("name", ["100%", "a%20b", "what?", "a#b", "a b", "é"])
def test_a_directory_may_be_called_anything(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    file = tmp_path / name / "config.toml"
    file.write_text('store.url = "sqlite:///a%3F.db"')

    url = load(file, {}, tmp_path).store.url.get_secret_value()

    assert make_url(url).database == f"{tmp_path}/{name}/a?.db"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgresql://", "store.db"])
def test_a_store_has_to_be_one_that_lasts(url: str) -> None:
    (problem,) = problems(None, {"TUI_ADMIN_STORE__URL": url})

    assert problem.key == "store.url"


def test_a_file_that_was_named_has_to_exist(tmp_path: Path) -> None:
    for file, environ in [
        (tmp_path / "none.toml", {}),
        (None, {"TUI_ADMIN_CONFIG": str(tmp_path / "none.toml")}),
    ]:
        (problem,) = problems(file, environ)
        assert str(problem).startswith(f"{tmp_path}/none.toml: does not exist")


def test_an_unreadable_file_is_told_as_such(tmp_path: Path, write: Callable[[str], Path]) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'environment.name = "caf\xe9"')
    shut = write("")
    shut.chmod(0)

    assert "cannot be read" in str(problems(tmp_path)[0])
    assert "UTF-8" in str(problems(latin)[0])
    if not os.access(shut, os.R_OK):
        assert "Permission denied" in str(problems(shut)[0])
    shut.chmod(stat.S_IRUSR | stat.S_IWUSR)


def test_a_byte_order_mark_is_no_problem(write: Callable[[str], Path]) -> None:
    assert load(write('\ufeffenvironment.name = "x"'), {}).environment.name == "x"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("7 days", timedelta(days=7)),
        ("14d", timedelta(days=14)),
        ("48h", timedelta(hours=48)),
        ("90 minutes", timedelta(minutes=90)),
        ("2s", timedelta(seconds=2)),
    ],
)
def test_lengths_of_time_are_read_as_people_write_them(text: str, length: timedelta) -> None:
    settings = load(environ={"TUI_ADMIN_INVITATIONS__EXPIRES_AFTER": text})

    assert settings.invitations.expires_after == length


@pytest.mark.parametrize("text", ["0 days", "367 days", "soon", "-3 days", "1.5 days", ""])
def test_a_lifetime_has_to_be_of_use(text: str) -> None:
    (problem,) = problems(None, {"TUI_ADMIN_INVITATIONS__EXPIRES_AFTER": text})

    assert problem.key == "invitations.expires_after"


def test_a_portal_address_loses_its_trailing_slash(write: Callable[[str], Path]) -> None:
    settings = load(write('environment.portal_url = "https://join.example.org/in/"'), {})

    assert settings.environment.portal_url == "https://join.example.org/in"


@pytest.mark.parametrize(
    "address",
    [
        "ftp://x",
        "https://",
        "//x",
        "https://x:99999",
        "https://[x",
        "https://u:p@x",
        "https://x/?a",
    ],
)
def test_a_portal_address_has_to_be_one_to_build_links_on(address: str) -> None:
    (problem,) = problems(None, {"TUI_ADMIN_ENVIRONMENT__PORTAL_URL": address})

    assert problem.key == "environment.portal_url"


def test_every_fault_of_a_list_is_told(write: Callable[[str], Path]) -> None:
    found = problems(write('environment.domains = ["a.example", "a@b.example", 3]'))

    assert [each.message for each in found] == [
        'must hold domains without the part before the @, such as ["example.org"]',
        "must be text in quotes",
    ]


def test_settings_cannot_be_changed_after_reading() -> None:
    with pytest.raises(AttributeError):
        load(environ={}).mail.port = 25  # type: ignore[misc]


@given(st.sampled_from(sorted(defaults())), st.data())
def test_one_wrong_letter_finds_the_key(key: str, data: st.DataObject) -> None:
    section, _, name = key.partition(".")
    at = data.draw(st.integers(0, len(name) - 1))
    if len(name) > 4:
        assert nearest(f"{section}.{name[:at]}{name[at + 1 :]}") == key


@given(st.dictionaries(st.text(), st.text(), max_size=5))
def test_whatever_the_environment_holds_there_is_an_answer(environ: dict[str, str]) -> None:
    ours = {f"TUI_ADMIN_{name}__X": value for name, value in environ.items()}
    if ours:
        assert problems(None, ours)
