"""Which side a company is on: it sends somebody, it hosts somebody, or both."""

from __future__ import annotations

from bot.model import Entity
from nlu.components.extract.reading import Reading

#: "Both", "les deux" mean both sides only in an answer; in a longer message something else.
_LONGEST_ANSWER = 4


def find_sides(reading: Reading) -> list[Entity]:
    """The sides that a message names."""
    short = len(reading.tokens) <= _LONGEST_ANSWER
    hits = [hit for hit in reading.hits("sides") if hit.value != "both" or short or hit.length > 2]
    meant = [hit for hit in hits if not reading.context.no_sides.covers(reading.document, hit.first, hit.last)]
    return reading.entities("side", meant)
