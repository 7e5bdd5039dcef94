"""Durations of stays: the lengths of a message that are meant as such."""

from __future__ import annotations

from bot.model import Entity
from nlu.components.extract.bounds import bounded
from nlu.components.extract.lengths import Length, find_lengths
from nlu.components.extract.reading import Reading

_MONEY_REACH = 4
#: How far a word such as "notice" stands from a length that is no stay's.
_TERM_REACH = 5


def find_durations(reading: Reading) -> list[Entity]:
    """The lengths of stays in a message: ages, rates, past times and moments ("2 months ago") are none."""
    meant = [length for length in find_lengths(reading) if _is_meant(reading, length)]
    return [_entity(reading, length) for length in bounded(reading, meant)]


def _entity(reading: Reading, length: Length) -> Entity:
    value = {
        "min_months": None if length.low is None else round(length.low, 2),
        "max_months": None if length.high is None else round(length.high, 2),
    }
    return reading.entity("duration", value, length.first, length.last)


def _is_meant(reading: Reading, length: Length) -> bool:
    document, context = reading.document, reading.context
    is_range = length.low != length.high and context.range_openers.before(document, length.first)
    after = length.last + 1
    bounded = reading.joined(after) and context.bounds_after.at(document, after)
    if not is_range and not bounded and context.past_before.before(document, length.first):
        return False
    if reading.joined(length.last + 1) and context.past_after.at(document, length.last + 1):
        return False
    if length.unit == "year" and context.age_before.before(document, length.first):
        return False
    if _is_counted_per(reading, length.last + 1) or context.every.before(document, length.first):
        return False
    around = [*reading.sentence_before(length.first, _TERM_REACH), *reading.sentence_after(length.last, _TERM_REACH)]
    if any(context.other_terms.at(document, at) for at in around):
        return False
    if length.first and context.no_longer.covers(document, length.first, length.last):
        return False
    return not (length.weak and _is_rate(reading, length.first))


def _is_counted_per(reading: Reading, after: int) -> bool:
    """Whether "a week", "per month" follows: "5 days a week" is no length of a stay."""
    if not reading.joined(after) or not reading.joined(after + 1):
        return False
    word = reading.tokens[after].text
    per = reading.context.per.has(word) or reading.beginning("articles", after) is not None
    unit = reading.beginning("duration_units", after + 1)
    return per and unit is not None


def _is_rate(reading: Reading, first: int) -> bool:
    """Whether money or hours stand before: "400 euros a month", "8 hours a day"."""
    document, money = reading.document, reading.context.money
    if first and reading.context.hours.has(reading.tokens[first - 1].text):
        return True
    if first and reading.ending("duration_units", first - 1):
        return True
    for at in reading.clause_before(first, _MONEY_REACH):
        if money.has(reading.tokens[at].text) or money.has_sign(document.gap(at + 1)):
            return True
    return False
