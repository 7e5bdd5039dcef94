"""The words of a message, and what a lexicon knows of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from bot.model import Entity
from nlu.components.context import ContextWords
from nlu.components.forms import Hit, longest
from nlu.components.lexicon import Lexicon
from nlu.components.text import Document, Token

#: English forms shorter than this are not looked for in other languages: they are mostly other words there.
SHORTEST_BORROWED = 5
_BORROWED_WITH_CARE = (
    "countries languages cities partners months roles sides sectors company_sizes relative_dates objectives"
)
#: Sections of which English forms are borrowed only when long; the words around numbers need no such care.
_OPEN_SECTIONS = frozenset(_BORROWED_WITH_CARE.split())
_SENTENCE_END = re.compile(r"[.!?;:\n]\s*$")
_CLAUSE_END = re.compile(r"[,.!?;:()\n]")


class Words:
    """A document seen through a lexicon."""

    def __init__(self, document: Document, lexicon: Lexicon, own: Words | None = None) -> None:
        """Read a document; given the `own` reading of its language, this one borrows what that lacks."""
        self.document = document
        self.tokens: tuple[Token, ...] = document.tokens
        self.lexicon = lexicon
        self._own = own
        #: Whether this reads forms of another language into the message.
        self.is_borrowed = own is not None
        self._longest: dict[str, list[Hit]] = {}
        #: Tokens that are part of a date, reference or telephone number, and so no numbers of their own.
        self.blocked: frozenset[int] = frozenset()

    @property
    def context(self) -> ContextWords:
        """The language's little words."""
        return self.lexicon.context

    @cached_property
    def _by_section(self) -> dict[str, list[Hit]]:
        sections: dict[str, list[Hit]] = {}
        known = self._own.known if self._own else frozenset()
        for hit in self.lexicon.find(self.document):
            places = range(hit.first, hit.last + 1)
            if self._own and hit.form.section in _OPEN_SECTIONS:
                letters = sum(len(self.tokens[at].text) for at in places)
                if letters < SHORTEST_BORROWED or not known.isdisjoint(places):
                    continue
            sections.setdefault(hit.form.section, []).append(hit)
        return sections

    @cached_property
    def known(self) -> frozenset[int]:
        """The tokens that the language's own data know a meaning of."""
        hits = (hit for found in self._by_section.values() for hit in found)
        return frozenset(at for hit in hits for at in range(hit.first, hit.last + 1))

    def all_hits(self, section: str) -> list[Hit]:
        """Every hit of a section, overlapping ones too."""
        return self._by_section.get(section, [])

    def hits(self, section: str) -> list[Hit]:
        """The hits of a section, of overlapping ones the longest."""
        if section not in self._longest:
            self._longest[section] = longest(self.all_hits(section))
        return self._longest[section]

    def beginning(self, section: str, index: int) -> Hit | None:
        """The longest hit of a section that begins at a token."""
        return self._at_ends[0].get((section, index))

    def ending(self, section: str, index: int) -> Hit | None:
        """The longest hit of a section that ends at a token."""
        return self._at_ends[1].get((section, index))

    @cached_property
    def _at_ends(self) -> tuple[dict[tuple[str, int], Hit], dict[tuple[str, int], Hit]]:
        """The longest hits by section and first token, and by section and last token."""
        first: dict[tuple[str, int], Hit] = {}
        last: dict[tuple[str, int], Hit] = {}
        for section, hits in self._by_section.items():
            for hit in sorted(hits, key=lambda hit: -hit.length):
                first.setdefault((section, hit.first), hit)
                last.setdefault((section, hit.last), hit)
        return first, last

    def joined(self, index: int) -> bool:
        """Whether a token exists and follows the one before with no punctuation between."""
        return 0 < index < len(self.tokens) and self.tokens[index].joined

    def is_whole(self, first: int, last: int) -> bool:
        """Whether the tokens are the whole message."""
        return first == 0 and last == len(self.tokens) - 1

    def typed(self, first: int, last: int) -> str:
        """The tokens as they were typed."""
        return self.document.typed(first, last)

    def folded(self, first: int, last: int) -> str:
        """The tokens in folded letters, single spaces between them."""
        return " ".join(token.text for token in self.tokens[first : last + 1])

    def is_capitalised(self, index: int) -> bool:
        """Whether a word begins with a capital letter."""
        return self.document.source[self.tokens[index].start].isupper()

    def is_proper(self, index: int) -> bool:
        """Whether a capital within a sentence marks a word as a name (in German it marks every noun)."""
        if self.lexicon.language == "de" or not self.is_capitalised(index) or self.shouted or index == 0:
            return False
        return not _SENTENCE_END.search(self.document.gap(index))

    @cached_property
    def shouted(self) -> bool:
        """Whether the message is in capitals throughout, so that they say nothing."""
        letters = [letter for letter in self.document.source if letter.isalpha()]
        return bool(letters) and all(letter.isupper() for letter in letters) and len(self.tokens) > 1

    @cached_property
    def typed_small(self) -> bool:
        """Whether the message has no capitals but for its first letter, so that a small letter says nothing."""
        return not any(letter.isupper() for letter in self.document.source.strip()[1:])

    def clause_before(self, index: int, length: int) -> Iterator[int]:
        """Up to `length` tokens before one, nearest first, as far as no punctuation parts them."""
        return self._walk(index, length, _CLAUSE_END)

    def sentence_before(self, index: int, length: int) -> Iterator[int]:
        """Up to `length` tokens before one, nearest first, in the same sentence."""
        return self._walk(index, length, _SENTENCE_END)

    def sentence_after(self, index: int, length: int) -> Iterator[int]:
        """Up to `length` tokens after one, nearest first, in the same sentence."""
        for at in range(index + 1, min(index + length + 1, len(self.tokens))):
            if _SENTENCE_END.search(self.document.gap(at)):
                return
            yield at

    def clause_after(self, index: int, length: int) -> Iterator[int]:
        """Up to `length` tokens after one, as far as no punctuation parts them."""
        for at in range(index + 1, min(index + length + 1, len(self.tokens))):
            if _CLAUSE_END.search(self.document.gap(at)):
                return
            yield at

    def _walk(self, index: int, length: int, end: re.Pattern[str]) -> Iterator[int]:
        for at in range(index, max(index - length, 0), -1):
            if end.search(self.document.gap(at)):
                return
            yield at - 1

    def entity(self, kind: str, value: Any, first: int, last: int) -> Entity:
        """An entity that covers the tokens `first` to `last`."""
        return Entity(kind, value, self.tokens[first].start, self.tokens[last].end)

    def entities(self, kind: str, hits: Iterable[Hit]) -> list[Entity]:
        """An entity for each hit, with the hit's value."""
        return [self.entity(kind, hit.value, hit.first, hit.last) for hit in hits]
