"""`bot serve` killed while people write to it on Telegram, by polling: with the trained model, and leases in real time.

Only in the long form. What the bot said lies in the transcript: it is what the people have to have read.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from bot_api import TOKEN, BotApi, Person, bot_api_server
from delivery.mail_server import free_port

from bot.channels.telegram.rendering import split

from .runs import eventually
from .test_kill_telegram import rows

CHATS, KILLS = 10, 3
#: What each person asks, one after another.
QUESTIONS = (
    "Hello",
    "How long can a stay last?",
    "Who can take part?",
    "What does it pay?",
    "Which countries take part?",
    "Whom do I contact?",
    "How do I apply?",
    "asdf ghjk",
    "What happens to my data?",
    "Thank you, goodbye",
)
SEED = 20261125
LONGEST_AFTER = 0.5
PATIENCE = 900.0


class Serve:
    """`bot serve` on Telegram, to be killed and started again."""

    def __init__(self, folder: Path, database: str, api: BotApi) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
        self._environment = {
            **own,
            "BOT_DATABASE_URL": database,
            "BOT_PORT": str(free_port()),
            "BOT_SECRET_KEY": "secret of the kill tests",
            "BOT_TELEGRAM_TOKEN": TOKEN,
            "BOT_TELEGRAM_API_URL": api.base_url,
        }
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        command = [str(Path(sys.executable).with_name("bot")), "serve"]
        with (self._folder / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )

    def kill(self) -> None:
        """`kill -9`."""
        if self._process:
            self._process.kill()
            self._process.wait()


async def said(database: str, person: Person) -> list[tuple[str, str]]:
    """What the transcript holds as said to a person: the message that was answered, and the answer as it is read."""
    found = await rows(
        database,
        "SELECT message_id, text FROM transcript WHERE direction = 'out' "
        f"AND conversation_id = 'telegram:{person.id}' ORDER BY id",
    )
    return [(update, piece.replace("**", "")) for update, reply in found for piece in split(reply)]


async def due_twice(database: str, people: list[Person]) -> set[tuple[int, int]]:
    """The messages, by their chat and place, that Telegram has accepted and the database does not hold as sent."""
    due = set()
    waiting = {str(update): sent for update, sent in await rows(database, _UNFINISHED)}
    for person in people:
        promised = await said(database, person)
        answered = sum(update not in waiting for update, _ in promised)
        recorded = answered + sum(min(sent, sum(u == update for u, _ in promised)) for update, sent in waiting.items())
        if len(without_repeats(person.texts)) > recorded:
            due.add((person.id, recorded))
    return due


_UNFINISHED = "SELECT update_id, sent FROM telegram_updates WHERE done_at IS NULL"


def without_repeats(read: list[str]) -> list[str]:
    """A chat's messages, one that came twice in a row taken once."""
    return [one for before, one in zip([None, *read], read, strict=False) if one != before]


async def test_bot_serve_is_killed_while_ten_people_write(
    tmp_path: Path, sqlite_template: Path, report_line: Callable[[str], None]
) -> None:
    drawn = random.Random(f"{SEED}/serve")
    database_file = tmp_path / "bot.db"
    database_file.write_bytes(sqlite_template.read_bytes())
    database = f"sqlite+aiosqlite:///{database_file}"
    begun = monotonic()
    async with bot_api_server() as api:
        people = [api.person("en") for _ in range(CHATS)]
        updates: dict[int, str] = {}
        for question in QUESTIONS:
            for person in people:
                update = person.say(question)
                updates[update] = question
                api.deliver_again(update)
        serve = Serve(tmp_path, database, api)
        due: Counter[tuple[int, int]] = Counter()

        def accepted() -> int:
            return sum(len(person.texts) for person in people)

        try:
            serve.start()
            for kill in range(KILLS):
                messages = int(130 / (KILLS + 1) * (kill + drawn.uniform(0.7, 1.2)))

                async def reached(messages: int = messages) -> bool:
                    return accepted() >= messages

                await eventually(reached, PATIENCE, 0.005)
                await asyncio.sleep(drawn.uniform(0, LONGEST_AFTER))
                serve.kill()
                await api.settle()
                due.update(await due_twice(database, people))
                serve.start()

            async def finished() -> bool:
                done = await rows(database, "SELECT 1 FROM telegram_updates WHERE done_at IS NOT NULL")
                return len(done) == len(updates)

            await eventually(finished, PATIENCE, 1.0)
        finally:
            serve.kill()
        repeats = 0
        for person in people:
            promised = [text for _, text in await said(database, person)]
            assert without_repeats(person.texts) == without_repeats(promised), "answers are missing, or not in order"
            repeats += len(person.texts) - len(promised)
        handled = await rows(database, "SELECT message_id FROM transcript WHERE direction = 'in'")
        answered = {update for person in people for update, _ in await said(database, person)}
        assert sorted(int(update) for (update,) in handled) == sorted(updates)
        assert answered == {str(update) for update in updates}
        assert repeats <= sum(due.values())
        report_line(
            f"| `bot serve`, polling | {len(updates)} (0) | {sum(api.handed_out.values())} | {KILLS} | {len(handled)} "
            f"| {len(updates) - len(answered)} | {accepted()} | {repeats} | {monotonic() - begun:.0f} |"
        )
