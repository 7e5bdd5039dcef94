"""The storage as the other parts see it: opened from an address, upgraded, used in units of work, closed."""

from __future__ import annotations

import asyncio

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage import schema
from bot.storage.database import create_engine, parse_url
from bot.storage.repositories.base import Clock
from bot.storage.unit_of_work import UnitOfWork


class Storage:
    """A database and the units of work on it. Make it with `create_storage`."""

    def __init__(self, url: URL, engine: AsyncEngine, clock: Clock) -> None:
        self._url = url
        self._engine = engine
        self._clock = clock

    def unit_of_work(self, *, read_only: bool = False) -> UnitOfWork:
        """A transaction to use with `async with`; open a `read_only` one where nothing will be written."""
        return UnitOfWork(self._engine, self._clock, read_only=read_only)

    async def upgrade(self) -> None:
        """Bring the tables to the state that this version needs; nothing happens where they have it.

        Raises:
            StorageError: the database cannot be reached, or was written by a newer version.
        """
        # In a thread of its own: Alembic is synchronous, and everything else would wait for it.
        await asyncio.to_thread(schema.upgrade, self._url)

    async def current_revision(self) -> str | None:
        """The migration that the database stands at, or nothing before the first."""
        return await asyncio.to_thread(schema.current_revision, self._url)

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


def create_storage(database_url: str, clock: Clock) -> Storage:
    """A storage on `sqlite+aiosqlite:///file` or `postgresql+asyncpg://…`; connects only when first used.

    Args:
        database_url: the database's address; the folder of a SQLite file is made.
        clock: gives the present time with its zone.

    Raises:
        StorageError: the address cannot be used.
    """
    url = parse_url(database_url)
    return Storage(url, create_engine(url), clock)
