"""Whatever has been kept as long as `privacy.yml` says is erased, and nothing before its time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, update
from storage.examples import a_lead

from bot.applications.retention import months_before, purge
from bot.model import Button, LeadState
from bot.programme import load_programme
from bot.storage import DraftRecord, OneTimeCode, OutboxMessage, Storage, TelegramUpdate, TranscriptRow
from bot.storage.tables import keyboards, leads, metadata

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=timezone.utc)
TEXT = "Corrib Joinery, Galway"
PROGRAMME = load_programme()
SECOND = timedelta(seconds=1)
CHAT = timedelta(days=30)


async def begin(storage: Storage, conversation: str, ago: timedelta, *, consented: bool | None = None) -> None:
    """A conversation whose last message, and last change to an unfinished application, lies some time back."""
    then = NOW - ago
    async with storage.unit_of_work() as uow:
        record = await uow.conversations.get_or_create(conversation, "web", None, then)
        state = {"greeted": True, "consent": {"version": 1}, "mentioned": {"company_name": TEXT}}
        await uow.conversations.save(type(record)(**{**vars(record), "state": state}))
        await uow.messages.claim(conversation, "m", then, 60)
        await uow.messages.finish(conversation, "m", {"replies": [TEXT]}, then)
        await uow.trackers.append(conversation, [{"event": "user", "text": TEXT}])
        await uow.messages.append(
            [TranscriptRow(conversation_id=conversation, direction="in", text=TEXT, created_at=then)]
        )
        if consented is not None:
            slots = {"company_name": "draft"}
            await uow.drafts.save(
                DraftRecord(conversation, "application_form", slots, "country", consented, then, then)
            )
        await uow.commit()


async def lead_of(storage: Storage, reference: str, state: LeadState, since: datetime, conversation: str = "") -> None:
    """A lead that came to its state at a moment."""
    async with storage.unit_of_work() as uow:
        await uow.leads.add(a_lead(reference, since, state=state, conversation=conversation), reference)
        await uow.leads._connection.execute(
            update(leads).where(leads.c.reference == reference).values(updated_at=since)
        )
        await uow.commit()


async def kept(storage: Storage, conversation: str) -> tuple[bool, bool]:
    """Whether the draft and the transcript are there."""
    async with storage.unit_of_work(read_only=True) as uow:
        draft = await uow.drafts.get(conversation, "application_form")
        return draft is not None, bool(await uow.messages.transcript(conversation))


async def counts(storage: Storage) -> dict[str, int]:
    """Rows of each table that has some."""
    async with storage.unit_of_work(read_only=True) as uow:
        connection = uow.codes._connection
        rows = {
            name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for name, table in metadata.tables.items()
        }
    return {name: count for name, count in rows.items() if count}


@pytest.mark.parametrize(
    ("ago", "consented", "left"),
    [
        (timedelta(hours=24) - SECOND, False, (True, True)),
        (timedelta(hours=24), False, (False, False)),
        (timedelta(hours=25), True, (True, True)),
        (CHAT - SECOND, True, (True, True)),
        (CHAT, True, (True, False)),
        (timedelta(days=90) - SECOND, True, (True, False)),
        (timedelta(days=90), True, (False, False)),
    ],
)
async def test_drafts_and_their_chats_are_forgotten_in_time(
    storage: Storage, ago: timedelta, consented: bool, left: tuple[bool, bool]
) -> None:
    await begin(storage, "web:one", ago, consented=consented)
    await purge(storage, PROGRAMME, NOW)
    assert await kept(storage, "web:one") == left


@pytest.mark.parametrize(("ago", "gone"), [(CHAT - SECOND, False), (CHAT, True)])
async def test_a_chat_is_forgotten_a_month_after_its_last_message(storage: Storage, ago: timedelta, gone: bool) -> None:
    await begin(storage, "web:one", ago)
    erased = await purge(storage, PROGRAMME, NOW)
    one = {"conversations": 1, "transcript": 1, "tracker_events": 1, "processed_messages": 1}
    assert erased == (one if gone else {})
    assert await counts(storage) == ({} if gone else one)


async def test_what_was_said_goes_where_an_open_lead_needs_the_conversation(storage: Storage) -> None:
    for name, state in (("web:open", "in_review"), ("web:accepted", "accepted"), ("web:over", "declined")):
        await begin(storage, name, CHAT)
        await lead_of(storage, f"MSME-{name}", state, NOW, name)  # type: ignore[arg-type]
    await purge(storage, PROGRAMME, NOW)
    async with storage.unit_of_work(read_only=True) as uow:
        open_one = await uow.conversations.get("web:open")
        assert open_one
        assert open_one.state == {"greeted": True, "consent": {"version": 1}}
        assert await uow.conversations.get("web:over") is None
        assert [lead.conversation for lead in await uow.leads.list()] == ["web:open", "web:accepted", ""]
    assert await counts(storage) == {"conversations": 2, "leads": 3}
    assert await purge(storage, PROGRAMME, NOW) == {}


@pytest.mark.parametrize(
    ("state", "since", "gone"),
    [
        ("closed", datetime(2024, 11, 25, 12, 0, 1, tzinfo=timezone.utc), False),
        ("closed", datetime(2024, 11, 25, 12, 0, tzinfo=timezone.utc), True),
        ("declined", datetime(2024, 11, 25, 12, 0, tzinfo=timezone.utc), True),
        ("accepted", datetime(2020, 1, 1, tzinfo=timezone.utc), False),
        ("new", datetime(2020, 1, 1, tzinfo=timezone.utc), False),
        ("forwarded", datetime(2020, 1, 1, tzinfo=timezone.utc), False),
    ],
)
async def test_leads_go_two_years_after_they_ended(
    storage: Storage, state: LeadState, since: datetime, gone: bool
) -> None:
    await lead_of(storage, "MSME-1", state, since)
    async with storage.unit_of_work() as uow:
        await uow.outbox.add(OutboxMessage("email", "anna@example.org", {}, "key", lead_reference="MSME-1"))
        await uow.commit()
    erased = await purge(storage, PROGRAMME, NOW)
    assert erased == ({"leads": 1, "outbox": 1} if gone else {})


@pytest.mark.parametrize(("ago", "gone"), [(timedelta(days=1), False), (timedelta(days=1) + SECOND, True)])
async def test_codes_go_after_a_day(storage: Storage, ago: timedelta, gone: bool) -> None:
    await begin(storage, "web:one", timedelta())
    then = NOW - ago
    async with storage.unit_of_work() as uow:
        await uow.codes.add(OneTimeCode("application_status", "MSME-1", "web:one", False, then, then))
        await uow.commit()
    assert await purge(storage, PROGRAMME, NOW) == ({"one_time_codes": 1} if gone else {})


async def test_addresses_of_letters_go_and_none_is_sent_twice(storage: Storage) -> None:
    await lead_of(storage, "MSME-1", "in_review", NOW)
    sent = NOW - CHAT
    letters = {
        "about a lead": ("MSME-1", sent, None),
        "about nothing": (None, sent, None),
        "given up": ("MSME-1", None, sent),
        "fresh": ("MSME-1", sent + SECOND, None),
        "waiting": ("MSME-1", None, None),
    }
    async with storage.unit_of_work() as uow:
        for key, (reference, delivered, failed) in letters.items():
            message = OutboxMessage("email", f"{key}@example.org", {"template": "x"}, key, lead_reference=reference)
            number = await uow.outbox.add(message)
            if delivered:
                await uow.outbox.mark_delivered(number, delivered)
            if failed:
                await uow.outbox.mark_failed(number, "refused", failed)
        await uow.commit()
    assert await purge(storage, PROGRAMME, NOW) == {"outbox": 3}
    async with storage.unit_of_work() as uow:
        rows = await uow.outbox._read(select(metadata.tables["outbox"]))
        assert {row.message_key: row.destination for row in rows} == {
            "about a lead": "",
            "fresh": "fresh@example.org",
            "waiting": "waiting@example.org",
        }
    assert await purge(storage, PROGRAMME, NOW) == {}


async def test_answers_to_old_messages_go_from_a_chat_that_goes_on(storage: Storage) -> None:
    await begin(storage, "web:one", timedelta())
    async with storage.unit_of_work() as uow:
        await uow.messages.claim("web:one", "old", NOW - CHAT, 60)
        await uow.messages.keep_farewell("web:two", "bye", {}, NOW - CHAT)
        await uow.commit()
    assert await purge(storage, PROGRAMME, NOW) == {"processed_messages": 2}


async def test_numbers_of_telegram_updates_and_keyboards_go_in_time(storage: Storage) -> None:
    async with storage.unit_of_work() as uow:
        await uow.telegram_updates.store([TelegramUpdate(1, "telegram:1", {"text": TEXT})])
        await uow.telegram_updates.finish(1, NOW)
        await uow.keyboards.add("k", "telegram:1", [Button(TEXT, "/apply")])
        await uow.conversations._connection.execute(update(keyboards).values(created_at=NOW))
        await uow.commit()
    assert await purge(storage, PROGRAMME, NOW + timedelta(days=2)) == {}
    assert await purge(storage, PROGRAMME, NOW + timedelta(days=2) + SECOND) == {"telegram_updates": 1}
    assert await purge(storage, PROGRAMME, NOW + timedelta(days=90)) == {}
    assert await purge(storage, PROGRAMME, NOW + timedelta(days=90) + SECOND) == {"keyboards": 1}


async def test_a_dry_run_counts_and_changes_nothing(storage: Storage) -> None:
    await begin(storage, "web:old", CHAT)
    await begin(storage, "web:draft", timedelta(days=2), consented=False)
    before = await counts(storage)
    counted = await purge(storage, PROGRAMME, NOW, dry_run=True)
    assert await counts(storage) == before
    assert await purge(storage, PROGRAMME, NOW) == counted


async def test_only_what_is_old_goes(storage: Storage) -> None:
    await begin(storage, "web:old", timedelta(days=2), consented=False)
    await begin(storage, "web:new", timedelta(hours=1), consented=False)
    await purge(storage, PROGRAMME, NOW)
    assert await kept(storage, "web:new") == (True, True)
    assert await kept(storage, "web:old") == (False, False)


def test_months_are_counted_by_the_calendar() -> None:
    assert months_before(datetime(2026, 3, 31, tzinfo=timezone.utc), 1) == datetime(2026, 2, 28, tzinfo=timezone.utc)
    assert months_before(datetime(2026, 1, 15, tzinfo=timezone.utc), 24) == datetime(2024, 1, 15, tzinfo=timezone.utc)
