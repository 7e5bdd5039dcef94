"""The inbox: updates are stored before Telegram is told that they came, and each is answered once, in order.

A process may be killed at any point. What it had stored and not finished is handed out again when its lease has run
out; how much of an answer Telegram has accepted by then is noted, so that only the rest is sent.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from bot.errors import StorageError
from bot.storage import Storage, TelegramUpdate

logger = logging.getLogger(__name__)

#: For so long nobody else takes an update that a process has; it renews that so often in the time.
LEASE_SECONDS, RENEWALS = 60.0, 3
#: Seconds between two looks for what another process has stored, or died with.
LONGEST_REST = 2.0
#: Seconds until an update is handed out again whose answer Telegram did not take.
POSTPONE_SECONDS = 15.0
#: An update that was begun so often and never finished is given up: it may be what ends the process.
MOST_ATTEMPTS = 20

#: Gives the conversation of an update, or None where it belongs to no chat.
ConversationOf = Callable[[Mapping[str, Any]], str | None]


class Inbox:
    """Keeps updates until they are answered; any number of processes may work on the same one."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        conversation_of: ConversationOf,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._storage, self._clock, self._conversation_of = storage, clock, conversation_of
        self._lease_seconds = lease_seconds
        self._sent: dict[int, int] = {}
        self._postponed: set[int] = set()
        self._news = asyncio.Event()
        self._stopping = False

    async def store(self, updates: Iterable[Mapping[str, Any]]) -> None:
        """Keep updates in Telegram's own words; one that came before changes nothing.

        Raises:
            StorageError: they are not kept: let Telegram bring them again.
        """
        kept = [
            TelegramUpdate(one["update_id"], self._conversation_of(one), dict(one)) for one in updates if storable(one)
        ]
        async with self._storage.unit_of_work() as uow:
            await uow.telegram_updates.store(kept)
            await uow.commit()
        self._news.set()

    async def run(self, hand_over: Callable[[TelegramUpdate], Awaitable[object]]) -> None:
        """Hand over updates as they come, of each chat one at a time, until `stop` is called."""
        while not self._stopping:
            self._news.clear()
            try:
                taken = await self._take()
            except StorageError:  # the database is away: what is stored waits
                logger.exception("Telegram's updates could not be read")
                taken = []
            for one in taken:
                await hand_over(one)
            if not taken:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._news.wait(), LONGEST_REST)

    def stop(self) -> None:
        """Hand over nothing more."""
        self._stopping = True
        self._news.set()

    async def _take(self) -> list[TelegramUpdate]:
        held = set(self._sent)  # one of these that ends meanwhile is not begun anew
        async with self._storage.unit_of_work() as uow:
            taken = await uow.telegram_updates.take(self._clock(), self._lease_seconds)
            await uow.commit()
        good = []
        for one in taken:
            if one.attempts > MOST_ATTEMPTS:
                logger.error("Update %s is given up after %s attempts.", one.update_id, MOST_ATTEMPTS)
                await self.finish(one.update_id)
            elif one.update_id not in held:  # else we are still at it, and the lease ran out for want of time
                self._sent[one.update_id] = one.sent
                good.append(one)
        return good

    @asynccontextmanager
    async def working(self, update_id: int) -> AsyncIterator[None]:
        """Hold an update while the block works on it; it is finished when the block ends.

        It is handed out again later where it was postponed meanwhile, and at once where the block is cancelled. One at
        which the block fails is finished: it would fail again, and hold up its chat.
        """
        renewing = asyncio.create_task(self._renew(update_id))
        try:
            yield
        except asyncio.CancelledError:
            await self._release(update_id)
            raise
        except Exception:
            await self.finish(update_id)
            raise
        else:
            if update_id in self._postponed:
                await self._extend(update_id, POSTPONE_SECONDS)
            else:
                await self.finish(update_id)
        finally:
            renewing.cancel()
            self._postponed.discard(update_id)
            self._sent.pop(update_id, None)
            self._news.set()

    def postpone(self, update_id: int) -> None:
        """Let an update that is worked on be handed out again some seconds after: its answer could not be sent."""
        self._postponed.add(update_id)

    def sent(self, update_id: int) -> int:
        """How many messages of an update's answer Telegram has accepted."""
        return self._sent.get(update_id, 0)

    async def note_sent(self, update_id: int) -> None:
        """Note that Telegram has accepted one more message of an update's answer."""
        self._sent[update_id] = self.sent(update_id) + 1
        async with self._storage.unit_of_work() as uow:
            await uow.telegram_updates.note_sent(update_id, self._sent[update_id])
            await uow.commit()

    async def _renew(self, update_id: int) -> None:
        while True:
            await asyncio.sleep(self._lease_seconds / RENEWALS)
            await self._extend(update_id, self._lease_seconds)

    async def _extend(self, update_id: int, seconds: float) -> None:
        with suppress(StorageError):
            async with self._storage.unit_of_work() as uow:
                await uow.telegram_updates.extend(update_id, self._clock() + timedelta(seconds=seconds))
                await uow.commit()

    async def finish(self, update_id: int) -> None:
        """Note that an update is answered, or that nothing can be made of it."""
        try:
            async with self._storage.unit_of_work() as uow:
                await uow.telegram_updates.finish(update_id, self._clock())
                await uow.commit()
        except StorageError:  # it is handed out again, and answered with what was answered before
            logger.exception("Update %s could not be noted as answered", update_id)
        self._sent.pop(update_id, None)  # not before, or it is handed out meanwhile

    async def _release(self, update_id: int) -> None:
        with suppress(StorageError):
            async with self._storage.unit_of_work() as uow:
                await uow.telegram_updates.release(update_id)
                await uow.commit()


def storable(update: Mapping[str, Any]) -> bool:
    """Whether an update has a number, and holds nothing that a database does not take, such as an infinite number."""
    number = update.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**63:
        return False
    try:
        json.dumps(update, allow_nan=False)
    except (ValueError, RecursionError):
        logger.warning("Update %s cannot be stored, and is left out.", number)
        return False
    return True
