"""The sector of a company, as a section of NACE Rev. 2.1, from the trades that people name."""

from __future__ import annotations

from bot.model import Entity
from nlu.components.extract.compounds import compound_begins, compound_ends
from nlu.components.extract.reading import Reading
from nlu.components.forms import Hit

#: Abbreviations up to this length count in capitals only ("IT", but "it").
_LONGEST_ABBREVIATION = 2
#: How far after "we sell" what is sold stands ("we sell used farm machines").
_SOLD_REACH = 3
#: Languages in which the noun that is meant stands last.
_HEAD_LAST = frozenset(["en", "de", "nl"])


def find_sectors(reading: Reading) -> list[Entity]:
    """The sectors of the trades in a message."""
    hits = [hit for hit in reading.hits("sectors") if _is_meant(reading, hit)]
    sold = [hit for hit in hits if reading.context.trading.covers(reading.document, hit.first, hit.last)]
    if sold:
        hits = [hit for hit in hits if not _is_what_is_sold(hit, sold[0])]
    found = reading.entities("sector", _without_adjectives(reading, hits))
    if not found:
        found = [
            reading.entity("sector", value, at, at)
            for at in range(len(reading.tokens))
            if (value := compound_ends(reading, "sectors", at) or compound_begins(reading, "sectors", at))
        ]
    return found


def _is_what_is_sold(hit: Hit, trading: Hit) -> bool:
    return trading.last < hit.first <= trading.last + _SOLD_REACH


def _without_adjectives(reading: Reading, hits: list[Hit]) -> list[Hit]:
    """Of two trades that stand together the one that is meant: "a boutique hotel" is a hotel, "a metalworking shop" no shop."""
    kept: list[Hit] = []
    for hit in hits:
        beside = bool(kept) and kept[-1].last + 1 == hit.first and reading.joined(hit.first)
        if beside and reading.context.company_nouns.has(reading.tokens[hit.first].text):
            continue
        if beside and reading.lexicon.language in _HEAD_LAST:
            kept.pop()
        kept.append(hit)
    return kept


def _is_meant(reading: Reading, hit: Hit) -> bool:
    if reading.context.no_sectors.covers(reading.document, hit.first, hit.last):
        return False
    typed = reading.typed(hit.first, hit.last)
    if len(typed) > _LONGEST_ABBREVIATION:
        return True
    return reading.is_whole(hit.first, hit.last) or (typed.isupper() and not reading.shouted)
