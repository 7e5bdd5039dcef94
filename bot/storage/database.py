"""The database behind the storage: which one, how its connections are set up, and how to reach it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import StorageError
from bot.storage.types import dump_json

#: How long a SQLite connection waits for another writer, in milliseconds.
BUSY_TIMEOUT_MS = 10_000
_DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")
_REMEDY = "Set BOT_DATABASE_URL to sqlite+aiosqlite:///path/to/file.db or postgresql+asyncpg://user@host/database."


def parse_url(database_url: str) -> URL:
    """The address of the database.

    Raises:
        StorageError: it is none, or of a database that is not supported. The text does not repeat it: it may
            hold a password.
    """
    try:
        url = make_url(database_url)
    except (ArgumentError, ValueError):
        raise StorageError(f"The database's address cannot be read. {_REMEDY}") from None
    if url.drivername not in _DRIVERS:
        raise StorageError(f"Databases of the kind {url.drivername} are not supported. {_REMEDY}")
    if is_sqlite(url) and url.database in (None, "", ":memory:"):
        raise StorageError(f"SQLite needs a file: one in memory would be gone with its connection. {_REMEDY}")
    return url


def is_sqlite(url: URL) -> bool:
    """Whether the address is a SQLite file's."""
    return url.get_backend_name() == "sqlite"


def create_engine(url: URL, **options: Any) -> AsyncEngine:
    """An engine for the address; the folder of a SQLite file is made.

    Raises:
        StorageError: the folder cannot be made.
    """
    if not is_sqlite(url):
        # A connection that the server or a firewall has dropped is replaced before it is used.
        return _engine(url, pool_pre_ping=True, **options)
    make_folder(Path(str(url.database)).parent)
    logging.getLogger("aiosqlite").setLevel(logging.INFO)  # its debug log quotes what is stored
    engine = _engine(url, **options)
    event.listen(engine.sync_engine, "connect", _set_up_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _engine(url: URL, **options: Any) -> AsyncEngine:
    # Parameters are people's words and contact details: they stay out of error texts and logs.
    return create_async_engine(url, hide_parameters=True, json_serializer=dump_json, **options)


def make_folder(folder: Path) -> None:
    """Make the folder of the database file, closed to other users: it holds personal data."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"The folder {folder} of the database cannot be made: {error}.") from error


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late (only before a change): `_begin_sqlite` sends it.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What was erased is overwritten in the file, not only unlinked.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A unit that reads and then writes would fail at once, without waiting, if another wrote in between: it
    # takes the right to write at its start.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
