"""Messages: each processed once, whatever is sent again; and the transcript of what was said."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, insert, select, update

from bot.model import Button
from bot.storage import tables
from bot.storage.errors import ClaimLostError
from bot.storage.records import Claim, TranscriptRow
from bot.storage.repositories.base import Repository

_P = tables.processed_messages.c
_T = tables.transcript.c
#: Stands for the conversation of a message that has erased its own.
ERASED = "erased"


class Messages(Repository):
    """Claims on inbound messages, and the transcript."""

    async def claim(self, conversation_id: str, message_id: str, now: datetime, lease_seconds: float) -> Claim:
        """Claim a message under a lease; commit at once, so that others see it.

        A claim whose lease has run out without a result is given anew: its holder died, or is late and will
        be refused by `finish` should somebody be faster.
        """
        farewell = (await self._connection.execute(_result(ERASED, _mark(conversation_id, message_id)))).first()
        if farewell:
            return Claim("done", farewell.result)
        lease = {"claimed_at": now, "lease_until": now + timedelta(seconds=lease_seconds)}
        taken = self._insert(tables.processed_messages).values(
            conversation_id=conversation_id, message_id=message_id, **lease
        )
        won = await self._connection.execute(
            taken.on_conflict_do_update(
                index_elements=["conversation_id", "message_id"],
                set_=lease,
                where=and_(_P.done_at.is_(None), _P.lease_until <= now),
            ).returning(_P.message_id)
        )
        if won.first():
            return Claim("fresh")
        return await self._claimed(conversation_id, message_id)

    async def _claimed(self, conversation_id: str, message_id: str) -> Claim:
        row = (await self._connection.execute(_result(conversation_id, message_id))).first()
        # Without a row it was released or erased in between: whoever sends it again gets it.
        return Claim("done", row.result) if row and row.done_at else Claim("busy")

    async def finish(self, conversation_id: str, message_id: str, result: dict[str, Any], now: datetime) -> None:
        """Store what came of a claimed message, in the transaction of all that it led to.

        Raises:
            ClaimLostError: somebody finished it first, or the conversation was erased: do not commit.
        """
        finished = await self._connection.execute(
            update(tables.processed_messages)
            .where(_this(conversation_id, message_id), _P.done_at.is_(None))
            .values(done_at=now, result=result)
        )
        if not finished.rowcount:
            raise ClaimLostError("The message was finished by somebody else, or its conversation was erased.")

    async def keep_farewell(self, conversation_id: str, message_id: str, result: dict[str, Any], now: datetime) -> None:
        """Keep what a message was answered that has erased its conversation, should it be delivered again.

        The row tells neither the conversation nor the message, only a hash of both: `result` must not either.
        """
        mark = _mark(conversation_id, message_id)
        kept = self._insert(tables.processed_messages).values(
            conversation_id=ERASED, message_id=mark, claimed_at=now, lease_until=now, done_at=now, result=result
        )
        await self._connection.execute(kept.on_conflict_do_nothing(index_elements=["conversation_id", "message_id"]))

    async def forget_before(self, moment: datetime) -> int:
        """Forget the answers to messages that came by a moment: nobody delivers them again. Gives how many."""
        deleted = await self._connection.execute(delete(tables.processed_messages).where(_P.claimed_at <= moment))
        return deleted.rowcount

    async def release(self, conversation_id: str, message_id: str) -> None:
        """Give up a claim after a failure: a repeat of the message need not wait for the lease to run out."""
        claim = delete(tables.processed_messages).where(_this(conversation_id, message_id))
        await self._connection.execute(claim.where(_P.done_at.is_(None)))

    async def append(self, rows: Sequence[TranscriptRow]) -> list[int]:
        """Add messages to the transcript in their order; gives their ids in the same order."""
        ids: list[int] = []
        for row in rows:
            # One by one: a database need not number the rows of one statement in their order.
            stored = insert(tables.transcript).values(_values(row)).returning(_T.id)
            added = await self._connection.execute(stored)
            ids.append(added.scalar_one())
        return ids

    async def mark_delivered(self, transcript_ids: Sequence[int], now: datetime) -> None:
        """Note when messages of the transcript reached the person; the first time counts."""
        await self._connection.execute(
            update(tables.transcript)
            .where(_T.id.in_(transcript_ids), _T.delivered_at.is_(None))
            .values(delivered_at=now)
        )

    async def mark_pushed(self, transcript_id: int, ref: str | None, now: datetime) -> None:
        """Note that a message of staff reached its conversation, and what the channel calls it."""
        await self._connection.execute(update(tables.transcript).where(_T.id == transcript_id).values(ref=ref))
        await self.mark_delivered([transcript_id], now)

    async def row(self, transcript_id: int) -> TranscriptRow | None:
        """One message of the transcript, or nothing where it was erased."""
        found = (await self._connection.execute(select(tables.transcript).where(_T.id == transcript_id))).first()
        return _row(found) if found else None

    async def by_staff(self, conversation_id: str) -> list[TranscriptRow]:
        """What staff wrote in a conversation, oldest first."""
        query = select(tables.transcript).where(_T.conversation_id == conversation_id, _T.author == "staff")
        return [_row(row) for row in await self._connection.execute(query.order_by(_T.id))]

    async def transcript(self, conversation_id: str) -> list[TranscriptRow]:
        """Everything said in a conversation, oldest first."""
        found = await self._connection.execute(
            select(tables.transcript).where(_T.conversation_id == conversation_id).order_by(_T.id)
        )
        return [_row(row) for row in found]


def _this(conversation_id: str, message_id: str) -> ColumnElement[bool]:
    return and_(_P.conversation_id == conversation_id, _P.message_id == message_id)


def _result(conversation_id: str, message_id: str) -> Select[Any]:
    return select(_P.done_at, _P.result).where(_this(conversation_id, message_id))


def _mark(conversation_id: str, message_id: str) -> str:
    return hashlib.sha256(f"{conversation_id}\n{message_id}".encode("utf-8", "replace")).hexdigest()


def _values(row: TranscriptRow) -> dict[str, Any]:
    values = {name: value for name, value in vars(row).items() if name != "id"}
    values["buttons"] = [{"title": button.title, "payload": button.payload} for button in row.buttons]
    values["intents"] = list(row.intents)
    return values


def _row(row: Row[Any]) -> TranscriptRow:
    values = dict(row._mapping)
    values["buttons"] = tuple(Button(**button) for button in values["buttons"])
    values["intents"] = tuple(values["intents"])
    return TranscriptRow(**values)
