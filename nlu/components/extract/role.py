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
    if not _says(reading, reading.context.want_myself):
        return None
    if _says(reading, reading.context.work_for):
        return "employee"
    return "owner" if _says(reading, reading.context.own_firm) else None


def wants_to_go(text: str, language: str, lexicons: Lexicons) -> bool:
    """Whether the writer would go themselves."""
    reading = Reading(read(text), lexicons.serving(language))
    return _says(reading, reading.context.want_myself)


def _says(reading: Reading, words: WordSet) -> bool:
    return any(words.at(reading.document, at) for at in range(len(reading.tokens)))


def names_one_of_us(text: str, language: str, lexicons: Lexicons) -> bool:
    """Whether "our" stands before a word that is no company's ("our electrician")."""
    reading = Reading(read(text), lexicons.serving(language))
    context, document = reading.context, reading.document
    sectors = {hit.first for hit in reading.all_hits("sectors")}
    for at in range(len(reading.tokens)):
        if not context.our.at(document, at):
            continue
        after = [place for place in (at + 1, at + 2) if reading.joined(place)]
        words = [reading.tokens[place].text for place in after]
        if words and not any(context.country_nouns.has(word) for word in words) and after[0] not in sectors:
            return True
    return False
