"""Small engines for the tests of the Telegram channel, and how a test starts the channel with one."""

from __future__ import annotations

from typing import Any, Protocol

from bot.channels.base import Handler
from bot.channels.telegram.channel import TelegramChannel
from bot.model import Button, IncomingMessage, Reply, TurnResult


class Start(Protocol):
    """Starts a channel with a handler, and with other settings where they are given."""

    async def __call__(self, handler: Handler, **options: Any) -> TelegramChannel: ...


class Echo:
    """Answers each message with what it was, and keeps what it was given."""

    def __init__(self, *replies: Reply, language: str = "en") -> None:
        self.given: list[IncomingMessage] = []
        self.replies, self.language = replies, language

    async def __call__(self, message: IncomingMessage) -> TurnResult:
        """Answer one message."""
        self.given.append(message)
        replies = self.replies or (Reply(f"You said: {message.text or message.payload}"),)
        return TurnResult(message.conversation, self.language, replies=replies)


class Menu(Echo):
    """Offers two buttons to whoever writes, and answers a pressed one with its payload."""

    async def __call__(self, message: IncomingMessage) -> TurnResult:
        """Answer one message."""
        buttons = (Button("Duration", "/ask_duration"), Button("Send it", '/inform{"confirm": "send"}'))
        self.replies = () if message.payload else (Reply("What would you like to know?", buttons),)
        return await super().__call__(message)
