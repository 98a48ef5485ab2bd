"""The tables stand in modules by subject, and in one place all together."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy import Table

from tui_admin.store import schema
from tui_admin.store.schema import everything


def test_everything_holds_each_table_of_each_module() -> None:
    modules = [
        import_module(f"{schema.__name__}.{each.name}") for each in iter_modules(schema.__path__)
    ]
    declared = {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, Table)
    }

    assert len(modules) > 5
    assert {name: vars(everything)[name] for name in declared} == declared
    assert {table.name for table in declared.values()} == set(everything.metadata.tables)
