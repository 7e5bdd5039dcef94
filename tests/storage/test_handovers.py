"""Handover codes are used once, and a draft that others changed is not written over."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import inspect, make_url

from bot.errors import StorageError
from bot.storage import ClaimLostError, DraftRecord, HandoverCode, Storage, schema

from .examples import ANNA, NOW, begin_conversation
from .test_schema import _in_database

FORM = "application_form"
CODE = HandoverCode("hash", ANNA, FORM, NOW, NOW + timedelta(hours=24))
DRAFT = DraftRecord(ANNA, FORM, {"side": "host"}, "company_name", False, NOW, NOW)


async def put(storage: Storage, code: HandoverCode = CODE) -> None:
    await begin_conversation(storage, NOW, code.conversation_id)
    async with storage.unit_of_work() as uow:
        await uow.handovers.put(code)
        await uow.commit()


async def get(storage: Storage, hashed: str = "hash") -> HandoverCode | None:
    async with storage.unit_of_work(read_only=True) as uow:
        return await uow.handovers.get(hashed)


async def test_a_new_code_takes_the_place_of_the_earlier_one(storage: Storage) -> None:
    await put(storage)
    await put(storage, replace(CODE, hash="of another", conversation_id="web:other"))
    await put(storage, replace(CODE, hash="new"))
    assert await get(storage) is None
    assert await get(storage, "new") == replace(CODE, hash="new")
    assert await get(storage, "of another") is not None


async def test_a_conversations_codes_are_listed_and_nobody_elses(storage: Storage) -> None:
    await put(storage)
    await put(storage, replace(CODE, hash="of another", conversation_id="web:other"))
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.handovers.asked_by(ANNA) == [CODE]


async def test_a_conversation_must_exist(storage: Storage) -> None:
    with pytest.raises(StorageError):
        async with storage.unit_of_work() as uow:
            await uow.handovers.put(CODE)


async def test_an_expired_or_used_code_cannot_be_used(storage: Storage) -> None:
    await put(storage)
    for moment in (CODE.expires_at, NOW):
        async with storage.unit_of_work() as uow:
            if moment == CODE.expires_at:
                with pytest.raises(ClaimLostError):
                    await uow.handovers.use("hash", moment)
                continue
            await uow.handovers.use("hash", moment)
            with pytest.raises(ClaimLostError):
                await uow.handovers.use("hash", moment)
            await uow.commit()
    assert await get(storage) == replace(CODE, used_at=NOW)


async def test_two_at_once_use_a_code_once(storage: Storage) -> None:
    await put(storage)

    async def use() -> bool:
        try:
            async with storage.unit_of_work() as uow:
                await uow.handovers.use("hash", NOW)
                await asyncio.sleep(0.05)
                await uow.commit()
        except ClaimLostError:
            return False
        return True

    assert sorted(await asyncio.gather(*(use() for _ in range(4)))) == [False, False, False, True]


async def test_a_draft_that_left_meanwhile_cannot_be_saved_or_sent(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    async with storage.unit_of_work() as uow:
        await uow.drafts.save(DRAFT)
        await uow.commit()
    leaving = asyncio.Event()

    async def leave() -> None:
        async with storage.unit_of_work() as uow:
            await uow.drafts.hold(DRAFT)
            leaving.set()
            await asyncio.sleep(0.1)
            await uow.drafts.delete(ANNA, FORM)
            await uow.commit()

    async def stay() -> None:
        await leaving.wait()
        async with storage.unit_of_work() as uow:
            await uow.drafts.hold(DRAFT)
            await uow.commit()

    left, stayed = await asyncio.gather(leave(), stay(), return_exceptions=True)
    assert left is None
    assert isinstance(stayed, ClaimLostError)


async def test_a_draft_that_was_changed_is_not_held(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    async with storage.unit_of_work() as uow:
        await uow.drafts.save(DRAFT)
        await uow.drafts.hold(DRAFT)
        await uow.drafts.save(replace(DRAFT, updated_at=NOW + timedelta(microseconds=1)))
        with pytest.raises(ClaimLostError):
            await uow.drafts.hold(DRAFT)


async def test_expired_codes_are_forgotten(storage: Storage) -> None:
    await put(storage)
    async with storage.unit_of_work() as uow:
        assert await uow.handovers.delete_expired(NOW) == 0
        assert await uow.handovers.delete_expired(CODE.expires_at) == 1
        await uow.commit()
    assert await get(storage) is None


async def test_an_erased_conversation_takes_its_codes_along(storage: Storage) -> None:
    await put(storage)
    async with storage.unit_of_work() as uow:
        erased = await uow.conversations.erase(ANNA)
        await uow.commit()
    assert erased["handover_codes"] == 1
    assert await get(storage) is None


def test_a_database_without_the_table_gets_it(empty_url: str) -> None:
    def table_names(connection):
        return set(inspect(connection).get_table_names())

    schema.upgrade(make_url(empty_url), "0003")
    before = _in_database(empty_url, table_names)
    schema.upgrade(make_url(empty_url), "0004")
    assert _in_database(empty_url, table_names) == before | {"handover_codes"}
    schema.downgrade(make_url(empty_url), "0003")
    assert _in_database(empty_url, table_names) == before
