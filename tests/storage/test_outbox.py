"""What was promised leaves the outbox once, in order where order matters, until delivered or given up."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.storage import OutboxMessage, Storage
from bot.storage.records import OutboxKind

from .examples import NOW, SteppingClock

pytestmark = pytest.mark.asyncio


def _letter(key: str, kind: OutboxKind = "email", destination: str = "queue@example.org") -> OutboxMessage:
    return OutboxMessage(kind, destination, {"subject": "Νέα αίτηση", "key": key}, key)


async def _add(storage: Storage, *messages: OutboxMessage) -> list[int]:
    async with storage.unit_of_work() as uow:
        ids = [await uow.outbox.add(message) for message in messages]
        await uow.commit()
    return ids


async def _due(storage: Storage, now: datetime = NOW, limit: int = 20) -> list[str]:
    async with storage.unit_of_work() as uow:
        taken = await uow.outbox.due(now, limit=limit, lease_seconds=60)
        await uow.commit()
    return [message.message_key for message in taken]


async def test_a_message_is_due_as_it_was_added(storage: Storage) -> None:
    message = OutboxMessage("webhook", "https://crm.example", {"a": [1, None]}, "k", conversation_id="web:a")
    [message_id] = await _add(storage, message)
    async with storage.unit_of_work() as uow:
        [taken] = await uow.outbox.due(NOW, lease_seconds=60)
    expected = OutboxMessage(
        "webhook",
        "https://crm.example",
        {"a": [1, None]},
        "k",
        conversation_id="web:a",
        id=message_id,
        attempts=1,
        next_attempt_at=NOW + timedelta(seconds=60),
        created_at=NOW,
    )
    assert taken == expected


async def test_the_same_key_is_added_once(storage: Storage) -> None:
    first, again = await _add(storage, _letter("k"), _letter("k", destination="other@example.org"))
    assert first == again
    assert await _due(storage) == ["k"]


async def test_a_message_for_later_waits(storage: Storage) -> None:
    later = NOW + timedelta(hours=1)
    await _add(storage, OutboxMessage("email", "a@example.org", {}, "k", next_attempt_at=later))
    assert await _due(storage, later - timedelta(seconds=1)) == []
    assert await _due(storage, later) == ["k"]


async def test_a_taken_message_is_due_again_after_its_lease(storage: Storage) -> None:
    await _add(storage, _letter("k"))
    assert await _due(storage) == ["k"]
    assert await _due(storage, NOW + timedelta(seconds=59)) == []
    assert await _due(storage, NOW + timedelta(seconds=60)) == ["k"]


async def test_a_delivered_message_is_never_due_again(storage: Storage) -> None:
    [message_id] = await _add(storage, _letter("k"))
    await _due(storage)
    async with storage.unit_of_work() as uow:
        await uow.outbox.mark_delivered(message_id, NOW)
        await uow.outbox.mark_failed(message_id, "too late to fail", NOW)
        await uow.commit()
        assert await uow.outbox.failed() == []
    assert await _due(storage, NOW + timedelta(days=9)) == []


async def test_a_failed_attempt_is_repeated_when_told(storage: Storage) -> None:
    [message_id] = await _add(storage, _letter("k"))
    await _due(storage)
    retry_at = NOW + timedelta(seconds=300)
    async with storage.unit_of_work() as uow:
        await uow.outbox.mark_failed(message_id, "421 try later", NOW, retry_at=retry_at)
        await uow.commit()
    assert await _due(storage, retry_at - timedelta(seconds=1)) == []
    async with storage.unit_of_work() as uow:
        [taken] = await uow.outbox.due(retry_at)
    assert (taken.attempts, taken.last_error) == (2, "421 try later")


async def test_a_message_given_up_is_shown_and_may_be_tried_again(storage: Storage) -> None:
    [message_id] = await _add(storage, _letter("k"))
    await _due(storage)
    later = NOW + timedelta(days=1)
    async with storage.unit_of_work() as uow:
        await uow.outbox.mark_failed(message_id, "550 no such mailbox", NOW)
        await uow.commit()
        [shown] = await uow.outbox.failed()
    assert (shown.message_key, shown.failed_at, shown.last_error) == ("k", NOW, "550 no such mailbox")
    assert await _due(storage, later) == []
    async with storage.unit_of_work() as uow:
        await uow.outbox.retry(message_id, later)
        await uow.commit()
        assert await uow.outbox.failed() == []
    assert await _due(storage, later) == ["k"]


async def test_only_what_was_given_up_is_tried_again(storage: Storage) -> None:
    [message_id] = await _add(storage, _letter("k"))
    async with storage.unit_of_work() as uow:
        assert not await uow.outbox.retry(message_id, NOW)
        assert not await uow.outbox.retry(message_id + 1, NOW)
        await uow.outbox.mark_failed(message_id, "550 no such mailbox", NOW)
        assert await uow.outbox.retry(message_id, NOW)
        await uow.commit()


async def test_kinds_are_taken_apart(storage: Storage) -> None:
    await _add(storage, _letter("reply", "message", "telegram:1"), _letter("hook", "webhook"), _letter("letter"))
    async with storage.unit_of_work() as uow:
        assert await uow.outbox.next_due_at(["telegram_group"]) is None
        assert await uow.outbox.next_due_at(["email"]) == NOW
        taken = await uow.outbox.due(NOW, kinds=["email", "webhook"])
    assert [message.message_key for message in taken] == ["hook", "letter"]


async def test_what_is_not_delivered_is_shown(storage: Storage) -> None:
    delivered, given_up, _ = await _add(storage, _letter("a"), _letter("b"), _letter("c"))
    async with storage.unit_of_work() as uow:
        await uow.outbox.mark_delivered(delivered, NOW)
        await uow.outbox.mark_failed(given_up, "550 no such mailbox", NOW)
        assert [message.message_key for message in await uow.outbox.undelivered()] == ["b", "c"]


async def test_replies_to_a_person_keep_their_order(storage: Storage) -> None:
    one, *_ = await _add(
        storage,
        _letter("a1", "message", "telegram:1"),
        _letter("a2", "message", "telegram:1"),
        _letter("b1", "message", "telegram:2"),
    )
    assert await _due(storage) == ["a1", "b1"]
    async with storage.unit_of_work() as uow:
        await uow.outbox.mark_failed(one, "timed out", NOW, retry_at=NOW + timedelta(seconds=5))
        await uow.commit()
    assert await _due(storage) == []
    async with storage.unit_of_work(read_only=True) as uow:
        # The second has been due all the time, but there is nothing to do before the first one's time.
        assert await uow.outbox.next_due_at() == NOW + timedelta(seconds=5)
    assert await _due(storage, NOW + timedelta(seconds=5)) == ["a1"]
    async with storage.unit_of_work() as uow:
        await uow.outbox.mark_delivered(one, NOW)
        await uow.commit()
    assert await _due(storage) == ["a2"]


async def test_a_message_given_up_does_not_hold_up_the_next(storage: Storage) -> None:
    one, _ = await _add(storage, _letter("a1", "message", "telegram:1"), _letter("a2", "message", "telegram:1"))
    async with storage.unit_of_work() as uow:
        await uow.outbox.mark_failed(one, "the person has blocked the bot", NOW)
        await uow.commit()
    assert await _due(storage) == ["a2"]


async def test_letters_to_one_mailbox_do_not_wait_for_each_other(storage: Storage) -> None:
    await _add(storage, _letter("a1"), _letter("a2"))
    assert await _due(storage) == ["a1", "a2"]


async def test_no_more_are_taken_than_asked_for(storage: Storage) -> None:
    await _add(storage, *(_letter(f"k{number}") for number in range(5)))
    assert await _due(storage, limit=2) == ["k0", "k1"]
    assert await _due(storage, limit=9) == ["k2", "k3", "k4"]


async def test_replicas_asking_at_the_same_time_share_the_messages(storage: Storage) -> None:
    expected = [f"k{number}" for number in range(40)]
    await _add(storage, *(_letter(key) for key in expected))
    shares = await asyncio.gather(*(_due(storage, limit=10) for _ in range(5)))
    assert sorted(key for share in shares for key in share) == sorted(expected)


async def test_a_sender_knows_how_long_to_rest(storage: Storage, clock: SteppingClock) -> None:
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.outbox.next_due_at() is None
    at = clock.forward(60)
    [message_id] = await _add(storage, _letter("k"))
    async with storage.unit_of_work() as uow:
        assert await uow.outbox.next_due_at() == at
        await uow.outbox.mark_delivered(message_id, at)
        assert await uow.outbox.next_due_at() is None
