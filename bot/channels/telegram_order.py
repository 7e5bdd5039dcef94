"""The order in which Telegram's updates are worked on: chats side by side, one chat's messages one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

#: Chats that are worked on at the same time.
CHATS_AT_ONCE = 64
#: The library's own limit counts waiting updates too, so that one chat's flood would hold up the others; and
#: on Python 3.10 its semaphore may let a later update pass an earlier one. Set so high, it never bites.
_NO_LIMIT = 1_000_000


class ChatOrder(BaseUpdateProcessor):
    """Lets an update wait for the earlier ones of its chat, and for one of a limited number of places."""

    def __init__(self, chats_at_once: int = CHATS_AT_ONCE) -> None:
        super().__init__(_NO_LIMIT)
        self._places = asyncio.Semaphore(chats_at_once)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await the update's work when its turn has come."""
        chat = update.effective_chat if isinstance(update, Update) else None
        lock = self._locks.setdefault(chat.id, asyncio.Lock()) if chat else asyncio.Lock()
        async with lock, self._places:
            await coroutine

    async def initialize(self) -> None:
        """Nothing has to be opened."""

    async def shutdown(self) -> None:
        """Nothing has to be closed."""
