"""What the NLU makes of a message, as `bot parse --jsonl` shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.bootstrap import utc_now
from bot.console import LineAnswer

if TYPE_CHECKING:
    from bot.conversation.assistant import Assistant


def parse_answer(assistant: Assistant) -> LineAnswer:
    """How `bot parse --jsonl` answers a line; `language` of the request is a prior."""

    async def answer(request: dict[str, Any]) -> dict[str, Any]:
        return await parse(assistant, str(request.get("text") or ""), request.get("language"))

    return answer


async def parse(assistant: Assistant, text: str, prior: str | None, today: str | None = None) -> dict[str, Any]:
    """Language, ranked intents, those to answer or to offer, and entities of one message.

    `today` is the ISO date from which "next month" is counted; the machine's where None.
    """
    found = await assistant.parse(text, language=prior, today=today or utc_now().date().isoformat())
    keys = ("entity", "value", "start", "end")
    return {
        "text": text,
        "language": found.get("language") or prior or "en",
        "ranking": found.get("intent_ranking", []),
        "asked": found.get("asked", []),
        "choices": found.get("choices", []),
        "entities": [{key: entity[key] for key in keys} for entity in found.get("entities", [])],
    }
