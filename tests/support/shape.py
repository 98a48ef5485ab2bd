"""What tables, indexes and constraints a store really has, as its engine writes them down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store

CATALOGUES = {
    "sqlite": """
        SELECT type, name, coalesce(sql, '') FROM sqlite_master
        WHERE name NOT LIKE 'sqlite_stat%' AND name <> 'alembic_version'""",
    "postgresql": """
        SELECT 'column', table_name || '.' || column_name,
            data_type || coalesce(' ' || column_default, '') || ' ' || is_nullable
            || coalesce(' ' || collation_name, '')
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index', indexname, indexdef
        FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname,
            pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
}


async def shape_of(store: Store) -> set[tuple[str, str, str]]:
    """Return the kind, name and definition of each."""

    async def ask(connection: AsyncConnection) -> set[tuple[str, str, str]]:
        found = await connection.execute(text(CATALOGUES[store.url.get_backend_name()]))
        return {(str(kind), str(name), str(how)) for kind, name, how in found}

    return await store.read(ask)
