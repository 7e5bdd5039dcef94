"""Conversations, their trackers and their drafts are kept as they were."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from bot.conversation.turn import ConversationState
from bot.errors import NotFoundError
from bot.storage import ConversationRecord, DraftRecord, Storage

from .examples import ANNA, NOW, SteppingClock, begin_conversation

pytestmark = pytest.mark.asyncio
FORM = "application_form"


async def test_a_new_conversation_is_empty(storage: Storage) -> None:
    async with storage.unit_of_work() as uow:
        begun = await uow.conversations.get_or_create(ANNA, "telegram", "feh", NOW)
    assert begun == ConversationRecord(ANNA, "telegram", "feh", None, {}, NOW, NOW)


async def test_a_known_conversation_is_found_again_as_it_began(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    async with storage.unit_of_work() as uow:
        found = await uow.conversations.get_or_create(ANNA, "telegram", "bsc", NOW + timedelta(days=1))
    assert (found.site, found.created_at, found.last_active_at) == ("feh", NOW, NOW)


async def test_state_is_kept(storage: Storage) -> None:
    state = ConversationState(
        greeted=True,
        last_question="ask_duration",
        offered={"Ναι, στείλτε το": '/inform{"confirm": "send"}'},
        last_replies=[{"text": "Пријава је послата.", "buttons": []}],
    )
    await begin_conversation(storage, NOW)
    later = NOW + timedelta(minutes=5)
    async with storage.unit_of_work() as uow:
        conversation = await uow.conversations.get_or_create(ANNA, "telegram", None, NOW)
        changed = replace(conversation, language="sr_Cyrl", state=asdict(state), last_active_at=later)
        await uow.conversations.save(changed)
        await uow.commit()
    async with storage.unit_of_work(read_only=True) as uow:
        found = await uow.conversations.get(ANNA)
    assert found == changed
    assert found and ConversationState(**found.state) == state


async def test_saving_a_conversation_leaves_its_tracker_alone(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    async with storage.unit_of_work() as uow:
        conversation = await uow.conversations.get_or_create(ANNA, "telegram", None, NOW)
        seq = await uow.trackers.append(ANNA, [{"event": "user"}])
        await uow.trackers.save_snapshot(ANNA, {"slots": {}}, seq)
        await uow.conversations.save(conversation)
        assert await uow.trackers.load(ANNA) == ({"slots": {}}, [])


async def test_an_unknown_conversation_has_no_tracker(storage: Storage) -> None:
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.trackers.load("web:nobody") == (None, [])


async def test_events_come_back_in_their_order(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    events = [{"event": "user", "text": f"Poruka {number}", "confidence": 0.25} for number in range(25)]
    async with storage.unit_of_work() as uow:
        assert await uow.trackers.append(ANNA, events[:10]) == 10
        assert await uow.trackers.append(ANNA, []) == 10
        assert await uow.trackers.append(ANNA, events[10:]) == 25
        await uow.commit()
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.trackers.load(ANNA) == (None, events)


async def test_a_snapshot_spares_reading_the_events_before_it(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    async with storage.unit_of_work() as uow:
        seq = await uow.trackers.append(ANNA, [{"event": "one"}, {"event": "two"}])
        await uow.trackers.save_snapshot(ANNA, {"slots": {"country": "SI"}}, seq)
        await uow.trackers.append(ANNA, [{"event": "three"}])
        snapshot, events = await uow.trackers.load(ANNA)
        everything = await uow.trackers.events(ANNA)
    assert (snapshot, events) == ({"slots": {"country": "SI"}}, [{"event": "three"}])
    assert everything == [{"event": "one"}, {"event": "two"}, {"event": "three"}]


async def test_conversations_number_their_events_apart(storage: Storage) -> None:
    for conversation in (ANNA, "web:other"):
        await begin_conversation(storage, NOW, conversation)
        async with storage.unit_of_work() as uow:
            assert await uow.trackers.append(conversation, [{"event": conversation}]) == 1
            await uow.commit()
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.trackers.load(ANNA) == (None, [{"event": ANNA}])


async def test_a_snapshot_of_an_unknown_conversation_is_refused(storage: Storage) -> None:
    async with storage.unit_of_work() as uow:
        with pytest.raises(NotFoundError):
            await uow.trackers.save_snapshot("web:nobody", {}, 1)


async def test_text_that_no_database_takes_is_kept_as_far_as_possible(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    async with storage.unit_of_work() as uow:
        await uow.trackers.append(ANNA, [{"event": "user\x00", "text": "a\x00b\ud83dc"}])
        conversation = await uow.conversations.get_or_create("web:a\x00b\ud83d", "web", None, NOW)
        assert await uow.trackers.load(ANNA) == (None, [{"event": "user\x00", "text": "a\x00b\ud83dc"}])
    assert conversation.id == "web:a\ufffdb\ufffd"


async def test_a_draft_is_replaced_and_keeps_its_beginning(storage: Storage, clock: SteppingClock) -> None:
    await begin_conversation(storage, NOW)
    first = DraftRecord(ANNA, FORM, {"country": "GR"}, "city", False, clock(), clock())
    later = clock.forward(60)
    second = DraftRecord(ANNA, FORM, {"country": "GR", "city": "Πάτρα"}, None, True, later, later)
    async with storage.unit_of_work() as uow:
        await uow.drafts.save(first)
        assert await uow.drafts.get(ANNA, FORM) == first
        await uow.drafts.save(second)
        await uow.commit()
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.drafts.get(ANNA, FORM) == replace(second, created_at=NOW)
        assert await uow.drafts.get(ANNA, "enquiry_form") is None


async def test_answers_of_a_draft_keep_their_order(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    slots = {"side": "host", "company_name": "Ž d.o.o.", "country": "HR", "city": "Osijek", "email": "a@b.hr"}
    async with storage.unit_of_work() as uow:
        await uow.drafts.save(DraftRecord(ANNA, FORM, slots, None, True, NOW, NOW))
        await uow.commit()
    async with storage.unit_of_work(read_only=True) as uow:
        draft = await uow.drafts.get(ANNA, FORM)
    assert draft and list(draft.slots) == list(slots)


async def test_a_deleted_draft_is_gone(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    async with storage.unit_of_work() as uow:
        await uow.drafts.save(DraftRecord(ANNA, FORM, {}, None, False, NOW, NOW))
        await uow.drafts.delete(ANNA, FORM)
        await uow.drafts.delete(ANNA, FORM)
        assert await uow.drafts.get(ANNA, FORM) is None
