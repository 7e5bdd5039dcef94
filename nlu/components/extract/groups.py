"""The people that a message names, in groups: "5 mechanics", "we are 12", "our baker"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nlu.components.context import WordSet
from nlu.components.extract.company_size import find_company_sizes
from nlu.components.extract.compounds import compound_ends
from nlu.components.extract.numbers import Quantity
from nlu.components.extract.reading import Reading

EMPLOYEE = "employee"
#: How far after a number the people stand that it counts ("two of our young architects").
_NOUN_REACH = 4


@dataclass(frozen=True)
class Group:
    """People named together, from token `first` to token `last`.

    `count` is None where no number tells; `role` where the word is one for anybody ("people").
    """

    first: int
    last: int
    count: int | None
    role: str | None


def find_groups(reading: Reading) -> list[Group]:
    """The people that are named, in the order of the text, none twice."""
    finder, kept = _Finder(reading), list[Group]()
    for group in (*finder.counted(), *finder.announced(), *finder.named()):
        if all(group.last < one.first or one.last < group.first for one in kept):
            kept.append(group)
    return sorted(kept, key=lambda one: one.first)


def person_at(reading: Reading, at: int) -> tuple[int, str | None] | None:
    """The last token of a word for people that begins at a token, and the role that it names."""
    if reading.joined(at + 1) and reading.context.company_nouns.has(reading.tokens[at + 1].text):
        return None  # "a vet practice"
    for section in ("roles", "professions", "people"):
        hit = reading.beginning(section, at)
        if hit:
            role = str(hit.value) if section == "roles" else EMPLOYEE if section == "professions" else None
            return hit.last, role
    compound = compound_ends(reading, "roles", at)
    return (at, str(compound)) if compound else None


def is_determiner(reading: Reading, at: int) -> bool:
    """Whether a token stands before a noun: an article, "our", "about"."""
    word, context = reading.tokens[at].text, reading.context
    if context.number_articles.has(word) or context.our.has(word):
        return True
    return reading.ending("approximately", at) is not None or reading.ending("articles", at) is not None


def belongs_to_another(reading: Reading, group: Group) -> bool:
    """Whether "with" or "at" stands before ("a firm with 9 people", "to a colleague"), or a bracket."""
    first = group.first
    while first and reading.joined(first) and is_determiner(reading, first - 1):
        first -= 1
    if first and "(" in reading.document.gap(first):
        return True
    beside = first and reading.joined(first)
    before = reading.tokens[first - 1].text if beside else ""
    return reading.context.along.has(before) or reading.context.place_before.has(before)


def says(reading: Reading, words: WordSet) -> bool:
    """Whether a message holds one of the words or expressions."""
    return any(words.at(reading.document, at) for at in range(len(reading.tokens)))


class _Finder:
    def __init__(self, reading: Reading) -> None:
        self.reading, self.context, self.document = reading, reading.context, reading.document

    def counted(self) -> Iterator[Group]:
        """Numbers with a word for people after them: "5 mechanics", "two of our developers"."""
        for quantity in self.reading.quantities:
            if quantity.is_range or quantity.high != int(quantity.high) or not quantity.high >= 1:
                continue
            person = self._person_after(quantity)
            if person:
                yield Group(quantity.first, person[0], int(quantity.high), person[1])
            elif length := self._of_them(quantity.last + 1):
                yield Group(quantity.first, quantity.last + length, int(quantity.high), EMPLOYEE)
            elif self.context.counts_me.at(self.document, quantity.last + 1) or self.context.groups_of.covers(
                self.document, quantity.first, quantity.last
            ):
                yield Group(quantity.first, quantity.last, int(quantity.high), None)

    def _of_them(self, at: int) -> int:
        """How many tokens "of them" takes that begins here; 0 where it does not stand here."""
        if not self.reading.joined(at) or not self.context.of_them.at(self.document, at):
            return 0
        return next((length for length in (1, 2) if self.context.of_them.covers(self.document, at, at + length - 1)), 1)

    def _person_after(self, quantity: Quantity) -> tuple[int, str | None] | None:
        for at in range(quantity.last + 1, quantity.last + 1 + _NOUN_REACH):
            if not self.reading.joined(at) and not self._is_plus(at):
                return None
            if "." in self.document.gap(at):
                return None  # "we are 20. Our director would like …"
            person = person_at(self.reading, at)
            if person:
                return person
            token = self.reading.tokens[at]
            unfit = token.kind != "word" or self.context.not_people.has(token.text)
            if unfit or self.reading.beginning("duration_units", at) or self.reading.beginning("months", at):
                return None
            known = self.reading.beginning("sectors", at) or self.reading.beginning("sides", at)
            if known or self.context.goes.has(token.text) or self.context.join.has(token.text):
                return None
        return None

    def _is_plus(self, at: int) -> bool:
        """Whether "60+" stands before a token."""
        return 0 < at < len(self.reading.tokens) and self.document.gap(at).strip() == "+"

    def announced(self) -> Iterator[Group]:
        """Head counts with no such word: "we are 12", "zu dritt"."""
        starts = {token.start: at for at, token in enumerate(self.reading.tokens)}
        ends = {token.end: at for at, token in enumerate(self.reading.tokens)}
        for entity in find_company_sizes(self.reading):
            if isinstance(entity.value, int) and entity.value >= 1:
                yield Group(starts[entity.start], ends[entity.end], entity.value, None)

    def named(self) -> Iterator[Group]:
        """Persons without a number: "our baker", "a dispatcher"."""
        at = 0
        while at < len(self.reading.tokens):
            person = person_at(self.reading, at)
            if person and person[1]:
                yield Group(at, person[0], None, person[1])
            at = person[0] + 1 if person else at + 1
