"""What a Telegram button stands for: its callback data holds 64 bytes, and a payload may be longer."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

#: Keyboards kept in memory; the oldest go first.
MOST_KEYBOARDS = 20_000


class PayloadStore(Protocol):
    """Keeps the payloads of the keyboards that were sent, under tokens of at most 64 bytes."""

    async def keep(self, conversation: str, payloads: Sequence[str]) -> list[str]:
        """Keep one keyboard's payloads; gives a token for each, in their order."""

    async def take(self, token: str, conversation: str, press: str) -> str | None:
        """Spend the token's whole keyboard and give the payload.

        None where the token is unknown, was given to another conversation, or its keyboard is spent already.
        The press that spent it, named by `press`, gets its payload again: Telegram may deliver it twice.
        """

    async def forget(self, conversation: str) -> None:
        """Forget all keyboards of a conversation."""


@dataclass
class _Keyboard:
    conversation: str
    payloads: tuple[str, ...]
    spent: tuple[str, str] | None = None  # the press that spent it, and its token


class MemoryPayloads:
    """A `PayloadStore` that lasts as long as the process: older buttons are then answered politely."""

    def __init__(
        self, *, new_id: Callable[[], str] = lambda: secrets.token_urlsafe(12), most: int = MOST_KEYBOARDS
    ) -> None:
        self._new_id, self._most = new_id, most
        self._keyboards: OrderedDict[str, _Keyboard] = OrderedDict()

    async def keep(self, conversation: str, payloads: Sequence[str]) -> list[str]:
        """See `PayloadStore.keep`."""
        keyboard = self._new_id()
        self._keyboards[keyboard] = _Keyboard(conversation, tuple(payloads))
        while len(self._keyboards) > self._most:
            self._keyboards.popitem(last=False)
        return [f"{keyboard}.{place}" for place in range(len(payloads))]

    async def take(self, token: str, conversation: str, press: str) -> str | None:
        """See `PayloadStore.take`."""
        name, _, place = token.rpartition(".")
        keyboard = self._keyboards.get(name)
        if keyboard is None or keyboard.conversation != conversation or not _is_place(place, keyboard):
            return None
        keyboard.spent = keyboard.spent or (press, token)
        return keyboard.payloads[int(place)] if keyboard.spent == (press, token) else None

    async def forget(self, conversation: str) -> None:
        """See `PayloadStore.forget`."""
        kept = [(name, keyboard) for name, keyboard in self._keyboards.items() if keyboard.conversation != conversation]
        self._keyboards = OrderedDict(kept)


def _is_place(place: str, keyboard: _Keyboard) -> bool:
    return place in map(str, range(len(keyboard.payloads)))
