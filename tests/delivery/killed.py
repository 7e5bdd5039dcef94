"""A bot that dies between a mail server's acceptance of a letter and its record: `killed.py DATABASE SMTP ADDRESS NOW`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import datetime

from bot.delivery import LetterWriter, OutboxWorker, SmtpSender
from bot.programme import load_programme
from bot.storage import OutboxMessage, create_storage


async def main(database: str, smtp: str, address: str, now: str) -> None:
    """Send what is due, and die of the first letter."""

    def clock() -> datetime:
        return datetime.fromisoformat(now)

    async def on(seconds: float) -> bool:
        return True

    storage = create_storage(database, clock)
    write = LetterWriter(storage, load_programme(), address).write
    sender = SmtpSender(smtp, "MobiliseSME <bot@example.org>", write, clock=clock)

    class Deadly:
        async def send(self, message: OutboxMessage) -> None:
            await sender.send(message)
            os.kill(os.getpid(), signal.SIGKILL)

    await OutboxWorker(storage, {"email": Deadly()}, clock, on).deliver_due()


asyncio.run(main(*sys.argv[1:]))
