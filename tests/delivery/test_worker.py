"""The worker repeats what fails, ever more seldom, gives up in the end, and says why without naming anybody."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from storage.examples import NOW, SteppingClock

from bot.delivery import OutboxWorker
from bot.delivery import worker as worker_module
from bot.delivery.worker import pause_after
from bot.errors import DeliveryError
from bot.programme import Programme
from bot.storage import OutboxMessage, Storage
from bot.storage.records import OutboxKind

from .examples import MAILBOX, PassingTime, greek_lead, no_rest, take_in
from .mail_server import MailServer


class Sender:
    """Fails with an error, as often as it is told to, or keeps what it was given."""

    def __init__(self, error: Exception | None = None, failures: int = 10**6) -> None:
        self.error, self.failures = error, failures
        self.given: list[str] = []
        self.sent: list[str] = []

    async def send(self, message: OutboxMessage) -> None:
        self.given.append(message.message_key)
        if self.error and len(self.given) <= self.failures:
            raise self.error
        self.sent.append(message.message_key)


async def promise(storage: Storage, key: str = "k", kind: OutboxKind = "email", to: str = "a@example.org") -> None:
    async with storage.unit_of_work() as uow:
        await uow.outbox.add(OutboxMessage(kind, to, {}, key))
        await uow.commit()


async def outbox(storage: Storage) -> list[OutboxMessage]:
    async with storage.unit_of_work(read_only=True) as uow:
        return await uow.outbox.undelivered()


def test_pauses_double_from_a_minute_to_an_hour_and_end_after_three_days():
    pauses = [pause_after(attempts) for attempts in range(1, 100)]
    minutes = [pause.total_seconds() / 60 for pause in pauses if pause]
    assert minutes[:9] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert timedelta(days=3) - timedelta(hours=1) < timedelta(minutes=sum(minutes)) <= timedelta(days=3)
    assert pauses[len(minutes) :] == [None] * (99 - len(minutes))


async def test_a_message_is_repeated_at_its_time_and_given_up_after_three_days(
    storage: Storage, clock: SteppingClock
) -> None:
    sender = Sender(DeliveryError("the mail server cannot be used (ConnectError)"))
    worker = OutboxWorker(storage, {"email": sender}, clock, no_rest)
    await promise(storage)
    for _ in range(100):
        await worker.deliver_due()
        [message] = await outbox(storage)
        if message.failed_at:
            break
        assert message.next_attempt_at
        clock.now = message.next_attempt_at - timedelta(seconds=1)
        assert await worker.deliver_due() == 0
        clock.forward(1)
    assert message.last_error == "the mail server cannot be used (ConnectError)"
    assert timedelta(days=2, hours=22) < clock.now - NOW <= timedelta(days=3)
    assert len(sender.given) == message.attempts


async def test_what_was_given_up_and_is_tried_again_gets_its_three_days(storage: Storage, clock: SteppingClock) -> None:
    sender = Sender(DeliveryError("refused", permanent=True), failures=1)
    worker = OutboxWorker(storage, {"email": sender}, clock, no_rest)
    await promise(storage)
    await worker.deliver_due()
    [message] = await outbox(storage)
    assert message.failed_at == NOW
    later = clock.forward(9 * 24 * 3600)
    sender.error, sender.failures = DeliveryError("busy"), 2
    async with storage.unit_of_work() as uow:
        assert await uow.outbox.retry(message.id, later)
        await uow.commit()
    await worker.deliver_due()
    [message] = await outbox(storage)
    assert (message.failed_at, message.next_attempt_at) == (None, later + timedelta(minutes=1))


async def test_kinds_without_a_sender_stay_in_the_outbox(storage: Storage, clock: SteppingClock) -> None:
    await promise(storage, "letter")
    await promise(storage, "reply", "message", "telegram:1")
    sender = Sender()
    assert await OutboxWorker(storage, {"email": sender}, clock, no_rest).deliver_due() == 1
    assert [message.message_key for message in await outbox(storage)] == ["reply"]
    assert [message.attempts for message in await outbox(storage)] == [0]


async def test_one_kind_that_fails_holds_up_no_other(storage: Storage, clock: SteppingClock) -> None:
    await promise(storage, "hook", "webhook", "https://crm.example")
    await promise(storage, "letter")
    letters = Sender()
    senders: dict[OutboxKind, Sender] = {"webhook": Sender(DeliveryError("HTTP 500")), "email": letters}
    assert await OutboxWorker(storage, senders, clock, no_rest).deliver_due() == 1
    assert letters.sent == ["letter"]


async def test_an_unexpected_error_is_noted_and_logged_without_its_words(
    storage: Storage, clock: SteppingClock, caplog: pytest.LogCaptureFixture
) -> None:
    await promise(storage, to="anna@example.org")
    sender = Sender(RuntimeError("no route for anna@example.org"))
    with caplog.at_level(logging.DEBUG):
        await OutboxWorker(storage, {"email": sender}, clock, no_rest).deliver_due()
    [message] = await outbox(storage)
    assert message.last_error == "failed with RuntimeError"
    assert "RuntimeError" in caplog.text
    assert "anna" not in caplog.text


async def test_an_attempt_that_takes_too_long_is_repeated(
    storage: Storage, clock: SteppingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hanging:
        async def send(self, message: OutboxMessage) -> None:
            await asyncio.Event().wait()

    monkeypatch.setattr(worker_module, "ATTEMPT_SECONDS", 0.01)
    await promise(storage)
    await OutboxWorker(storage, {"email": Hanging()}, clock, no_rest).deliver_due()
    [message] = await outbox(storage)
    assert message.next_attempt_at == NOW + timedelta(minutes=1)
    assert worker_module.LEASE_SECONDS > 45


async def test_it_stops_between_two_messages(storage: Storage, clock: SteppingClock) -> None:
    for key in ("one", "two"):
        await promise(storage, key)
    sender = Sender()

    async def until_one_is_sent(seconds: float) -> bool:
        return not sender.sent

    await OutboxWorker(storage, {"email": sender}, clock, until_one_is_sent).run()
    assert sender.sent == ["one"]


async def test_a_database_that_fails_for_a_while_does_not_end_it(
    storage: Storage, clock: SteppingClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await promise(storage)
    sender, works = Sender(), storage.unit_of_work
    failures = iter([True, True])

    def sometimes(**options: bool):
        if next(failures, False):
            raise OSError("the database is away")
        return works(**options)

    monkeypatch.setattr(storage, "unit_of_work", sometimes)
    await OutboxWorker(storage, {"email": sender}, clock, PassingTime(clock, NOW + timedelta(minutes=9))).run()
    assert sender.sent == ["k"]
    assert "The outbox could not be read" in caplog.text


async def test_a_group_whose_first_notice_waits_does_not_keep_the_worker_busy(
    storage: Storage, clock: SteppingClock
) -> None:
    for key in ("one", "two"):
        await promise(storage, key, "telegram_group", "-100123456")
    sender = Sender(DeliveryError("Telegram does not take it (Forbidden)"))
    await OutboxWorker(storage, {"telegram_group": sender}, clock, no_rest).deliver_due()
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.outbox.next_due_at(["telegram_group"]) == NOW + timedelta(minutes=1)
        assert await uow.outbox.next_due_at(["email"]) is None


async def test_a_receiver_that_the_server_does_not_know_is_given_up_at_once(
    storage: Storage, programme: Programme, mail_server: MailServer, worker: Callable[..., OutboxWorker]
) -> None:
    mail_server.refused = {"anna@example.org"}
    await take_in(storage, programme, greek_lead())
    assert await worker().deliver_due() == 1
    assert mail_server.receivers() == [MAILBOX]
    [message] = await outbox(storage)
    assert message.failed_at == NOW
    assert message.last_error == "the mail server refuses the receiver (SMTP 550)"


async def test_a_server_that_is_busy_gets_the_letter_later(
    storage: Storage,
    clock: SteppingClock,
    programme: Programme,
    mail_server: MailServer,
    worker: Callable[..., OutboxWorker],
) -> None:
    mail_server.answer = "451 try later, anna@example.org"
    await take_in(storage, programme, greek_lead())
    assert await worker().deliver_due() == 0
    assert {m.last_error for m in await outbox(storage)} == {"the mail server does not accept it (SMTP 451)"}
    mail_server.answer = None
    clock.forward(60)
    assert await worker().deliver_due() == 2
