"""What a correcting sentence takes back and what it puts in its place: "not April but May", "not 15 but 16"."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import forms
from bot.conversation.forms import Accepted
from bot.conversation.turn import Parse, Turn
from nlu.components.extract import extract_entities, parse_number
from nlu.components.extract.reading import Reading
from nlu.components.lexicon import Lexicons
from nlu.components.text import read

#: Slots that a number without a word beside it may belong to.
NUMBERS = ("employees", "participants", "duration")
_LONGEST_LINK = 3


def undenied(turn: Turn, lexicons: Lexicons) -> Parse:
    """The parse of what is said instead where the message denies something, else the parse as it is.

    After "but" it is read by itself ("mai" is a month there); without it, the values that "not" stands before are left
    out where others of their kind remain.
    """
    parse, reading = turn.parse, _reading(turn.parse, lexicons)
    denied_from = next(
        (at for at, token in enumerate(reading.tokens) if reading.context.negations.has(token.text)), None
    )
    for at, token in enumerate(reading.tokens):
        if denied_from is not None and at > denied_from + 1 and reading.context.but.has(token.text):
            rest = parse.text[token.end :].strip()
            found = extract_entities(rest, parse.language, lexicons=lexicons, today=turn.now.date())
            if found:
                return replace(parse, text=rest, entities=tuple(found))
    at_start = {token.start: at for at, token in enumerate(reading.tokens)}
    denied = [one for one in parse.entities if one.start in at_start and _is_denied(reading, at_start[one.start])]
    left = {one.entity for one in parse.entities if one not in denied}
    return replace(parse, entities=tuple(one for one in parse.entities if one not in denied or one.entity not in left))


def replaced_number(turn: Turn, lexicons: Lexicons) -> tuple[str, Accepted] | None:
    """The one slot that holds the number which is denied, with the number that is said instead."""
    reading = _reading(turn.parse, lexicons)
    numbers = [(one.high, _is_denied(reading, one.first)) for one in reading.quantities if not one.is_range]
    old = [number for number, denied in numbers if denied]
    new = [number for number, denied in numbers if not denied]
    if len(old) != 1 or len(new) != 1:
        return None
    held = [slot for slot in NUMBERS if _number_of(turn, slot) == old[0]]
    checked = forms.check(turn, held[0], f"{new[0]:g}", lexicons) if len(held) == 1 else None
    return (held[0], checked) if isinstance(checked, Accepted) else None


def named_number(turn: Turn, slot: str, lexicons: Lexicons) -> Accepted | None:
    """The number that a message gives for the slot it names ("the length to 4 months")."""
    if slot not in NUMBERS or parse_number(turn.parse.text, turn.parse.language, lexicons) is None:
        return None
    checked = forms.check(turn, slot, turn.parse.text, lexicons)
    return checked if isinstance(checked, Accepted) else None


def _reading(parse: Parse, lexicons: Lexicons) -> Reading:
    return Reading(read(parse.text), lexicons.serving(parse.language))


def _is_denied(reading: Reading, first: int) -> bool:
    """Whether "not" stands before a token, directly or with one little word between ("pas en avril")."""
    negations = reading.context.negations
    if negations.before(reading.document, first):
        return True
    between = reading.tokens[first - 1].text if first else ""
    return len(between) <= _LONGEST_LINK and reading.joined(first) and negations.before(reading.document, first - 1)


def _number_of(turn: Turn, slot: str) -> float | None:
    value = turn.slots.get(slot)
    if isinstance(value, dict):
        return float(value["max_months"]) if value.get("min_months") == value.get("max_months") else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
