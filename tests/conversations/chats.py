"""Chats of the same person in several channels, with a clock that is told to go on."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

from storage.examples import SteppingClock

from bot.applications.attachment_files import AttachmentFiles
from bot.conversation.engine import Engine
from bot.model import IncomingMessage, ReceivedFile, TurnResult
from bot.programme import Programme, load_programme
from bot.storage import DraftRecord, Storage

PROGRAMME = load_programme()
NO_FILES = AttachmentFiles(Path("unused"))
HOUR, DAY = 3600, 24 * 3600
#: The answers of a company, in the order of asking; up to the partner company nothing is agreed to yet.
BEFORE_CONSENT: dict[str, Any] = {
    "side": "host",
    "company_name": "Alfa Bakery",
    "country": "AT",
    "city": "Graz",
    "employees": "12",
    "sector": "C",
    "participants": "1",
    "destinations": ["IT"],
    "duration": {"min_months": 2.0, "max_months": 2.0},
    "start": "2026-06",
    "objectives": ["skills"],
    "counterpart": "search",
}
AFTER_CONSENT: dict[str, Any] = {
    "consent": True,
    "contact_name": "Ana Novak",
    "email": "ana@alfa.example",
    "phone": "skipped",
}


class Chat:
    """One conversation in one channel."""

    def __init__(
        self,
        assistant: Any,
        storage: Storage,
        clock: SteppingClock,
        channel: str = "web",
        name: str = "anna",
        *,
        programme: Programme = PROGRAMME,
        files: AttachmentFiles = NO_FILES,
    ) -> None:
        references, codes = count(1), count(1)
        self.engine = Engine(
            assistant,
            storage,
            programme,
            files=files,
            clock=clock,
            new_reference=lambda: f"MSME-{name}-{channel}-{next(references)}",
            new_handover_code=lambda: f"GO-{channel[:3].upper()}{name[:2].upper()}-2345{next(codes)}",
        )
        self.storage, self.channel, self.name, self._numbers = storage, channel, name, count(1)
        self.result = TurnResult(name, "en")

    @property
    def id(self) -> str:
        """The conversation's id over all channels."""
        return f"{self.channel}:{self.name}"

    async def say(
        self,
        text: str | None = None,
        press: str | None = None,
        locale: str | None = "en",
        file: ReceivedFile | None = None,
    ) -> str:
        """What is answered to a typed text, to a pressed button's payload, or to a file."""
        number, files = str(next(self._numbers)), (file,) if file else ()
        message = IncomingMessage(self.channel, self.name, number, text, press, locale=locale, files=files)
        self.result = await self.engine.handle(message)
        return "\n".join(reply.text for reply in self.result.replies)

    async def press(self, title: str) -> str:
        """What is answered to a button of the last replies."""
        [button] = [b for reply in self.result.replies for b in reply.buttons if b.title == title]
        return await self.say(press=button.payload)

    async def answer(self, answers: dict[str, Any], upto: str | None = None) -> None:
        """Apply, and answer the questions by buttons, up to the one that stays open."""
        if self.result.form is None:
            await self.say(press="/apply")
        for slot, value in answers.items():
            if slot == upto:
                return
            await self.say(press="/inform" + json.dumps({slot: value}))
            assert self.result.form and slot in {**self.result.form.slots, slot: None}, slot

    async def code(self) -> str:
        """A new code for another chat."""
        said = await self.say(press='/apply{"handover": true}')
        return said.split("**")[1]

    async def draft(self) -> DraftRecord | None:
        """The draft that lies in the database."""
        async with self.storage.unit_of_work(read_only=True) as uow:
            return await uow.drafts.get(self.id, "application_form")

    @property
    def titles(self) -> list[str]:
        """The buttons of the last replies."""
        return [button.title for reply in self.result.replies for button in reply.buttons]

    @property
    def asked(self) -> str | None:
        """The question that is open."""
        return self.result.form.next if self.result.form else None

    @property
    def slots(self) -> dict[str, Any]:
        """What the form holds."""
        assert self.result.form is not None
        return self.result.form.slots


async def leads(storage: Storage) -> list[Any]:
    """All leads."""
    async with storage.unit_of_work(read_only=True) as uow:
        return list(await uow.leads.list())
