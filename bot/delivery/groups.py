"""Tells a partner's Telegram group of a lead, through whatever posts to Telegram."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.delivery.letters import Letter
from bot.storage import OutboxMessage

#: Posts a text in a group: the group's number or name, then the text.
Post = Callable[[str, str], Awaitable[None]]


class GroupSender:
    """Posts the facts and the link of the letter that a message promises."""

    def __init__(self, post: Post, write: Callable[[OutboxMessage], Awaitable[Letter]]) -> None:
        self._post, self._write = post, write

    async def send(self, message: OutboxMessage) -> None:
        """Post a message in the group that it goes to."""
        letter = await self._write(message)
        lines = [letter.subject, *letter.facts, letter.link or ""]
        await self._post(message.destination, "\n".join(lines).strip())
