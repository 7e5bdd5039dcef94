"""Dates and months: in digits, by name, by season, or counted from today."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.model import Entity
from nlu.components.extract.numbers import Quantity
from nlu.components.extract.numeric_dates import date_value, numeric_dates
from nlu.components.extract.reading import Reading
from nlu.components.forms import NUMBER, Form, Hit

_DAY_SLASH_MONTH = re.compile(r"(?<![\w/.,-])(?P<d>\d{1,2})/(?P<m>\d{1,2})(?![\w/]|[.,]\d)")
_YEAR = re.compile(r"20[2-9]\d")
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12, "year_end": 12}
_SHORTEST_PLAIN = 4
#: "now" and "today" are a start only in an answer.
_LONGEST_ANSWER = 4
_LONGEST_ANSWER_IN_PHRASES = 7
_LARGEST_MONTH_COUNT = 60
#: Languages in which "9. mjesec" is September.
_NUMBERED = frozenset(["hr", "sr_Latn", "sr_Cyrl", "cnr", "sk", "sl", "de"])


@dataclass(frozen=True)
class _Month:
    """A month named in a message, with the day and year beside it if any."""

    month: int
    first: int
    last: int
    day: int | None = None
    year: int | None = None


def find_dates(reading: Reading, today: date) -> list[Entity]:
    """The dates (`2027-03-15`) and months (`2027-03`) of a message; without a year, the next to come."""
    in_digits = numeric_dates(reading.document, today) + _slashed_days(reading, today)
    return (
        in_digits + _named_months(reading, today) + _numbered_months(reading, today) + _relative_dates(reading, today)
    )


def _numbered_months(reading: Reading, today: date) -> list[Entity]:
    """Months by their number, with a dot ("9. mjesec 2027")."""
    found = []
    for hit in reading.hits("duration_units"):
        before = hit.first - 1
        if hit.value != "month" or not reading.joined(hit.first) or not reading.document.gap(hit.first).startswith("."):
            continue
        month = reading.tokens[before].text
        if reading.lexicon.language not in _NUMBERED or not month.isdigit() or not 1 <= int(month) <= 12:
            continue
        named = _with_year(reading, _Month(int(month), before, hit.last), today)
        value = date_value(named.year, named.month, None, today)
        found.append(reading.entity("date", value, named.first, named.last))
    return found


def _slashed_days(reading: Reading, today: date) -> list[Entity]:
    """Day and month with a slash ("from 1/3"), which after no preposition may be a fraction or "24/7"."""
    found = []
    for match in _DAY_SLASH_MONTH.finditer(reading.document.folded):
        first = next((at for at, token in enumerate(reading.tokens) if token.at == match.start()), None)
        value = date_value(None, match.group("m"), match.group("d"), today)
        if first is None or value is None or match.group() == "24/7":
            continue
        if int(match.group("d")) > 12 or reading.context.date_before.before(reading.document, first):
            start, end = reading.document.source_span(*match.span())
            found.append(Entity("date", value, start, end))
    return found


def _named_months(reading: Reading, today: date) -> list[Entity]:
    found = []
    for hit in reading.hits("months"):
        named = _with_year(reading, _with_day(reading, _Month(int(hit.value), hit.first, hit.last)), today)
        if _is_meant(reading, hit, named):
            value = date_value(named.year, named.month, named.day, today) or date_value(
                named.year, named.month, None, today
            )
            found.append(reading.entity("date", value, named.first, named.last))
    return found


def _with_day(reading: Reading, named: _Month) -> _Month:
    before = named.first - 1
    while (
        named.first - before <= 2
        and reading.joined(before + 1)
        and reading.context.month_links.has(reading.tokens[before].text)
    ):
        before -= 1
    if reading.joined(before + 1) and (day := _day(reading, before)):
        return _Month(named.month, before, named.last, day, named.year)
    after = named.last + 1
    if reading.joined(after) and (day := _day(reading, after)) and not _counts(reading, after):
        ordinal = reading.joined(after + 1) and reading.tokens[after + 1].text in ("th", "st", "nd", "rd")
        return _Month(named.month, named.first, after + ordinal, day, named.year)
    return named


def _day(reading: Reading, index: int) -> int | None:
    text = reading.tokens[index].text if index >= 0 else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 31 else None


def _counts(reading: Reading, index: int) -> bool:
    """Whether a number counts something ("in March 3 people") rather than being a day."""
    after = index + 1
    if reading.joined(after) and reading.tokens[after].text in ("th", "st", "nd", "rd"):
        return False
    return reading.joined(after) and not _YEAR.fullmatch(reading.tokens[after].text)


def _with_year(reading: Reading, named: _Month, today: date) -> _Month:
    after = named.last + 1
    if (
        after < len(reading.tokens)
        and reading.context.month_links.has(reading.tokens[after].text)
        and reading.joined(after)
    ):
        after += 1
    near = after < len(reading.tokens) and reading.document.gap(after).strip() in ("", ",", "'", "/", ".")
    if near and _YEAR.fullmatch(reading.tokens[after].text):
        return _Month(named.month, named.first, after, named.day, int(reading.tokens[after].text))
    for offset, section in ((1, "next_year"), (0, "this_year")):
        hit = next((hit for hit in reading.hits("relative_dates") if hit.value == section), None)
        if hit and (hit.first == named.last + 1 or hit.last == named.first - 1):
            first, last = min(named.first, hit.first), max(named.last, hit.last)
            return _Month(named.month, first, last, named.day, today.year + offset)
    return named


def _is_meant(reading: Reading, hit: Hit, named: _Month) -> bool:
    """Whether a month's name is one here: ordinary and short words need a preposition, a day or a year."""
    word = reading.tokens[hit.first].text
    named_so = named.day is None and named.year is None and reading.is_capitalised(hit.first)
    if named_so and reading.context.name_before.before(reading.document, hit.first):
        return False  # "Frau März"
    if hit.length > 1 or (not reading.context.ordinary_months.has(word) and len(word) >= _SHORTEST_PLAIN):
        return True
    if named.day or named.year or reading.is_whole(hit.first, hit.last):
        return True
    return reading.context.date_before.before(reading.document, hit.first) or _beside_month(reading, hit)


def _beside_month(reading: Reading, hit: Hit) -> bool:
    """Whether another month is named beside it ("May or June", "May/June")."""
    for other in reading.hits("months"):
        first, second = sorted((hit, other), key=lambda one: one.first)
        link = reading.beginning("range_words", first.last + 1)
        between = second.first - first.last - 1
        if first is not second and (between == 0 or (link and link.length == between)):
            return reading.joined(second.first)
    return False


def _relative_dates(reading: Reading, today: date) -> list[Entity]:
    found = []
    for hit in reading.hits("relative_dates"):
        value = _relative(reading, hit, today)
        if value:
            found.append(reading.entity("date", value[0], hit.first, value[1]))
    for index in reading.lexicon.indexes:
        for form in index.around_numbers:
            found += _in_months(reading, form, today)
    return found


def _relative(reading: Reading, hit: Hit, today: date) -> tuple[str, int] | None:
    """The value, and the last token of what says it."""
    if hit.value in ("now", "today"):
        longest = _LONGEST_ANSWER if hit.length == 1 else _LONGEST_ANSWER_IN_PHRASES
        is_code = reading.typed(hit.first, hit.last).isupper() and not reading.shouted  # SAD is the USA
        if len(reading.tokens) > longest or is_code:
            return None
        return (today.isoformat() if hit.value == "today" else _months_on(today, 0)), hit.last
    if hit.value in _SEASONS:
        named = _with_year(reading, _Month(_SEASONS[hit.value], hit.first, hit.last), today)
        value = date_value(named.year, named.month, None, today)
        return (value, named.last) if value else None
    if hit.value == "next_year":
        return f"{today.year + 1:04d}-01", hit.last
    return _months_on(today, 1 if hit.value == "next_month" else 0), hit.last


def _months_on(today: date, months: int) -> str:
    count = today.year * 12 + today.month - 1 + months
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def _in_months(reading: Reading, form: Form, today: date) -> list[Entity]:
    """The month that is some months away ("in {n} months"), for each number of the message."""
    is_long = len(reading.tokens) > _LONGEST_ANSWER_IN_PHRASES
    found = []
    for quantity in reading.quantities:
        span = _around(reading, form, quantity) if 1 <= quantity.low <= _LARGEST_MONTH_COUNT else None
        between = quantity.is_range and reading.context.between.before(reading.document, quantity.first)
        if span is None or between or (is_long and reading.context.unclear_in_months.has(reading.tokens[span[0]].text)):
            continue
        found.append(reading.entity("date", _months_on(today, int(quantity.low)), *span))
    return found


def _around(reading: Reading, form: Form, quantity: Quantity) -> tuple[int, int] | None:
    """The first and last token of a form around a number, if it stands there."""
    place = next(at for at, word in enumerate(form.words) if word.text == NUMBER)
    first, last = quantity.first - place, quantity.last + len(form.words) - place - 1
    if first < 0 or last >= len(reading.tokens):
        return None
    around = (*reading.tokens[first : quantity.first], *reading.tokens[quantity.last + 1 : last + 1])
    words = (*form.words[:place], *form.words[place + 1 :])
    fits = all(word.matches(token.text) for word, token in zip(words, around, strict=True))
    return (first, last) if fits else None
