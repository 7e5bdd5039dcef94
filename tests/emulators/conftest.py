"""The database of a journey, for the bot's process and for the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
import pytest_asyncio

from bot.storage import Storage, create_storage


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """A SQLite file that the bot makes."""
    return f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"


@pytest_asyncio.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    """A look into it."""
    opened = create_storage(database_url, lambda: datetime.now(timezone.utc))
    yield opened
    await opened.close()
