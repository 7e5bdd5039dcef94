"""The people of a message: how many the company has, who of them would go, and in which role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from bot.model import Entity
from nlu.components.extract.company_size import find_company_sizes
from nlu.components.extract.compounds import compound_ends
from nlu.components.extract.numbers import Quantity
from nlu.components.extract.reading import Reading
from nlu.components.lexicon import Lexicons
from nlu.components.text import read

EMPLOYEE = "employee"
#: How far after a person the verb may stand that tells that they would go.
_GOES_REACH = 4
#: How far from a verb of sending the person may stand who is sent.
_SENT_REACH = 12
#: "and", "+", "&" between the writer and their people.
_AND_SIGNS = frozenset(["&", "+", ", &"])
_FEWEST_SENT = 2
#: How far after a number the people stand that it counts ("two of our young architects").
_NOUN_REACH = 4
#: Languages in which the verb may follow those who are sent ("unseren Koch nach Italien schicken").
_OBJECT_FIRST = frozenset(["de", "nl", "hr", "sr_Latn", "sr_Cyrl", "cnr", "sk", "sl"])
#: How far from "I'm a nurse" the place of work stands ("in a care home").
_WORKPLACE_REACH = 4
#: So many people at most are a group that goes; larger numbers are the company's.
MOST_SENT = 20


@dataclass(frozen=True)
class Group:
    """People named together, from token `first` to token `last`.

    `count` is None where no number tells; `role` where the word is one for anybody ("people"); `goes` tells whether a
    stay is meant for them; `loose`, that a number of a trade's people may be something else than a head count.
    """

    first: int
    last: int
    count: int | None
    role: str | None
    goes: bool = False


@dataclass(frozen=True)
class People:
    """What a message tells of people: the company's, those who would go, and whether the writer counts among them."""

    employees: int | None
    participants: int | None
    role: str | None
    #: Whether the role is told outright ("my boss lets me go", "one of them"), whatever else is said.
    is_decisive: bool
    #: Whether somebody is sent, so that who writes stays.
    is_sent: bool
    #: The spans of the persons in the text: a trade among them is theirs, not always the company's.
    spans: tuple[tuple[int, int], ...]


def find_people(text: str, language: str, entities: Sequence[Entity], lexicons: Lexicons) -> People:
    """The people of a message, as a careful reader counts them."""
    return _Crowd(Reading(read(text), lexicons.serving(language)), entities).people()


class _Crowd:
    def __init__(self, reading: Reading, entities: Sequence[Entity]) -> None:
        self.reading, self.context, self.document = reading, reading.context, reading.document
        self.senders = [one for one in entities if one.entity == "side" and one.value == "sending"]
        self.sectors = [one for one in entities if one.entity == "sector"]
        self.stays = [one for one in entities if one.entity in ("country", "city")]

    def people(self) -> People:
        groups = [replace(group, goes=self._goes(group)) for group in self.groups]
        going = [group for group in groups if group.goes]
        spans = tuple(
            (self.reading.tokens[group.first].start, self.reading.tokens[group.last].end)
            for group in groups
            if group.role
        )
        participants = {group.count for group in going if group.count and group.count >= _FEWEST_SENT}
        return People(
            employees=self._employees(groups),
            participants=participants.pop() if len(participants) == 1 else None,
            role=self._role(going),
            is_decisive=self._says(self.context.let_me) or self._says(self.context.one_of_them),
            is_sent=any(self._is_sent(group) for group in groups)
            or (bool(self.senders) and self._says(self.context.one_of_them)),
            spans=spans,
        )

    @cached_property
    def groups(self) -> list[Group]:
        """The people that are named, in the order of the text, none twice."""
        kept: list[Group] = []
        for group in (*self._counted(), *self._announced(), *self._named()):
            if all(group.last < one.first or one.last < group.first for one in kept):
                kept.append(group)
        return sorted(kept, key=lambda one: one.first)

    def _counted(self) -> Iterator[Group]:
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
            person = self._person_at(at)
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

    def _person_at(self, at: int) -> tuple[int, str | None] | None:
        """The last token of a word for people that begins at a token, and the role that it names."""
        if self.reading.joined(at + 1) and self.context.company_nouns.has(self.reading.tokens[at + 1].text):
            return None  # "a vet practice"
        for section in ("roles", "professions", "people"):
            hit = self.reading.beginning(section, at)
            if hit:
                role = str(hit.value) if section == "roles" else EMPLOYEE if section == "professions" else None
                return hit.last, role
        compound = compound_ends(self.reading, "roles", at)
        return (at, str(compound)) if compound else None

    def _announced(self) -> Iterator[Group]:
        """Head counts with no such word: "we are 12", "zu dritt"."""
        starts = {token.start: at for at, token in enumerate(self.reading.tokens)}
        ends = {token.end: at for at, token in enumerate(self.reading.tokens)}
        for entity in find_company_sizes(self.reading):
            if isinstance(entity.value, int) and entity.value >= 1:
                yield Group(starts[entity.start], ends[entity.end], entity.value, None)

    def _named(self) -> Iterator[Group]:
        """Persons without a number: "our baker", "a dispatcher"."""
        at = 0
        while at < len(self.reading.tokens):
            person = self._person_at(at)
            if person and person[1]:
                yield Group(at, person[0], None, person[1])
            at = person[0] + 1 if person else at + 1

    def _goes(self, group: Group) -> bool:
        """Whether a stay is meant for these people: they are sent, they want to, or their way follows at once."""
        if group.count is not None and group.count > MOST_SENT:
            return False
        if self._is_sent(group):
            return True
        if self._belongs_to_another(group):
            return False
        for at in self.reading.clause_after(group.last, _GOES_REACH):
            if self.context.join.has(self.reading.tokens[at].text):
                return False
            if self.context.me.has(self.reading.tokens[at].text) or self._person_at(at):
                return False
            if self.context.goes.has(self.reading.tokens[at].text):
                return group.role is not None or self._in_clause_of_stay(group)
        return group.role is not None and self._way_follows(group)

    def _belongs_to_another(self, group: Group) -> bool:
        """Whether "with" or "at" stands before ("a firm with 9 people", "to a colleague"), or a bracket."""
        first = group.first
        while first and self.reading.joined(first) and self._is_determiner(first - 1):
            first -= 1
        if first and "(" in self.document.gap(first):
            return True
        beside = first and self.reading.joined(first)
        before = self.reading.tokens[first - 1].text if beside else ""
        return self.context.along.has(before) or self.context.place_before.has(before)

    def _is_determiner(self, at: int) -> bool:
        about = self.reading.ending("approximately", at) is not None
        if self.context.number_articles.has(self.reading.tokens[at].text):
            return True
        return (
            about
            or self.reading.ending("articles", at) is not None
            or self.context.our.has(self.reading.tokens[at].text)
        )

    def _in_clause_of_stay(self, group: Group) -> bool:
        end = self.reading.tokens[group.last].end
        after = list(self.reading.sentence_after(group.last, _SENT_REACH))
        return any(
            one.start > end and after and one.start <= self.reading.tokens[after[-1]].start for one in self.stays
        )

    def _way_follows(self, group: Group) -> bool:
        """Whether "to Spain" follows directly."""
        at = group.last + 1
        if not self.reading.joined(at):
            return False
        is_way = self.context.away.at(self.document, at)
        if not is_way and not ((group.count or 1) > 1 and self.context.place_before.has(self.reading.tokens[at].text)):
            return False
        near = [place for place in (at, at + 1, at + 2) if place < len(self.reading.tokens)]
        starts = {self.reading.tokens[place].start for place in near}
        return any(one.start in starts and (is_way or one.entity == "country") for one in self.stays)

    def _is_sent(self, group: Group) -> bool:
        if group.role is None and group.count is None:
            return False
        start = self.reading.tokens[group.first].start
        for sender in self.senders:
            first = next(at for at, token in enumerate(self.reading.tokens) if token.end > sender.start)
            if sender.start < start:
                between = list(self.reading.sentence_before(group.first, _SENT_REACH))
                if first in between and self._nearest_after(first, group):
                    return True
            elif self.reading.lexicon.language in _OBJECT_FIRST and not self._belongs_to_another(group):
                is_near = first in set(self.reading.sentence_after(group.last, _SENT_REACH))
                if is_near and self._nearest_before(first, group) and self._nothing_sent_after(first):
                    return True
        return False

    def _nearest_after(self, verb: int, group: Group) -> bool:
        """Whether no other person stands between the verb of sending and these."""
        return not any(verb < one.first < group.first and one.role for one in self.groups)

    def _nearest_before(self, verb: int, group: Group) -> bool:
        return not any(group.last < one.first < verb and (one.role or one.count) for one in self.groups)

    def _nothing_sent_after(self, verb: int) -> bool:
        after = set(self.reading.sentence_after(verb, _SENT_REACH))
        if any(self.context.one_of_them.at(self.document, at) for at in after):
            return False
        if any(one.first in after and not self._is_measure(one.last + 1) for one in self.reading.quantities):
            return False  # "imamo 15 radnika, poslali bi dvojicu"
        return not any(one.first in after and one.role for one in self.groups)

    def _is_measure(self, at: int) -> bool:
        """Whether the number before a token counts months, or belongs to a date."""
        return any(self.reading.beginning(section, at) for section in ("duration_units", "months"))

    def _employees(self, groups: Sequence[Group]) -> int | None:
        """The company's head count: of several numbers the largest, the writer counted in where they say so."""
        staying = [group for group in groups if not group.goes and group.count]
        counts = [self._with_me(group) for group in staying]
        pair = self._beside_me(groups)
        owners = self._says(self.context.own_firm) and self._says(self.context.want_myself)
        if owners and any(self._belongs_to_another(group) and group.role for group in staying):
            return None  # "I have a salon with 2 employees": are they two or three?
        beside_staff = any(self._belongs_to_another(group) for group in staying)
        if pair and (not counts or beside_staff or max(count or 0 for count in counts) != pair):
            return None if counts else pair
        if not counts and self._says(self.context.no_staff):
            return 1
        if not counts or None in counts or len(set(counts)) > _FEWEST_SENT:
            return None
        known = [count for count in counts if count is not None]
        if len(staying) > 1 and all(self._joined_by_and(one, other) for one, other in pairwise(staying)):
            return sum(known)
        return max(known)

    def _joined_by_and(self, one: Group, other: Group) -> bool:
        """Whether "and" alone parts two groups: "two brothers and one worker"."""
        return other.first - one.last == 2 and self.context.join.has(self.reading.tokens[one.last + 1].text)

    def _with_me(self, group: Group) -> int | None:
        """The group's number, one more where the writer stands beside it ("me and three lads")."""
        assert group.count is not None
        near = range(group.last + 1, min(group.last + 4, len(self.reading.tokens)))
        if any(self.context.counts_me.at(self.document, at) for at in near):
            return group.count
        if self._me_joined(group.first - 1, -1) or self._me_joined(group.last + 1, 1):
            return group.count + 1
        return group.count

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

    def _beside_me(self, groups: Sequence[Group]) -> int | None:
        """Two, where the writer names themselves and one other: "me & my assistant"."""
        for group in groups:
            if group.count is None and group.role:
                first = group.first
                while first > 0 and self._is_determiner(first - 1):
                    first -= 1
                around = [*range(first, group.first), group.last + 1]
                ours = any(self.context.our.at(self.document, at) for at in around)
                if ours and (self._me_joined(first - 1, -1) or self._me_joined(group.last + 1, 1)):
                    return 2
        return None

    def _role(self, going: Sequence[Group]) -> str | None:
        if self._says(self.context.let_me):
            return EMPLOYEE
        roles = {group.role for group in going if group.role}
        if not going and self._is_employed():
            return EMPLOYEE
        if len(roles) == 1:
            return roles.pop()
        if not roles and (self._says(self.context.one_of_them) or going):
            return EMPLOYEE
        return None

    def _is_employed(self) -> bool:
        """Whether the writer tells their trade and where they work: "I'm a nurse in a care home"."""
        for group in self.groups:
            near = [*self.reading.clause_before(group.first, 3), *self.reading.clause_after(group.last, 2)]
            if group.count or not any(self.context.i_am.at(self.document, at) for at in near):
                continue
            for at in self.reading.clause_after(group.last, _WORKPLACE_REACH):
                if self.context.place_before.has(self.reading.tokens[at].text) and self._names_company(at):
                    return True
        return False

    def _names_company(self, preposition: int) -> bool:
        after = list(self.reading.clause_after(preposition, 3))
        starts = {self.reading.tokens[at].start for at in after}
        named = any(self.context.company_nouns.has(self.reading.tokens[at].text) for at in after)
        return named or any(one.start in starts for one in self.sectors)

    def _says(self, words: object) -> bool:
        return any(words.at(self.document, at) for at in range(len(self.reading.tokens)))  # type: ignore[attr-defined]
