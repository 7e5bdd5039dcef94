"""A message as the extractors read it: its words and its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from nlu.components.context import WordSet
from nlu.components.extract.numbers import Quantity, quantities
from nlu.components.extract.numeric_dates import DATE_PATTERNS
from nlu.components.extract.reference import references
from nlu.components.extract.words import Words
from nlu.components.lexicon import Lexicon
from nlu.components.text import Document

_PHONE = re.compile(r"(?<![\w.,])(?:\+|00?)\d[\d ()/-]{6,}\d")


class Reading(Words):
    """A message seen through a lexicon, with the numbers that count something in it."""

    def __init__(self, document: Document, lexicon: Lexicon, own: Words | None = None) -> None:
        """See `Words`."""
        super().__init__(document, lexicon, own)
        cues = self.context.reference_cues
        self.blocked = own.blocked if own else frozenset(_parts_of_other_things(document, cues))

    @cached_property
    def quantities(self) -> list[Quantity]:
        """The numbers and ranges of the message, from left to right."""
        return quantities(self)

    def quantity_ending(self, index: int) -> Quantity | None:
        """The number or range that ends at a token."""
        return self._by_last.get(index)

    def quantity_beginning(self, index: int) -> Quantity | None:
        """The number or range that begins at a token."""
        return self._by_first.get(index)

    @cached_property
    def _by_last(self) -> dict[int, Quantity]:
        return {quantity.last: quantity for quantity in self.quantities}

    @cached_property
    def _by_first(self) -> dict[int, Quantity]:
        return {quantity.first: quantity for quantity in self.quantities}


def _parts_of_other_things(document: Document, cues: WordSet) -> Iterator[int]:
    """The tokens that are part of a date, a reference or a telephone number."""
    folded = [match.span() for pattern in (*DATE_PATTERNS, _PHONE) for match in pattern.finditer(document.folded)]
    spans = [document.source_span(*span) for span in folded]
    spans += [(reference.start, reference.end) for reference in references(document, cues)]
    for index, token in enumerate(document.tokens):
        if any(start < token.end and token.start < end for start, end in spans):
            yield index
