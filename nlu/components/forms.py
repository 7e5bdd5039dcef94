"""Forms of words and expressions, and the index that finds them in a message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA

from nlu.components.text import Document, fold_text, tokenize

#: How many letters a `*` at the end of a stem stands for, at most.
LONGEST_ENDING = 5
#: Forms shorter than this are not recognised with a typing error in them.
SHORTEST_NEAR = 6
_LONGEST_NEAR_ENDING = 3
#: Stands for a number or number word within a form ("in {n} months").
NUMBER = "{n}"


class Word(NamedTuple):
    """A word of a form; a stem also stands for itself with any ending."""

    text: str
    is_stem: bool = False

    def matches(self, token: str) -> bool:
        """Whether a folded token is this word."""
        if not self.is_stem:
            return token == self.text
        return token.startswith(self.text) and len(token) - len(self.text) <= LONGEST_ENDING


class Form(NamedTuple):
    """One way to write something: its words, the section of the lexicon it is of, and what it means there."""

    words: tuple[Word, ...]
    section: str
    value: Any
    source: str = "data"

    @property
    def exact(self) -> bool:
        """Whether no word of it is a stem."""
        return not any(word.is_stem for word in self.words)


@dataclass(frozen=True)
class Hit:
    """A form found in a message: from token `first` to token `last`, both included."""

    form: Form
    first: int
    last: int

    @property
    def value(self) -> Any:
        """What the form means."""
        return self.form.value

    @property
    def length(self) -> int:
        """How many tokens it covers."""
        return self.last - self.first + 1


def parse_form(text: str) -> tuple[Word, ...]:
    """The words of a form as a data file has it (`mal* firm*`); empty when it holds no letter or digit."""
    words: list[Word] = []
    for piece in fold_text(text).split():
        if piece == NUMBER:
            words.append(Word(NUMBER))
            continue
        tokens = tokenize(piece.rstrip("*"))
        words.extend(Word(token) for token in tokens)
        if piece.endswith("*") and tokens:
            words[-1] = Word(tokens[-1], is_stem=True)
    return tuple(words)


class FormIndex:
    """Finds every form of a lexicon in a message in one pass over its words."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self._exact: dict[str, list[Form]] = {}
        self._stems: dict[str, list[Form]] = {}
        self._by_letter: dict[str, dict[str, list[Form]]] = {}
        #: Forms around a number ("in {n} months"), which the date extractor looks for itself.
        self.around_numbers: list[Form] = []
        seen: set[tuple[tuple[Word, ...], str]] = set()
        for form in forms:
            if not form.words or (form.words, form.section) in seen:
                continue  # the first meaning of a form within a section holds: own data come first
            seen.add((form.words, form.section))
            if Word(NUMBER) in form.words:
                self.around_numbers.append(form)
                continue
            table = self._stems if form.words[0].is_stem else self._exact
            table.setdefault(form.words[0].text, []).append(form)

    def find(self, document: Document) -> list[Hit]:
        """All hits, overlapping ones too, in the order of their beginnings."""
        tokens = document.tokens
        hits = []
        for first, token in enumerate(tokens):
            for form in self._beginning_with(token.text):
                last = first + len(form.words) - 1
                if last < len(tokens) and all(
                    tokens[first + at].joined and word.matches(tokens[first + at].text)
                    for at, word in enumerate(form.words[1:], start=1)
                ):
                    hits.append(Hit(form, first, last))
        return hits

    def whole(self, section: str, token: str) -> Form | None:
        """The single-word form of a section that a folded token is, if there is one."""
        forms = (form for form in self._beginning_with(token) if form.section == section and len(form.words) == 1)
        return next((form for form in forms if form.words[0].matches(token)), None)

    def nearest(self, section: str, token: str) -> Form | None:
        """The single-word form of a section that a folded token is one typing error away from."""
        return next((form for form in self._spelt_like(section, token[:1]) if _is_near(form.words[0], token)), None)

    def _spelt_like(self, section: str, letter: str) -> Sequence[Form]:
        """The long single-word forms of a section with a first letter: typing errors seldom hit that one."""
        if section not in self._by_letter:
            letters = self._by_letter[section] = {}
            for form in (form for table in (self._exact, self._stems) for forms in table.values() for form in forms):
                word = form.words[0].text
                if form.section == section and len(form.words) == 1 and len(word) >= SHORTEST_NEAR:
                    letters.setdefault(word[0], []).append(form)
        return self._by_letter[section].get(letter, ())

    def _beginning_with(self, token: str) -> Iterator[Form]:
        yield from self._exact.get(token, ())
        for length in range(max(1, len(token) - LONGEST_ENDING), len(token) + 1):
            yield from self._stems.get(token[:length], ())


def _is_near(word: Word, token: str) -> bool:
    """Whether a token is a word, or a stem with an ending, but for one letter changed, left out, added or swapped."""
    if not word.is_stem:
        return abs(len(token) - len(word.text)) <= 1 and _distance(word.text, token) == 1
    if len(token) - len(word.text) > _LONGEST_NEAR_ENDING:
        return False
    lengths = range(len(word.text) - 1, len(word.text) + 2)
    return any(_distance(word.text, token[:length]) == 1 for length in lengths if length <= len(token))


def _distance(one: str, other: str) -> int:
    return int(OSA.distance(one, other, score_cutoff=1))


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """The hits without those that lie in or across a longer one; a whole word goes before a stem."""
    kept: list[Hit] = []
    taken: set[int] = set()
    ranked = sorted(hits, key=lambda hit: (-hit.length, not hit.form.exact, hit.first))
    for hit in ranked:
        places = range(hit.first, hit.last + 1)
        if taken.isdisjoint(places):
            kept.append(hit)
            taken.update(places)
    return sorted(kept, key=lambda hit: hit.first)
