"""A unit of work stores all or nothing, and several at a time do not harm each other."""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bot.errors import NotFoundError, StorageError
from bot.storage import Storage, create_storage

from .examples import ANNA, CONTACT, NOW, SteppingClock, a_lead, begin_conversation

pytestmark = pytest.mark.asyncio


async def test_leaving_without_commit_undoes_everything(storage: Storage) -> None:
    async with storage.unit_of_work() as uow:
        await uow.conversations.get_or_create(ANNA, "telegram", None, NOW)
        await uow.leads.add(a_lead("MSME-1", NOW, conversation=ANNA), "key")
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.conversations.get(ANNA) is None
        assert await uow.leads.list() == []


async def test_an_error_undoes_everything_and_is_passed_on(storage: Storage) -> None:
    with pytest.raises(ZeroDivisionError):
        async with storage.unit_of_work() as uow:
            await uow.conversations.get_or_create(ANNA, "telegram", None, NOW)
            raise ZeroDivisionError
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.conversations.get(ANNA) is None


async def test_what_follows_a_commit_is_undone_alone(storage: Storage) -> None:
    async with storage.unit_of_work() as uow:
        await uow.conversations.get_or_create("web:kept", "web", None, NOW)
        await uow.commit()
        await uow.conversations.get_or_create("web:undone", "web", None, NOW)
        await uow.rollback()
        await uow.conversations.get_or_create("web:left", "web", None, NOW)
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.conversations.get("web:kept") is not None
        assert await uow.conversations.get("web:undone") is None
        assert await uow.conversations.get("web:left") is None


async def test_reading_only_commits_nothing(storage: Storage) -> None:
    with pytest.raises(StorageError, match="reading only"):
        async with storage.unit_of_work(read_only=True) as uow:
            await uow.commit()


async def test_readers_do_not_wait_for_a_writer(storage: Storage) -> None:
    async with storage.unit_of_work() as writer:
        await writer.conversations.get_or_create(ANNA, "telegram", None, NOW)
        async with storage.unit_of_work(read_only=True) as reader:
            assert await reader.conversations.get(ANNA) is None


async def test_many_writers_at_a_time_all_succeed(storage: Storage) -> None:
    async def write(number: int) -> None:
        async with storage.unit_of_work() as uow:
            await uow.conversations.get_or_create(f"web:{number}", "web", None, NOW)
            await uow.trackers.append(f"web:{number}", [{"event": "session_started"}])
            await uow.commit()

    await asyncio.gather(*(write(number) for number in range(30)))
    async with storage.unit_of_work(read_only=True) as uow:
        counts = [len(await uow.trackers.events(f"web:{number}")) for number in range(30)]
    assert counts == [1] * 30


async def test_many_who_read_before_they_write_all_succeed(storage: Storage) -> None:
    await begin_conversation(storage, NOW)

    async def write(number: int) -> None:
        async with storage.unit_of_work() as uow:
            await uow.conversations.get(ANNA)
            await uow.conversations.get_or_create(f"web:{number}", "web", None, NOW)
            await uow.commit()

    await asyncio.gather(*(write(number) for number in range(10)))
    async with storage.unit_of_work(read_only=True) as uow:
        found = [await uow.conversations.get(f"web:{number}") for number in range(10)]
    assert None not in found


async def test_a_cancelled_unit_frees_its_connection(storage: Storage) -> None:
    inside = asyncio.Event()

    async def hang() -> None:
        async with storage.unit_of_work() as uow:
            await uow.conversations.get_or_create(ANNA, "telegram", None, NOW)
            inside.set()
            await asyncio.Event().wait()

    # More often than the pool has connections; on SQLite each would hold the right to write as well.
    for _ in range(20):
        inside.clear()
        task = asyncio.create_task(hang())
        await inside.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await begin_conversation(storage, NOW)


async def test_database_errors_tell_no_personal_data(storage: Storage) -> None:
    broken = replace(a_lead("MSME-1", NOW), state=None)  # type: ignore[arg-type]  # the fault to provoke
    with pytest.raises(StorageError) as caught:
        async with storage.unit_of_work() as uow:
            await uow.leads.add(broken, "key")
    shown = "".join(traceback.format_exception(caught.value))
    assert [value for value in CONTACT.values() if value in shown] == []
    assert "NotNull" in shown or "NOT NULL" in shown
    assert "repositories/leads.py" in shown


async def test_a_row_of_an_unknown_conversation_is_refused(storage: Storage) -> None:
    with pytest.raises(StorageError, match="(?i)foreign"):
        async with storage.unit_of_work() as uow:
            await uow.trackers.append("web:erased", [{"event": "user"}])
            await uow.commit()


async def test_times_come_back_in_utc(storage: Storage) -> None:
    athens = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=3)))
    async with storage.unit_of_work() as uow:
        found = await uow.conversations.get_or_create(ANNA, "telegram", None, athens)
    assert found.created_at == athens
    assert found.created_at.utcoffset() == timedelta(0)


async def test_a_time_without_zone_is_refused(storage: Storage) -> None:
    with pytest.raises(StorageError, match="time zone"):
        async with storage.unit_of_work() as uow:
            await uow.conversations.get_or_create(ANNA, "telegram", None, NOW.replace(tzinfo=None))


async def test_values_that_are_no_json_are_refused(storage: Storage) -> None:
    conversation = await begin_conversation(storage, NOW)
    with pytest.raises(StorageError, match="set is not JSON serializable"):
        async with storage.unit_of_work() as uow:
            await uow.trackers.append(conversation, [{"event": "slot", "value": {"a set"}}])


async def test_everything_is_there_after_reopening(url: str, clock: SteppingClock) -> None:
    first = create_storage(url, clock)
    await begin_conversation(first, NOW)
    await first.close()
    second = create_storage(url, clock)
    async with second.unit_of_work(read_only=True) as uow:
        assert await uow.conversations.get(ANNA) is not None
    await second.close()


async def test_saving_an_erased_conversation_is_refused(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    async with storage.unit_of_work() as uow:
        conversation = await uow.conversations.get_or_create(ANNA, "telegram", None, NOW)
        await uow.conversations.erase(ANNA)
        with pytest.raises(NotFoundError):
            await uow.conversations.save(conversation)
