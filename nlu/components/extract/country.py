"""Countries, from their names, case forms and demonyms."""

from __future__ import annotations

from bot.model import Entity
from nlu.components.cldr import NEAR_COUNTRIES
from nlu.components.extract.reading import Reading
from nlu.components.forms import Hit

_FEWEST_CAPITALS = 2
#: Abbreviations from this length count in small letters after a preposition ("u bih", but "htio bih").
_SHORTEST_SMALL = 3


def find_countries(reading: Reading) -> list[Entity]:
    """The countries of a message."""
    return reading.entities("country", country_hits(reading))


def country_hits(reading: Reading) -> list[Hit]:
    """The forms of countries in a message that are meant so."""
    return [hit for hit in reading.hits("countries") if _is_meant(reading, hit)]


def _is_meant(reading: Reading, hit: Hit) -> bool:
    words, context = reading.folded(hit.first, hit.last), reading.context
    if context.no_countries.has(words):
        return False
    if context.country_codes.has(words):
        return _is_code(reading, hit)
    if hit.form.source == "cldr" and hit.value not in NEAR_COUNTRIES and context.ordinary_countries.has(words):
        return reading.is_proper(hit.first) or reading.is_whole(hit.first, hit.last)
    return True


def _is_code(reading: Reading, hit: Hit) -> bool:
    """Whether an abbreviation that is a word as well is typed as one ("US", "BiH")."""
    typed = reading.typed(hit.first, hit.last)
    if sum(letter.isupper() for letter in typed) >= _FEWEST_CAPITALS:
        return not reading.shouted
    is_long = len(typed) >= _SHORTEST_SMALL
    return is_long and reading.context.place_before.before(reading.document, hit.first)
