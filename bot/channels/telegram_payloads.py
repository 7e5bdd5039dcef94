"""What a Telegram button stands for: its callback data holds 64 bytes, and a payload may be longer."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.storage import Storage

#: A keyboard is kept so long; older buttons are answered with a polite word.
KEEP_FOR = timedelta(days=90)


def new_keyboard_id() -> str:
    """An id that nobody can guess: 96 random bits in 16 characters."""
    return secrets.token_urlsafe(12)


class Payloads:
    """Keeps the payloads of the keyboards that were sent, under tokens of at most 64 bytes."""

    def __init__(self, storage: Storage, new_id: Callable[[], str] = new_keyboard_id) -> None:
        self._storage, self._new_id = storage, new_id

    async def keep(self, conversation: str, payloads: Sequence[str]) -> list[str]:
        """Keep one keyboard's payloads; gives a token for each, in their order."""
        keyboard = self._new_id()
        async with self._storage.unit_of_work() as uow:
            await uow.keyboards.add(keyboard, conversation, payloads)
            await uow.commit()
        return [f"{keyboard}.{place}" for place in range(len(payloads))]

    async def take(self, token: str, conversation: str, press: str) -> str | None:
        """Spend the token's whole keyboard and give the payload.

        None where the token is unknown, was given to another conversation, or its keyboard is spent already.
        The press that spent it, named by `press`, gets its payload again: Telegram may deliver it twice.
        """
        keyboard, _, place = token.rpartition(".")
        if not (place.isascii() and place.isdigit() and len(place) <= 3):
            return None
        async with self._storage.unit_of_work() as uow:
            payload = await uow.keyboards.spend(keyboard, conversation, int(place), press)
            await uow.commit()
        return payload
