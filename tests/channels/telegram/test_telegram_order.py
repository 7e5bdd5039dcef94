"""In which order a crowd of updates is worked on, by one process or by several."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from bot_api import PATIENCE, BotApi
from telegram_engines import Start

from bot.bootstrap import utc_now
from bot.channels.telegram.inbox import LEASE_SECONDS, Inbox
from bot.channels.telegram.processing import CHATS_AT_ONCE
from bot.model import IncomingMessage, Reply, TurnResult
from bot.storage import Storage, TelegramUpdate

pytestmark = pytest.mark.asyncio


class Crowd:
    """Answers at once, but for one chat, whose first message waits; counts how many are answered side by side."""

    def __init__(self, slow: str) -> None:
        self.slow, self.gate = slow, asyncio.Event()
        self.order: dict[str, list[str]] = {}
        self.at_once = self.most = 0

    async def __call__(self, message: IncomingMessage) -> TurnResult:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        if message.conversation == self.slow:
            await self.gate.wait()
        await asyncio.sleep(0)  # lets the others begin
        self.at_once -= 1
        self.order.setdefault(message.conversation, []).append(message.text or "")
        return TurnResult(message.conversation, "en", replies=(Reply("ok"),))


async def test_one_chats_flood_holds_up_nobody_and_keeps_its_order(api: BotApi, start: Start) -> None:
    flooding, others = api.person(), [api.person() for _ in range(20)]
    crowd = Crowd(str(flooding.id))
    for number in range(5):
        flooding.say(str(number))
    for person in others:
        person.say("Hello")
    await start(crowd)
    for person in others:
        await person.receives(1)
    assert str(flooding.id) not in crowd.order
    crowd.gate.set()
    await flooding.receives(5)
    assert crowd.order[str(flooding.id)] == ["0", "1", "2", "3", "4"]
    assert 1 < crowd.most <= CHATS_AT_ONCE


async def test_two_processes_on_one_inbox_answer_each_update_once(api: BotApi, start: Start) -> None:
    people = [api.person() for _ in range(10)]
    crowds = [Crowd("nobody"), Crowd("nobody")]
    for crowd in crowds:
        await start(crowd)
    for number in range(2):
        for person in people:
            person.say(str(number))
    for person in people:
        await person.receives(2)
    seen = [(chat, text) for crowd in crowds for chat, texts in crowd.order.items() for text in texts]
    assert sorted(seen) == sorted((str(person.id), str(number)) for person in people for number in range(2))


async def test_an_update_whose_lease_ran_out_while_it_was_worked_on_is_not_begun_again(storage: Storage) -> None:
    now = utc_now()
    may_end, begun = asyncio.Event(), []
    inbox = Inbox(storage, lambda: now, lambda update: str(update["chat"]))

    async def work(update_id: int) -> None:
        async with inbox.working(update_id):
            await may_end.wait()

    async def begin(one: TelegramUpdate) -> None:
        begun.append(one.update_id)
        tasks.append(asyncio.create_task(work(one.update_id)))
        if len(begun) == 40:
            all_begun.set()

    tasks: list[asyncio.Task[None]] = []
    all_begun = asyncio.Event()
    await inbox.store({"update_id": number, "chat": number} for number in range(40))
    running = asyncio.create_task(inbox.run(begin))
    await asyncio.wait_for(all_begun.wait(), PATIENCE)
    now += timedelta(seconds=LEASE_SECONDS + 1)
    may_end.set()
    while unfinished := [task for task in tasks if not task.done()]:  # each that ends lets the inbox look for more
        await asyncio.wait(unfinished, timeout=PATIENCE)
    inbox.stop()
    await running
    assert begun == list(range(40))


async def test_an_update_at_which_the_work_fails_does_not_hold_up_its_chat(storage: Storage) -> None:
    inbox = Inbox(storage, utc_now, lambda update: "the chat")
    await inbox.store({"update_id": number} for number in range(2))
    begun, last = [], asyncio.Event()

    async def begin(one: TelegramUpdate) -> None:
        begun.append(one.update_id)
        if one.update_id == 1:
            last.set()
        with suppress(TypeError):
            async with inbox.working(one.update_id):
                raise TypeError

    running = asyncio.create_task(inbox.run(begin))
    await asyncio.wait_for(last.wait(), PATIENCE)
    inbox.stop()
    await running
    assert begun == [0, 1]
