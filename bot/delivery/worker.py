"""The worker that empties the outbox: each message is sent until it is accepted or given up."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from bot.delivery.base import Sender
from bot.errors import DeliveryError
from bot.storage import OutboxMessage, Storage
from bot.storage.records import OutboxKind

logger = logging.getLogger(__name__)

#: The pause after the first failed attempt; each further one is twice as long, up to the second.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
#: A message is given up when its pauses add up to more.
GIVE_UP_AFTER = timedelta(days=3)
#: Seconds that an attempt may take; the lease leaves time to note its outcome.
ATTEMPT_SECONDS, LEASE_SECONDS = 45.0, 60.0
#: Seconds between two looks into the outbox, in which other processes leave messages, too.
SHORTEST_REST, LONGEST_REST = 0.5, 5.0

#: Waits so many seconds and tells whether to go on; with 0 seconds it only tells.
Rest = Callable[[float], Awaitable[bool]]


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None where it is time to give up."""
    doublings = (min(number, 10) for number in range(attempts))
    pauses = [min(FIRST_PAUSE * 2**number, LONGEST_PAUSE) for number in doublings]
    return pauses[-1] if sum(pauses, timedelta()) <= GIVE_UP_AFTER else None


class OutboxWorker:
    """Delivers the messages of the kinds that it has senders for; the others stay where they are."""

    def __init__(
        self,
        storage: Storage,
        senders: Mapping[OutboxKind, Sender],
        clock: Callable[[], datetime],
        rest: Rest,
    ) -> None:
        self._storage, self._senders, self._clock, self._rest = storage, senders, clock, rest

    async def run(self) -> None:
        """Deliver what falls due until `rest` tells to stop; the attempt under way is finished first."""
        seconds = 0.0
        while await self._rest(seconds):
            try:
                await self.deliver_due()
                seconds = await self._seconds_to_next()
            except Exception:  # the database may be away for a while: the outbox waits
                logger.exception("The outbox could not be read")
                seconds = LONGEST_REST

    async def deliver_due(self) -> int:
        """Deliver everything that is due now; gives how many messages were accepted."""
        # Kinds side by side: a slow webhook keeps no letter waiting.
        drained = await asyncio.gather(*(self._drain(kind) for kind in self._senders), return_exceptions=True)
        for outcome in drained:
            if isinstance(outcome, BaseException):
                raise outcome
        return sum(outcome for outcome in drained if isinstance(outcome, int))

    async def _drain(self, kind: OutboxKind) -> int:
        accepted = 0
        while await self._rest(0):
            message = await self._take(kind)
            if message is None:
                break
            accepted += await self._deliver(message)
        return accepted

    async def _take(self, kind: OutboxKind) -> OutboxMessage | None:
        # One at a time: several would share a lease that their attempts may outlast.
        async with self._storage.unit_of_work() as uow:
            taken = await uow.outbox.due(self._clock(), limit=1, lease_seconds=LEASE_SECONDS, kinds=[kind])
            await uow.commit()
        return taken[0] if taken else None

    async def _deliver(self, message: OutboxMessage) -> bool:
        error = await self._attempt(message)
        now = self._clock()
        async with self._storage.unit_of_work() as uow:
            if error is None:
                await uow.outbox.mark_delivered(message.id, now)
            else:
                pause = None if error.permanent else pause_after(message.attempts)
                retry_at = now + pause if pause else None
                await uow.outbox.mark_failed(message.id, str(error), now, retry_at=retry_at)
                _log_failure(message, error, retry_at)
            await uow.commit()
        return error is None

    async def _attempt(self, message: OutboxMessage) -> DeliveryError | None:
        try:
            await asyncio.wait_for(self._senders[message.kind].send(message), ATTEMPT_SECONDS)
        except DeliveryError as error:
            return error
        except asyncio.TimeoutError:
            return DeliveryError(f"not accepted within {ATTEMPT_SECONDS:.0f} seconds")
        except Exception as error:
            # Without the error's text, which may quote the message or its receiver.
            trace = "".join(traceback.format_tb(error.__traceback__))
            logger.error("Message %s failed with %s at\n%s", message.id, type(error).__name__, trace)
            return DeliveryError(f"failed with {type(error).__name__}")
        return None

    async def _seconds_to_next(self) -> float:
        async with self._storage.unit_of_work(read_only=True) as uow:
            next_due_at = await uow.outbox.next_due_at(list(self._senders))
        if next_due_at is None:
            return LONGEST_REST
        seconds = (next_due_at - self._clock()).total_seconds()
        return min(max(seconds, SHORTEST_REST), LONGEST_REST)


def _log_failure(message: OutboxMessage, error: DeliveryError, retry_at: datetime | None) -> None:
    if retry_at is None:
        logger.error("Message %s (%s) is given up: %s. See `bot outbox list`.", message.id, message.kind, error)
    elif message.attempts == 1:
        logger.warning("Message %s (%s) is not delivered yet: %s.", message.id, message.kind, error)
