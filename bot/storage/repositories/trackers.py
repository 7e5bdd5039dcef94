"""Rasa's trackers: all events of a conversation, and a snapshot so that few have to be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.errors import NotFoundError
from bot.storage import tables
from bot.storage.repositories.base import Repository

_C = tables.conversations.c
_E = tables.tracker_events.c


class Trackers(Repository):
    """Events as Rasa's `Event.as_dict` gives them, numbered from 1 in each conversation."""

    async def load(self, conversation_id: str) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
        """The last snapshot, if there is one, and the events after it (without one: all events)."""
        found = await self._connection.execute(
            select(_C.tracker_snapshot, _C.tracker_seq).where(_C.id == conversation_id)
        )
        row = found.first()
        if row is None:
            return None, []
        return row.tracker_snapshot, await self.events(conversation_id, after=row.tracker_seq)

    async def events(self, conversation_id: str, *, after: int = 0) -> list[dict[str, Any]]:
        """The events numbered above `after`, oldest first; also those that a snapshot covers."""
        found = await self._connection.execute(
            select(_E.data).where(_E.conversation_id == conversation_id, _E.seq > after).order_by(_E.seq)
        )
        return list(found.scalars())

    async def append(self, conversation_id: str, events: Sequence[dict[str, Any]]) -> int:
        """Add events at the end; gives the number of the last one, which `save_snapshot` asks for.

        Raises:
            StorageError: when the unit of work is left: another writer used the same numbers, or the
                conversation does not exist.
        """
        last = await self._last(conversation_id)
        now = self._clock()
        rows = [
            {
                "conversation_id": conversation_id,
                "seq": seq,
                "type": str(event.get("event", "")),
                "data": event,
                "created_at": now,
            }
            for seq, event in enumerate(events, last + 1)
        ]
        if rows:
            await self._connection.execute(insert(tables.tracker_events), rows)
        return last + len(rows)

    async def _last(self, conversation_id: str) -> int:
        query = select(func.max(_E.seq)).where(_E.conversation_id == conversation_id)
        found = await self._connection.execute(query)
        return found.scalar() or 0

    async def save_snapshot(self, conversation_id: str, snapshot: dict[str, Any], seq: int) -> None:
        """Store the tracker as it stands after event number `seq`; the events before it stay.

        Raises:
            NotFoundError: the conversation does not exist.
        """
        saved = await self._connection.execute(
            update(tables.conversations)
            .where(_C.id == conversation_id)
            .values(tracker_snapshot=snapshot, tracker_seq=seq)
        )
        if not saved.rowcount:
            raise NotFoundError("The conversation of the snapshot does not exist, or was erased meanwhile.")
