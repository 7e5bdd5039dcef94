"""Lengths in months as they are said: numbers with a unit, ranges, sums and fixed expressions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlu.components.extract.numbers import Quantity
from nlu.components.extract.reading import Reading
from nlu.components.forms import Hit

#: Months in a unit, as `intents.md` counts them.
MONTHS: dict[str, float] = {"day": 12 / 365, "week": 12 / 52, "month": 1.0, "year": 12.0}
#: From so many years on it is an age, or how long a company exists.
_AGE_FROM_YEARS = 6
#: There a bare unit may mean one of it: "najmanje mesec". Prepositions ("do", "od") alone don't tell.
_WITHOUT_ARTICLES = ("hr", "sr_Latn", "sr_Cyrl", "cnr", "sk", "sl", "el")
_LONGEST_PREPOSITION = 2
_SHORTEST_NOUN = 4
#: How many words may stand between the numbers of a range: "ma možda i".
_PERHAPS_REACH = 4
#: What adds two lengths, beside "and".
_PLUS = frozenset(["plus", "piu", "mas", "συν"])
#: "A month or two": the upper number that may follow a unit.
_MOST_UNITS = 12


@dataclass(frozen=True)
class Length:
    """A length in the making: bounds in months (None: open) and the tokens that say it."""

    low: float | None
    high: float | None
    first: int
    last: int
    unit: str
    #: Said by an article or the word "one" ("a month"), and so perhaps a rate ("400 euros a month").
    weak: bool = False


def find_lengths(reading: Reading) -> list[Length]:
    """The lengths of a message: numbers with a unit, fixed expressions, ranges and sums of these; bounds are not read."""
    return _merged(reading, [_up_to(reading, length) for length in _lengths(reading)])


def _lengths(reading: Reading) -> list[Length]:
    """Fixed expressions and counted units; of overlapping ones the longer."""
    found = [
        Length(hit.value[0], hit.value[1], hit.first, hit.last, "month", weak=hit.value[1] <= 1)
        for hit in reading.hits("durations")
    ]
    counted = (_counted(reading, unit) for unit in reading.hits("duration_units"))
    found += [length for length in counted if length]
    found += [length for unit in reading.hits("duration_units") if (length := _one_or_more(reading, unit))]
    found += _bare_parts(reading, found)
    kept: list[Length] = []
    taken: set[int] = set()
    for length in sorted(found, key=lambda one: one.first - one.last):
        places = range(length.first, length.last + 1)
        if taken.isdisjoint(places):
            kept.append(length)
            taken.update(places)
    return sorted(kept, key=lambda one: one.first)


def _bare_parts(reading: Reading, found: Sequence[Length]) -> list[Length]:
    """Bare units that are part of a sum: "mjesec i dva tjedna", "mesiac a týždeň"."""
    if reading.lexicon.language not in _WITHOUT_ARTICLES:
        return []
    taken = {at for length in found for at in range(length.first, length.last + 1)}
    units = [hit for hit in reading.hits("duration_units") if hit.first not in taken]
    bare = [Length(MONTHS[hit.value], MONTHS[hit.value], hit.first, hit.last, hit.value) for hit in units]
    every = [*found, *bare]
    return [one for one in bare if any(_add_up(reading, one, two) or _add_up(reading, two, one) for two in every)]


def _add_up(reading: Reading, one: Length, two: Length) -> bool:
    if one.low is None or two.high is None or one.last >= two.first or two.high >= one.low:
        return False
    between = " ".join(token.text for token in reading.tokens[one.last + 1 : two.first])
    return reading.joined(one.last + 1) and _adds(reading, between, reading.document.gap(two.first).strip())


def _counted(reading: Reading, unit: Hit) -> Length | None:
    if not reading.joined(unit.first) or _is_ordinal(reading, unit.first):
        return None
    before = unit.first - 1
    adjective = reading.context.unit_adjectives.has(reading.tokens[before].text) and reading.joined(before)
    if adjective and not reading.ending("articles", before):
        before -= 1
    quantity = reading.quantity_ending(before)
    quantity = _from_lower(reading, _from_one(reading, quantity)) if quantity else None
    article = reading.ending("articles", before)
    if quantity is None and article and reading.joined(article.first):
        quantity = reading.quantity_ending(article.first - 1)  # "half a month"
        quantity = quantity if quantity and quantity.low < 1 and quantity.low == quantity.high else None
    if quantity is None and article:
        quantity = Quantity(1, 1, article.first, article.last)
    if quantity is None and not article and reading.lexicon.language in _WITHOUT_ARTICLES:
        bound = bound_ending(reading, before)
        if bound and len(reading.folded(bound.first, bound.last)) > _LONGEST_PREPOSITION:
            quantity = Quantity(1, 1, unit.first, unit.first)  # "najmanje mesec"
    return _times(reading, quantity, unit) if quantity else None


def _is_ordinal(reading: Reading, index: int) -> bool:
    """Whether a dot after a number tells which unit is meant, not how many ("9. mjesec" is September)."""
    number = reading.tokens[index - 1].kind == "number"
    return number and reading.lexicon.language in _WITHOUT_ARTICLES and reading.document.gap(index).startswith(".")


def _from_one(reading: Reading, quantity: Quantity) -> Quantity:
    """A number with "one to" or "one or" before it, where "one" is the article, too: "ein bis zwei Monate"."""
    word = reading.ending("range_words", quantity.first - 1) if reading.joined(quantity.first) else None
    if word is None or quantity.is_range or quantity.low <= 1 or not reading.joined(word.first):
        return quantity
    article = reading.ending("articles", word.first - 1)
    if article is None or (
        reading.context.join.has(reading.folded(word.first, word.last))
        and not reading.context.between.before(reading.document, article.first)
    ):
        return quantity
    return Quantity(1, quantity.high, article.first, quantity.last)


def _from_lower(reading: Reading, quantity: Quantity) -> Quantity:
    """A number with a smaller one before it, which a comma or "perhaps" parts: "two, perhaps three months"."""
    before, parted = over_perhaps(reading, quantity.first - 1, -1)
    comma = reading.document.gap(before + 1).strip() == ","
    lower = reading.quantity_ending(before) if parted or comma else None
    if lower is None or lower.is_range or quantity.is_range or not lower.low < quantity.low <= _MOST_UNITS:
        return quantity
    if not parted and quantity.low != lower.low + 1:
        return quantity
    return Quantity(lower.low, quantity.high, lower.first, quantity.last)


def over_perhaps(reading: Reading, index: int, step: int) -> tuple[int, bool]:
    """The first token from one on, in a direction, that says no "perhaps", and whether one said so."""
    perhaps, parted = reading.context.perhaps, False
    for _ in range(_PERHAPS_REACH):
        if not 0 <= index < len(reading.tokens) or reading.quantity_beginning(index):
            break
        bound = reading.beginning("at_most", index) or reading.ending("at_most", index)
        said = perhaps.covers(reading.document, index, index) or (bound is not None and bound.length == 1)
        if not said and not is_link(reading, index):
            break
        parted = parted or said
        index += step
    return index, parted


def is_link(reading: Reading, index: int) -> bool:
    """Whether a word goes before the second number of a range: "or", "and", "but"."""
    context, word = reading.context, reading.tokens[index].text
    return context.join.has(word) or context.but.has(word) or reading.beginning("range_words", index) is not None


def _one_or_more(reading: Reading, unit: Hit) -> Length | None:
    """A bare unit that begins a range: "mesec-dva", "between a month and three"."""
    if reading.joined(unit.first) and reading.quantity_ending(unit.first - 1):
        return None
    months = MONTHS[unit.value]
    length = _up_to(reading, Length(months, months, unit.first, unit.last, unit.value), bare=True)
    return length if length.high != length.low else None


def _up_to(reading: Reading, length: Length, bare: bool = False) -> Length:
    """Go on to the upper number of a range that follows the unit: "a month and a half to two", "mesec-dva"."""
    low = length.low
    if low is None or low != length.high:
        return length
    top = _upper_after(reading, length, bare)
    if top is None or top.is_range or not 1 < top.low <= _MOST_UNITS:
        return length
    high = top.low * MONTHS[length.unit]
    unit = reading.beginning("duration_units", top.last + 1) if reading.joined(top.last + 1) else None
    month_of_days = unit is not None and (length.unit, unit.value) == ("month", "day")  # "mesec-dva dana"
    if (
        high < low
        or (high == low and not length.weak)
        or high <= MONTHS[length.unit]
        or (unit and unit.value != length.unit and not (bare and month_of_days))
    ):
        return length
    if unit is None and counts_other(reading, top.last + 1):
        return length
    if length.weak and reading.context.or_about.before(reading.document, top.first):
        low = high  # "een week of acht"
    return replace(length, low=low, high=high, last=unit.last if unit else top.last, weak=False)


def _upper_after(reading: Reading, length: Length, bare: bool) -> Quantity | None:
    """The number that may be the upper one of a range that a length begins."""
    after = length.last + 1
    context, document = reading.context, reading.document
    if reading.joined(after):
        word = reading.beginning("range_words", after)
        opened = context.between.before(document, length.first) or context.range_openers.before(document, length.first)
        joins = word is not None and context.join.has(reading.folded(word.first, word.last))
        leads = word is not None and reading.joined(word.last + 1) and (opened or not (bare or joins))
        top = reading.quantity_beginning(word.last + 1) if word and leads else None
        if top:
            return top
        if document.gap(after) == "-":
            return reading.quantity_beginning(after)
    is_pair = bare and reading.lexicon.language in _WITHOUT_ARTICLES and not reading.joined(after)
    if (bare and not is_pair) or after >= len(reading.tokens) or document.gap(after).strip() not in ("", ","):
        return None
    return _upper_after_perhaps(reading, length, after)


def _upper_after_perhaps(reading: Reading, length: Length, after: int) -> Quantity | None:
    """The number after "perhaps", or after a comma the next higher one: "two months, three at most"."""
    at, parted = over_perhaps(reading, after, 1)
    top = reading.quantity_beginning(at)
    if top is None or parted or length.low is None:
        return top
    if not reading.joined(after) and at == after and top.low * MONTHS[length.unit] - length.low <= MONTHS[length.unit]:
        return top
    return None


def counts_other(reading: Reading, after: int) -> bool:
    """Whether what follows a number is counted by it: "at most 5 people", "10 Leute"."""
    if not reading.joined(after):
        return False
    bound = bound_beginning(reading, after) or reading.beginning("range_words", after)
    word = reading.tokens[after]
    return word.kind == "word" and len(word.text) >= _SHORTEST_NOUN and not bound


def _times(reading: Reading, quantity: Quantity, unit: Hit) -> Length | None:
    low, high, last = quantity.low, quantity.high, unit.last
    half = reading.beginning("and_a_half", last + 1) if reading.joined(last + 1) else None
    if half and low == high and low == int(low):
        low, high, last = low + 0.5, high + 0.5, half.last
    if low <= 0 or (unit.value == "day" and high < 1) or (unit.value == "year" and low >= _AGE_FROM_YEARS) or low > 400:
        return None
    months = MONTHS[unit.value]
    in_words = reading.tokens[quantity.first].kind == "word"
    return Length(low * months, high * months, quantity.first, last, unit.value, weak=in_words and high == 1)


def _merged(reading: Reading, lengths: Sequence[Length]) -> list[Length]:
    """Join "2 weeks to 3 months" into a range, and "1 month and 2 weeks" into a sum."""
    merged: list[Length] = []
    for length in lengths:
        joined = _joined(reading, merged[-1], length) if merged else None
        if joined:
            merged[-1] = joined
        else:
            merged.append(length)
    return merged


def _joined(reading: Reading, one: Length, two: Length) -> Length | None:
    if one.low is None or one.high is None or two.low is None or two.high is None:
        return None
    gap, between = reading.document.gap(two.first).strip(), range(one.last + 1, two.first)
    words = " ".join(reading.tokens[at].text for at in between)
    if one.low == one.high and two.high < min(1.0, one.low) and _adds(reading, words, gap):
        return replace(one, low=one.low + two.high, high=one.high + two.high, last=two.last)
    if one.low < two.high and _leads_on(reading, one, two, gap):
        return replace(two, low=one.low, first=one.first, weak=False)
    return None


def _adds(reading: Reading, words: str, gap: str) -> bool:
    """Whether "and" or "plus" stands between two lengths."""
    return reading.context.join.has(words) or words in _PLUS or (not words and gap in ("+", "&"))


def _leads_on(reading: Reading, one: Length, two: Length, gap: str) -> bool:
    """Whether a hyphen, a range word (and an article) or, between single lengths, a comma leads from one to the other."""
    after = one.last + 1
    word = reading.beginning("range_words", after) if reading.joined(after) else None
    at = word.last + 1 if word else after
    if word and at < two.first:
        article = reading.beginning("articles", at)
        at = article.last + 1 if article else at
    if word:
        return at == two.first and reading.joined(at)
    perhaps, parted = over_perhaps(reading, after, 1)
    singles = one.low == one.high and two.low == two.high
    if parted and singles and perhaps == two.first:
        return True
    return after == two.first and (gap == "-" or (gap == "," and singles))


def bound_ending(reading: Reading, index: int) -> Hit | None:
    """The longest "at most" or "at least" that ends at a token."""
    hits = [hit for section in ("at_most", "at_least") if (hit := reading.ending(section, index))]
    return max(hits, key=lambda hit: hit.length, default=None)


def bound_beginning(reading: Reading, index: int) -> Hit | None:
    """The longest "at most" or "at least" that begins at a token."""
    hits = [hit for section in ("at_most", "at_least") if (hit := reading.beginning(section, index))]
    return max(hits, key=lambda hit: hit.length, default=None)
