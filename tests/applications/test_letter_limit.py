"""Nobody floods a stranger's mailbox through the bot: beyond five letters a day nothing is promised, and nothing refused."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from delivery.examples import MAILBOX, PROGRAMME, greek_lead, programme_with
from storage.examples import SteppingClock, begin_conversation

from bot.applications import codes
from bot.applications.letter_limit import MOST_LETTERS, promise_all
from bot.programme import Programme
from bot.storage import Storage

STRANGER = "stranger@example.org"
DAY = timedelta(hours=24).total_seconds()


async def apply(
    storage: Storage, clock: SteppingClock, number: int, email: str = STRANGER, programme: Programme = PROGRAMME
) -> None:
    """An application is sent, with any address."""
    lead = greek_lead(f"MSME-LIMIT{number:03}", clock(), email=email)
    async with storage.unit_of_work() as uow:
        await uow.leads.add(lead, f"key-{number}")
        await promise_all(uow, lead, programme, clock())
        await uow.commit()


async def letters(storage: Storage) -> Counter[str]:
    async with storage.unit_of_work(read_only=True) as uow:
        return Counter(message.destination for message in await uow.outbox.undelivered())


async def leads(storage: Storage) -> int:
    async with storage.unit_of_work(read_only=True) as uow:
        return len(await uow.leads.list())


async def test_a_mailbox_gets_five_letters_a_day_and_every_application_is_taken(
    storage: Storage, clock: SteppingClock
) -> None:
    for number in range(8):
        await apply(storage, clock, number)
    assert await letters(storage) == {STRANGER: MOST_LETTERS}
    assert await leads(storage) == 8
    clock.forward(DAY + 60)
    await apply(storage, clock, 8)
    assert await letters(storage) == {STRANGER: MOST_LETTERS + 1}


async def test_letters_that_were_delivered_count(storage: Storage, clock: SteppingClock) -> None:
    for number in range(MOST_LETTERS):
        await apply(storage, clock, number)
    async with storage.unit_of_work() as uow:
        for message in await uow.outbox.undelivered():
            await uow.outbox.mark_delivered(message.id, clock())
        await uow.commit()
    await apply(storage, clock, 5)
    assert await letters(storage) == {}


async def test_the_same_mailbox_written_otherwise_counts(storage: Storage, clock: SteppingClock) -> None:
    for number, email in enumerate(
        (
            STRANGER,
            "Stranger@example.org",
            "stranger+1@example.org",
            "STRANGER+a+b@example.org",
            "stranger+2@example.org",
        )
    ):
        await apply(storage, clock, number, email)
    for number, email in enumerate(("stranger+3@example.org", "sTranger@example.org", STRANGER), MOST_LETTERS):
        await apply(storage, clock, number, email)
    assert sum((await letters(storage)).values()) == MOST_LETTERS


async def test_another_mailbox_is_not_held_back(storage: Storage, clock: SteppingClock) -> None:
    others = ["strangers@example.org", "stranger@example.com", "stranger%@example.org", "s_ranger@example.org"]
    for number in range(6):
        await apply(storage, clock, number)
    for number, email in enumerate(others, 6):
        await apply(storage, clock, number, email)
    assert await letters(storage) == {STRANGER: MOST_LETTERS, **dict.fromkeys(others, 1)}


async def test_an_organisations_own_mailbox_is_told_of_every_lead(storage: Storage, clock: SteppingClock) -> None:
    programme = programme_with(STHEV={"notify_email": MAILBOX})
    for number in range(7):
        await apply(storage, clock, number, programme=programme)
    assert await letters(storage) == {STRANGER: MOST_LETTERS, MAILBOX: 7}


async def test_applications_at_the_same_time_do_not_share_the_last_letter(
    storage: Storage, clock: SteppingClock
) -> None:
    await asyncio.gather(*(apply(storage, clock, number) for number in range(12)))
    assert await letters(storage) == {STRANGER: MOST_LETTERS}
    assert await leads(storage) == 12


@pytest.mark.parametrize(("sent", "promised"), [(MOST_LETTERS - 1, True), (MOST_LETTERS, False)])
async def test_a_code_is_a_letter_too(storage: Storage, clock: SteppingClock, sent: int, promised: bool) -> None:
    for number in range(sent):
        await apply(storage, clock, number)
    conversation = await begin_conversation(storage, clock())
    async with storage.unit_of_work() as uow:
        await codes.ask(uow, "MSME-LIMIT000", conversation, clock())
        await uow.commit()
        asked = await uow.codes.latest(conversation, codes.APPLICATION_STATUS)
    assert asked is not None  # the chat answers alike
    assert asked.promised is promised
    assert await letters(storage) == {STRANGER: MOST_LETTERS}
