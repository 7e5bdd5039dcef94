"""What was said in a web chat, so that a client that lost the connection or changed the page can catch up."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.model import Button


@dataclass(frozen=True)
class ChatMessage:
    """One message of either side; `id` is unique in its conversation."""

    id: str
    sender: Literal["user", "bot"]
    text: str
    language: str | None = None
    buttons: tuple[Button, ...] = ()
    #: The name of a file that came with it, and the link to it.
    file: tuple[str, str] | None = None

    def as_history(self) -> dict[str, Any]:
        """The message as the `history` event carries it."""
        message = {
            "id": self.id,
            "sender": self.sender,
            "text": self.text,
            "lang": self.language,
            "quick_replies": quick_replies(self.buttons),
        }
        return {**message, "attachment": attachment(*self.file)} if self.file else message


def quick_replies(buttons: Sequence[Button]) -> list[dict[str, str]]:
    """Buttons as Rasa's socket.io channel sends them."""
    return [{"content_type": "text", "title": b.title, "payload": b.payload} for b in buttons]


def attachment(name: str, link: str) -> dict[str, Any]:
    """A link to a file as Rasa's channels send it."""
    return {"type": "file", "payload": {"src": link, "name": name}}


class TranscriptStore(Protocol):
    """Keeps what was said."""

    async def append(self, conversation: str, messages: Sequence[ChatMessage]) -> None:
        """Add messages; one whose id is known is not added again."""

    async def after(self, conversation: str, message_id: str | None) -> list[ChatMessage]:
        """The messages after the one with this id, oldest first; all that are kept where it is unknown."""

    async def forget(self, conversation: str) -> None:
        """Forget everything said in a conversation."""


class MemoryTranscripts:
    """The latest messages of the latest conversations, in memory: gone with the process."""

    def __init__(self, conversations: int = 2000, messages: int = 100) -> None:
        self._most_conversations, self._most_messages = conversations, messages
        self._kept: OrderedDict[str, deque[ChatMessage]] = OrderedDict()

    async def append(self, conversation: str, messages: Sequence[ChatMessage]) -> None:
        """Add messages; one whose id is known is not added again."""
        kept = self._kept.setdefault(conversation, deque(maxlen=self._most_messages))
        self._kept.move_to_end(conversation)
        while len(self._kept) > self._most_conversations:
            self._kept.popitem(last=False)
        known = {message.id for message in kept}
        kept.extend(message for message in messages if message.id not in known)

    async def after(self, conversation: str, message_id: str | None) -> list[ChatMessage]:
        """The messages after the one with this id, oldest first; all that are kept where it is unknown."""
        kept = list(self._kept.get(conversation, ()))
        seen = next((place for place, message in enumerate(kept, 1) if message.id == message_id), 0)
        return kept[seen:]

    async def forget(self, conversation: str) -> None:
        """Forget everything said in a conversation."""
        self._kept.pop(conversation, None)
