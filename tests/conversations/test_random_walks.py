"""Whatever order answers, corrections, questions, cancellations, chats and languages come in, no answer is lost.

A walk is a list of steps by chance. After each, the form holds every answer that was accepted, with its last value, and
nothing else; one application becomes one lead, also where it went on in another chat and back. `make test-long` walks 2,000 times, else 25.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import datetime, timezone
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.applications.attachment_files import AttachmentFiles
from bot.conversation import forms
from bot.conversation.engine import Engine
from bot.model import IncomingMessage, TurnResult
from bot.programme import load_programme
from bot.storage import Storage, create_storage

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)
WALKS = 2_000 if os.environ.get("LONG") else 25
#: A failing walk is told as it is: to shorten it takes minutes.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
#: What may be answered to each slot: a value that a button carries, or a text that is typed, with its value.
PRESSED: dict[str, list[Any]] = {
    "side": ["sending", "host", "both"],
    "country": ["AT", "DE", "SI", "US", "ME"],
    "sector": ["C", "I"],
    "role": ["employee", "owner"],
    "destinations": [["IT"], ["ES", "IE"], "any", ["HR"]],
    "duration": [{"min_months": 2.0, "max_months": 3.0}, {"min_months": 6.0, "max_months": 6.0}],
    "start": ["2027-03", "2027-05"],
    "objectives": [["skills"], ["market"]],
    "counterpart": ["search"],
    "partner": ["CAMARABELUX"],
    "consent": [True],
    "phone": [forms.SKIPPED],
    "turnover": ["up_to_10", forms.SKIPPED],
}
TYPED: dict[str, list[tuple[str, Any]]] = {
    "company_name": [("Alfa Bakery", "Alfa Bakery"), ("Beta GmbH", "Beta GmbH")],
    "city": [("Graz", "Graz"), ("Linz", "Linz")],
    "employees": [("12", 12), ("about 60", 60), ("300", 300)],
    "participants": [("1", 1), ("3", 3)],
    "counterpart": [("Gamma Ltd", "Gamma Ltd")],
    "contact_name": [("Ana Novak", "Ana Novak")],
    "email": [("ana@alfa.example", "ana@alfa.example"), ("office@beta.example", "office@beta.example")],
    "phone": [("+43 1 5150 1234", "+43151501234")],
}
QUESTIONS = (
    "Who can take part in the programme?",
    "How long does a stay last?",
    "Whom can I contact in Austria?",
    "How much money do we get in Spain?",
)
#: Slots that the change of another one may make void.
DEPENDENT = frozenset({"role", "partner", "turnover", "consent"})
CHANGING = frozenset({"side", "country", "destinations", "partner", "employees"})
CHANNELS = ("web", "telegram")
WRONG_CODE = "GO-22222-AAAAA"
LANGUAGES = ("de", "sl", "en", "el", "sr_Cyrl")

answers = st.tuples(st.just("answer"), st.integers(0, 11))
others = st.one_of(
    st.tuples(st.just("question"), st.integers(0, len(QUESTIONS) - 1)),
    st.tuples(st.just("correct"), st.integers(0, 40)),
    st.tuples(st.just("leave"), st.just(0)),
    st.tuples(st.just("restart"), st.just(0)),
    st.tuples(st.just("again"), st.just(0)),
    st.tuples(st.just("language"), st.integers(0, len(LANGUAGES) - 1)),
    st.tuples(st.just("send"), st.just(0)),
    st.tuples(st.just("elsewhere"), st.integers(0, 3)),
    st.tuples(st.just("knock"), st.integers(0, 2)),
)
#: Answers that a walk begins with, so that it comes far enough, and what happens then.
beginnings = st.lists(st.integers(0, 11), min_size=0, max_size=19)
walks = st.lists(st.one_of(answers, others, others), min_size=8, max_size=40)
_conversations = count(1)


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="module")
def shared(loop, tmp_path_factory) -> Iterator[Storage]:
    folder: Path = tmp_path_factory.mktemp("walks")
    storage = create_storage(f"sqlite+aiosqlite:///{folder / 'bot.db'}", lambda: NOW)
    loop.run_until_complete(storage.upgrade())
    yield storage
    loop.run_until_complete(storage.close())


class Walk:
    """One person's application, and what it should hold."""

    def __init__(self, assistant, storage: Storage) -> None:
        self._assistant, self._storage = assistant, storage
        self._name = f"walk-{next(_conversations)}"
        self._numbers = count(1)
        self._channel, self._left = CHANNELS[0], False
        self.expected: dict[str, Any] = {}
        self.sent = 0
        self.restart()
        self.last: tuple[IncomingMessage, TurnResult] | None = None

    def restart(self) -> None:
        references = (f"MSME-{self._name}-{number}" for number in count(1))
        self._engine = Engine(
            self._assistant,
            self._storage,
            load_programme(),
            files=AttachmentFiles(Path("unused")),
            clock=lambda: NOW,
            new_reference=lambda: f"{next(references)}-{next(self._numbers)}",
        )

    async def say(self, text: str | None = None, payload: str | None = None) -> TurnResult:
        number = str(next(self._numbers))
        message = IncomingMessage(self._channel, self._name, number, text=text, payload=payload, locale="en")
        result = await self._engine.handle(message)
        self.last = (message, result)
        return result

    @property
    def _other(self) -> str:
        return next(channel for channel in CHANNELS if channel != self._channel)

    async def form(self) -> TurnResult:
        """The form's state, entering it where it was left."""
        assert self.last is not None
        return self.last[1] if self.last[1].form else await self.say(payload="/apply")

    async def step(self, kind: str, choice: int) -> None:
        asked = (await self.form()).form
        assert asked is not None and asked.next is not None
        if kind == "question":
            result = await self.say(QUESTIONS[choice])
            assert result.form is not None and result.form.next == asked.next
        elif kind == "answer" and asked.next != "confirm":
            await self.answer(asked.next, choice)
        elif kind == "correct":
            answered = sorted(set(asked.slots) & (PRESSED.keys() | TYPED.keys()) - {"consent"})
            if answered:
                slot = answered[choice % len(answered)]
                await self.say(payload="/correct" + json.dumps({"slot": slot}))
                await self.answer(slot, choice)
        elif kind == "leave":
            await self.say("cancel")
        elif kind == "restart":
            self.restart()
        elif kind == "again" and self.last:
            message, result = self.last
            assert await self._engine.handle(message) == result
        elif kind == "language":
            await self.say(payload="/change_language" + json.dumps({"language": LANGUAGES[choice]}))
        elif kind == "send":
            await self.send(asked.next)
        elif kind == "elsewhere" and asked.slots:
            await self.elsewhere(asked.next, choice)
        elif kind == "knock" and self._left:
            await self.knock(choice)
        await self.check()

    async def elsewhere(self, asked: str, choice: int) -> None:
        """Go on in the other chat, perhaps after the application was stopped here; or type a code that is not for it."""
        if choice == 3:
            result = await self.say(WRONG_CODE)
            assert result.form is not None and result.form.next == asked
            return
        if choice == 1:
            await self.say("cancel")
        result = await self.say(payload='/apply{"handover": true}')
        code = next(reply.text for reply in result.replies if "GO-" in reply.text).split("**")[1]
        if choice != 2:  # else it is typed in the same chat
            self._channel, self._left = self._other, True
        result = await self.say(f"my code: {code}" if choice else code)
        assert result.form is not None and result.form.next == asked

    async def knock(self, choice: int) -> None:
        """Press what still stands in the chat that the application has left, or ask something there."""
        number = str(next(self._numbers))
        payload = ['/inform{"confirm": "send"}', '/inform{"country": "DE"}', None][choice]
        text = None if payload else QUESTIONS[0]
        result = await self._engine.handle(IncomingMessage(self._other, self._name, number, text, payload, locale="en"))
        assert result.form is None and result.lead is None

    async def answer(self, slot: str, choice: int) -> None:
        options: list[tuple[str | None, Any]] = [(None, value) for value in PRESSED.get(slot, [])]
        options += TYPED.get(slot, [])
        typed, value = options[choice % len(options)]
        if typed is None:
            await self.say(payload="/inform" + json.dumps({slot: value}))
        else:
            await self.say(typed)
        self.expected[slot] = value
        if slot in CHANGING:
            held = (await self.form()).form
            assert held is not None
            for name in DEPENDENT - {slot}:
                if name in self.expected and self.expected[name] != forms.SKIPPED and name not in held.slots:
                    del self.expected[name]

    async def send(self, asked: str) -> None:
        result = await self.say(payload='/inform{"confirm": "send"}')
        if asked != "confirm":  # an old button sends nothing
            assert result.lead is None
            return
        assert result.lead is not None
        self.sent += 1
        async with self._storage.unit_of_work(read_only=True) as uow:
            lead = await uow.leads.get(result.lead)
        assert lead is not None
        assert lead.conversation == f"{self._channel}:{self._name}"
        for slot, value in self.told().items():
            assert lead.application[slot] == value, slot
        self.expected = {}

    def told(self) -> dict[str, Any]:
        return {slot: value for slot, value in self.expected.items() if value != forms.SKIPPED}

    async def check(self) -> None:
        held = (await self.form()).form
        assert held is not None
        for slot, value in self.told().items():
            assert held.slots.get(slot) == value, f"{slot} was lost or changed"
        extra = set(held.slots) - self.told().keys() - {"objectives_text"}
        assert not extra, f"nobody answered {extra}"
        async with self._storage.unit_of_work(read_only=True) as uow:
            leads = [await uow.leads.for_conversation(f"{channel}:{self._name}") for channel in CHANNELS]
        assert sum(len(found) for found in leads) == self.sent


@settings(max_examples=WALKS, phases=PHASES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(beginning=beginnings, steps=walks)
def test_no_answer_is_lost_whatever_the_order(
    assistant, loop, shared, beginning: list[int], steps: list[tuple[str, int]]
) -> None:
    async def go() -> None:
        walk = Walk(assistant, shared)
        await walk.say(payload="/apply")
        for kind, choice in [*(("answer", choice) for choice in beginning), *steps]:
            await walk.step(kind, choice)

    loop.run_until_complete(go())
