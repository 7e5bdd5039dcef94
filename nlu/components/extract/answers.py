"""Short answers to a form's questions: yes and no, numbers, objectives."""

from __future__ import annotations

from nlu.components.extract.reading import Reading
from nlu.components.lexicon import Lexicon, Lexicons, answer_key
from nlu.components.text import fold_text, read

#: Longer messages are no short answers put together.
_MOST_WORDS = 7
_COURTESY = "courtesy"


def short_answer(text: str, language: str, lexicons: Lexicons) -> str | None:
    """What a whole message means as a short answer, or None.

    Returns:
        One of yes, no, skip, any, search, dont_know, send, change, back, cancel, go_on.
    """
    lexicon = lexicons.serving(language)
    whole = lexicon.answers.get(fold_text(text).strip()) or lexicon.answers.get(answer_key(text))
    return whole or _joined(answer_key(text).split(), lexicon)


def _joined(words: list[str], lexicon: Lexicon) -> str | None:
    """What several short answers, and words of courtesy, mean together: "nein, haben wir leider nicht"."""
    plain = [word for word in words if not lexicon.context.courtesy.has(word)]
    if known := lexicon.answers.get(" ".join(plain)):
        return known
    meanings: set[str] = set()
    at = 0
    while at < len(words) <= _MOST_WORDS:
        ends = range(len(words), at, -1)
        end, meaning = next(((end, known) for end in ends if (known := _known(words[at:end], lexicon))), (at, None))
        if meaning is None:
            return None
        meanings.add(meaning)
        at = end
    meanings.discard(_COURTESY)
    if not {"yes", "no"} <= meanings:
        for weaker in ("yes", "no", "skip"):  # "yes, send it", "no, not yet", "none, please find one"
            if len(meanings) > 1:
                meanings.discard(weaker)
    return meanings.pop() if len(meanings) == 1 else None


def _known(words: list[str], lexicon: Lexicon) -> str | None:
    said = " ".join(words)
    return lexicon.answers.get(said) or (_COURTESY if lexicon.context.courtesy.has(said) else None)


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
