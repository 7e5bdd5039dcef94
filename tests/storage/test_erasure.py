"""An erased conversation leaves no trace in any table, nor in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.model import Button
from bot.storage import (
    Attachment,
    ClaimLostError,
    DraftRecord,
    HandoverCode,
    LeadEvent,
    OneTimeCode,
    OutboxMessage,
    Storage,
    TranscriptRow,
    UnitOfWork,
    create_storage,
)
from bot.storage.tables import metadata

from .examples import ANNA, CONTACT, NOW, SteppingClock, a_lead, begin_conversation

pytestmark = pytest.mark.asyncio
WORDS = "Είμαι η Άννα, τηλέφωνο 210 1234567"


async def _talk(storage: Storage, conversation: str, reference: str) -> None:
    """A conversation that has left rows in every table."""
    await begin_conversation(storage, NOW, conversation)
    async with storage.unit_of_work() as uow:
        await uow.messages.claim(conversation, "m1", NOW, 30)
        seq = await uow.trackers.append(conversation, [{"event": "user", "text": WORDS}])
        await uow.trackers.save_snapshot(conversation, {"latest_message": WORDS}, seq)
        await uow.drafts.save(DraftRecord(conversation, "application_form", CONTACT, None, True, NOW, NOW))
        row = TranscriptRow(conversation, "in", WORDS, NOW, buttons=(Button("Άννα", "/apply"),))
        await uow.messages.append([row])
        lead = a_lead(reference, NOW, conversation=conversation)
        created = LeadEvent(NOW, "applicant", "create", None, "new")
        await uow.leads.add(lead, f"{conversation}/1", [created])
        await uow.keyboards.add(reference, conversation, [Button("Άννα", "/apply")])
        await uow.codes.add(OneTimeCode("application_status", "MSME-9", conversation, False, NOW, NOW))
        for lead_reference in (reference, None):
            name = f"{reference}/{lead_reference}"
            file = Attachment(name, WORDS, "image/png", 7, "digest", NOW, conversation, lead_reference)
            await uow.attachments.add(file)
        await uow.handovers.put(HandoverCode(f"hash of {reference}", conversation, "application_form", NOW, NOW))
        await uow.outbox.add(_message("message", conversation, reference, to_person=True))
        await uow.outbox.add(_message("email", "queue@example.org", reference))
        await uow.messages.finish(conversation, "m1", {"replies": [WORDS]}, NOW)
        await uow.commit()


def _message(kind: str, destination: str, reference: str, *, to_person: bool = False) -> OutboxMessage:
    return OutboxMessage(
        kind,  # type: ignore[arg-type]  # one of the kinds
        destination,
        {"text": WORDS},
        f"{reference}/{kind}",
        conversation_id=destination if to_person else None,
        lead_reference=None if to_person else reference,
    )


async def _rows(uow: UnitOfWork) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    connection = uow.conversations._connection
    return {
        name: [str(tuple(row)) for row in await connection.execute(select(table))]
        for name, table in metadata.tables.items()
        if name != "telegram_updates"  # of an answered one only the number is left: test_telegram_updates.py
    }


async def _erase(storage: Storage, conversation: str, *, keep_leads: bool = False) -> dict[str, int]:
    async with storage.unit_of_work() as uow:
        erased = await uow.conversations.erase(conversation, keep_leads=keep_leads)
        await uow.commit()
    return erased


async def test_erasing_empties_every_table(storage: Storage) -> None:
    await _talk(storage, ANNA, "MSME-1")
    async with storage.unit_of_work(read_only=True) as uow:
        assert [name for name, rows in (await _rows(uow)).items() if not rows] == []
    erased = await _erase(storage, ANNA)
    async with storage.unit_of_work(read_only=True) as uow:
        assert {name: rows for name, rows in (await _rows(uow)).items() if rows} == {}
    assert erased == {
        name: 2 if name in ("outbox", "attachments") else 1 for name in metadata.tables if name != "telegram_updates"
    }


async def test_erasing_leaves_other_conversations_alone(storage: Storage) -> None:
    await _talk(storage, "web:other", "MSME-2")
    async with storage.unit_of_work(read_only=True) as uow:
        before = await _rows(uow)
    await _talk(storage, ANNA, "MSME-1")
    await _erase(storage, ANNA)
    async with storage.unit_of_work(read_only=True) as uow:
        assert await _rows(uow) == before


async def test_kept_leads_no_longer_tell_the_conversation(storage: Storage) -> None:
    await _talk(storage, ANNA, "MSME-1")
    erased = await _erase(storage, ANNA, keep_leads=True)
    async with storage.unit_of_work(read_only=True) as uow:
        left = await _rows(uow)
        lead = await uow.leads.get("MSME-1")
        events = await uow.leads.events("MSME-1")
    assert {name for name, rows in left.items() if rows} == {"leads", "lead_events", "outbox", "attachments"}
    assert len(left["attachments"]) == 1
    assert [name for name, rows in left.items() if ANNA in str(rows)] == []
    assert lead == a_lead("MSME-1", NOW)
    assert len(events) == 1
    assert erased.get("leads", 0) == 0


async def test_where_an_answer_is_awaited_all_that_was_said_goes_and_the_bare_conversation_stays(
    storage: Storage,
) -> None:
    await _talk(storage, ANNA, "MSME-1")
    async with storage.unit_of_work() as uow:
        await uow.conversations.erase(ANNA, keep_leads=True, keep_address=True)
        await uow.commit()
    async with storage.unit_of_work(read_only=True) as uow:
        left = await _rows(uow)
        lead = await uow.leads.get("MSME-1")
        record = await uow.conversations.get(ANNA)
    named = {name for name, rows in left.items() if rows}
    assert named == {"attachments", "conversations", "leads", "lead_events", "outbox"}
    assert len(left["attachments"]) == 1
    assert WORDS not in str(left["conversations"])
    assert lead and lead.conversation == ANNA
    assert record and record.state == {}
    async with storage.unit_of_work() as uow:
        await uow.trackers.append(ANNA, [{"event": "user"}])
        assert await uow.trackers.load(ANNA) == (None, [{"event": "user"}])


async def test_a_letter_about_a_kept_lead_is_still_sent(storage: Storage) -> None:
    await _talk(storage, ANNA, "MSME-1")
    both = OutboxMessage("telegram_group", "-100", {}, "both", conversation_id=ANNA, lead_reference="MSME-1")
    async with storage.unit_of_work() as uow:
        await uow.outbox.add(both)
        await uow.commit()
    await _erase(storage, ANNA, keep_leads=True)
    async with storage.unit_of_work() as uow:
        due = await uow.outbox.due(NOW)
    assert [(message.kind, message.conversation_id) for message in due] == [
        ("email", None),
        ("telegram_group", None),
    ]


async def test_a_late_turn_of_an_erased_conversation_stores_nothing(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    async with storage.unit_of_work() as uow:
        await uow.messages.claim(ANNA, "m1", NOW, 30)
        await uow.commit()
    await _erase(storage, ANNA)
    with pytest.raises(ClaimLostError):
        async with storage.unit_of_work() as uow:
            await uow.messages.finish(ANNA, "m1", {"replies": [WORDS]}, NOW)
    async with storage.unit_of_work(read_only=True) as uow:
        assert {name: rows for name, rows in (await _rows(uow)).items() if rows} == {}


async def test_erasing_what_is_not_there_erases_nothing(storage: Storage) -> None:
    erased = await _erase(storage, "web:nobody")
    assert set(erased.values()) == {0}


async def test_the_last_word_to_the_person_can_still_be_sent(storage: Storage) -> None:
    await _talk(storage, ANNA, "MSME-1")
    async with storage.unit_of_work() as uow:
        await uow.conversations.erase(ANNA)
        await uow.outbox.add(OutboxMessage("message", ANNA, {"text": "Διαγράφηκαν."}, "bye", ANNA))
        await uow.commit()
        assert [message.message_key for message in await uow.outbox.due(NOW)] == ["bye"]


def _bytes(folder: Path) -> bytes:
    files = list(folder.glob("bot.db*"))
    assert files
    return b"".join(file.read_bytes() for file in files)


async def test_the_sqlite_file_forgets_the_words(tmp_path: Path, clock: SteppingClock) -> None:
    storage = create_storage(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}", clock)
    await storage.upgrade()
    await _talk(storage, ANNA, "MSME-1")
    await storage.close()
    assert WORDS.encode() in _bytes(tmp_path)
    await _erase(storage, ANNA)
    await storage.close()
    left = _bytes(tmp_path)
    assert [word for word in (WORDS, ANNA, *CONTACT.values()) if word.encode() in left] == []
