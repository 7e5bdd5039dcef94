"""Telegram's updates: kept from the moment they come until they are answered, each handed out once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, and_, delete, exists, or_, select, update

from bot.storage import tables
from bot.storage.records import TelegramUpdate
from bot.storage.repositories.base import Repository

_U = tables.telegram_updates.c
_FIELDS = (_U.update_id, _U.conversation_id, _U.data, _U.attempts, _U.sent)


class TelegramUpdates(Repository):
    """The updates of one bot. An answered one keeps its number only: by it a repeat is known."""

    async def store(self, updates: Iterable[TelegramUpdate]) -> int:
        """Keep updates; those that came before change nothing. Gives how many are new."""
        now, new = self._clock(), 0
        for one in updates:
            stored = self._insert(tables.telegram_updates).values(
                update_id=one.update_id,
                conversation_id=one.conversation_id,
                data=one.data,
                received_at=now,
                attempts=0,
                sent=0,
            )
            kept = await self._connection.execute(
                stored.on_conflict_do_nothing(index_elements=["update_id"]).returning(_U.update_id)
            )
            new += kept.first() is not None
        return new

    async def take(self, now: datetime, lease_seconds: float, limit: int = 100) -> list[TelegramUpdate]:
        """Hand out updates that wait to be answered, for each chat its first; commit before answering them.

        Nobody else gets them for the length of the lease. The next one of a chat is handed out when `finish` was
        called for the one before.
        """
        free = and_(_U.done_at.is_(None), or_(_U.lease_until.is_(None), _U.lease_until <= now))
        first = select(_U.update_id).where(free, ~_earlier_of_the_chat()).order_by(_U.update_id).limit(limit)
        # The condition again: on PostgreSQL, of two that want a row at once the second looks at it anew.
        taken = (
            update(tables.telegram_updates)
            .where(_U.update_id.in_(first), free)
            .values(lease_until=now + timedelta(seconds=lease_seconds), attempts=_U.attempts + 1)
            .returning(*_FIELDS)
        )
        rows = (await self._connection.execute(taken)).all()
        return sorted((TelegramUpdate(**row._mapping) for row in rows), key=lambda one: one.update_id)

    async def extend(self, update_id: int, until: datetime) -> None:
        """Keep an update that is still worked on for longer."""
        await self._connection.execute(_waiting(update_id).values(lease_until=until))

    async def note_sent(self, update_id: int, sent: int) -> None:
        """Note how many messages of the answer were accepted: they are not sent again."""
        await self._connection.execute(_waiting(update_id).values(sent=sent))

    async def finish(self, update_id: int, now: datetime) -> None:
        """Note that an update is answered, and forget what it said and where."""
        forgotten = {"conversation_id": None, "data": None, "lease_until": None}
        await self._connection.execute(_waiting(update_id).values(done_at=now, **forgotten))

    async def release(self, update_id: int) -> None:
        """Give an update back unanswered, to be handed out again at once."""
        await self._connection.execute(_waiting(update_id).values(lease_until=None))

    async def delete_answered_before(self, moment: datetime) -> int:
        """Forget the numbers of updates answered before a moment; gives how many there were."""
        deleted = await self._connection.execute(delete(tables.telegram_updates).where(_U.done_at < moment))
        return deleted.rowcount


def _waiting(update_id: int) -> Update:
    return update(tables.telegram_updates).where(_U.update_id == update_id, _U.done_at.is_(None))


def _earlier_of_the_chat() -> ColumnElement[bool]:
    other = tables.telegram_updates.alias("earlier").c
    return exists().where(
        other.conversation_id == _U.conversation_id, other.update_id < _U.update_id, other.done_at.is_(None)
    )
