"""While the bot serves, letters leave and reminders are promised; what cannot be delivered is said once."""

from __future__ import annotations

import asyncio
import logging
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from storage.examples import NOW, SteppingClock

from bot.applications.attachment_files import AttachmentFiles
from bot.background import default_mail_from, deliveries, look_after, senders
from bot.bootstrap import Service
from bot.errors import SettingsError
from bot.model import Pushed, Reply
from bot.programme import Programme
from bot.settings import Settings
from bot.storage import Storage

from .examples import MAILBOX, PassingTime, greek_lead, programme_with, take_in
from .mail_server import MailServer

#: Nothing on loopback takes so many seconds.
PATIENCE = 30.0


def service(storage: Storage, programme: Programme, folder: Path = Path("unused"), **settings: Any) -> Service:
    engine: Any = None
    files = AttachmentFiles(folder)
    return Service(Settings(_env_file=None, **settings), programme, storage, engine, files)  # type: ignore[call-arg]


async def test_letters_leave_while_it_runs_and_stay_when_it_has_stopped(
    storage: Storage, clock: SteppingClock, programme: Programme, mail_server: MailServer
) -> None:
    running = service(storage, programme, smtp_url=f"smtp://127.0.0.1:{mail_server.port}", mail_from="bot@example.org")
    await take_in(storage, programme, greek_lead(email=None))
    async with deliveries(running, None, clock):
        await asyncio.wait_for(mail_server.arrived.wait(), PATIENCE)
    await take_in(storage, programme, greek_lead("MSME-LATER", email=None))
    assert mail_server.receivers() == [MAILBOX]
    [letter] = mail_server.letters()
    assert "http://127.0.0.1:8080/staff/leads/MSME-AB23CD45" in letter.get_body(["plain"]).get_content()


async def test_without_a_mail_server_letters_wait_and_that_is_said_once(
    storage: Storage, clock: SteppingClock, programme: Programme, caplog: pytest.LogCaptureFixture
) -> None:
    await take_in(storage, programme, greek_lead())
    with caplog.at_level(logging.WARNING):
        async with deliveries(service(storage, programme), None, clock):
            await asyncio.sleep(0.05)
    assert caplog.text.count("BOT_SMTP_URL is not set") == 1
    async with storage.unit_of_work(read_only=True) as uow:
        assert [message.attempts for message in await uow.outbox.undelivered()] == [0, 0]


def test_there_is_a_sender_for_what_is_set(storage: Storage, clock: SteppingClock, programme: Programme) -> None:
    async def post(group: str, text: str) -> None: ...

    full = service(
        storage, programme, smtp_url="smtp://mail.example.org", mail_from="bot@example.org", webhook_secret="s"
    )
    assert set(senders(full, post, clock)) == {"email", "webhook", "telegram_group"}
    assert senders(service(storage, programme), None, clock) == {}

    async def push(conversation: str, reply: Reply, language: str, key: str) -> Pushed:
        return Pushed()

    assert set(senders(service(storage, programme), None, clock, {"web": push})) == {"message"}


def test_a_webhook_without_a_secret_is_warned_of(
    storage: Storage, clock: SteppingClock, caplog: pytest.LogCaptureFixture
) -> None:
    programme = programme_with(STHEV={"notify_webhook": "https://crm.example.org"})
    assert senders(service(storage, programme), None, clock) == {}
    assert "BOT_WEBHOOK_SECRET is not set" in caplog.text


async def test_a_mail_server_that_is_none_stops_the_start(
    storage: Storage, clock: SteppingClock, programme: Programme
) -> None:
    with pytest.raises(SettingsError, match="BOT_SMTP_URL"):
        async with deliveries(service(storage, programme, smtp_url="mail.example.org"), None, clock):
            pass


@pytest.mark.parametrize(
    ("smtp_url", "public_url", "expected"),
    [
        ("smtp://127.0.0.1:1025", None, "MobiliseSME <no-reply@localhost>"),
        ("smtp://127.0.0.1:1025", "https://bot.example.org/", "MobiliseSME <no-reply@bot.example.org>"),
        ("smtps://bot%40example.org:p@mail.example.org", None, "MobiliseSME <bot@example.org>"),
    ],
)
def test_letters_come_from_an_address_that_can_be_worked_out(
    smtp_url: str, public_url: str | None, expected: str
) -> None:
    settings = Settings(_env_file=None, smtp_url=smtp_url, public_url=public_url)  # type: ignore[call-arg]
    assert default_mail_from(settings) == expected


async def test_reminders_are_looked_for_every_quarter_of_an_hour(
    storage: Storage, clock: SteppingClock, programme: Programme
) -> None:
    await take_in(storage, programme, greek_lead(email=None, created_at=NOW - timedelta(days=3, minutes=-20)))
    looks: list[float] = []
    passing = PassingTime(clock, NOW + timedelta(hours=1))

    async def rest(seconds: float) -> bool:
        looks.append(seconds)
        return await passing(seconds)

    clock.now = NOW + timedelta(days=3)  # Thursday
    passing.until = clock.now + timedelta(hours=1)
    await look_after(service(storage, programme), clock, rest)
    assert looks == [0, 900, 900, 900, 900]
    async with storage.unit_of_work(read_only=True) as uow:
        templates = [message.payload["template"] for message in await uow.outbox.undelivered()]
    assert templates == ["new_lead", "reminder"]


async def test_files_that_are_nobodys_are_swept(
    storage: Storage, clock: SteppingClock, programme: Programme, tmp_path: Path
) -> None:
    running = service(storage, programme, tmp_path / "attachments")
    orphan = await running.files.keep(b"%PDF-")
    written = (NOW - timedelta(minutes=50)).timestamp()
    os.utime(running.files.folder / orphan, (written, written))
    await look_after(running, clock, PassingTime(clock, NOW + timedelta(minutes=5)))
    assert [file.name for file in running.files.folder.iterdir()] == [orphan]
    await look_after(running, clock, PassingTime(clock, NOW + timedelta(hours=1)))
    assert list(running.files.folder.iterdir()) == []
