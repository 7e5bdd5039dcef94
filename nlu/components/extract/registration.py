"""A company's VAT or company number in a message, told by what it is called or by its looks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum import get_cc_module

from nlu.components.extract.reading import Reading
from nlu.components.lexicon import Lexicons
from nlu.components.text import read

#: The form's slot for it.
SLOT = "registration_number"
#: The letters that VAT numbers of member states begin with.
_STATES = "AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK"
#: After what such a number is called: a few little words or signs, a country's or register's letters, then the number.
_AFTER_NAME = re.compile(
    rf"\W{{0,4}}(?:(?!\d)\w{{1,12}}\W{{1,3}}){{0,2}}?"
    rf"(?P<number>(?:(?:{_STATES})U?[ .]?|[A-Za-z]{{0,3}})\d(?:[ ./-]?(?:\d|[A-Z](?![a-z])))*)(?![\w@])"
)
#: A VAT number by its looks: the letters of a member state, then its digits (Directive 2006/112/EC, Article 215).
_BY_LOOKS = re.compile(
    rf"(?<![\w@./])(?P<country>{_STATES})[ .]?(?=[\dA-Z])(?:[ .-]?[\dA-Z]){{7,13}}(?![\w@])",
    re.IGNORECASE,
)
#: Directive's letters -> ISO code.
_ISO = {"EL": "GR"}
_FEWEST_DIGITS = 5
#: Words up to this length say nothing beside a number ("la", "je").
_LONGEST_FILLER = 2


@dataclass(frozen=True)
class Told:
    """The number as typed, the message without it and what it is called, and whether that says anything else."""

    number: str
    rest: str
    is_all: bool


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
            return _told(reading, match["number"], f"{text[:start]} {text[match.end() :]}")
    for match in _BY_LOOKS.finditer(text):
        country = match["country"].upper()
        checked = get_cc_module(_ISO.get(country, country), "vat")
        if checked and checked.is_valid(match.group()):
            return _told(reading, match.group(), f"{text[: match.start()]} {text[match.end() :]}")
    return None


def _told(reading: Reading, number: str, rest: str) -> Told:
    context = reading.context
    fillers = (context.our, context.be, context.number_articles, context.join, context.home)
    words = [token.text for token in read(rest).tokens]
    is_all = all(len(word) <= _LONGEST_FILLER or any(of.has(word) for of in fillers) for word in words)
    return Told(number, rest.strip(" ,;.:-()"), is_all)
