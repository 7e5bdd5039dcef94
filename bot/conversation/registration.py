"""A company's VAT or company number where a message gives it without being asked ("our VAT is ATU12345675")."""

from __future__ import annotations

import re

from bot.conversation import forms
from bot.conversation.turn import Turn
from bot.model import FORM_SLOTS
from nlu.components.extract.registration import SLOT, Told, told
from nlu.components.lexicon import Lexicons

#: A number with, at most, the letters of a state before it ("ATU12345678", "094 259 216").
_BARE = re.compile(r"(?:[A-Za-z]{2,3}[ .]?)?\d[\d ./-]*[A-Za-z]?\d*")
_FEWEST_DIGITS = 7


def told_beside(turn: Turn, slot: str, lexicons: Lexicons) -> Told | None:
    """The number that a message gives beside, or instead of, the answer to a slot's question."""
    if slot == SLOT or SLOT not in FORM_SLOTS[turn.form] or turn.parse.payload is not None:
        return None
    return told(turn.parse.text, turn.parse.language, lexicons) or _alone(turn, slot, lexicons)


def _alone(turn: Turn, slot: str, lexicons: Lexicons) -> Told | None:
    """A bare number at the summary, whose button offers to add it; one that may be a phone number is none."""
    text = turn.parse.text.strip()
    if slot != "confirm" or not _BARE.fullmatch(text) or sum(letter.isdigit() for letter in text) < _FEWEST_DIGITS:
        return None
    is_phone = isinstance(forms.check(turn, "phone", text, lexicons), forms.Accepted)
    return None if is_phone and turn.slots.get("phone") in (None, forms.SKIPPED) else Told(text, "", is_all=True)


def rest(turn: Turn, slot: str, told: Told) -> str:
    """What the message says beside the number, as the answer to a slot's question."""
    if slot != "city":
        return told.rest
    towns = [found for found in turn.parse.entities if found.entity == "city"]
    return turn.parse.text[towns[0].start : towns[0].end] if towns else told.rest


def stored(turn: Turn, number: str, lexicons: Lexicons) -> forms.Checked:
    """The number as it is stored: in the usual form of the company's country where it is one of its."""
    return forms.check(turn, SLOT, number, lexicons)
