"""The bounds of a length: "at most", "not under", "two months at least, five at most"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlu.components.extract.lengths import MONTHS, Length, bound_beginning, bound_ending, counts_other, is_link
from nlu.components.extract.reading import Reading
from nlu.components.forms import Hit

#: How far, in tokens, the two bounds of one length stand apart ("at least two months, five at most").
_BOUNDS_REACH = 7
#: How far a negation follows the "longer than" that it turns into "at most".
_NEGATION_REACH = 9
#: How far "not a day more" follows a length.
_LONGEST_REACH = 3
#: The other bound.
_OPPOSITE = {"at_most": "at_least", "at_least": "at_most"}


def bounded(reading: Reading, lengths: Sequence[Length]) -> list[Length]:
    """The lengths with their bounds: "at most" opens one downwards, two bounds that stand close together bound one stay."""
    return _paired(reading, [_both_bounds(reading, _bounded(reading, length)) for length in lengths])


def _bounded(reading: Reading, length: Length) -> Length:
    """Apply "at most", "at least" before a single length, or after it."""
    if length.low != length.high:
        return length
    if _is_the_longest(reading, length.last):
        return _open(length, "at_most")
    first = length.first
    about = reading.ending("approximately", first - 1) if reading.joined(first) else None
    before = about.first if about else first
    if reading.joined(before):
        link = before - 1 if reading.context.bound_links.has(reading.tokens[before - 1].text) else before
        hit = bound_ending(reading, before - 1) or (bound_ending(reading, link - 1) if reading.joined(link) else None)
        if hit and not reading.context.range_openers.has(reading.folded(hit.first, hit.last)):
            return _open(replace(length, first=hit.first), _meant(reading, hit, length.last))
    return _bounded_after(reading, length)


def _is_the_longest(reading: Reading, last: int) -> bool:
    """Whether "not a day more" follows a length, and no number after it."""
    for at in range(last + 1, min(last + 1 + _LONGEST_REACH, len(reading.tokens))):
        if reading.context.no_longer.at(reading.document, at):
            return not _says_more(reading, at)
        if not is_link(reading, at):
            return False
    return False


def _says_more(reading: Reading, at: int) -> bool:
    """Whether a number follows "not more", or "not less": then it sets no bound."""
    document, context = reading.document, reading.context
    if any(context.no_shorter.at(document, later) for later in reading.sentence_after(at, _BOUNDS_REACH)):
        return True
    after = (later for later in reading.clause_after(at, _BOUNDS_REACH) if reading.quantity_beginning(later))
    return any(not context.no_longer.covers(document, later, later) for later in after)


def _meant(reading: Reading, hit: Hit, last: int) -> str:
    """Which bound a word sets: "under two months is impossible" and "can't be under" set the other one."""
    section, context = hit.form.section, reading.context
    if not context.comparing.covers(reading.document, hit.first, hit.last):
        return section
    before = any(
        context.negations.has(reading.tokens[at].text) for at in reading.clause_before(hit.first, _NEGATION_REACH)
    )
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
        joins = context.join.has(word) and word == reading.typed(at, at).casefold()  # Italian "è" is no "e"
        if joins or context.but.has(word):
            break
        if context.harmless.has(word):
            return False
        in_clause = all(reading.tokens[place].joined for place in range(last + 1, at + 1))
        is_tag = "?" in reading.document.folded[reading.tokens[at].to : reading.tokens[at].to + 2]
        negated = context.negations.has(word) and in_clause and not is_tag
        denied = denied or negated or context.denials.covers(reading.document, at, at)
    return denied


def _bounded_after(reading: Reading, length: Length) -> Length:
    """Apply a bound that follows ("3 months at most"), unless it goes with a number after it."""
    after = length.last + 1
    if not reading.joined(after) or not reading.context.bounds_after.at(reading.document, after):
        return length
    hit = bound_beginning(reading, after)
    if hit and not (reading.joined(hit.last + 1) and reading.quantity_beginning(hit.last + 1)):
        return _open(replace(length, last=hit.last), hit.form.section)
    return length


def _both_bounds(reading: Reading, length: Length) -> Length:
    """Complete a bounded length by the other bound, said without the unit: "at least one month, at most four"."""
    if (length.low is None) == (length.high is None):
        return length
    missing = "at_most" if length.high is None else "at_least"
    months = MONTHS[length.unit]
    after = range(length.last + 1, min(length.last + 1 + _BOUNDS_REACH, len(reading.tokens)))
    before = range(length.first - 1, max(length.first - 1 - _BOUNDS_REACH, -1), -1)
    for at in (*after, *before):
        quantity = reading.quantity_beginning(at)
        hit = bound_ending(reading, at - 1) if quantity and at else None
        if quantity and at > length.last:
            hit = bound_beginning(reading, quantity.last + 1) or hit
        if quantity is None or hit is None or quantity.is_range or _meant(reading, hit, quantity.last) != missing:
            continue
        if counts_other(reading, quantity.last + 1) or (
            reading.joined(quantity.last + 1) and reading.beginning("duration_units", quantity.last + 1)
        ):
            continue
        bound = quantity.low * months
        low, high = (length.low, bound) if missing == "at_most" else (bound, length.high)
        if low is not None and high is not None and low < high:
            first, last = min(length.first, hit.first), max(length.last, quantity.last)
            return replace(length, low=low, high=high, first=first, last=last)
    return length


def _paired(reading: Reading, lengths: Sequence[Length]) -> list[Length]:
    """Join a lower and an upper bound that stand close together: they bound one stay."""
    paired: list[Length] = []
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


def _open(length: Length, section: str) -> Length:
    return replace(length, low=None) if section == "at_most" else replace(length, high=None)
