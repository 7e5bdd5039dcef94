"""The bot is killed while people write to it on Telegram: each update counts once, each is answered, in order.

Each update is delivered twice. A message comes twice only where the process dies between Telegram's acceptance and our
record of it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest
from bot_api import TOKEN, BotApi, Person, bot_api_server
from delivery.mail_server import free_port
from sqlalchemy import text

from bot.bootstrap import utc_now
from bot.channels.telegram.webhook import PATH
from bot.storage import create_storage

from .runs import eventually
from .victim_telegram import CONNECTIONS, SECRET, Order, replies_to, run

LONG = bool(os.environ.get("LONG"))
#: So many chats send so many updates each, and the bot dies so often.
CHATS, ROUNDS, KILLS = (50, 20, 5) if LONG else (20, 5, 2)
SEED = 20261125
#: Every third round people press buttons where they have any.
PRESS_EVERY = 3
LONGEST_AFTER = 0.02
PATIENCE = 600.0

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["kill.victim_telegram"])


class Victim:
    """A bot on a database, to be killed and started again."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._process: BaseProcess | None = None

    def start(self) -> None:
        """Start it."""
        self._process = _processes.Process(target=run, args=(self._order,), daemon=True)
        self._process.start()

    def kill(self) -> None:
        """`kill -9`."""
        if self._process:
            self._process.kill()
            self._process.join()


@dataclass
class Crowd:
    """The people of a run, what they sent, and what of it the bot has answered."""

    api: BotApi
    people: list[Person]
    #: Each person's updates in their order, and what each says to the engine.
    sent: dict[int, list[int]] = field(default_factory=dict)
    said: dict[int, str] = field(default_factory=dict)
    pressed: set[int] = field(default_factory=set)

    def write(self, number: int) -> list[int]:
        """Everybody writes once, or presses a button; gives the updates."""
        updates = []
        for person in self.people:
            update = self._press(person) if number % PRESS_EVERY == PRESS_EVERY - 1 else None
            if update is None:
                update = person.say(f"Message {number} of {person.id}")
                self.said[update] = f"Message {number} of {person.id}"
            self.sent.setdefault(person.id, []).append(update)
            updates.append(update)
        return updates

    def _press(self, person: Person) -> int | None:
        with_buttons = [one for one in person.messages if "reply_markup" in one]
        unpressed = [one for one in with_buttons if one["message_id"] not in self.pressed]
        if not unpressed:
            return None
        message = unpressed[-1]
        # A message that came twice has two keyboards.
        self.pressed |= {one["message_id"] for one in with_buttons if one["text"] == message["text"]}
        button = message["reply_markup"]["inline_keyboard"][0][1]
        person.press_data(button["callback_data"], message=message)
        update = self.api.last_update
        self.said[update] = f'/pressed{{"of": {message["text"].split(":")[0]}, "place": 1}}'
        return update

    def expected(self, person: Person) -> list[str]:
        """What a person reads when nothing comes twice."""
        return [reply.text for update in self.sent.get(person.id, ()) for reply in replies_to(update)]

    def accepted(self) -> Counter[str]:
        """How often the bot's messages were accepted; each has a text of its own."""
        return Counter(text for person in self.people for text in person.texts)

    def all_answered(self) -> bool:
        """Whether nobody waits for an answer."""
        return all(set(self.expected(person)) <= set(person.texts) for person in self.people)


async def rows(database: str, sql: str) -> list[Any]:
    """What a query finds in the database."""
    storage = create_storage(database, utc_now)
    try:
        async with storage.unit_of_work(read_only=True) as uow:
            return list((await uow._connection.execute(text(sql))).all())
    finally:
        await storage.close()


async def due_twice(database: str, accepted: Counter[str]) -> set[tuple[str, int]]:
    """The messages that Telegram has accepted, so often, and the database does not hold as sent."""
    unfinished = await rows(database, "SELECT update_id, sent FROM telegram_updates WHERE done_at IS NULL")
    due: set[tuple[str, int]] = set()
    for update, sent in unfinished:
        parts = [reply.text for reply in replies_to(update)]
        unrecorded = [part for part in parts[sent:] if accepted[part]]
        assert len(unrecorded) <= 1, "messages are recorded one by one"
        due |= {(part, accepted[part]) for part in unrecorded}
    return due


class Telegram:
    """Brings the updates to the bot, each twice; by webhook it tries until it hears that they came."""

    def __init__(self, crowd: Crowd, port: int | None) -> None:
        self.brought: Counter[int] = Counter()
        self._crowd, self._port = crowd, port
        self._queues: dict[int, asyncio.Queue[int]] = {person.id: asyncio.Queue() for person in crowd.people}

    def bring(self, updates: list[int]) -> None:
        """Bring each of these new updates once more than the queue for polling does."""
        for update, person in zip(updates, self._crowd.people, strict=True):
            if self._port:
                self._queues[person.id].put_nowait(update)
            else:
                self._crowd.api.deliver_again(update)

    @asynccontextmanager
    async def posting(self) -> AsyncIterator[None]:
        """Post to the webhook, each chat's updates in their order, while the block runs."""
        limits = httpx.Limits(max_connections=CONNECTIONS)
        async with httpx.AsyncClient(trust_env=False, timeout=30, limits=limits) as client:
            queues = self._queues.values() if self._port else ()
            tasks = [asyncio.create_task(self._post(client, queue)) for queue in queues]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _post(self, client: httpx.AsyncClient, queue: asyncio.Queue[int]) -> None:
        address, headers = f"http://127.0.0.1:{self._port}{PATH}", {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        while True:
            update = await queue.get()
            content = self._crowd.api._delivered[update]
            for _ in range(2):
                while True:
                    try:
                        answer = await client.post(address, json=content, headers=headers)
                        if answer.status_code == 200:
                            break
                    except httpx.TransportError:
                        pass
                    await asyncio.sleep(0.1)
                self.brought[update] += 1


async def feed(crowd: Crowd, telegram: Telegram) -> None:
    """Let everybody write, round by round; the next one begins while half of the last is unanswered."""
    for number in range(ROUNDS):
        before = len(crowd.accepted())
        updates = crowd.write(number)
        telegram.bring(updates)
        expected = sum(len(replies_to(update)) for update in updates)
        enough = before + expected // 2
        await eventually(_true(lambda enough=enough: len(crowd.accepted()) >= enough), PATIENCE, 0.05)


def _true(condition: Callable[[], bool]) -> Any:
    async def holds() -> bool:
        return condition()

    return holds


async def kill_when(crowd: Crowd, victim: Victim, messages: int, wait: float | None) -> None:
    """Kill the bot at its so-manieth message: before it hears of the acceptance where `wait` is None, else after."""
    reached = asyncio.Event()

    async def interrupt(message: dict[str, Any]) -> None:
        if not reached.is_set() and sum(map(len, crowd.api.messages.values())) >= messages:
            reached.set()
            if wait is None:
                victim.kill()

    crowd.api.before_answer = interrupt
    await asyncio.wait_for(reached.wait(), PATIENCE)
    await asyncio.sleep(wait or 0)
    victim.kill()
    crowd.api.before_answer = None
    await crowd.api.settle()


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_killed_while_many_people_write(
    tmp_path: Path, sqlite_template: Path, way: str, report_line: Callable[[str], None]
) -> None:
    drawn = random.Random(f"{SEED}/{way}")
    database_file = tmp_path / "bot.db"
    database_file.write_bytes(sqlite_template.read_bytes())
    database = f"sqlite+aiosqlite:///{database_file}"
    port = free_port() if way == "webhook" else None
    begun = monotonic()
    async with bot_api_server() as api:
        crowd = Crowd(api, [api.person("en") for _ in range(CHATS)])
        telegram = Telegram(crowd, port)
        victim = Victim(Order(database, TOKEN, api.base_url, port, hurried=not LONG))
        due: set[tuple[str, int]] = set()
        # An update has two messages in the mean. The kills are spread over the run.
        spread = 2 * CHATS * ROUNDS / (KILLS + 1)
        victim.start()
        async with telegram.posting():
            feeding = asyncio.create_task(feed(crowd, telegram))
            try:
                for kill in range(KILLS):
                    messages = int(spread * (kill + drawn.uniform(0.7, 1.2)))
                    await kill_when(crowd, victim, messages, None if kill % 2 else drawn.uniform(0, LONGEST_AFTER))
                    due |= await due_twice(database, crowd.accepted())
                    if way == "polling":  # as if what was confirmed last had not been
                        for update in list(api.handed_out)[-20:]:
                            api.deliver_again(update)
                    victim.start()
                await asyncio.wait_for(feeding, PATIENCE)
                await eventually(_true(crowd.all_answered), PATIENCE, 0.1)
                await eventually(_true(lambda: not api._updates or way == "webhook"), PATIENCE, 0.1)
                await _all_finished(database)
            finally:
                feeding.cancel()
                victim.kill()
        seconds = monotonic() - begun
        _judge(crowd, Counter(message for message, _ in due))
        effects = await rows(database, "SELECT message_id, text FROM transcript WHERE direction = 'in'")
        assert sorted((int(update), said) for update, said in effects) == sorted(crowd.said.items())
        brought = telegram.brought if port else api.handed_out
        assert len(crowd.said) == CHATS * ROUNDS
        assert all(brought[update] >= 2 for update in crowd.said)
        accepted = crowd.accepted()
        messages, repeats = sum(accepted.values()), sum(times - 1 for times in accepted.values())
        unanswered = sum(any(not accepted[reply.text] for reply in replies_to(update)) for update in crowd.said)
        presses = sum(said.startswith("/pressed") for said in crowd.said.values())
        report_line(
            f"| {way} | {len(crowd.said)} ({presses}) | {sum(brought.values())} | {KILLS} | {len(effects)} | {unanswered} "
            f"| {messages} | {repeats} | {seconds:.0f} |"
        )


async def _all_finished(database: str) -> None:
    async def finished() -> bool:
        return not await rows(database, "SELECT 1 FROM telegram_updates WHERE done_at IS NULL")

    await eventually(finished, PATIENCE, 0.2)


def _judge(crowd: Crowd, due: Counter[str]) -> None:
    for person in crowd.people:
        read = person.texts
        in_order = [one for before, one in zip([None, *read], read, strict=False) if one != before]
        assert in_order == crowd.expected(person), f"answers are missing, or not in order: {read}"
    repeats = Counter({message: times - 1 for message, times in crowd.accepted().items() if times > 1})
    assert repeats == due, "a message came twice that was recorded, or the record lies"
