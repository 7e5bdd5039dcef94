"""One-time codes: asked for, sent, tried, used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Update, delete, exists, func, insert, select, update

from bot.storage import tables
from bot.storage.errors import ClaimLostError
from bot.storage.records import OneTimeCode
from bot.storage.repositories.base import Repository

_C = tables.one_time_codes.c


class Codes(Repository):
    """Codes by which a person shows that a lead is theirs; of each only a salted hash is kept.

    The last one that a conversation asked for counts, no earlier one.
    """

    async def add(self, code: OneTimeCode) -> int:
        """Store that a code was asked for; gives its id."""
        values = {name: value for name, value in vars(code).items() if name != "id"}
        added = await self._connection.execute(insert(tables.one_time_codes).values(values).returning(_C.id))
        return added.scalar_one()

    async def latest(self, conversation_id: str, purpose: str) -> OneTimeCode | None:
        """The last code that a conversation asked for, used and expired ones too."""
        query = select(tables.one_time_codes).where(_C.conversation_id == conversation_id, _C.purpose == purpose)
        row = (await self._connection.execute(query.order_by(_C.id.desc()).limit(1))).first()
        return OneTimeCode(**row._mapping) if row else None

    async def asked_in(self, conversation_id: str, reference: str, purpose: str, since: datetime) -> int:
        """How often a conversation asked for a code for a reference since a moment."""
        return await self._count(
            _C.conversation_id == conversation_id,
            _C.lead_reference == reference,
            _C.purpose == purpose,
            _C.created_at > since,
        )

    async def promised_for(self, reference: str, purpose: str, since: datetime) -> int:
        """How many codes were promised for a lead since a moment, whoever asked.

        Until the unit of work ends nobody else gets an answer for the same lead.
        """
        # SQLite leaves FOR UPDATE out: there the whole unit of work is the only writer.
        lead = select(tables.leads.c.id).where(tables.leads.c.reference == reference)
        await self._connection.execute(lead.with_for_update())
        return await self._count(
            _C.lead_reference == reference, _C.purpose == purpose, _C.promised, _C.created_at > since
        )

    async def _count(self, *which: Any) -> int:
        query = select(func.count()).select_from(tables.one_time_codes).where(*which)
        return (await self._connection.execute(query)).scalar_one()

    async def issue(self, code_id: int, hashed: str) -> bool:
        """Keep the hash of the code that goes out now; False where nobody waits for it any more.

        Nobody does where it was used, has expired, was erased, or where the conversation asked for a later one.
        """
        other = tables.one_time_codes.alias("later").c
        later = exists().where(
            other.conversation_id == _C.conversation_id, other.purpose == _C.purpose, other.id > _C.id
        )
        waits = update(tables.one_time_codes).where(
            _C.id == code_id, _C.used_at.is_(None), _C.expires_at > self._clock(), ~later
        )
        return bool((await self._connection.execute(waits.values(hash=hashed))).rowcount)

    async def asked_by(self, conversation_id: str) -> list[OneTimeCode]:
        """The codes that a conversation asked for, oldest first."""
        query = select(tables.one_time_codes).where(_C.conversation_id == conversation_id).order_by(_C.id)
        return [OneTimeCode(**row._mapping) for row in await self._connection.execute(query)]

    async def count_attempt(self, code: OneTimeCode) -> None:
        """Note that a wrong code was tried.

        Raises:
            ClaimLostError: another message tried one at the same time: do not commit.
        """
        await self._change(_unchanged(code).values(attempts=code.attempts + 1))

    async def use(self, code: OneTimeCode, now: datetime) -> None:
        """Note that the right code was typed: it cannot be used again.

        Raises:
            ClaimLostError: another message tried one at the same time: do not commit.
        """
        await self._change(_unchanged(code).values(used_at=now))

    async def _change(self, change: Update) -> None:
        if not (await self._connection.execute(change)).rowcount:
            raise ClaimLostError("The code was tried by another message at the same time, or was erased.")

    async def delete_before(self, moment: datetime) -> int:
        """Forget the codes asked for before a moment; gives how many there were."""
        deleted = await self._connection.execute(delete(tables.one_time_codes).where(_C.created_at < moment))
        return deleted.rowcount


def _unchanged(code: OneTimeCode) -> Update:
    """The code's row, as long as nobody tried since it was read: of two tries at once only one counts."""
    return update(tables.one_time_codes).where(_C.id == code.id, _C.used_at.is_(None), _C.attempts == code.attempts)
