"""Answers given before consent are erased after a day, transcript included; after consent they are kept for months."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.applications.retention import forget_drafts
from bot.programme import load_programme
from bot.storage import DraftRecord, Storage, TranscriptRow

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=timezone.utc)
TEXT = "Corrib Joinery, Galway"


async def begin(storage: Storage, conversation: str, ago: timedelta, *, consented: bool) -> None:
    """A conversation with an unfinished application, last changed some time ago."""
    then = NOW - ago
    async with storage.unit_of_work() as uow:
        await uow.conversations.get_or_create(conversation, "web", None, then)
        await uow.messages.append(
            [TranscriptRow(conversation_id=conversation, direction="in", text=TEXT, created_at=then)]
        )
        await uow.drafts.save(
            DraftRecord(
                conversation_id=conversation,
                form="application_form",
                slots={"company_name": TEXT},
                requested_slot="country",
                consented=consented,
                created_at=then,
                updated_at=then,
            )
        )
        await uow.commit()


async def kept(storage: Storage, conversation: str) -> tuple[bool, bool]:
    """Whether the draft and the transcript are there."""
    async with storage.unit_of_work(read_only=True) as uow:
        draft = await uow.drafts.get(conversation, "application_form")
        return draft is not None, bool(await uow.messages.transcript(conversation))


@pytest.mark.parametrize(
    ("ago", "consented", "left"),
    [
        (timedelta(hours=23), False, (True, True)),
        (timedelta(hours=25), False, (False, False)),
        (timedelta(hours=25), True, (True, True)),
        (timedelta(days=89), True, (True, True)),
        (timedelta(days=91), True, (False, True)),
    ],
)
async def test_drafts_are_forgotten_in_time(
    storage: Storage, ago: timedelta, consented: bool, left: tuple[bool, bool]
) -> None:
    await begin(storage, "web:one", ago, consented=consented)
    forgotten = await forget_drafts(storage, load_programme(), NOW)
    assert await kept(storage, "web:one") == left
    assert forgotten == (0 if left[0] else 1)


async def test_only_what_is_old_goes(storage: Storage) -> None:
    await begin(storage, "web:old", timedelta(days=2), consented=False)
    await begin(storage, "web:new", timedelta(hours=1), consented=False)
    await forget_drafts(storage, load_programme(), NOW)
    assert await kept(storage, "web:new") == (True, True)
