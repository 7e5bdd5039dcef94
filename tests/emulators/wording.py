"""What is read on the screen, by the beginning of its English source: tests hold whatever the catalogs say."""

from __future__ import annotations

import re
from functools import lru_cache

from babel.messages.pofile import read_po

from bot import i18n


@lru_cache(maxsize=1)
def _messages() -> tuple[str, ...]:
    with (i18n.LOCALES_DIR / "messages.pot").open("rb") as file:
        return tuple(message.id for message in read_po(file) if isinstance(message.id, str) and message.id)


def sources(beginning: str) -> list[str]:
    """The message of the catalogs that is this text, else those that begin with it."""
    return [beginning] if beginning in _messages() else [m for m in _messages() if m.startswith(beginning)]


def pattern(language: str, beginning: str) -> re.Pattern[str]:
    """What a person reads of a message in a language; its placeholders are groups by their names.

    Raises:
        LookupError: no message begins so, or several do.
    """
    found = sources(beginning)
    if len(found) != 1:
        raise LookupError(f"{len(found)} messages of the catalogs begin with {beginning!r}: was it reworded?")
    text = i18n.translate(language, found[0]).replace("**", "")
    literal, *rest = re.split(r"\{(\w+)\}", text)
    read, names = re.escape(literal), set[str]()
    for name, literal in zip(rest[::2], rest[1::2], strict=True):
        read += f"(?P={name})" if name in names else f"(?P<{name}>.+?)"
        read += re.escape(literal)
        names.add(name)
    return re.compile(read)
