"""What all repositories share: the connection, the clock, and inserts that yield to a row already there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Clock = Callable[[], datetime]


class Repository:
    """Works on the connection of a unit of work; nothing is kept before that commits."""

    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def _insert(self, table: Table) -> Any:
        """An insert with `on_conflict_…`: both databases have it, SQLAlchemy types it for each by itself."""
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        return dialect.insert(table)
