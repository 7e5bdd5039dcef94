"""Handover codes: drawn for a conversation with a draft, used once in another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from bot.storage import tables
from bot.storage.errors import ClaimLostError
from bot.storage.records import HandoverCode
from bot.storage.repositories.base import Repository

_H = tables.handover_codes.c


class Handovers(Repository):
    """Codes by which a draft goes on in another conversation; of each only the hash is kept."""

    async def put(self, code: HandoverCode) -> None:
        """Store a code in place of those that the conversation asked for before."""
        earlier = delete(tables.handover_codes).where(_H.conversation_id == code.conversation_id, _H.form == code.form)
        await self._connection.execute(earlier)
        await self._connection.execute(insert(tables.handover_codes).values(vars(code)))

    async def get(self, hashed: str) -> HandoverCode | None:
        """The code with a hash, used and expired ones too."""
        found = await self._connection.execute(select(tables.handover_codes).where(_H.hash == hashed))
        row = found.first()
        return HandoverCode(**row._mapping) if row else None

    async def asked_by(self, conversation_id: str) -> list[HandoverCode]:
        """The codes that a conversation asked for, oldest first."""
        query = select(tables.handover_codes).where(_H.conversation_id == conversation_id).order_by(_H.created_at)
        return [HandoverCode(**row._mapping) for row in await self._connection.execute(query)]

    async def use(self, hashed: str, now: datetime) -> None:
        """Note that a code was used: it cannot be used again.

        Raises:
            ClaimLostError: it was used by another message at the same time, is overtaken or erased: do not commit.
        """
        valid = update(tables.handover_codes).where(_H.hash == hashed, _H.used_at.is_(None), _H.expires_at > now)
        if not (await self._connection.execute(valid.values(used_at=now))).rowcount:
            raise ClaimLostError("The code was used by another message at the same time, or is no longer valid.")

    async def delete_expired(self, now: datetime) -> int:
        """Forget the codes that have expired; gives how many there were."""
        deleted = await self._connection.execute(delete(tables.handover_codes).where(_H.expires_at <= now))
        return deleted.rowcount
