"""Somebody who answers the form by its buttons, for tests that begin at its end."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from bot.conversation.engine import Engine
from bot.model import APPLICATION_SLOTS, IncomingMessage, TurnResult

ANSWERS: dict[str, Any] = {
    "side": "sending",
    "company_name": "Larissa Tools",
    "country": "GR",
    "city": "Larissa",
    "employees": 12,
    "sector": "C",
    "role": "manager",
    "participants": 1,
    "destinations": ["AT"],
    "duration": {"min_months": 2, "max_months": 3},
    "start": "2027-04",
    "objectives": ["skills"],
    "counterpart": "search",
    "consent": True,
    "contact_name": "Eleni Papadaki",
    "email": "eleni@larissa.example",
    "phone": "skipped",
}


class Applicant:
    """Somebody with a browser: what is said comes back as one text, and `result` holds it all."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._numbers = engine, count(1)
        self.result = TurnResult("person", "en")

    async def say(self, text: str) -> str:
        return await self._hand_in(text=text)

    async def press(self, payload: str) -> str:
        return await self._hand_in(payload=payload)

    async def answer(self, slot: str, value: Any) -> str:
        return await self.press(f"/inform{json.dumps({slot: value})}")

    async def fill(self, **changes: Any) -> str:
        """Answer the whole form, up to its summary."""
        await self.press("/apply")
        answers = {**ANSWERS, **changes}
        for slot in APPLICATION_SLOTS:
            if slot in answers:
                said = await self.answer(slot, answers[slot])
        assert self.result.form is not None
        assert self.result.form.next == "confirm"
        return said

    async def _hand_in(self, **what: str) -> str:
        message = IncomingMessage("web", "person", str(next(self._numbers)), locale="en", **what)
        self.result = await self._engine.handle(message)
        return "\n".join(reply.text for reply in self.result.replies)
