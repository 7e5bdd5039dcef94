"""What a Telegram button stands for: its callback data holds 64 bytes, and a payload may be longer."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from bot.model import Button
from bot.storage import Storage


def new_keyboard_id() -> str:
    """An id that nobody can guess: 96 random bits in 16 characters."""
    return secrets.token_urlsafe(12)


class Payloads:
    """Keeps the keyboards that were sent. A button's callback data is the keyboard's id, a dot and its place."""

    def __init__(self, storage: Storage, new_id: Callable[[], str] = new_keyboard_id) -> None:
        self._storage, self._new_id = storage, new_id

    async def keep(self, conversation: str, buttons: Sequence[Button]) -> str:
        """Keep one keyboard; gives its id."""
        keyboard = self._new_id()
        async with self._storage.unit_of_work() as uow:
            await uow.keyboards.add(keyboard, conversation, buttons)
            await uow.commit()
        return keyboard

    async def buttons(self, keyboard: str, conversation: str) -> list[Button]:
        """The buttons of a conversation's keyboard, as long as none was pressed."""
        async with self._storage.unit_of_work(read_only=True) as uow:
            return await uow.keyboards.unspent(keyboard, conversation) or []

    async def take(self, keyboard: str, place: str, conversation: str, press: str) -> str | None:
        """Spend a keyboard and give the payload of the button at a place.

        None where the keyboard is unknown, was given to another conversation, or is spent already. The press that
        spent it, named by `press`, gets its payload again: Telegram may deliver it twice.
        """
        if not (place.isascii() and place.isdigit() and len(place) <= 3):
            return None
        async with self._storage.unit_of_work() as uow:
            payload = await uow.keyboards.spend(keyboard, conversation, int(place), press)
            await uow.commit()
        return payload
