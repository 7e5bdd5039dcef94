"""Compounds of German and Dutch: "Produktionsleiterin" is a "Leiterin", a "Familienhotel" a "Hotel"."""

from __future__ import annotations

from typing import Any

from nlu.components.extract.words import Words

_COMPOUNDING = frozenset(["de", "nl"])
#: "-bauer" is one who builds something, too, and no farmer.
_NO_LAST_PARTS = frozenset(["bauer", "bauern", "bauerin"])
#: The first and the last part of a compound have so many letters at least.
_SHORTEST_FIRST = 3
_SHORTEST_LAST = 5


def compound_ends(reading: Words, section: str, index: int) -> Any:
    """What the last part of a compound means in a section of the lexicon; None where the word is none, or is known itself."""
    token = reading.tokens[index]
    if reading.lexicon.language not in _COMPOUNDING or token.kind != "word" or reading.beginning(section, index):
        return None
    for at in range(_SHORTEST_FIRST, len(token.text) - _SHORTEST_LAST + 1):
        last = token.text[at:]
        form = None if last in _NO_LAST_PARTS else reading.lexicon.whole(section, last)
        if form:
            return form.value
    return None


def compound_begins(reading: Words, section: str, index: int) -> Any:
    """What the first part of a compound with "-firma", "-betrieb" means: "Buchhaltungsfirma" is of bookkeeping."""
    token = reading.tokens[index]
    if reading.lexicon.language not in _COMPOUNDING or token.kind != "word" or reading.beginning(section, index):
        return None
    for at in range(_SHORTEST_FIRST, len(token.text) - _SHORTEST_FIRST):
        if not reading.context.company_nouns.has(token.text[at:]):
            continue
        first = token.text[:at]
        forms = (reading.lexicon.whole(section, part) for part in (first, first.rstrip("s"), first.rstrip("n")))
        form = next((form for form in forms if form), None)
        if form:
            return form.value
    return None
