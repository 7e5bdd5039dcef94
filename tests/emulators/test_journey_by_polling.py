"""The journey of an applicant where the bot fetches its updates, on the npm package `telegram-test-api`."""

from __future__ import annotations

from delivery.mail_server import free_port

from . import journey
from .person import TOKEN, Person
from .processes import bot_serve
from .telegram_test_api.chat import chat, emulator


async def test_an_applicant_on_telegram_by_polling(tmp_path, database_url, storage):
    async with emulator(tmp_path / "emulator") as address, chat(address, "de") as chatting:
        settings = {
            "BOT_DATABASE_URL": database_url,
            "BOT_TELEGRAM_TOKEN": TOKEN,
            "BOT_TELEGRAM_API_URL": address,
        }
        async with bot_serve(tmp_path / "bot", free_port(), settings) as log:
            await journey.of_an_applicant(Person(chatting, "de"), storage)
        menus = {menu.get("language_code"): menu["commands"] for menu in await chatting.calls("setMyCommands")}
    assert {None, "de", "el"} <= set(menus)
    assert menus["de"] != menus["el"]
    written = log.read_text()
    assert TOKEN not in written
    assert journey.EMAIL not in written and journey.COMPANY not in written
