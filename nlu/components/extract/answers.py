"""Short answers to a form's questions: yes and no, numbers, objectives."""

from __future__ import annotations

from nlu.components.extract.reading import Reading
from nlu.components.lexicon import Lexicons, answer_key
from nlu.components.text import fold_text, read


def short_answer(text: str, language: str, lexicons: Lexicons) -> str | None:
    """What a whole message means as a short answer, or None.

    Returns:
        One of yes, no, skip, any, search, dont_know, send, change, back, cancel.
    """
    answers = lexicons.serving(language).answers
    return answers.get(fold_text(text).strip()) or answers.get(answer_key(text))


def parse_number(text: str, language: str, lexicons: Lexicons) -> tuple[int, int] | None:
    """The whole number of a short answer, in digits or words ("oko 12 ljudi"), as the bounds of a range.

    Returns:
        None when the text holds no number, or several that make no range.
    """
    lexicon = lexicons.serving(language)
    document = read(text)
    reading = Reading(document, lexicon)
    found = reading.quantities
    if not found and lexicon.fallback:
        found = Reading(document, lexicon.fallback, reading).quantities
    if not found and len(reading.hits("articles")) == 1 and reading.hits("people"):
        return (1, 1)  # "une personne", "een medewerker"
    vague = {at for hit in reading.hits("approximately") for at in range(hit.first, hit.last + 1)}
    found = [quantity for quantity in found if not vague.issuperset((quantity.first, quantity.last))] or found
    in_digits = [quantity for quantity in found if reading.tokens[quantity.first].kind == "number"]
    found = in_digits or found  # "one of 12 people": the figure is meant, the words are articles
    whole = [
        quantity for quantity in found if quantity.low == int(quantity.low) and quantity.high == int(quantity.high)
    ]
    bounds = {(int(quantity.low), int(quantity.high)) for quantity in whole}
    return bounds.pop() if len(bounds) == 1 and len(whole) == len(found) else None


def match_objectives(text: str, language: str, lexicons: Lexicons) -> list[str]:
    """The keys of the objectives that a text speaks of, in its order, none twice."""
    lexicon = lexicons.serving(language)
    document = read(text)
    reading = Reading(document, lexicon)
    hits = reading.hits("objectives")
    if not hits and lexicon.fallback:
        hits = Reading(document, lexicon.fallback, reading).hits("objectives")
    return list(dict.fromkeys(str(hit.value) for hit in hits))


def named_fields(text: str, language: str, lexicons: Lexicons) -> list[str]:
    """The form's slots that a text names ("the e-mail", "die Dauer"), the longest names first, none twice."""
    reading = Reading(read(text), lexicons.serving(language))
    hits = sorted(reading.hits("fields"), key=lambda hit: -hit.length)
    return list(dict.fromkeys(str(hit.value) for hit in hits))
