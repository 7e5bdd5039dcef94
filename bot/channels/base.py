"""What every channel has in common."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from starlette.routing import Route

from bot import i18n
from bot.model import IncomingMessage, Pushed, Reply, TurnResult

logger = logging.getLogger(__name__)

#: Characters of an id or a name that a client gives.
LONGEST_NAME = 200

#: What answers a message: the conversation engine.
Handler = Callable[[IncomingMessage], Awaitable[TurnResult]]

#: The channels' own texts by key, in a language of ours; in English where the language is None or unknown.
Texts = Callable[[str | None], Mapping[str, str]]


class Channel(Protocol):
    """A place where people write to us, that runs beside the web server."""

    name: str

    def routes(self) -> list[Route]:
        """What the web server has to serve for this channel."""

    async def start(self, handler: Handler) -> None:
        """Begin to take messages and hand each to `handler`."""

    async def push(self, conversation: str, reply: Reply, language: str, key: str) -> Pushed:
        """Bring a message of staff into a conversation (`applications.correspondence.Push`)."""

    async def stop(self) -> None:
        """Take no more messages, and finish those under way."""


def politely(handler: Handler, texts: Texts) -> Handler:
    """A handler that never raises: the person gets an apology in their language, the log the traceback."""

    async def handle(message: IncomingMessage) -> TurnResult:
        try:
            return await handler(message)
        except Exception:
            logger.exception("A message on the channel %s could not be answered", message.channel)
            language = i18n.match_locale(message.locale) or i18n.FALLBACK
            return TurnResult(message.conversation, language, replies=(Reply(texts(language)["error"]),))

    return handle


def readable(text: str) -> str:
    """Text that can be encoded: JSON may carry halves of surrogate pairs, which no database takes."""
    return text.encode("utf-8", "replace").decode()


def usable_name(value: object) -> bool:
    """Whether what a client sent can serve as an id or a name: a short printable text."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable()
