"""Databases as the storage tests have them, a mail server, and a worker that sends to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from storage.conftest import (  # noqa: F401  # fixtures
    clock,
    postgres_database,
    postgres_server,
    sqlite_template,
    storage,
    url,
)
from storage.examples import SteppingClock

from bot.delivery import LetterWriter, OutboxWorker, SmtpSender
from bot.programme import Programme
from bot.storage import Storage

from .examples import ADDRESS, MAILBOX, no_rest, programme_with
from .mail_server import MailServer


@pytest.fixture
def programme() -> Programme:
    """The programme with one organisation that has named a mailbox."""
    return programme_with(STHEV={"notify_email": MAILBOX})


@pytest_asyncio.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    """A mail server that is up."""
    server = MailServer()
    await server.up()
    yield server
    await server.down()


@pytest.fixture
def worker(
    storage: Storage,  # noqa: F811
    clock: SteppingClock,  # noqa: F811
    programme: Programme,
    mail_server: MailServer,
) -> Callable[..., OutboxWorker]:
    """Makes a worker that hands letters to the mail server."""

    def make(rest: Any = no_rest, url: str = f"smtp://127.0.0.1:{mail_server.port}", **options: Any) -> OutboxWorker:  # noqa: F811
        write = LetterWriter(storage, programme, ADDRESS).write
        sender = SmtpSender(url, "MobiliseSME <bot@example.org>", write, clock=clock, **options)
        return OutboxWorker(storage, {"email": sender}, clock, rest)

    return make
