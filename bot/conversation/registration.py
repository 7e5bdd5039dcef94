"""A company's VAT or company number where a message gives it without being asked ("our VAT is ATU12345675")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum import get_cc_module

from bot.conversation import forms
from bot.conversation.turn import Turn
from nlu.components.extract.reading import Reading
from nlu.components.lexicon import Lexicons
from nlu.components.text import read

SLOT = "registration_number"
#: After what such a number is called: a few little words or signs, a country's or register's letters, then the number.
_AFTER_NAME = re.compile(
    r"\W{0,4}(?:(?!\d)\w{1,12}\W{1,3}){0,2}?(?P<number>(?:[^\W\d_]{1,3}[ .]?)?\d(?:[ ./-]?(?:\d|[A-Z](?![a-z])))*)(?![\w@])"
)
#: A VAT number by its looks: the letters of a member state, then its digits (Directive 2006/112/EC, Article 215).
_BY_LOOKS = re.compile(
    r"(?<![\w@./])(?P<country>AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK)"
    r"[ .]?(?=[\dA-Z])(?:[ .-]?[\dA-Z]){7,13}(?![\w@])",
    re.IGNORECASE,
)
#: Directive's letters -> ISO code.
_ISO = {"EL": "GR"}
_FEWEST_DIGITS = 5
#: What may be left of a message that does nothing but give the number ("hello, our VAT number is …").
_MOST_WORDS_LEFT = 3


@dataclass(frozen=True)
class Told:
    """The number as typed, and the message without it and what it is called."""

    number: str
    rest: str

    @property
    def is_all(self) -> bool:
        """Whether the message says nothing else."""
        return len(re.findall(r"\w+", self.rest)) <= _MOST_WORDS_LEFT


def told(text: str, language: str, lexicons: Lexicons) -> Told | None:
    """The one number that a message names as the company's, or that is one by its looks and its check digits."""
    reading = Reading(read(text), lexicons.serving(language))
    hits = [hit for hit in reading.hits("fields") if hit.value == SLOT]
    if not hits and reading.lexicon.fallback:
        hits = [
            hit for hit in Reading(read(text), reading.lexicon.fallback, reading).hits("fields") if hit.value == SLOT
        ]
    for hit in hits:
        start, end = reading.tokens[hit.first].start, reading.tokens[hit.last].end
        match = _AFTER_NAME.match(text, end)
        if match and sum(letter.isdigit() for letter in match["number"]) >= _FEWEST_DIGITS:
            return Told(match["number"], f"{text[:start]} {text[match.end() :]}".strip(" ,;.:-"))
    for match in _BY_LOOKS.finditer(text):
        country = match["country"].upper()
        checked = get_cc_module(_ISO.get(country, country), "vat")
        if checked and checked.is_valid(match.group()):
            return Told(match.group(), f"{text[: match.start()]} {text[match.end() :]}".strip(" ,;.:-"))
    return None


def told_beside(turn: Turn, slot: str, lexicons: Lexicons) -> Told | None:
    """The number that a message gives beside, or instead of, the answer to a slot's question."""
    if slot == SLOT or turn.parse.payload is not None:
        return None
    return told(turn.parse.text, turn.parse.language, lexicons)


def rest(turn: Turn, slot: str, told: Told) -> str:
    """What the message says beside the number, as the answer to a slot's question."""
    if slot != "city":
        return told.rest
    towns = [found for found in turn.parse.entities if found.entity == "city"]
    return turn.parse.text[towns[0].start : towns[0].end] if towns else told.rest


def stored(turn: Turn, number: str, lexicons: Lexicons) -> forms.Checked:
    """The number as it is stored: in the usual form of the company's country where it is one of its."""
    return forms.check(turn, SLOT, number, lexicons)
