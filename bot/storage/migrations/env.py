"""Runs the migrations on the connection that `bot.storage.schema` hands over."""

from __future__ import annotations

from alembic import context

from bot.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can alter few things in place; Alembic then copies the table.
    render_as_batch=True,
    # The connection is in a transaction already, and both databases undo changes of tables with it.
    transactional_ddl=True,
)
context.run_migrations()
