"""Numbers and ranges of numbers in a message, in digits or words."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.components.extract.words import Words

#: Croatian and Serbian "what", which folds to the same letters as "hundred".
_NOT_NUMBERS = frozenset({"što", "шта", "што"})
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}


@dataclass(frozen=True)
class Quantity:
    """A number (`low` equals `high`) or a range, and the tokens that say it."""

    low: float
    high: float
    first: int
    last: int

    @property
    def is_range(self) -> bool:
        """Whether it is a range."""
        return self.low != self.high


def parse_digits(text: str) -> float | None:
    """The value of a number in digits: `1.250`, `1 250`, `1,250` are thousands, `2,5` and `2.5` fractions."""
    text = text.replace(" 1/2", "½")
    fraction = _FRACTIONS.get(text[-1:], 0.0)
    digits = text.rstrip("".join(_FRACTIONS)).replace(" ", "")
    if not digits:
        return fraction or None
    parts = digits.replace(",", ".").replace("'", ".").split(".")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(digits) > 12:
        return None
    if len(parts) > 1 and all(len(part) == 3 for part in parts[1:]) and parts[0] != "0":
        return float("".join(parts)) + fraction
    return float(".".join(parts[:2])) + fraction if len(parts) <= 2 else None


def _word_at(reading: Words, index: int) -> tuple[float, int] | None:
    """The number that a word or expression at a token means, and the token after it."""
    hit = reading.beginning("numbers", index)
    if hit is None or reading.typed(hit.first, hit.last).casefold() in _NOT_NUMBERS:
        return None
    return float(hit.value), hit.last + 1


def _number_at(reading: Words, index: int) -> tuple[float, int] | None:
    if index >= len(reading.tokens) or index in reading.blocked:
        return None
    token = reading.tokens[index]
    if token.kind == "number":
        value = parse_digits(token.text)
        return None if value is None else (value, index + 1)
    found = _word_at(reading, index)
    return _compound(reading, *found) if found else None


def _compound(reading: Words, value: float, after: int) -> tuple[float, int]:
    """Go on with "hundred", "and fifty", "two" … as long as they make one number."""
    while True:
        at = after
        if reading.joined(at) and reading.context.join.has(reading.tokens[at].text) and value >= 20:
            at += 1
        found = _word_at(reading, at) if reading.joined(at) else None
        if found is None:
            return value, after
        if found[0] in (100, 1000) and 2 <= value < found[0] and at == after:
            value *= found[0]
        elif _completes(value, found[0]):
            value += found[0]
        else:
            return value, after
        after = found[1]


def _completes(value: float, addition: float) -> bool:
    if addition < 1 or addition % 1:
        return False
    if 20 <= value < 100 and value % 10 == 0:
        return addition < 10
    if value >= 100 and value % 100 == 0 and value < 1000:
        return addition < 100
    return value >= 1000 and value % 1000 == 0 and addition < 1000


def quantity_at(reading: Words, index: int) -> Quantity | None:
    """The number or range that begins at a token."""
    first = _number_at(reading, index)
    if first is None:
        return None
    low, after = _with_half(reading, *first)
    second = _range_end(reading, low, after)
    if second is None:
        return Quantity(low, low, index, after - 1)
    return Quantity(low, second[0], index, second[1] - 1)


def _with_half(reading: Words, value: float, after: int) -> tuple[float, int]:
    half = reading.beginning("and_a_half", after) if reading.joined(after) else None
    return (value + 0.5, half.last + 1) if half else (value, after)


def _range_end(reading: Words, low: float, after: int) -> tuple[float, int] | None:
    """The upper number of a range: after a hyphen, a range word, or directly ("dva tri mjeseca")."""
    if not reading.joined(after):
        return None
    gap = reading.document.gap(after).strip()
    word = reading.beginning("range_words", after)
    close = gap == "/" or (not gap and reading.tokens[after].kind == "word")
    found = _number_at(reading, after)
    if found is None and word is not None and reading.joined(word.last + 1):
        article = reading.context.number_articles.has(reading.tokens[word.last + 1].text)
        at = word.last + 2 if article and reading.joined(word.last + 2) else word.last + 1
        found, close = _number_at(reading, at) or _number_at(reading, word.last + 1), False
    elif gap not in ("-", "/", ""):
        return None
    if found is None:
        return None
    high, end = _with_half(reading, *found)
    if high <= low or (close and (high != low + 1 or low >= 20)):
        return None
    if not gap and not close and word is None:
        return None
    return high, end


def quantities(reading: Words) -> list[Quantity]:
    """All numbers and ranges, from left to right, none twice."""
    found, index = [], 0
    while index < len(reading.tokens):
        quantity = quantity_at(reading, index)
        if quantity:
            found.append(quantity)
        index = quantity.last + 1 if quantity else index + 1
    return found
