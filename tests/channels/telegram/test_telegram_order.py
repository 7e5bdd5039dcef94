"""In which order a crowd of updates is worked on."""

from __future__ import annotations

import asyncio

import pytest
from bot_api import NOW, PATIENCE
from telegram import Update

from bot.channels.telegram.processing import ChatOrder

pytestmark = pytest.mark.asyncio


def _update(number: int, chat: int) -> Update:
    private = {"id": chat, "type": "private", "first_name": "Ana"}
    message = {"message_id": number, "date": NOW, "chat": private, "text": "Hello"}
    return Update.de_json({"update_id": number, "message": message})


async def test_one_chats_flood_takes_one_place_and_keeps_its_order() -> None:
    order, done, gate = ChatOrder(chats_at_once=2), [], asyncio.Event()

    async def work(number: int, chat: int) -> None:
        if chat == 1:
            await gate.wait()
        done.append((chat, number))

    flood = [(number, 1) for number in range(50)]
    others = [(number, number) for number in range(50, 60)]
    tasks = {
        update: asyncio.create_task(order.process_update(_update(*update), work(*update))) for update in flood + others
    }
    await asyncio.wait_for(asyncio.gather(*(tasks[update] for update in others)), PATIENCE)
    assert sorted(done) == [(number, number) for number in range(50, 60)]
    gate.set()
    await asyncio.wait_for(asyncio.gather(*tasks.values()), PATIENCE)
    assert [number for chat, number in done if chat == 1] == list(range(50))


async def test_no_more_chats_than_allowed_are_worked_on_at_once() -> None:
    order, under_way, most = ChatOrder(chats_at_once=3), [0], [0]

    async def work() -> None:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        await asyncio.sleep(0)  # lets the others begin
        under_way[0] -= 1

    await asyncio.gather(*(order.process_update(_update(number, number), work()) for number in range(1, 20)))
    assert most[0] == 3
