"""The migrations make exactly the tables that the program uses, and an operator is told what is wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, make_url, text

from bot.errors import StorageError
from bot.storage import create_storage, schema
from bot.storage.database import create_engine
from bot.storage.tables import metadata

from .examples import NOW, SteppingClock


def _in_database(url: str, work: Any) -> Any:
    async def connected() -> Any:
        engine = create_engine(make_url(url))
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        finally:
            await engine.dispose()

    return asyncio.run(connected())


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def test_migrations_make_the_tables_of_the_program(empty_url: str) -> None:
    schema.upgrade(make_url(empty_url))
    assert _in_database(empty_url, _differences) == []
    tables = _in_database(empty_url, lambda connection: inspect(connection).get_table_names())
    assert set(tables) == {*metadata.tables, "alembic_version"}


def test_constraints_carry_the_names_of_the_program(empty_url: str) -> None:
    schema.upgrade(make_url(empty_url))

    def names(connection: Connection) -> set[str]:
        found = inspect(connection)
        return {
            str(constraint["name"])
            for table in metadata.tables
            for constraint in (
                found.get_pk_constraint(table),
                *found.get_foreign_keys(table),
                *found.get_unique_constraints(table),
            )
        }

    expected = {
        str(constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if constraint.name
    }
    assert _in_database(empty_url, names) == expected


def test_partial_indexes_leave_delivered_messages_out(empty_url: str) -> None:
    schema.upgrade(make_url(empty_url))
    indexes = _in_database(empty_url, lambda connection: inspect(connection).get_indexes("outbox"))
    partial = {
        index["name"]
        for index in indexes
        if any(option.endswith("_where") for option in index.get("dialect_options", {}))
    }
    assert partial == {"ix_outbox_due", "ix_outbox_pending"}


def test_downgrade_leaves_no_table(empty_url: str) -> None:
    schema.upgrade(make_url(empty_url))
    schema.downgrade(make_url(empty_url), "base")
    tables = _in_database(empty_url, lambda connection: inspect(connection).get_table_names())
    assert tables == ["alembic_version"]


@pytest.mark.asyncio
async def test_upgrade_reaches_the_newest_revision_and_may_be_repeated(empty_url: str, clock: SteppingClock) -> None:
    storage = create_storage(empty_url, clock)
    assert await storage.current_revision() is None
    await storage.upgrade()
    await storage.upgrade()
    assert await storage.current_revision() == schema.head_revision()
    await storage.close()


@pytest.mark.asyncio
async def test_replicas_may_upgrade_at_the_same_time(empty_url: str, clock: SteppingClock) -> None:
    storages = [create_storage(empty_url, clock) for _ in range(4)]
    await asyncio.gather(*(storage.upgrade() for storage in storages))
    assert await storages[0].current_revision() == schema.head_revision()
    for storage in storages:
        await storage.close()


def test_failed_migration_leaves_nothing_behind(empty_url: str) -> None:
    # The last table of the first migration is there already, so creating it fails at the very end.
    _in_database(empty_url, lambda connection: connection.execute(text("CREATE TABLE outbox (id INTEGER)")))
    with pytest.raises(StorageError):
        schema.upgrade(make_url(empty_url))
    tables = _in_database(empty_url, lambda connection: inspect(connection).get_table_names())
    assert tables == ["outbox"]


def test_database_of_a_newer_version_is_refused(empty_url: str) -> None:
    schema.upgrade(make_url(empty_url))
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    _in_database(empty_url, lambda connection: connection.execute(newer))
    with pytest.raises(StorageError, match="another version"):
        schema.upgrade(make_url(empty_url))


@pytest.mark.asyncio
async def test_database_without_tables_names_the_command_to_run(empty_url: str, clock: SteppingClock) -> None:
    storage = create_storage(empty_url, clock)
    with pytest.raises(StorageError, match="bot db upgrade"):
        async with storage.unit_of_work() as uow:
            await uow.conversations.get_or_create("web:a", "web", None, NOW)
    await storage.close()


@pytest.mark.parametrize(
    "address",
    ["", "postgres", "mysql://root:s3cret@localhost/bot", "sqlite+aiosqlite://", "sqlite:///bot.db"],
)
def test_address_that_cannot_be_used_names_the_remedy(address: str, clock: SteppingClock) -> None:
    with pytest.raises(StorageError, match="BOT_DATABASE_URL") as caught:
        create_storage(address, clock)
    assert "s3cret" not in str(caught.value)


@pytest.mark.asyncio
async def test_unreachable_server_is_named_without_its_password(clock: SteppingClock) -> None:
    # Port 1 is reserved (tcpmux): nothing listens there.
    storage = create_storage("postgresql+asyncpg://bot:s3cret@127.0.0.1:1/bot", clock)
    with pytest.raises(StorageError, match="127.0.0.1:1/bot cannot be reached") as caught:
        async with storage.unit_of_work():
            pass
    assert "s3cret" not in str(caught.value)
    with pytest.raises(StorageError, match="cannot be reached"):
        await storage.upgrade()
    await storage.close()


@pytest.mark.asyncio
async def test_folder_that_cannot_be_made_is_named(tmp_path: Path, clock: SteppingClock) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageError, match="folder"):
        create_storage(f"sqlite+aiosqlite:///{tmp_path / 'file' / 'bot.db'}", clock)


def test_new_folder_of_the_database_is_closed_to_other_users(tmp_path: Path, clock: SteppingClock) -> None:
    create_storage(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'bot.db'}", clock)
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_sqlite_connections_are_set_up(tmp_path: Path) -> None:
    def pragmas(connection: Connection) -> dict[str, Any]:
        names = ("journal_mode", "foreign_keys", "busy_timeout", "secure_delete")
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}

    found = _in_database(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}", pragmas)
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000, "secure_delete": 1}
