"""The Telegram channel, joined to a Bot API server on loopback and to a handler that the test gives."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from bot_api import TOKEN, BotApi, bot_api_server
from telegram_engines import Start

from bot.bootstrap import utc_now
from bot.channels.base import Handler
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.widget_texts import texts
from bot.storage import Storage


@pytest_asyncio.fixture
async def api() -> AsyncIterator[BotApi]:
    """An empty Bot API server."""
    async with bot_api_server() as server:
        yield server


@pytest_asyncio.fixture
async def start(api: BotApi, storage: Storage) -> AsyncIterator[Start]:
    """Starts a channel with a handler; it stops with the test."""
    started: list[TelegramChannel] = []

    async def begin(handler: Handler, **options: Any) -> TelegramChannel:
        settings = {"base_url": api.base_url, "texts": texts, "storage": storage, "clock": utc_now, **options}
        channel = TelegramChannel(settings.pop("token", TOKEN), **settings)
        started.append(channel)
        await channel.start(handler)
        return channel

    yield begin
    for channel in started:
        await channel.stop()
