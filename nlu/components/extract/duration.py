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
#: How far, in tokens, the two bounds of one length stand apart ("at least two months, five at most").
_BOUNDS_REACH = 5
#: How far a negation follows the "longer than" that it turns into "at most".
_NEGATION_REACH = 9
#: There a bare unit may mean one of it: "najmanje mesec". Prepositions ("do", "od") alone don't tell.
_WITHOUT_ARTICLES = ("hr", "sr_Latn", "sr_Cyrl", "cnr", "sk", "sl")
_LONGEST_PREPOSITION = 2
#: The other bound.
_OPPOSITE = {"at_most": "at_least", "at_least": "at_most"}
_SHORTEST_NOUN = 4
#: "A month or two": the upper number that may follow a unit.
_MOST_UNITS = 12


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
    merged = _merged(reading, [_up_to(reading, length) for length in _lengths(reading)])
    meant = [length for length in merged if _is_meant(reading, length)]
    bounded = [_both_bounds(reading, _bounded(reading, length)) for length in meant]
    return [_entity(reading, length) for length in _paired(reading, bounded)]


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
    found += [length for unit in reading.hits("duration_units") if (length := _one_or_more(reading, unit))]
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
    adjective = reading.context.unit_adjectives.has(reading.tokens[before].text) and reading.joined(before)
    if adjective and not reading.ending("articles", before):
        before -= 1
    quantity = reading.quantity_ending(before)
    quantity = _from_one(reading, quantity) if quantity else None
    article = reading.ending("articles", before)
    if quantity is None and article and reading.joined(article.first):
        quantity = reading.quantity_ending(article.first - 1)  # "half a month"
        quantity = quantity if quantity and quantity.low < 1 and quantity.low == quantity.high else None
    if quantity is None and article:
        quantity = Quantity(1, 1, article.first, article.last)
    if quantity is None and not article and reading.lexicon.language in _WITHOUT_ARTICLES:
        bound = _bound_ending(reading, before)
        if bound and len(reading.folded(bound.first, bound.last)) > _LONGEST_PREPOSITION:
            quantity = Quantity(1, 1, unit.first, unit.first)  # "najmanje mesec"
    return _times(reading, quantity, unit) if quantity else None


def _from_one(reading: Reading, quantity: Quantity) -> Quantity:
    """A number with "one to" or "one or" before it, where "one" is the article, too: "ein bis zwei Monate"."""
    word = reading.ending("range_words", quantity.first - 1) if reading.joined(quantity.first) else None
    if word is None or quantity.is_range or quantity.low <= 1 or not reading.joined(word.first):
        return quantity
    article = reading.ending("articles", word.first - 1)
    if article is None or reading.context.join.has(reading.folded(word.first, word.last)):
        return quantity
    return Quantity(1, quantity.high, article.first, quantity.last)


def _one_or_more(reading: Reading, unit: Hit) -> _Length | None:
    """A bare unit that begins a range: "mesec-dva", "between a month and three"."""
    if reading.joined(unit.first) and reading.quantity_ending(unit.first - 1):
        return None
    months = MONTHS[unit.value]
    length = _up_to(reading, _Length(months, months, unit.first, unit.last, unit.value), bare=True)
    return length if length.high != length.low else None


def _up_to(reading: Reading, length: _Length, bare: bool = False) -> _Length:
    """Go on to the upper number of a range that follows the unit: "a month and a half to two", "mesec-dva"."""
    after = length.last + 1
    if length.low is None or length.low != length.high or not reading.joined(after):
        return length
    word = reading.beginning("range_words", after)
    at = word.last + 1 if word else after
    if word is None and reading.document.gap(after) != "-":
        return length
    context, document = reading.context, reading.document
    opened = context.between.before(document, length.first) or context.range_openers.before(document, length.first)
    if word and not opened and (bare or reading.context.join.has(reading.folded(word.first, word.last))):
        return length
    top = reading.quantity_beginning(at) if reading.joined(at) else None
    if top is None or top.is_range or not 1 < top.low <= _MOST_UNITS:
        return length
    high = top.low * MONTHS[length.unit]
    unit = reading.beginning("duration_units", top.last + 1) if reading.joined(top.last + 1) else None
    month_of_days = unit is not None and (length.unit, unit.value) == ("month", "day")  # "mesec-dva dana"
    if high <= length.low or (unit and unit.value != length.unit and not (bare and month_of_days)):
        return length
    if unit is None and _counts_other(reading, top.last + 1):
        return length
    return replace(length, high=high, last=unit.last if unit else top.last, weak=False)


def _counts_other(reading: Reading, after: int) -> bool:
    """Whether what follows a number is counted by it: "at most 5 people", "10 Leute"."""
    if not reading.joined(after):
        return False
    bound = _bound_beginning(reading, after) or reading.beginning("range_words", after)
    word = reading.tokens[after]
    return word.kind == "word" and len(word.text) >= _SHORTEST_NOUN and not bound


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
    is_range = length.low != length.high and context.range_openers.before(document, length.first)
    if not is_range and context.past_before.before(document, length.first):
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
        link = before - 1 if reading.context.bound_links.has(reading.tokens[before - 1].text) else before
        hit = _bound_ending(reading, before - 1) or (_bound_ending(reading, link - 1) if reading.joined(link) else None)
        if hit and not reading.context.range_openers.has(reading.folded(hit.first, hit.last)):
            return _open(replace(length, first=hit.first), _meant(reading, hit, length.last))
    return _bounded_after(reading, length)


def _bound_ending(reading: Reading, index: int) -> Hit | None:
    """The longest "at most" or "at least" that ends at a token."""
    hits = [hit for section in _OPPOSITE if (hit := reading.ending(section, index))]
    return max(hits, key=lambda hit: hit.length, default=None)


def _bound_beginning(reading: Reading, index: int) -> Hit | None:
    hits = [hit for section in _OPPOSITE if (hit := reading.beginning(section, index))]
    return max(hits, key=lambda hit: hit.length, default=None)


def _meant(reading: Reading, hit: Hit, last: int) -> str:
    """Which bound a word sets: "under two months is impossible" and "can't be under" set the other one."""
    section, context = hit.form.section, reading.context
    if not context.comparing.covers(reading.document, hit.first, hit.last):
        return section
    before = any(context.negations.has(reading.tokens[at].text) for at in reading.clause_before(hit.first, 2))
    within = any(context.negations.has(reading.tokens[at].text) for at in range(hit.first, hit.last))
    negated = before or _is_denied_after(reading, last)
    return _OPPOSITE[section] if negated and not within else section


def _is_denied_after(reading: Reading, last: int) -> bool:
    """Whether what is said of a length denies it ("… geht nicht", "…, impossible"), and not another thing.

    What comes after "and" or "but" is another thing, and "no problem" denies nothing; a mere "not" counts in the same
    clause only, and not as a question's tag.
    """
    context, denied = reading.context, False
    for at in reading.sentence_after(last, _NEGATION_REACH):
        word = reading.tokens[at].text
        if context.join.has(word) or context.but.has(word):
            break
        if context.harmless.has(word):
            return False
        in_clause = all(reading.tokens[place].joined for place in range(last + 1, at + 1))
        is_tag = "?" in reading.document.folded[reading.tokens[at].to : reading.tokens[at].to + 2]
        negated = context.negations.has(word) and in_clause and not is_tag
        denied = denied or negated or context.denials.covers(reading.document, at, at)
    return denied


def _bounded_after(reading: Reading, length: _Length) -> _Length:
    """Apply a bound that follows ("3 months at most"), unless it goes with a number after it."""
    after = length.last + 1
    if not reading.joined(after) or not reading.context.bounds_after.at(reading.document, after):
        return length
    hit = _bound_beginning(reading, after)
    if hit and not (reading.joined(hit.last + 1) and reading.quantity_beginning(hit.last + 1)):
        return _open(replace(length, last=hit.last), hit.form.section)
    return length


def _both_bounds(reading: Reading, length: _Length) -> _Length:
    """Complete a bounded length by the other bound, said without the unit: "at least one month, at most four"."""
    if (length.low is None) == (length.high is None):
        return length
    missing = "at_most" if length.high is None else "at_least"
    months = MONTHS[length.unit]
    after = range(length.last + 1, min(length.last + 1 + _BOUNDS_REACH, len(reading.tokens)))
    before = range(length.first - 1, max(length.first - 1 - _BOUNDS_REACH, -1), -1)
    for at in (*after, *before):
        quantity = reading.quantity_beginning(at)
        hit = _bound_ending(reading, at - 1) if quantity and at else None
        if quantity is None or hit is None or quantity.is_range or _meant(reading, hit, quantity.last) != missing:
            continue
        if _counts_other(reading, quantity.last + 1) or (
            reading.joined(quantity.last + 1) and reading.beginning("duration_units", quantity.last + 1)
        ):
            continue
        bound = quantity.low * months
        low, high = (length.low, bound) if missing == "at_most" else (bound, length.high)
        if low is not None and high is not None and low < high:
            first, last = min(length.first, hit.first), max(length.last, quantity.last)
            return replace(length, low=low, high=high, first=first, last=last)
    return length


def _paired(reading: Reading, lengths: Sequence[_Length]) -> list[_Length]:
    """Join a lower and an upper bound that stand close together: they bound one stay."""
    paired: list[_Length] = []
    for length in lengths:
        one = paired[-1] if paired else None
        if one and length.first - one.last <= _BOUNDS_REACH:
            low, high = (one.low, length.high) if one.high is None else (length.low, one.high)
            is_open = (one.low is None) != (one.high is None) and (length.low is None) != (length.high is None)
            if is_open and low is not None and high is not None and low < high:
                paired[-1] = replace(one, low=low, high=high, last=length.last)
                continue
            if is_open and one.low == length.high and one.low is not None and one.high is None:
                continue  # "at least two months, less is impossible"
        paired.append(length)
    return paired


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
