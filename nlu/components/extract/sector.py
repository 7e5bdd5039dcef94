"""The sector of a company, as a section of NACE Rev. 2.1, from the trades that people name."""

from __future__ import annotations

from bot.model import Entity
from nlu.components.extract.compounds import compound_begins, compound_ends
from nlu.components.extract.reading import Reading
from nlu.components.forms import Hit

#: Abbreviations up to this length count in capitals only ("IT", but "it").
_LONGEST_ABBREVIATION = 2


def find_sectors(reading: Reading) -> list[Entity]:
    """The sectors of the trades in a message."""
    found = reading.entities("sector", [hit for hit in reading.hits("sectors") if _is_meant(reading, hit)])
    if not found:
        found = [
            reading.entity("sector", value, at, at)
            for at in range(len(reading.tokens))
            if (value := compound_ends(reading, "sectors", at) or compound_begins(reading, "sectors", at))
        ]
    return found


def _is_meant(reading: Reading, hit: Hit) -> bool:
    if reading.context.no_sectors.covers(reading.document, hit.first, hit.last):
        return False
    typed = reading.typed(hit.first, hit.last)
    if len(typed) > _LONGEST_ABBREVIATION:
        return True
    return reading.is_whole(hit.first, hit.last) or (typed.isupper() and not reading.shouted)
