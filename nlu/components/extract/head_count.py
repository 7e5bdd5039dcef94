"""A company's head count out of the groups of people that a message names, the writer counted in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from nlu.components.extract.groups import Group, belongs_to_another, is_determiner, says
from nlu.components.extract.reading import Reading

_AND_SIGNS = frozenset(["&", "+"])
_MOST_COUNTS = 2


class HeadCount:
    """The numbers of people who stay, read as the company's."""

    def __init__(self, reading: Reading, groups: Sequence[Group]) -> None:
        """Read the message whose groups these are."""
        self.reading, self.context, self.document = reading, reading.context, reading.document
        self.groups = groups

    def of_company(self, going: Sequence[Group]) -> int | None:
        """The company's head count: of several numbers the largest, the writer counted in where they say so."""
        staying = [group for group in self.groups if group not in going and group.count]
        counts = [self._with_me(group) for group in staying]
        pair = self._beside_me()
        owners = says(self.reading, self.context.own_firm) and says(self.reading, self.context.want_myself)
        if owners and any(belongs_to_another(self.reading, group) and group.role for group in staying):
            return None  # "I have a salon with 2 employees": are they two or three?
        beside_staff = any(belongs_to_another(self.reading, group) for group in staying)
        if pair and (not counts or beside_staff or max(counts) != pair):
            return None if counts else pair
        if not counts and says(self.reading, self.context.no_staff):
            return 1
        if not counts or len(set(counts)) > _MOST_COUNTS:
            return None
        if len(staying) > 1 and all(self._joined_by_and(one, other) for one, other in pairwise(staying)):
            return sum(counts)
        return max(counts)

    def _joined_by_and(self, one: Group, other: Group) -> bool:
        """Whether "and" alone parts two groups: "two brothers and one worker"."""
        return other.first - one.last == 2 and self.context.join.has(self.reading.tokens[one.last + 1].text)

    def _with_me(self, group: Group) -> int:
        """The group's number, one more where the writer stands beside it ("me and three lads")."""
        count = group.count or 0
        near = range(group.last + 1, min(group.last + 4, len(self.reading.tokens)))
        if any(self.context.counts_me.at(self.document, at) for at in near):
            return count
        if self._me_joined(group.first - 1, -1) or self._me_joined(group.last + 1, 1):
            return count + 1
        return count

    def _me_joined(self, at: int, step: int) -> bool:
        """Whether "and me" stands on one side of a group."""
        if not 0 <= at < len(self.reading.tokens):
            return False
        me, later = self.context.me, at if step > 0 else at + 1
        if me.has(self.reading.tokens[at].text):
            return self.document.gap(later).strip() in _AND_SIGNS
        beyond = at + step
        if step > 0 and (not self.reading.joined(at) or self._begins_statement(beyond + 1)):
            return False  # "nur wir zwei, und ich würde gern …"
        joins = self.context.join.has(self.reading.tokens[at].text) or self.reading.tokens[at].text == "plus"
        return joins and 0 <= beyond < len(self.reading.tokens) and me.has(self.reading.tokens[beyond].text)

    def _begins_statement(self, at: int) -> bool:
        return self.reading.joined(at) and self.context.goes.has(self.reading.tokens[at].text)

    def _beside_me(self) -> int | None:
        """Two, where the writer names themselves and one other: "me & my assistant"."""
        for group in self.groups:
            if group.count is None and group.role:
                first = group.first
                while first > 0 and is_determiner(self.reading, first - 1):
                    first -= 1
                around = [*range(first, group.first), group.last + 1]
                ours = any(self.context.our.at(self.document, at) for at in around)
                if ours and (self._me_joined(first - 1, -1) or self._me_joined(group.last + 1, 1)):
                    return 2
        return None
