"""A lead and what is promised for it are stored together, or neither is."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from storage.examples import SteppingClock

from bot.applications import notifications
from bot.applications.attachment_files import AttachmentFiles
from bot.conversation.engine import Engine
from bot.conversation.turn import Turn
from bot.model import IncomingMessage, Lead, Reply
from bot.programme import Programme
from bot.storage import Storage

from .examples import MAILBOX, greek_lead

SEND = IncomingMessage("web", "anna", "m1", payload='/inform{"confirm": "send"}')


class Sends:
    """Stands for the trained model: every message sends an application."""

    intents = frozenset({"inform"})
    lexicons = None

    async def respond(self, turn: Turn) -> list[Reply]:
        turn.lead = Lead(**{**vars(greek_lead()), "conversation": turn.conversation})
        return [Reply("Sent.")]


@pytest.fixture
def engine(storage: Storage, clock: SteppingClock, programme: Programme, files: AttachmentFiles) -> Engine:
    assistant: Any = Sends()
    return Engine(assistant, storage, programme, files=files, clock=clock, new_reference=lambda: "MSME-AB23CD45")


async def test_letters_are_promised_with_the_lead(engine: Engine, storage: Storage) -> None:
    result = await engine.handle(SEND)
    assert result.lead == "MSME-AB23CD45"
    await engine.handle(SEND)  # the channel delivers the message again
    async with storage.unit_of_work(read_only=True) as uow:
        messages = await uow.outbox.undelivered()
    assert [(message.destination, message.lead_reference) for message in messages] == [
        (MAILBOX, "MSME-AB23CD45"),
        ("anna@example.org", "MSME-AB23CD45"),
    ]


async def test_a_promise_that_fails_leaves_no_lead(
    engine: Engine, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(lead: Lead, programme: Programme) -> list:
        raise RuntimeError("no promise")

    with monkeypatch.context() as patched:
        patched.setattr(notifications, "promised", fails)
        await engine.handle(SEND)
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.leads.list() == []
        assert await uow.outbox.undelivered() == []
    assert (await engine.handle(SEND)).lead == "MSME-AB23CD45"


async def test_a_sixth_application_with_one_address_is_taken_without_a_letter(
    storage: Storage, files: AttachmentFiles, clock: SteppingClock, programme: Programme
) -> None:
    numbers = count()

    class SendsAnother(Sends):
        async def respond(self, turn: Turn) -> list[Reply]:
            lead = greek_lead(f"MSME-NUMBER{next(numbers)}")
            turn.lead = Lead(**{**vars(lead), "conversation": turn.conversation})
            return [Reply(f"Sent. Reference number: {turn.lead.reference}")]

    assistant: Any = SendsAnother()
    engine = Engine(assistant, storage, programme, files=files, clock=clock, new_reference=lambda: "")
    for person in range(6):
        result = await engine.handle(replace(SEND, conversation=f"person-{person}"))
        assert result.lead == f"MSME-NUMBER{person}"
        assert f"MSME-NUMBER{person}" in result.replies[-1].text
    async with storage.unit_of_work(read_only=True) as uow:
        destinations = [message.destination for message in await uow.outbox.undelivered()]
    assert (destinations.count("anna@example.org"), destinations.count(MAILBOX)) == (5, 6)
