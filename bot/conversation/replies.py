"""A reply as JSON: how it travels through Rasa, and how it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.model import Button, Document, Link, Reply


def as_json(reply: Reply) -> dict[str, Any]:
    """The reply in lists, dictionaries and texts; what it does not have is left out."""
    return {"text": reply.text} | {
        name: value for name, value in asdict(reply).items() if name != "text" and value not in (None, ())
    }


def from_json(stored: Mapping[str, Any]) -> Reply:
    """The reply that `as_json` gave."""
    document = stored.get("document")
    return Reply(
        stored["text"],
        _buttons(stored.get("buttons", ())),
        Document(**document) if document else None,
        tuple(Link(**link) for link in stored.get("links", ())),
        _buttons(stored.get("fields", ())),
        stored.get("expects"),
    )


def _buttons(stored: Any) -> tuple[Button, ...]:
    return tuple(Button(**one) for one in stored)
