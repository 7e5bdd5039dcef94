"""How Telegram's updates are worked on: chats side by side, one chat's messages one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.channels.telegram.inbox import Inbox

#: Chats that are worked on at the same time.
CHATS_AT_ONCE = 64
#: The library's own limit is a semaphore that on Python 3.10 may let a later update pass an earlier one.
_NO_LIMIT = 1_000_000


class ChatsSideBySide(BaseUpdateProcessor):
    """Works on an update while it holds it in the inbox, which gives out one of each chat at a time."""

    def __init__(self, inbox: Inbox, chats_at_once: int = CHATS_AT_ONCE) -> None:
        super().__init__(_NO_LIMIT)
        self._inbox, self._places = inbox, asyncio.Semaphore(chats_at_once)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await the update's work when there is a place for it."""
        assert isinstance(update, Update)
        async with self._inbox.working(update.update_id), self._places:
            await coroutine

    async def initialize(self) -> None:
        """Nothing has to be opened."""

    async def shutdown(self) -> None:
        """Nothing has to be closed."""
