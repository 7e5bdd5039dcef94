"""Every letter arrives and none twice, whatever the mail server does and whenever the bot dies."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from storage.examples import NOW, SteppingClock

from bot.delivery import OutboxWorker
from bot.programme import Programme
from bot.storage import Storage

from .examples import ADDRESS, MAILBOX, PassingTime, greek_lead, take_in
from .mail_server import MailServer

HUNDRED = range(100)


async def test_a_hundred_leads_letters_outlast_an_outage(
    storage: Storage,
    clock: SteppingClock,
    programme: Programme,
    mail_server: MailServer,
    worker: Callable[..., OutboxWorker],
) -> None:
    leads = [greek_lead(f"MSME-{number:08}", email=f"applicant{number}@example.org") for number in HUNDRED]
    await mail_server.down()
    await take_in(storage, programme, *leads)

    await worker(PassingTime(clock, NOW + timedelta(minutes=5))).run()
    assert mail_server.letters() == []
    assert {message.attempts for message in await _undelivered(storage)} == {3}  # after 0, 1 and 3 minutes

    mail_server.down_after = 70
    await mail_server.up()
    await worker(PassingTime(clock, NOW + timedelta(minutes=10))).run()
    assert len(mail_server.letters()) == 70

    await mail_server.up()
    await worker(PassingTime(clock, NOW + timedelta(minutes=30))).run()
    expected = Counter({MAILBOX: 100}) + Counter(f"applicant{number}@example.org" for number in HUNDRED)
    assert Counter(mail_server.receivers()) == expected
    assert len({letter["Message-ID"] for letter in mail_server.letters()}) == 200
    assert await _undelivered(storage) == []


async def test_a_letter_of_a_bot_that_was_killed_after_acceptance_is_recognised(
    url: str,
    storage: Storage,
    clock: SteppingClock,
    programme: Programme,
    mail_server: MailServer,
    worker: Callable[..., OutboxWorker],
) -> None:
    await take_in(storage, programme, greek_lead(email=None))
    script = Path(__file__).with_name("killed.py")
    smtp = f"smtp://127.0.0.1:{mail_server.port}"
    killed = await asyncio.create_subprocess_exec(sys.executable, script, url, smtp, ADDRESS, NOW.isoformat())
    assert await killed.wait() == -signal.SIGKILL
    assert len(mail_server.letters()) == 1

    assert await worker().deliver_due() == 0  # nobody knows yet that it is dead
    clock.forward(60)
    assert await worker().deliver_due() == 1
    clock.forward(3600)
    assert await worker().deliver_due() == 0
    first, again = mail_server.letters()
    assert first["Message-ID"] == again["Message-ID"]


async def test_a_server_that_hangs_up_after_acceptance_gets_no_second_letter(
    storage: Storage, programme: Programme, mail_server: MailServer, worker: Callable[..., OutboxWorker]
) -> None:
    mail_server.rude = True
    await take_in(storage, programme, greek_lead())
    assert await worker().deliver_due() == 2
    assert await _undelivered(storage) == []


async def test_two_replicas_send_a_letter_once(
    storage: Storage, programme: Programme, mail_server: MailServer, worker: Callable[..., OutboxWorker]
) -> None:
    await take_in(storage, programme, *(greek_lead(f"MSME-{number}", email=None) for number in range(12)))
    shares = await asyncio.gather(*(worker().deliver_due() for _ in range(3)))
    assert sum(shares) == len(mail_server.letters()) == 12
    assert len({letter["Message-ID"] for letter in mail_server.letters()}) == 12


async def _undelivered(storage: Storage) -> list:
    async with storage.unit_of_work(read_only=True) as uow:
        return await uow.outbox.undelivered()
