"""One-time codes are counted, tried and used once, and their hash is taken only as long as somebody waits for it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import inspect, make_url

from bot.errors import StorageError
from bot.storage import ClaimLostError, OneTimeCode, Storage, schema

from .examples import ANNA, NOW, SteppingClock, a_lead, begin_conversation
from .test_schema import _in_database

STATUS = "application_status"
REFERENCE = "MSME-7KQ2XW9D"
LONG_AGO = NOW - timedelta(days=1)


def a_code(conversation: str = ANNA, reference: str = REFERENCE, at: datetime = NOW, promised: bool = True):
    return OneTimeCode(STATUS, reference, conversation, promised, at, at + timedelta(minutes=15))


async def add(storage: Storage, *codes: OneTimeCode) -> list[int]:
    for conversation in {code.conversation_id for code in codes}:
        await begin_conversation(storage, NOW, conversation)
    async with storage.unit_of_work() as uow:
        ids = [await uow.codes.add(code) for code in codes]
        await uow.commit()
    return ids


async def latest(storage: Storage, conversation: str = ANNA) -> OneTimeCode | None:
    async with storage.unit_of_work(read_only=True) as uow:
        return await uow.codes.latest(conversation, STATUS)


async def issue(storage: Storage, code_id: int, hashed: str = "hash") -> bool:
    async with storage.unit_of_work() as uow:
        issued = await uow.codes.issue(code_id, hashed)
        await uow.commit()
    return issued


async def test_the_last_code_of_a_conversation_counts(storage: Storage) -> None:
    assert await latest(storage) is None
    _, second, _ = await add(storage, a_code(), a_code(promised=False), a_code("web:other"))
    assert await latest(storage) == replace(a_code(promised=False), id=second)
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.codes.latest(ANNA, "something else") is None


async def test_a_conversation_must_exist(storage: Storage) -> None:
    with pytest.raises(StorageError):
        async with storage.unit_of_work() as uow:
            await uow.codes.add(a_code("web:nobody"))


async def test_codes_are_counted_by_conversation_and_by_lead(storage: Storage) -> None:
    await add(
        storage,
        a_code(at=LONG_AGO),
        a_code(),
        a_code(promised=False),
        a_code(reference="MSME-22222222"),
        a_code("web:other"),
    )
    async with storage.unit_of_work() as uow:
        since = NOW - timedelta(hours=1)
        assert await uow.codes.asked_in(ANNA, REFERENCE, STATUS, since) == 2
        assert await uow.codes.asked_in("web:other", REFERENCE, STATUS, since) == 1
        assert await uow.codes.promised_for(REFERENCE, STATUS, since) == 2
        assert await uow.codes.promised_for("MSME-99999999", STATUS, since) == 0


async def test_two_at_once_ask_for_a_lead_one_after_the_other(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    async with storage.unit_of_work() as uow:
        await uow.leads.add(a_lead(REFERENCE, NOW), "key")
        await uow.commit()

    async def ask() -> int:
        async with storage.unit_of_work() as uow:
            count = await uow.codes.promised_for(REFERENCE, STATUS, LONG_AGO)
            await asyncio.sleep(0.05)
            await uow.codes.add(a_code())
            await uow.commit()
        return count

    assert sorted(await asyncio.gather(*(ask() for _ in range(4)))) == [0, 1, 2, 3]


async def test_a_code_is_issued_again_with_another_hash(storage: Storage) -> None:
    [code_id] = await add(storage, a_code())
    assert await issue(storage, code_id, "one")
    assert await issue(storage, code_id, "two")
    found = await latest(storage)
    assert found and found.hash == "two"


async def test_nothing_is_issued_that_nobody_waits_for(storage: Storage, clock: SteppingClock) -> None:
    earlier, used = await add(storage, a_code(), a_code())
    assert not await issue(storage, earlier)
    assert not await issue(storage, 99)
    async with storage.unit_of_work() as uow:
        code = await uow.codes.latest(ANNA, STATUS)
        assert code
        await uow.codes.use(code, NOW)
        await uow.commit()
    assert not await issue(storage, used)
    [expiring] = await add(storage, a_code())
    clock.forward(15 * 60)
    assert not await issue(storage, expiring)


async def test_a_code_is_used_once(storage: Storage) -> None:
    await add(storage, a_code())
    code = await latest(storage)
    assert code
    async with storage.unit_of_work() as uow:
        await uow.codes.use(code, NOW)
        await uow.commit()
    found = await latest(storage)
    assert found and found.used_at == NOW
    with pytest.raises(ClaimLostError):
        async with storage.unit_of_work() as uow:
            await uow.codes.use(code, NOW)


async def test_of_two_tries_at_once_one_is_refused(storage: Storage) -> None:
    await add(storage, a_code())
    code = await latest(storage)
    assert code
    async with storage.unit_of_work() as uow:
        await uow.codes.count_attempt(code)
        await uow.commit()
    for change in ("count", "use"):
        with pytest.raises(ClaimLostError):
            async with storage.unit_of_work() as uow:
                await (uow.codes.count_attempt(code) if change == "count" else uow.codes.use(code, NOW))
    found = await latest(storage)
    assert found and (found.attempts, found.used_at) == (1, None)


async def test_old_codes_are_forgotten(storage: Storage) -> None:
    await add(storage, a_code(at=LONG_AGO), a_code())
    async with storage.unit_of_work() as uow:
        assert await uow.codes.delete_before(NOW) == 1
        await uow.commit()
    assert await latest(storage) is not None


async def test_with_a_lead_go_the_codes_that_other_conversations_asked_for(storage: Storage) -> None:
    await add(storage, a_code("web:other"), a_code("web:other", "MSME-22222222"))
    await begin_conversation(storage, NOW)
    async with storage.unit_of_work() as uow:
        await uow.leads.add(a_lead(REFERENCE, NOW, conversation=ANNA), "key")
        erased = await uow.conversations.erase(ANNA)
        await uow.commit()
    assert erased["one_time_codes"] == 1
    found = await latest(storage, "web:other")
    assert found and found.lead_reference == "MSME-22222222"


def test_a_database_of_the_first_version_gets_the_table_and_keeps_what_it_holds(empty_url: str) -> None:
    def table_names(connection):
        return set(inspect(connection).get_table_names())

    schema.upgrade(make_url(empty_url), "0001")
    before = _in_database(empty_url, table_names)
    assert "one_time_codes" not in before
    begun = (
        "INSERT INTO conversations (id, channel, state, tracker_seq, created_at, last_active_at) "
        f"VALUES ('{ANNA}', 'telegram', '{{}}', 0, '2026-03-02', '2026-03-02')"
    )
    _in_database(empty_url, lambda connection: connection.exec_driver_sql(begun))
    schema.upgrade(make_url(empty_url), "0002")
    assert _in_database(empty_url, table_names) == before | {"one_time_codes"}
    schema.downgrade(make_url(empty_url), "0001")
    assert _in_database(empty_url, table_names) == before
    count = "SELECT count(*) FROM conversations"
    assert _in_database(empty_url, lambda connection: connection.exec_driver_sql(count).scalar()) == 1
