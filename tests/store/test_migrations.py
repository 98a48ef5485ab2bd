"""Migrations: they make what the schema declares, lose no row, and are told apart."""

from __future__ import annotations

import asyncio
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select, text
from sqlalchemy.engine import make_url

from tests.support.company import START
from tests.support.crowd import Crowd
from tests.support.opened import opened
from tests.support.shape import shape_of
from tui_admin.domain.errors import OutOfReach
from tui_admin.store import upkeep, version
from tui_admin.store.dialect import dialect_for
from tui_admin.store.schema.everything import (
    membership,
    metadata,
    operator_state,
    registration,
    user,
)
from tui_admin.store.store import open_store, reach
from tui_admin.store.upkeep import check, upgrade

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from tests.support.company import Company
    from tests.support.stores import Templates

# SQLite's expression indexes cannot be reflected; the test "to the letter" sees them.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection"),
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression"),
]


OLD = version.HEAD


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(upkeep.MIGRATIONS))
    return ScriptDirectory.from_config(config)


def test_the_program_knows_every_migration_in_its_order() -> None:
    assert script().get_heads() == [version.HEAD]
    in_order = [each.revision for each in script().walk_revisions()][::-1]
    assert list(version.KNOWN) == in_order


def is_furniture(name: str, kind: str) -> bool:
    """Say whether an engine has it for itself: the indexes that words are looked up in."""
    tables = "user", "invitation", "outbox_message", "audit_event"
    if kind == "index":
        return name in {f"ix_{each}_search" for each in tables}
    return name.startswith(tuple(f"{each}_search" for each in tables))


async def test_a_migrated_store_is_what_the_schema_declares(empty_url: str) -> None:
    await upgrade(empty_url)

    def differences(connection: Connection) -> list[Any]:
        # SQLite quotes its defaults in a way of its own.
        sqlite = connection.dialect.name == "sqlite"
        options = {
            "compare_type": True,
            "compare_server_default": not sqlite,
            "include_name": lambda name, kind, _parents: not is_furniture(name or "", kind),
        }
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, metadata))

    async with opened(empty_url) as store:
        assert await store.read(lambda connection: connection.run_sync(differences)) == []


PARTED = re.compile(r",(?![^(]*\))")


def parts(shape: set[tuple[str, str, str]]) -> dict[tuple[str, str], set[str]]:
    """Return the parts of each definition between its commas; their order says nothing."""
    return {(kind, name): set(parted(definition)) for kind, name, definition in shape}


REFERS = re.compile(r"^(\w+) (\w+) (CONSTRAINT \w+) (REFERENCES .*)$")


def parted(definition: str) -> list[str]:
    """Return what stands between the commas, however the lines were broken."""
    whole = " ".join(definition.split()).removesuffix(")")
    return [part for each in PARTED.split(whole) for part in apart(each.strip())]


def apart(part: str) -> list[str]:
    """Return a column and what it refers to as two: SQLite adds such a column in one only."""
    found = REFERS.match(part)
    if found is None:
        return [part]
    name, kind, constraint, refers = found.groups()
    return [f"{name} {kind}", f"{constraint} FOREIGN KEY({name}) {refers}"]


async def test_migrations_make_to_the_letter_what_declaring_makes(
    empty_url: str, engine: str, templates: Templates, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = templates.empty(engine, tmp_path / "other")
    await upgrade(empty_url)
    dialect_for(make_url(other)).make(make_url(other))
    declared = await reach(other)
    try:
        await declared.migrate(metadata.create_all)
        async with opened(empty_url) as migrated:
            here, there = await shape_of(migrated), await shape_of(declared)
            assert parts({each for each in here if "alembic_version" not in each[1]}) == parts(
                there
            )
    finally:
        await declared.close()
        templates.drop(other)


async def test_an_upgrade_of_what_is_new_enough_changes_nothing(store_url: str) -> None:
    async with opened(store_url) as store:
        before = await shape_of(store)
        assert await upgrade(store_url) == (version.HEAD, version.HEAD)
        assert await shape_of(store) == before


async def test_an_empty_store_becomes_a_whole_one(empty_url: str) -> None:
    assert await upgrade(empty_url) == ("", version.HEAD)
    assert await check(empty_url) == ()


async def test_upgrades_at_once_make_one_store(empty_url: str) -> None:
    await asyncio.gather(*(upgrade(empty_url) for _ in range(4)))
    assert await check(empty_url) == ()


# What was there before


async def at_version(url: str, wanted: str) -> None:
    """Make a store as an older program made it."""
    dialect_for(make_url(url)).make(make_url(url))

    def to_wanted(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(upkeep.MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, wanted)

    store = await reach(url)
    try:
        async with store.engine.execution_options(exclusive=True).connect() as connection:
            await store.dialect.migrate(connection, to_wanted)
    finally:
        await store.close()


REGISTERED = (
    "INSERT INTO role (id, name) VALUES (1, 'Basic user')",
    'INSERT INTO "user" (id, email, email_key, username, status, role_id, created_at) '
    "VALUES (7, 'Piet@x.example', 'piet@x.example', 'piet', 'active', 1, '2026-03-02 09:00:00')",
    "INSERT INTO product (id, code, name) VALUES (3, 'eh3', 'Level 3')",
    "INSERT INTO registration (id, version, user_id, product_id, status, created_at) "
    "VALUES (12, 5, 7, 3, 'completed', '2026-03-02 09:00:00')",
)


async def test_registrations_of_the_first_schema_are_kept_and_counted_on(empty_url: str) -> None:
    await at_version(empty_url, "0001")
    store = await reach(empty_url)
    try:

        async def write_rows(connection: Any) -> None:
            for statement in REGISTERED:
                await connection.execute(text(statement))

        await store.write(write_rows)
    finally:
        await store.close()
    assert await upgrade(empty_url) == ("0001", version.HEAD)
    assert await check(empty_url) == ()
    async with opened(empty_url) as now:

        async def ask(connection: Any) -> Any:
            values = {"user_id": 7, "status": "started", "created_at": START}
            await connection.execute(insert(registration).values(values))
            rows = await connection.execute(select(registration).order_by(registration.c.id))
            return rows.all()

        old, new = await now.write(ask)
    assert (old.id, old.version, old.user_id, old.product_id) == (12, 5, 7, 3)
    assert (old.status, old.created_at, old.email) == ("completed", START, "Piet@x.example")
    assert new.id == 13


# Told apart


async def is_told(url: str) -> str:
    with pytest.raises(OutOfReach) as caught:
        await open_store(url)
    return caught.value.reason.id


async def test_a_store_without_tables_is_told(empty_url: str, engine: str, tmp_path: Path) -> None:
    if engine == "sqlite":
        (tmp_path / "empty.db").touch(mode=0o600)
    assert await is_told(empty_url) == "store_empty"


async def test_a_store_that_a_newer_program_made_is_left_alone(company: Company) -> None:
    await company.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert await is_told(company.url) == "store_newer"
    before = await shape_of(company.hub._store)
    with pytest.raises(OutOfReach, match="store_newer"):
        await upgrade(company.url)
    assert await shape_of(company.hub._store) == before


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the program know one more migration, whose body is written by the test."""
    copy = tmp_path / "migrations"
    shutil.copytree(upkeep.MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    known = (*version.KNOWN, "next")
    monkeypatch.setattr(upkeep, "MIGRATIONS", copy)
    for module in (upkeep, version):
        monkeypatch.setattr(module, "KNOWN", known)
        monkeypatch.setattr(module, "HEAD", "next")
    return copy / "versions" / "next.py"


def write(file: Path, *lines: str) -> None:
    body = "\n    ".join(lines)
    file.write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f'revision = "next"\ndown_revision = "{OLD}"\n'
        f"def upgrade():\n    {body}\n"
    )


async def children(company: Company) -> list[list[Any]]:
    parents = select(user.c.id, user.c.email, user.c.status).order_by(user.c.id)
    tables = (membership, operator_state)
    return [await company.execute(parents)] + [
        await company.execute(select(table).order_by(table.c.user_id)) for table in tables
    ]


async def furnish(company: Company) -> list[list[Any]]:
    await Crowd(company).people(5)
    row = {"user_id": 3, "name": "draft", "value": "{}", "saved_at": company.clock()}
    await company.execute(insert(operator_state).values(row))
    member = {"user_id": 3, "organisation_id": 1, "created_at": company.clock()}
    await company.execute(insert(membership).values(member))
    found = await children(company)
    assert [len(rows) for rows in found] == [6, 2, 1]
    return found


async def test_an_older_store_is_told_and_upgraded(company: Company, next_version: Path) -> None:
    before = await furnish(company)
    write(next_version, 'op.add_column("user", sa.Column("more", sa.Text()))')
    assert await is_told(company.url) == "store_older"
    assert await upgrade(company.url) == (OLD, "next")
    assert await check(company.url) == ()
    assert await children(company) == before


async def test_a_table_made_anew_keeps_the_rows_that_name_its_rows(
    company: Company, next_version: Path
) -> None:
    before = await furnish(company)
    write(
        next_version,
        'with op.batch_alter_table("user") as table:',
        '    table.alter_column("display_name", existing_type=sa.Text(), nullable=True)',
    )
    await upgrade(company.url)
    assert await children(company) == before
    assert await check(company.url) == ()
    # Foreign keys hold again afterwards.
    third = membership.c.user_id == 3
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await company.execute(membership.update().where(third).values(user_id=999))


async def test_an_upgrade_that_fails_or_would_lose_rows_changes_nothing(
    company: Company, engine: str, next_version: Path
) -> None:
    before, shape = await furnish(company), await shape_of(company.hub._store)
    write(
        next_version,
        'op.add_column("user", sa.Column("more", sa.Text()))',
        'op.execute("DELETE FROM membership")',
        'op.execute("SELECT no_such_function()")',
    )
    with pytest.raises(Exception, match="no_such_function"):
        await upgrade(company.url)
    if engine == "sqlite":
        write(next_version, "op.execute('DELETE FROM user WHERE id = 3')")
        with pytest.raises(OutOfReach, match="migration_lost_rows"):
            await upgrade(company.url)
    assert await is_told(company.url) == "store_older"
    assert await children(company) == before
    assert await shape_of(company.hub._store) == shape
