"""People who write to the bot, and what the database holds of them."""

from __future__ import annotations

import html
import json
import re
from itertools import count
from typing import Any

from sqlalchemy import select

from bot.conversation.engine import Engine
from bot.model import IncomingMessage, LeadState, TurnResult
from bot.storage import Storage
from bot.storage.tables import metadata

MAILBOX = "leads@dcc.example.org"


class Person:
    """Somebody in a chat, who reads the answers and presses buttons by their titles."""

    def __init__(self, engine: Engine, storage: Storage, name: str) -> None:
        self.engine, self.storage, self.name = engine, storage, name
        self.result = TurnResult(name, "en")
        self._numbers = count(1)
        self.last: IncomingMessage

    async def say(self, text: str | None = None, press: str | None = None, locale: str = "en") -> str:
        """Write or press a payload; gives the whole answer."""
        self.last = IncomingMessage("web", self.name, str(next(self._numbers)), text, press, locale=locale)
        return await self.again()

    async def again(self) -> str:
        """The channel delivers the last message once more."""
        self.result = await self.engine.handle(self.last)
        return "\n".join(reply.text for reply in self.result.replies)

    async def press(self, title: str) -> str:
        """Press the button of that title."""
        [button] = [b for reply in self.result.replies for b in reply.buttons if b.title == title]
        return await self.say(press=button.payload)

    @property
    def buttons(self) -> list[str]:
        """The titles of the buttons under the last answer."""
        return [button.title for reply in self.result.replies for button in reply.buttons]

    @property
    def file(self) -> str:
        """The page that came with the last answer."""
        [document] = [reply.document for reply in self.result.replies if reply.document]
        return document.text

    async def applies(self, word: str = "Corrib") -> str:
        """Send an application, a word in each answer that is free; gives its reference."""
        await self.say(f"Hello, my company {word} in Galway would like to send its manager to Slovenia for 3 months")
        await self.say(press="/apply")
        answers: dict[str, Any] = {
            "side": '/inform{"side": "sending"}',
            "company_name": f"{word} Joinery Ltd",
            "country": "Ireland",
            "city": "Galway",
            "employees": "9",
            "sector": '/inform{"sector": "C"}',
            "role": '/inform{"role": "manager"}',
            "participants": "1",
            "destinations": "Slovenia",
            "duration": "3 months",
            "start": '/inform{"start": "2026-09"}',
            "objectives": f"learn how {word} finishes its oak tables",
            "counterpart": f"{word} Mizarstvo",
            "consent": '/inform{"consent": true}',
            "contact_name": f"Aoife {word}",
            "email": f"{word.lower()}@{word.lower()}.example.org",
            "phone": f"+353 91 555 {100 + len(word)}",
            "registration_number": f"{word}77",
            "turnover": '/inform{"turnover": "up_to_2"}',
            "confirm": '/inform{"confirm": "send"}',
        }
        for _ in range(len(answers) + 5):
            if self.result.form is None:
                break
            answer = answers[self.result.form.next]
            await self.say(press=answer) if answer.startswith("/") else await self.say(answer)
        assert self.result.lead, self.result
        return self.result.lead


def data_of(page: str) -> Any:
    """The JSON that a page carries."""
    [found] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    return json.loads(found)


def read(page: str) -> str:
    """What a reader sees of a page."""
    body = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


async def everything(storage: Storage) -> dict[str, str]:
    """Every column of every table, as text."""
    async with storage.unit_of_work(read_only=True) as uow:
        connection = uow.codes._connection
        return {
            name: "\n".join(repr(tuple(row)) for row in await connection.execute(select(table)))
            for name, table in metadata.tables.items()
        }


async def bring(storage: Storage, reference: str, *states: LeadState) -> None:
    """Staff bring a lead to a state, over others."""
    async with storage.unit_of_work() as uow:
        for state in states:
            await uow.leads.change_state(reference, state, "maria@dcc.example.org", "Maria's inner words")
        await uow.commit()
