"""Telegram's updates are kept until answered: each once, in the order of their chat, by one process at a time."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.model import Button
from bot.storage import Storage, TelegramUpdate
from bot.storage.tables import telegram_updates

from .examples import NOW

pytestmark = pytest.mark.asyncio
ANNA, BORIS = "telegram:1", "telegram:2"
BUTTONS = [Button("Αίτηση", "/apply"), Button("Βοήθεια", "/help")]


async def _store(storage: Storage, *updates: tuple[int, str | None]) -> int:
    async with storage.unit_of_work() as uow:
        new = await uow.telegram_updates.store(TelegramUpdate(i, chat, {"update_id": i}) for i, chat in updates)
        await uow.commit()
    return new


async def _take(storage: Storage, seconds: float = 0) -> list[int]:
    async with storage.unit_of_work() as uow:
        taken = await uow.telegram_updates.take(NOW + timedelta(seconds=seconds), 60)
        await uow.commit()
    return [one.update_id for one in taken]


async def _finish(storage: Storage, update_id: int) -> None:
    async with storage.unit_of_work() as uow:
        await uow.telegram_updates.finish(update_id, NOW)
        await uow.commit()


async def test_an_update_that_comes_twice_is_kept_once(storage: Storage) -> None:
    assert await _store(storage, (7, ANNA), (8, ANNA)) == 2
    assert await _store(storage, (8, ANNA), (9, ANNA)) == 1


async def test_a_chat_gets_its_next_update_when_the_one_before_is_answered(storage: Storage) -> None:
    await _store(storage, (1, ANNA), (2, ANNA), (3, BORIS), (4, None), (5, None))
    assert await _take(storage) == [1, 3, 4, 5]
    assert await _take(storage) == []
    await _finish(storage, 1)
    assert await _take(storage) == [2]


async def test_what_a_dead_process_held_is_handed_out_after_its_lease_before_later_ones(storage: Storage) -> None:
    await _store(storage, (1, ANNA), (2, ANNA))
    assert await _take(storage) == [1]
    assert await _take(storage, 59) == []
    assert await _take(storage, 60) == [1]


async def test_a_renewed_lease_holds_longer_and_a_released_update_is_free_at_once(storage: Storage) -> None:
    await _store(storage, (1, ANNA))
    await _take(storage)
    async with storage.unit_of_work() as uow:
        await uow.telegram_updates.extend(1, NOW + timedelta(seconds=100))
        await uow.commit()
    assert await _take(storage, 99) == []
    async with storage.unit_of_work() as uow:
        await uow.telegram_updates.release(1)
        await uow.commit()
    assert await _take(storage) == [1]


async def test_what_was_sent_of_an_answer_is_remembered_with_the_attempts(storage: Storage) -> None:
    await _store(storage, (1, ANNA))
    await _take(storage)
    async with storage.unit_of_work() as uow:
        await uow.telegram_updates.note_sent(1, 2)
        await uow.commit()
    async with storage.unit_of_work() as uow:
        [again] = await uow.telegram_updates.take(NOW + timedelta(seconds=60), 60)
        await uow.commit()
    assert again == TelegramUpdate(1, ANNA, {"update_id": 1}, attempts=2, sent=2)


async def test_of_an_answered_update_only_its_number_is_left(storage: Storage) -> None:
    await _store(storage, (1, ANNA))
    await _take(storage)
    await _finish(storage, 1)
    columns = telegram_updates.c
    async with storage.unit_of_work() as uow:
        query = select(columns.update_id, columns.conversation_id, columns.data)
        assert list(await uow.conversations._connection.execute(query)) == [(1, None, None)]
        assert await uow.telegram_updates.store([TelegramUpdate(1, ANNA, {"update_id": 1})]) == 0
        assert await uow.telegram_updates.delete_answered_before(NOW) == 0
        assert await uow.telegram_updates.delete_answered_before(NOW + timedelta(seconds=1)) == 1


async def test_of_two_that_take_at_once_only_one_gets_an_update(storage: Storage) -> None:
    await _store(storage, *((number, f"telegram:{number}") for number in range(1, 21)))
    taken = await asyncio.gather(*(_take(storage) for _ in range(4)))
    assert sorted(number for share in taken for number in share) == list(range(1, 21))


async def test_a_keyboard_is_spent_by_one_press(storage: Storage) -> None:
    async with storage.unit_of_work() as uow:
        await uow.keyboards.add("k", ANNA, BUTTONS)
        assert await uow.keyboards.unspent("k", ANNA) == BUTTONS
        assert await uow.keyboards.unspent("k", BORIS) is None
        assert await uow.keyboards.spend("k", BORIS, 0, "press 1") is None
        assert await uow.keyboards.spend("k", ANNA, 2, "press 1") is None
        assert await uow.keyboards.spend("k", ANNA, 1, "press 1") == "/help"
        assert await uow.keyboards.spend("k", ANNA, 1, "press 1") == "/help"  # delivered twice
        assert await uow.keyboards.spend("k", ANNA, 0, "press 1") is None
        assert await uow.keyboards.spend("k", ANNA, 0, "press 2") is None
        assert await uow.keyboards.unspent("k", ANNA) is None
        assert await uow.keyboards.delete_before(NOW) == 0
        assert await uow.keyboards.delete_before(NOW + timedelta(seconds=1)) == 1
