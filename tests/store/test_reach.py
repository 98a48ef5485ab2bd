"""A store that cannot be opened is told in words that help, and never with its password."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.support.opened import opened, read_add_write, value_of
from tui_admin.domain.errors import AdminError, Misconfigured, OutOfReach
from tui_admin.i18n import say
from tui_admin.store.store import open_store, reach

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.postgres import Postgres
    from tests.support.stores import Templates


async def told(url: str) -> AdminError:
    with pytest.raises(AdminError) as caught:
        await reach(url)
    return caught.value


async def test_a_server_that_does_not_answer_is_told_without_the_password() -> None:
    error = await told("postgresql://jan:s3cret@127.0.0.1:1/people")
    assert isinstance(error, OutOfReach)
    assert error.reason.id == "store_unreachable"
    said = say(error.reason)
    assert "127.0.0.1" in said
    assert "people" in said
    assert "s3cret" not in f"{said}{error}{error.reason}"


async def test_a_wrong_password_and_a_missing_database_are_told(postgres: Postgres) -> None:
    missing = await told(postgres.url("nowhere"))
    assert (missing.exit_code, missing.reason.id) == (4, "store_unreachable")
    user, _, host = postgres.url("postgres").rpartition("@")
    wrong = await told(f"{user}s3cret@{host}")
    assert (wrong.exit_code, wrong.reason.id) == (4, "store_unreachable")
    assert "s3cret" not in say(wrong.reason)


async def test_a_store_that_went_away_is_told_and_comes_back(
    postgres: Postgres, templates: Templates, tmp_path: Path
) -> None:
    url = templates.founded("postgresql", tmp_path)
    async with opened(url) as store:
        await value_of(store)
        await store.change_number()
        await postgres.drop_database(url)
        for asked in (value_of(store), store.change_number(), store.exclusive(read_add_write)):
            with pytest.raises(OutOfReach, match="store_unreachable"):
                await asked


@pytest.mark.parametrize("query", ["sslmode=disable", "sslmode=prefer", "application_name=admin"])
async def test_an_address_may_say_what_such_addresses_usually_say(
    postgres: Postgres, templates: Templates, tmp_path: Path, query: str
) -> None:
    url = templates.founded("postgresql", tmp_path)
    async with opened(f"{url}?{query}") as store:
        assert await value_of(store) == 0
    templates.drop(url)


@pytest.mark.parametrize("query", ["no_such_option=1", "sslmode=no_such_option"])
async def test_an_option_that_nobody_knows_is_named(postgres: Postgres, query: str) -> None:
    error = await told(f"{postgres.url('postgres')}?{query}")
    assert error.reason.id == "store_unreachable"
    assert "no_such_option" in say(error.reason)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (None, "store_missing"),
        ("directory", "store_unreachable"),
        (b"this is no store, but it is long enough to be taken for one", "store_unreachable"),
    ],
)
async def test_a_file_that_is_no_store_is_told(
    tmp_path: Path, made: str | bytes | None, reason: str
) -> None:
    file = tmp_path / "store.db"
    if isinstance(made, bytes):
        file.touch(mode=0o600)
        file.write_bytes(made)
    elif made:
        file.mkdir(mode=0o700)
    error = await told(f"sqlite:///{file}")
    assert (error.exit_code, error.reason.id) == (4, reason)
    assert str(file) in say(error.reason)


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
async def test_what_cannot_be_a_store_is_told_before_the_driver_is_asked(
    tmp_path: Path, make: Callable[[Path, int], None]
) -> None:
    make(tmp_path / "store.db", 0o700)
    said = say((await told(f"sqlite:///{tmp_path / 'store.db'}")).reason)
    assert "not a file" in said


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o644, 0o601])
async def test_a_file_that_others_can_get_at_is_refused(
    templates: Templates, tmp_path: Path, mode: int
) -> None:
    url = templates.founded("sqlite", tmp_path)
    (tmp_path / "store.db").chmod(mode)
    with pytest.raises(Misconfigured, match="store_exposed"):
        await open_store(url)


def modes(directory: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in directory.iterdir()}


async def test_what_sqlite_puts_beside_the_file_is_for_its_owner_too(
    templates: Templates, tmp_path: Path
) -> None:
    async with opened(templates.founded("sqlite", tmp_path)) as store:
        await store.exclusive(read_add_write)
        assert modes(tmp_path) == dict.fromkeys(("store.db", "store.db-wal", "store.db-shm"), 0o600)


@pytest.mark.parametrize("address", ["mysql://localhost/people", "oracle://x/y"])
async def test_another_engine_is_a_matter_of_configuration(address: str) -> None:
    assert (await told(address)).reason.id == "store_engine_unknown"
