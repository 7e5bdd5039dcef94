"""A small engine in place of the conversation: it echoes, offers buttons, and can be made to wait or fail."""

from __future__ import annotations

import asyncio

from bot import i18n
from bot.model import Button, Document, IncomingMessage, Reply, TurnResult

GREETING = "Hello! I am an automatic assistant, a machine."
CHOICES = (Button("Who can take part?", "/ask_eligibility"), Button("Apply", "/apply"))
ANSWER = (
    "Small and medium-sized enterprises from:\n• the **European Union**,\n• Iceland & Norway.\n\n"
    "More: https://mobilise-sme.eu/, or write to info@mobilise-sme.eu. <b>No markup</b>"
)


class EchoEngine:
    """Remembers what it was handed; `gate` holds the answers back while it is closed."""

    def __init__(self) -> None:
        self.received: list[IncomingMessage] = []
        self.finished: list[str | None] = []
        self.language = "en"
        self.gate = asyncio.Event()
        self.gate.set()
        self.arrived = asyncio.Event()

    async def handle(self, message: IncomingMessage) -> TurnResult:
        self.received.append(message)
        self.arrived.set()
        await self.gate.wait()
        if message.text == "fail":
            raise RuntimeError("on purpose")
        self.finished.append(message.text)
        replies = self._replies(message)
        return TurnResult(message.conversation, self.language, replies=replies, erased=message.text == "erase")

    async def make_file(self, conversation: str, language: str) -> Document | None:
        """The copy of a conversation's data; of an erased one there is none."""
        if any(message.text == "erase" for message in self.received):
            return None
        return Document("data é.html", "text/html", f"<p>{conversation} in {language}: čšž</p>")

    def _replies(self, message: IncomingMessage) -> tuple[Reply, ...]:
        if message.payload == "/greet":
            return (Reply(GREETING, CHOICES),)
        if message.text == "my data":
            return (Reply("Here it is.", CHOICES, Document("data.html", "text/html", "the copy, whole")),)
        if message.text == "two questions":
            return (Reply("An answer.", (Button("Pass on my question", "/talk_to_human"),)), Reply("Next?", CHOICES))
        if message.payload == "/ask_eligibility":
            return (Reply(ANSWER),)
        if message.payload and message.payload.startswith("/change_language"):
            self.language = next(code for code in i18n.languages() if f'"{code}"' in message.payload)
            return (Reply(f"Now {self.language}"),)
        return (Reply(f"You said: {message.text or message.payload}"), Reply("Anything else?", CHOICES))
