"""Staff's messages in Telegram chats: pushed to people who wrote nothing, in between no answer; replies to them are known."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from bot_api import BotApi
from storage.examples import a_lead
from telegram_engines import Echo, Start

from bot.applications import correspondence
from bot.bootstrap import utc_now
from bot.conversation.engine import Engine
from bot.delivery import ChatSender, OutboxWorker
from bot.errors import DeliveryError
from bot.model import IncomingMessage, Reply, TurnResult
from bot.programme import load_programme
from bot.storage import Storage

pytestmark = pytest.mark.asyncio
REFERENCE = "MSME-7KQ2XW9D"
US = {"id": 4242, "is_bot": True, "first_name": "MobiliseSME"}


async def asked(storage: Storage, number: int, text: str = "What is your VAT number?") -> str:
    """A lead of a Telegram chat, and a question about it in the outbox."""
    conversation = f"telegram:{number}"
    async with storage.unit_of_work() as uow:
        await uow.conversations.get_or_create(conversation, "telegram", None, utc_now())
        lead = await uow.leads.get(REFERENCE)
        if lead is None:
            new = replace(a_lead(REFERENCE, utc_now(), partner="STHEV", conversation=conversation), language="en")
            lead = await uow.leads.add(new, REFERENCE)
        await correspondence.answer(uow, lead, text, "en", "eva", utc_now(), needs_information=True)
        await uow.commit()
    return conversation


def worker(storage: Storage, channel: Any) -> OutboxWorker:
    async def on(seconds: float) -> bool:
        return True

    sender = ChatSender(storage, load_programme(), {"telegram": channel.push}, utc_now)
    return OutboxWorker(storage, {"message": sender}, utc_now, on)


async def test_a_question_reaches_an_idle_person_and_their_reply_names_it(
    api: BotApi, start: Start, storage: Storage
) -> None:
    ana, echo = api.person(), Echo()
    conversation = await asked(storage, ana.id)
    channel = await start(echo)
    assert await worker(storage, channel).deliver_due() == 1
    [text] = ana.texts
    assert text.splitlines()[0].endswith(f"writes about {REFERENCE}:")
    assert "What is your VAT number?" in text
    number = ana.messages[0]["message_id"]
    ana.send(text="EL094259216", reply_to_message={**ana.messages[0], "from": US})
    ana.send(text="to myself", reply_to_message={**ana.messages[0], "from": ana.user})
    await ana.receives(3)
    assert [message.in_reply_to for message in echo.given] == [str(number), None]
    async with storage.unit_of_work(read_only=True) as uow:
        leads = await uow.leads.for_conversation(conversation)
        found = await correspondence.awaited(uow, conversation, leads, str(number))
    assert found and (found.lead.reference, found.expressly) == (REFERENCE, True)


async def test_the_reply_reaches_the_lead_whatever_it_says(
    api: BotApi, start: Start, storage: Storage, engine: Engine
) -> None:
    ana = api.person("en")
    await asked(storage, ana.id)
    channel = await start(engine.handle)
    await worker(storage, channel).deliver_due()
    ana.send(text="cancel", reply_to_message={**ana.messages[0], "from": US})
    await api.until(lambda: any(f"({REFERENCE})" in text for text in ana.texts))
    async with storage.unit_of_work(read_only=True) as uow:
        lead = await uow.leads.get(REFERENCE)
        [reply] = [event for event in await uow.leads.events(REFERENCE) if event.action == "applicant_replied"]
        row = await uow.messages.row(reply.details["transcript"])
    assert lead and lead.state == "in_review"
    assert row and (row.text, row.lead_reference) == ("cancel", REFERENCE)


async def test_who_blocked_the_bot_is_noted_and_written_to(api: BotApi, start: Start, storage: Storage) -> None:
    ana = api.person()
    conversation = await asked(storage, ana.id)
    api.blocked.add(ana.id)
    channel = await start(Echo())
    assert await worker(storage, channel).deliver_due() == 0
    async with storage.unit_of_work(read_only=True) as uow:
        record = await uow.conversations.get(conversation)
        failed, letter = await uow.outbox.undelivered()
        actions = [event.action for event in await uow.leads.events(REFERENCE)]
    assert record and record.blocked_at
    assert failed.failed_at and letter.kind == "email"
    assert "answered_by_email" in actions


async def test_a_question_stands_in_between_no_answer(api: BotApi, start: Start, storage: Storage) -> None:
    ana = api.person()
    conversation = f"telegram:{ana.id}"
    channel: Any = None
    pushing: list[asyncio.Task[Any]] = []

    async def handler(message: IncomingMessage) -> TurnResult:
        pushing.append(asyncio.create_task(channel.push(conversation, Reply("from staff"), "en", "k")))
        return TurnResult(message.conversation, "en", replies=tuple(Reply(str(number)) for number in range(4)))

    channel = await start(handler)
    ana.say("Hello")
    await ana.receives(5)
    await asyncio.gather(*pushing)
    place = ana.texts.index("from staff")
    assert place in (0, 4)
    assert [text for text in ana.texts if text != "from staff"] == ["0", "1", "2", "3"]


async def test_while_telegram_is_away_a_question_waits(api: BotApi, start: Start, storage: Storage) -> None:
    async def at_once(seconds: float) -> None:
        await asyncio.sleep(0)

    ana = api.person()
    await asked(storage, ana.id)
    channel = await start(Echo(), pause=at_once)
    api.fails_after("sendMessage", 0, times=3)
    assert await worker(storage, channel).deliver_due() == 0
    async with storage.unit_of_work(read_only=True) as uow:
        [waiting] = await uow.outbox.undelivered()
    assert waiting.failed_at is None
    await channel.stop()
    with pytest.raises(DeliveryError, match="not connected"):
        await channel.push(f"telegram:{ana.id}", Reply("x"), "en", "k")
    assert ana.texts == []
