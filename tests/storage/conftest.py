"""Databases for the storage tests: the same tests run on a SQLite file and on PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # it carries no types of its own
import pytest
import pytest_asyncio
from sqlalchemy import make_url

from bot.storage import Storage, create_storage, schema
from bot.storage.tables import metadata

from .examples import SteppingClock


@pytest.fixture
def clock() -> SteppingClock:
    """A clock at 2 March 2026, 9:30 UTC."""
    return SteppingClock()


async def _command(server: str, sql: str) -> None:
    connection = await asyncpg.connect(server.replace("postgresql+asyncpg", "postgresql"))
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


class Server:
    """A PostgreSQL server on which databases are made for a test and dropped after it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def create(self) -> str:
        """A new database without tables; gives its address."""
        name = f"bot_test_{uuid.uuid4().hex}"
        asyncio.run(_command(self.url, f"CREATE DATABASE {name}"))
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Drop a database that `create` made."""
        asyncio.run(_command(self.url, f"DROP DATABASE {make_url(url).database} WITH (FORCE)"))


@pytest.fixture(scope="session")
def postgres_server() -> Server:
    """The server that TEST_POSTGRES_URL names."""
    url = os.environ.get("TEST_POSTGRES_URL")
    if not url:
        pytest.skip("TEST_POSTGRES_URL is unset: set it to a PostgreSQL server where databases may be created")
    return Server(url)


@pytest.fixture(scope="session")
def postgres_database(postgres_server: Server) -> Iterator[str]:
    """A migrated database, emptied between tests: making one for each would take longer than the tests."""
    url = postgres_server.create()
    schema.upgrade(make_url(url))
    yield url
    postgres_server.drop(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    schema.upgrade(make_url(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'data' / 'bot.db'}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with all tables and no rows."""
    if request.param == "sqlite":
        file = tmp_path / "bot.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite+aiosqlite:///{file}"
        return
    address: str = request.getfixturevalue("postgres_database")
    asyncio.run(_command(address, f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY"))
    yield address


@pytest_asyncio.fixture
async def storage(url: str, clock: SteppingClock) -> AsyncIterator[Storage]:
    """A storage with all tables and no rows."""
    opened = create_storage(url, clock)
    yield opened
    await opened.close()
