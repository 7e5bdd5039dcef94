"""The people of a message: how many the company has, who of them would go, and in which role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Entity
from nlu.components.extract.going import Going
from nlu.components.extract.groups import EMPLOYEE, Group, find_groups, says
from nlu.components.extract.head_count import HeadCount
from nlu.components.extract.reading import Reading
from nlu.components.lexicon import Lexicons
from nlu.components.text import read

_FEWEST_SENT = 2
#: How far from "I'm a nurse" the place of work stands ("in a care home").
_WORKPLACE_REACH = 4


@dataclass(frozen=True)
class People:
    """What a message tells of people: the company's, those who would go, in which role."""

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
    """The people of a message, as a careful reader counts them.

    Args:
        text: the message as typed.
        language: the language it is written in.
        entities: what was found in it.
        lexicons: the lexicons by language.
    """
    reading = Reading(read(text), lexicons.serving(language))
    groups, context = find_groups(reading), reading.context
    ways = Going(reading, groups, entities)
    going = [group for group in groups if ways.goes(group)]
    counts = {group.count for group in going if group.count and group.count >= _FEWEST_SENT}
    sectors = [one for one in entities if one.entity == "sector"]
    one_of_them = says(reading, context.one_of_them)
    return People(
        employees=HeadCount(reading, groups).of_company(going),
        participants=counts.pop() if len(counts) == 1 else None,
        role=_role(reading, groups, going, sectors),
        is_decisive=says(reading, context.let_me) or one_of_them,
        is_sent=any(ways.is_sent(group) for group in groups) or (bool(ways.senders) and one_of_them),
        spans=tuple((reading.tokens[one.first].start, reading.tokens[one.last].end) for one in groups if one.role),
    )


def _role(reading: Reading, groups: Sequence[Group], going: Sequence[Group], sectors: Sequence[Entity]) -> str | None:
    """The one role of those who would go."""
    if says(reading, reading.context.let_me) or (not going and _is_employed(reading, groups, sectors)):
        return EMPLOYEE
    roles = {group.role for group in going if group.role}
    if len(roles) == 1:
        return roles.pop()
    return EMPLOYEE if not roles and (going or says(reading, reading.context.one_of_them)) else None


def _is_employed(reading: Reading, groups: Sequence[Group], sectors: Sequence[Entity]) -> bool:
    """Whether the writer tells their trade and where they work: "I'm a nurse in a care home"."""
    for group in groups:
        near = [*reading.clause_before(group.first, 3), *reading.clause_after(group.last, 2)]
        if group.count or not any(reading.context.i_am.at(reading.document, at) for at in near):
            continue
        for at in reading.clause_after(group.last, _WORKPLACE_REACH):
            if reading.context.place_before.has(reading.tokens[at].text) and _names_company(reading, at, sectors):
                return True
    return False


def _names_company(reading: Reading, preposition: int, sectors: Sequence[Entity]) -> bool:
    after = list(reading.clause_after(preposition, 3))
    starts = {reading.tokens[at].start for at in after}
    named = any(reading.context.company_nouns.has(reading.tokens[at].text) for at in after)
    return named or any(one.start in starts for one in sectors)
