"""Lengths of a stay in months: numbers with a unit, ranges, bounds, and fixed expressions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.model import Entity
from nlu.components.extract.numbers import Quantity
from nlu.components.extract.reading import Reading
from nlu.components.forms import Hit

#: Months in a unit, as `intents.md` counts them.
MONTHS: dict[str, float] = {"day": 12 / 365, "week": 12 / 52, "month": 1.0, "year": 12.0}
#: From so many years on it is an age, or how long a company exists.
_AGE_FROM_YEARS = 6
_MONEY_REACH = 4


@dataclass(frozen=True)
class _Length:
    """A length in the making: bounds in months (None: open) and the tokens that say it."""

    low: float | None
    high: float | None
    first: int
    last: int
    unit: str
    #: Said by an article or the word "one" ("a month"), and so perhaps a rate ("400 euros a month").
    weak: bool = False


def find_durations(reading: Reading) -> list[Entity]:
    """The lengths of stays in a message: ages, rates, past times and moments ("2 months ago") are none."""
    lengths = [length for length in _lengths(reading) if _is_meant(reading, length)]
    return [_entity(reading, _bounded(reading, length)) for length in _merged(reading, lengths)]


def _entity(reading: Reading, length: _Length) -> Entity:
    value = {
        "min_months": None if length.low is None else round(length.low, 2),
        "max_months": None if length.high is None else round(length.high, 2),
    }
    return reading.entity("duration", value, length.first, length.last)


def _lengths(reading: Reading) -> list[_Length]:
    """Fixed expressions and counted units; of overlapping ones the longer."""
    found = [
        _Length(hit.value[0], hit.value[1], hit.first, hit.last, "month", weak=hit.value[1] <= 1)
        for hit in reading.hits("durations")
    ]
    counted = (_counted(reading, unit) for unit in reading.hits("duration_units"))
    found += [length for length in counted if length]
    kept: list[_Length] = []
    taken: set[int] = set()
    for length in sorted(found, key=lambda one: one.first - one.last):
        places = range(length.first, length.last + 1)
        if taken.isdisjoint(places):
            kept.append(length)
            taken.update(places)
    return sorted(kept, key=lambda one: one.first)


def _counted(reading: Reading, unit: Hit) -> _Length | None:
    if not reading.joined(unit.first):
        return None
    before = unit.first - 1
    if reading.context.unit_adjectives.has(reading.tokens[before].text) and reading.joined(before):
        before -= 1
    quantity = reading.quantity_ending(before)
    article = reading.ending("articles", before)
    if quantity is None and article and reading.joined(article.first):
        quantity = reading.quantity_ending(article.first - 1)  # "half a month"
        quantity = quantity if quantity and quantity.low < 1 and quantity.low == quantity.high else None
    if quantity is None and article:
        quantity = Quantity(1, 1, article.first, article.last)
    return _times(reading, quantity, unit) if quantity else None


def _times(reading: Reading, quantity: Quantity, unit: Hit) -> _Length | None:
    low, high, last = quantity.low, quantity.high, unit.last
    half = reading.beginning("and_a_half", last + 1) if reading.joined(last + 1) else None
    if half and low == high and low == int(low):
        low, high, last = low + 0.5, high + 0.5, half.last
    if low <= 0 or (unit.value == "day" and high < 1) or (unit.value == "year" and low >= _AGE_FROM_YEARS) or low > 400:
        return None
    months = MONTHS[unit.value]
    in_words = reading.tokens[quantity.first].kind == "word"
    return _Length(low * months, high * months, quantity.first, last, unit.value, weak=in_words and high == 1)


def _is_meant(reading: Reading, length: _Length) -> bool:
    document, context = reading.document, reading.context
    if context.past_before.before(document, length.first):
        return False
    if reading.joined(length.last + 1) and context.past_after.at(document, length.last + 1):
        return False
    if length.unit == "year" and context.age_before.before(document, length.first):
        return False
    if _is_counted_per(reading, length.last + 1):
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


def _bounded(reading: Reading, length: _Length) -> _Length:
    """Apply "at most", "at least" before a single length, or after it."""
    if length.low != length.high:
        return length
    first = length.first
    about = reading.ending("approximately", first - 1) if reading.joined(first) else None
    before = about.first if about else first
    if reading.joined(before):
        for section in ("at_most", "at_least"):
            hit = reading.ending(section, before - 1)
            if hit and not reading.context.range_openers.has(reading.folded(hit.first, hit.last)):
                return _open(replace(length, first=hit.first), section)
    return _bounded_after(reading, length)


def _bounded_after(reading: Reading, length: _Length) -> _Length:
    """Apply a bound that follows ("3 months at most"), unless it goes with a number after it."""
    after = length.last + 1
    if not reading.joined(after) or not reading.context.bounds_after.at(reading.document, after):
        return length
    for section in ("at_most", "at_least"):
        hit = reading.beginning(section, after)
        if hit and not (reading.joined(hit.last + 1) and reading.quantity_beginning(hit.last + 1)):
            return _open(replace(length, last=hit.last), section)
    return length


def _open(length: _Length, section: str) -> _Length:
    return replace(length, low=None) if section == "at_most" else replace(length, high=None)


def _merged(reading: Reading, lengths: Sequence[_Length]) -> list[_Length]:
    """Join "2 weeks to 3 months" into a range, and "1 month and 2 weeks" into a sum."""
    merged: list[_Length] = []
    for length in lengths:
        joined = _joined(reading, merged[-1], length) if merged else None
        if joined:
            merged[-1] = joined
        else:
            merged.append(length)
    return merged


def _joined(reading: Reading, one: _Length, two: _Length) -> _Length | None:
    if None in (one.low, one.high, two.low, two.high) or not reading.joined(one.last + 1):
        return None
    word = reading.beginning("range_words", one.last + 1)
    hyphen = two.first == one.last + 1 and reading.document.gap(two.first).strip() == "-"
    if not hyphen and not (word and word.last + 1 == two.first and reading.joined(two.first)):
        return None
    assert one.low is not None and one.high is not None and two.high is not None
    if one.low < two.high:
        return replace(two, low=one.low, first=one.first, weak=False)
    is_sum = reading.context.join.has(reading.tokens[one.last + 1].text) and one.low == one.high
    if is_sum and one.unit != two.unit:
        return replace(one, low=one.low + two.high, high=one.high + two.high, last=two.last)
    return None
