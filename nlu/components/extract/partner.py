"""Partner organisations, from their names, short names and codes."""

from __future__ import annotations

from bot.model import Entity
from nlu.components.extract.reading import Reading
from nlu.components.forms import Hit


def find_partners(reading: Reading) -> list[Entity]:
    """The partner organisations of a message."""
    return reading.entities("partner", [hit for hit in reading.hits("partners") if _is_meant(reading, hit)])


def _is_meant(reading: Reading, hit: Hit) -> bool:
    if hit.length > 1 or not reading.context.ordinary_partners.has(reading.tokens[hit.first].text):
        return True
    if reading.is_whole(hit.first, hit.last):
        return True
    return reading.typed(hit.first, hit.last).isupper() and not reading.shouted
