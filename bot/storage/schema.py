"""Migrations, run from the program: no `alembic.ini`, no command of Alembic's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.errors import StorageError
from bot.storage.database import create_engine
from bot.storage.errors import CONNECT_ERRORS, translate, unreachable

MIGRATIONS = Path(__file__).parent / "migrations"
#: Any number, the same in all replicas: only one of them upgrades at a time.
_UPGRADE_LOCK = 0x6D736D66

T = TypeVar("T")


def upgrade(url: URL, revision: str = "head") -> None:
    """Run the migrations that the database lacks, all in one transaction. Call it outside any event loop.

    Raises:
        StorageError: the database cannot be reached, refuses, or was written by a newer version.
    """
    _run(url, lambda connection: _upgrade(connection, revision))


def downgrade(url: URL, revision: str) -> None:
    """Undo migrations down to a revision (`base`: all of them, with all data)."""
    _run(url, lambda connection: command.downgrade(config(connection), revision))


def current_revision(url: URL) -> str | None:
    """The migration that the database stands at. Call it outside any event loop.

    Raises:
        StorageError: the database cannot be reached.
    """
    return _run(url, lambda connection: MigrationContext.configure(connection).get_current_revision())


def head_revision() -> str | None:
    """The migration that this version of the program needs."""
    return ScriptDirectory.from_config(config(None)).get_current_head()


def config(connection: Connection | None) -> Config:
    """Alembic's settings; the connection reaches `migrations/env.py` as an attribute."""
    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return settings


def _upgrade(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
    try:
        command.upgrade(config(connection), revision)
    except CommandError as error:
        raise StorageError(f"The database was written by another version of the program: {error}") from error


def _run(url: URL, work: Callable[[Connection], T]) -> T:
    """Do synchronous work in one transaction, on a connection and an event loop of its own."""

    async def connected() -> T:
        # NullPool: a connection cannot outlive the loop that it was made in.
        engine = create_engine(url, poolclass=NullPool)
        async with engine.begin() as connection:
            return await connection.run_sync(work)

    try:
        return asyncio.run(connected())
    except SQLAlchemyError as error:
        raise translate(error).with_traceback(error.__traceback__) from None
    except CONNECT_ERRORS as error:
        raise unreachable(error, url.render_as_string(hide_password=True)) from None
