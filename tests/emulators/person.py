"""A person in a chat with the bot: writes, presses what is shown, and reads."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from kill.runs import eventually

from . import wording

#: Seconds that an answer may take on a busy machine.
PATIENCE = 60.0
TOKEN = "42:EMULATED"
CHAT_ID = 4711


@dataclass(frozen=True)
class Shown:
    """A message of the bot as Telegram shows it: its text without markup, and the buttons' titles with their data."""

    message_id: int
    text: str
    buttons: dict[str, str] = field(default_factory=dict)


def shown(message_id: int, sent: dict[str, Any], markup: dict[str, Any] | None) -> Shown:
    """A message as it is shown, from the parameters of `sendMessage` and the keyboard that it has now."""
    text = str(sent.get("text") or "")
    if sent.get("parse_mode") == "HTML":
        text = html.unescape(re.sub(r"<[^<>]+>", "", text))
    rows = (markup or {}).get("inline_keyboard") or []
    return Shown(
        message_id, text, {one["text"]: one["callback_data"] for row in rows for one in row if "callback_data" in one}
    )


class Chat(Protocol):
    """The person's side of an emulator."""

    async def write(self, text: str) -> None:
        """Write to the bot."""

    async def press(self, message: Shown, data: str) -> None:
        """Press a button of a message."""

    async def messages(self) -> Sequence[Shown]:
        """What the bot has sent so far, as it stands now."""


class Person:
    """Somebody who talks to the bot. Texts are named by the beginning of their English source."""

    def __init__(self, chat: Chat, language: str) -> None:
        self._chat, self.language = chat, language
        self._messages: Sequence[Shown] = ()
        self._read = 0

    @property
    def last(self) -> Shown:
        """The newest message of the bot."""
        return self._messages[-1]

    async def say(self, text: str) -> None:
        """Write something."""
        await self._turn_to()
        await self._chat.write(text)

    async def press(self, *titles: str, shown: str | None = None) -> None:
        """Press the button with one of these titles, or with the one `shown`, under the answer to what was done last."""
        readings = [wording.pattern(self.language, title) for title in titles if wording.sources(title)]
        readings += [re.compile(re.escape(shown))] if shown else []

        def under() -> tuple[Shown, str] | None:
            for message in reversed(self._answer):
                for title, data in message.buttons.items():
                    if any(reading.fullmatch(title) for reading in readings):
                        return message, data
            return None

        message, data = await self._wait(under, f"no button {shown or titles}")
        await self._turn_to()
        await self._chat.press(message, data)

    async def read(self, text: str) -> dict[str, str]:
        """Read a text in the answer to what was done last; gives what stands in its placeholders."""
        reading = wording.pattern(self.language, text)
        found = await self._wait(
            lambda: next((match for one in self._answer if (match := reading.search(one.text))), None),
            f"not said: {reading.pattern}",
        )
        return found.groupdict()

    @property
    def _answer(self) -> Sequence[Shown]:
        return self._messages[self._read :]

    async def _turn_to(self) -> None:
        self._messages = await self._chat.messages()
        self._read = len(self._messages)

    async def _wait(self, look: Any, otherwise: str) -> Any:
        async def is_there() -> bool:
            self._messages = await self._chat.messages()
            return look() is not None

        try:
            await eventually(is_there, PATIENCE, 0.1)
        except AssertionError:
            said = "\n".join(f"  {one.text!r} {list(one.buttons)}" for one in self._answer)
            raise AssertionError(f"{otherwise}; the answer was:\n{said}") from None
        return look()
