"""The Telegram channel, joined to a Bot API server on loopback and to a handler that the test gives."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from bot_api import TOKEN, BotApi, bot_api_server
from telegram_engines import Start

from bot.channels.base import Handler
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.payloads import PayloadStore
from bot.channels.widget_texts import texts


@pytest_asyncio.fixture
async def api() -> AsyncIterator[BotApi]:
    """An empty Bot API server."""
    async with bot_api_server() as server:
        yield server


@pytest_asyncio.fixture
async def start(api: BotApi) -> AsyncIterator[Start]:
    """Starts a channel with a handler; it stops with the test."""
    started: list[TelegramChannel] = []

    async def begin(handler: Handler, payloads: PayloadStore | None = None) -> TelegramChannel:
        channel = TelegramChannel(TOKEN, base_url=api.base_url, texts=texts, payloads=payloads)
        started.append(channel)
        await channel.start(handler)
        return channel

    yield begin
    for channel in started:
        await channel.stop()
