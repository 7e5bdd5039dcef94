"""The role of the person who goes: employee, manager or owner."""

from __future__ import annotations

from bot.model import Entity
from nlu.components.context import WordSet
from nlu.components.extract.reading import Reading
from nlu.components.lexicon import Lexicons
from nlu.components.text import read


def find_roles(reading: Reading) -> list[Entity]:
    """The roles that a message names."""
    return reading.entities("role", reading.hits("roles"))


def role_of_writer(text: str, language: str, lexicons: Lexicons) -> str | None:
    """The writer's role where they would go themselves: "I run a salon … and would like to go" is an owner's."""
    reading = Reading(read(text), lexicons.serving(language))

    def says(words: WordSet) -> bool:
        return any(words.at(reading.document, at) for at in range(len(reading.tokens)))

    if not says(reading.context.want_myself):
        return None
    if says(reading.context.work_for):
        return "employee"
    return "owner" if says(reading.context.own_firm) else None
