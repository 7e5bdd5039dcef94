"""The journey of an applicant where Telegram brings updates to the bot, on the PyPI package `telemelya`."""

from __future__ import annotations

from delivery.mail_server import free_port

from . import journey
from .person import TOKEN, Person
from .processes import LOOPBACK, bot_serve
from .telemelya.adapter import adapted
from .telemelya.chat import chat, emulator

SECRET = "secret-of-the-webhook"


async def test_an_applicant_on_telegram_by_webhook(tmp_path, database_url, storage):
    port = free_port()
    async with (
        emulator(tmp_path / "emulator") as address,
        adapted(address, "de") as adapter,
        chat(address) as chatting,
    ):
        settings = {
            "BOT_DATABASE_URL": database_url,
            "BOT_TELEGRAM_TOKEN": TOKEN,
            "BOT_TELEGRAM_API_URL": adapter.address,
            "BOT_TELEGRAM_WEBHOOK_SECRET": SECRET,
            "BOT_PUBLIC_URL": f"http://{LOOPBACK}:{port}",
        }
        async with bot_serve(tmp_path / "bot", port, settings) as log:
            await journey.of_an_applicant(Person(chatting, "de"), storage)
    assert adapter.webhook["url"] == f"http://{LOOPBACK}:{port}/telegram/webhook"
    assert adapter.webhook["secret_token"] == SECRET
    written = log.read_text()
    assert TOKEN not in written and SECRET not in written
    assert journey.EMAIL not in written and journey.COMPANY not in written
