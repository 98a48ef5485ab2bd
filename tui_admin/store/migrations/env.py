"""Run migrations on the connection, and in the transaction, that the caller hands in."""

from __future__ import annotations

from alembic import context

from tui_admin.store.schema.everything import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
