"""The entities of a message, found by rules: one module a kind, joined here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.model import Entity
from nlu.components.extract.answers import match_objectives, named_fields, parse_number, short_answer
from nlu.components.extract.city import find_cities
from nlu.components.extract.company_size import find_company_sizes
from nlu.components.extract.compounds import compound_ends
from nlu.components.extract.country import find_countries
from nlu.components.extract.date import find_dates
from nlu.components.extract.duration import find_durations
from nlu.components.extract.language import find_languages
from nlu.components.extract.overlaps import without_overlaps
from nlu.components.extract.partner import find_partners
from nlu.components.extract.reading import Reading
from nlu.components.extract.reference import find_references
from nlu.components.extract.role import find_roles
from nlu.components.extract.sector import find_sectors
from nlu.components.extract.side import find_sides
from nlu.components.lexicon import Lexicons
from nlu.components.text import read

__all__ = ["extract_entities", "match_objectives", "match_roles", "named_fields", "parse_number", "short_answer"]

#: Longer messages are read to this length: nobody names a fact about a stay later than that.
LONGEST_TEXT = 5_000
_FINDERS: tuple[Callable[[Reading], list[Entity]], ...] = (
    find_countries,
    find_languages,
    find_cities,
    find_partners,
    find_durations,
    find_company_sizes,
    find_roles,
    find_sides,
    find_sectors,
    find_references,
)


def extract_entities(text: str, language: str, *, lexicons: Lexicons, today: date) -> list[Entity]:
    """The entities of a message, in its order, none overlapping another.

    Args:
        text: the message as typed; the spans of the entities refer to it.
        language: the language it is written in; where it finds nothing of a kind, English forms count.
        lexicons: the lexicons by language.
        today: the day from which "next month" is counted.
    """
    lexicon = lexicons.serving(language)
    document = read(text[:LONGEST_TEXT])
    own = Reading(document, lexicon)
    borrowed = Reading(document, lexicon.fallback, own) if lexicon.fallback else None
    found: list[Entity] = []
    for find in (*_FINDERS, lambda reading: find_dates(reading, today)):
        found += find(own) or (find(borrowed) if borrowed else [])
    return without_overlaps(found)


def match_roles(text: str, language: str, lexicons: Lexicons) -> list[str]:
    """The roles in a short answer, also where other entities overlap them ("one employee" is a head count, too)."""
    lexicon = lexicons.serving(language)
    reading = Reading(read(text), lexicon)
    named = [str(entity.value) for entity in find_roles(reading)]
    named += [str(role) for at in range(len(reading.tokens)) if (role := compound_ends(reading, "roles", at))]
    if not named and reading.hits("professions"):
        named = ["employee"]  # "one of our welders"
    return list(dict.fromkeys(named))
