"""How a message is read before anything is known of where it stands: its words cleaned, and what they were parsed to."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from bot.conversation.turn import Parse
from bot.model import Entity

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def key(text: str) -> str:
    """How a button's title is recognised when it is typed instead of pressed."""
    return " ".join(text.split()).casefold()


def clean(text: str) -> str:
    """Composed, without control characters and invisible signs."""
    return _CONTROL.sub("", unicodedata.normalize("NFC", text)).strip()


def from_payload(intent: str, values: Any, language: str) -> Parse:
    """What a button means, whether it was pressed or its title typed."""
    entities = tuple(
        Entity(name, value, 0, 0) for name, value in values.items() if name in ("country",) and isinstance(value, str)
    )
    asked = (intent,)
    return Parse("", language, intent, 1.0, asked=asked, entities=entities, payload=values)


def from_place(country: str | None, language: str) -> Parse:
    """A place that was sent asks whom to contact there; nothing where no country is known."""
    if country is None:
        return Parse("", language, "nothing_readable", 1.0)
    return from_payload("ask_contact_point", {"country": country}, language)


def from_nlu(text: str, found: dict[str, Any], language: str) -> Parse:
    """What the NLU found in a text; `language` where it found none."""
    entities = tuple(Entity(e["entity"], e["value"], e["start"], e["end"]) for e in found.get("entities", []))
    return Parse(
        text=text,
        language=found.get("language") or language,
        intent=found["intent"]["name"],
        confidence=found["intent"]["confidence"],
        asked=tuple(found.get("asked", ())),
        choices=tuple(found.get("choices", ())),
        ranking=tuple((entry["name"], entry["confidence"]) for entry in found.get("intent_ranking", [])[:5]),
        entities=entities,
    )
