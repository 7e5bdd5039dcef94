"""The copy of a person's data as one file: a page to read, with the same data in it for machines (Articles 15 and 20 GDPR).

The page loads nothing and runs nothing. What it says is laid out in `data_sections.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from bot import i18n
from bot.applications.personal_data import PersonalData, Subject, as_json, collect, find
from bot.conversation.data_sections import TITLE, introduction, sections
from bot.conversation.turn import ConversationState, Parse, Turn
from bot.model import Document, IncomingMessage
from bot.programme import Programme
from bot.storage import Storage

MEDIA_TYPE = "text/html"
#: Signs by which a browser might leave the element that holds the JSON, or a reader of it stumble.
_ESCAPED: dict[str, str | int | None] = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


def named_file(now: datetime) -> Document:
    """The copy as a turn promises it: its name, and no text yet."""
    return Document(f"mobilisesme-{now:%Y-%m-%d}.html", MEDIA_TYPE, "")


class DataFiles:
    """Makes the copy from what is stored at the moment."""

    def __init__(self, storage: Storage, programme: Programme, clock: Callable[[], datetime]) -> None:
        self._storage, self._programme, self._clock = storage, programme, clock

    async def of_conversation(self, conversation: str, language: str | None = None) -> Document | None:
        """The copy of all that is stored of a conversation, `<channel>:<sender>`; None where there is none."""
        return await self.of(Subject(conversation=conversation), language)

    async def of(self, subject: Subject, language: str | None = None) -> Document | None:
        """The copy of all that is stored of a person, in a language or the one they spoke last; None where nothing is."""
        now = self._clock()
        async with self._storage.unit_of_work(read_only=True) as uow:
            found = await find(uow, subject)
            data = await collect(uow, found, now)
        if not data.conversations and not data.leads:
            return None
        return lay_out(data, self._programme, language or data.language or i18n.FALLBACK)


def lay_out(data: PersonalData, programme: Programme, language: str) -> Document:
    """The file in a language of ours."""
    reader = _reader(programme, language, data.made_at)
    text = _template().render(
        language=i18n.languages()[language],
        title=reader.say(TITLE),
        introduction=introduction(reader, data),
        sections=sections(reader, data),
        data=_embedded(data),
    )
    whole = text.encode("utf-8", "replace").decode()  # half a surrogate pair, should one be stored, is no character
    return Document(named_file(data.made_at).name, MEDIA_TYPE, whole)


def _reader(programme: Programme, language: str, now: datetime) -> Turn:
    """Nobody's turn, by which values become words."""
    return Turn(
        message=IncomingMessage("", "", ""),
        language=language,
        programme=programme,
        parse=Parse("", language, "export_data", 1.0),
        state=ConversationState(),
        now=now,
    )


def _embedded(data: PersonalData) -> Markup:
    text = json.dumps(as_json(data), ensure_ascii=False, indent=1)
    return Markup(text.translate(str.maketrans(_ESCAPED)))  # the escapes leave nothing that is markup


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).resolve().parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("personal_data.html")
