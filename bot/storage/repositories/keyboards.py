"""Keyboards: what the buttons under a message stand for, and whether one was pressed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from bot.model import Button
from bot.storage import tables
from bot.storage.repositories.base import Repository

_K = tables.keyboards.c


class Keyboards(Repository):
    """The keyboards of channels whose buttons carry no payload."""

    async def add(self, keyboard_id: str, conversation_id: str, buttons: Sequence[Button]) -> None:
        """Keep a keyboard's buttons under an id that nobody can guess."""
        values = {
            "id": keyboard_id,
            "conversation_id": conversation_id,
            "buttons": [[button.title, button.payload] for button in buttons],
            "created_at": self._clock(),
        }
        await self._connection.execute(self._insert(tables.keyboards).values(values))

    async def unspent(self, keyboard_id: str, conversation_id: str) -> list[Button] | None:
        """The buttons of a conversation's keyboard that nobody has spent yet; else None."""
        query = select(_K.buttons).where(
            _K.id == keyboard_id, _K.conversation_id == conversation_id, _K.spent_by.is_(None)
        )
        found = (await self._connection.execute(query)).first()
        return [Button(title, payload) for title, payload in found.buttons] if found else None

    async def spend(self, keyboard_id: str, conversation_id: str, place: int, press: str) -> str | None:
        """Spend a keyboard and give the payload of the button at a place.

        None where the keyboard is unknown, belongs to another conversation, has no such place, or is spent already.
        The press that spent it gets its payload again.
        """
        unspent = or_(_K.spent_by.is_(None), _K.spent_by == press)
        mine = (_K.id == keyboard_id, _K.conversation_id == conversation_id, unspent)
        found = (await self._connection.execute(select(_K.buttons).where(*mine))).first()
        if found is None or not 0 <= place < len(found.buttons):
            return None
        spent = update(tables.keyboards).where(*mine, or_(_K.spent_place.is_(None), _K.spent_place == place))
        changed = await self._connection.execute(spent.values(spent_by=press, spent_place=place))
        return str(found.buttons[place][1]) if changed.rowcount else None

    async def delete_before(self, moment: datetime) -> int:
        """Forget keyboards older than a moment; gives how many there were."""
        deleted = await self._connection.execute(delete(tables.keyboards).where(_K.created_at < moment))
        return deleted.rowcount
