"""A message is processed once, whatever is sent again; the transcript shows what was said."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model import Button
from bot.storage import Claim, ClaimLostError, Storage, TranscriptRow

from .examples import ANNA, NOW, begin_conversation

pytestmark = pytest.mark.asyncio
RESULT = {"language": "sl", "replies": [{"text": "Prijava je oddana.", "buttons": []}], "lead": "MSME-1"}


async def _claim(storage: Storage, now: datetime = NOW, message: str = "m1") -> Claim:
    async with storage.unit_of_work() as uow:
        claim = await uow.messages.claim(ANNA, message, now, lease_seconds=30)
        await uow.commit()
    return claim


async def _finish(storage: Storage, now: datetime = NOW) -> None:
    async with storage.unit_of_work() as uow:
        await uow.messages.finish(ANNA, "m1", RESULT, now)
        await uow.commit()


async def test_a_message_is_fresh_then_busy_then_done(storage: Storage) -> None:
    assert await _claim(storage) == Claim("fresh")
    assert await _claim(storage) == Claim("busy")
    await _finish(storage)
    assert await _claim(storage) == Claim("done", RESULT)


async def test_a_result_stays_when_the_lease_is_long_over(storage: Storage) -> None:
    await _claim(storage)
    await _finish(storage)
    assert await _claim(storage, NOW + timedelta(days=9)) == Claim("done", RESULT)


async def test_the_same_number_in_another_conversation_is_another_message(storage: Storage) -> None:
    await _claim(storage)
    async with storage.unit_of_work() as uow:
        claim = await uow.messages.claim("web:other", "m1", NOW, lease_seconds=30)
    assert claim == Claim("fresh")


async def test_of_many_claims_at_a_time_one_is_fresh(storage: Storage) -> None:
    claims = await asyncio.gather(*(_claim(storage) for _ in range(12)))
    assert Counter(claim.status for claim in claims) == {"fresh": 1, "busy": 11}


async def test_of_many_claims_after_the_lease_one_is_fresh(storage: Storage) -> None:
    await _claim(storage)
    after = NOW + timedelta(seconds=30)
    claims = await asyncio.gather(*(_claim(storage, after) for _ in range(12)))
    assert Counter(claim.status for claim in claims) == {"fresh": 1, "busy": 11}


async def test_a_lease_lasts_to_its_last_moment(storage: Storage) -> None:
    await _claim(storage)
    assert await _claim(storage, NOW + timedelta(seconds=29.999)) == Claim("busy")
    assert await _claim(storage, NOW + timedelta(seconds=30)) == Claim("fresh")


async def test_who_finishes_late_is_refused_and_stores_nothing(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    await _claim(storage)
    await _claim(storage, NOW + timedelta(seconds=31))
    await _finish(storage, NOW + timedelta(seconds=32))
    with pytest.raises(ClaimLostError):
        async with storage.unit_of_work() as uow:
            await uow.messages.append([TranscriptRow(ANNA, "out", "Drugi odgovor", NOW)])
            await uow.messages.finish(ANNA, "m1", {"late": True}, NOW + timedelta(seconds=33))
            await uow.commit()
    assert await _claim(storage, NOW + timedelta(seconds=40)) == Claim("done", RESULT)
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.messages.transcript(ANNA) == []


async def test_of_two_finishing_at_a_time_one_is_refused(storage: Storage) -> None:
    await _claim(storage)
    outcomes = await asyncio.gather(_finish(storage), _finish(storage), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ClaimLostError", "NoneType"]


async def test_a_released_message_is_fresh_at_once(storage: Storage) -> None:
    await _claim(storage)
    async with storage.unit_of_work() as uow:
        await uow.messages.release(ANNA, "m1")
        await uow.commit()
    assert await _claim(storage) == Claim("fresh")


async def test_a_finished_message_cannot_be_released(storage: Storage) -> None:
    await _claim(storage)
    await _finish(storage)
    async with storage.unit_of_work() as uow:
        await uow.messages.release(ANNA, "m1")
        await uow.commit()
    assert await _claim(storage) == Claim("done", RESULT)


async def test_the_transcript_shows_what_was_said_in_its_order(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    await begin_conversation(storage, NOW, "web:other")
    asked = TranscriptRow(
        ANNA,
        "in",
        "Πόσο διαρκεί;",
        NOW,
        language="el",
        intents=("ask_duration", "ask_deadline"),
        confidence=0.875,
        message_id="m1",
    )
    buttons = (Button("Αίτηση", "/apply"), Button("Άλλο", '/inform{"side": "host"}'))
    answered = TranscriptRow(ANNA, "out", "Από έναν έως έξι μήνες.", NOW, language="el", buttons=buttons)
    async with storage.unit_of_work() as uow:
        ids = await uow.messages.append([asked, answered])
        await uow.messages.append([TranscriptRow("web:other", "in", "hello", NOW)])
        await uow.commit()
    async with storage.unit_of_work(read_only=True) as uow:
        rows = await uow.messages.transcript(ANNA)
    assert rows == [replace(asked, id=ids[0]), replace(answered, id=ids[1])]


async def test_the_first_delivery_counts(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    async with storage.unit_of_work() as uow:
        first, second = await uow.messages.append(
            [TranscriptRow(ANNA, "out", "ena", NOW), TranscriptRow(ANNA, "out", "dve", NOW)]
        )
        await uow.messages.mark_delivered([first], NOW + timedelta(seconds=1))
        await uow.messages.mark_delivered([first], NOW + timedelta(seconds=9))
        rows = await uow.messages.transcript(ANNA)
    assert [row.delivered_at for row in rows] == [NOW + timedelta(seconds=1), None]
    assert second == rows[1].id
