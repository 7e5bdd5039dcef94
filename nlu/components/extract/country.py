"""Countries, from their names, case forms and demonyms, and from these with a typing error."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Entity
from nlu.components.cldr import NEAR_COUNTRIES
from nlu.components.extract.reading import Reading
from nlu.components.extract.spelling import is_misspelt, is_word
from nlu.components.forms import Hit

_FEWEST_CAPITALS = 2
#: Of South Slavic surnames that begin as a demonym does.
_SURNAME_ENDINGS = ("ovic", "evic", "cic")
#: Abbreviations from this length count in small letters after a preposition ("u bih", but "htio bih").
_SHORTEST_SMALL = 3


def find_countries(reading: Reading) -> list[Entity]:
    """The countries of a message."""
    return reading.entities("country", country_hits(reading))


def country_hits(reading: Reading) -> list[Hit]:
    """The forms of countries in a message that are meant so."""
    hits = [*reading.hits("countries"), *_misspelt(reading)]
    return sorted((hit for hit in hits if _is_meant(reading, hit)), key=lambda hit: hit.first)


def _misspelt(reading: Reading) -> Iterator[Hit]:
    """Words that are none, one typing error away from a country's form ("Itlaia", "fracuska")."""
    if reading.is_borrowed:
        return
    for at, token in enumerate(reading.tokens):
        unknown = token.kind == "word" and at not in reading.known and not _is_second_name(reading, at)
        if unknown and is_misspelt(token.text, reading.lexicon.language):
            form = reading.lexicon.nearest("countries", token.text)
            if form:
                yield Hit(form, at, at)


def _is_meant(reading: Reading, hit: Hit) -> bool:
    words, context = reading.folded(hit.first, hit.last), reading.context
    if context.no_countries.covers(reading.document, hit.first, hit.last) or _is_name(reading, hit):
        return False
    if context.country_codes.has(words):
        return _is_code(reading, hit)
    if hit.form.source == "cldr" and hit.value not in NEAR_COUNTRIES and context.ordinary_countries.has(words):
        return reading.is_proper(hit.first) or reading.is_whole(hit.first, hit.last)
    return True


def _is_name(reading: Reading, hit: Hit) -> bool:
    """Whether a person is called so ("Mr German", "Ivan Chorvát")."""
    if hit.first != hit.last or not reading.is_capitalised(hit.first) or reading.shouted:
        return False
    if _is_called(reading, hit.first):
        return not reading.context.country_nouns.has(_token(reading, hit.first + 1))
    if reading.tokens[hit.first].text.endswith(_SURNAME_ENDINGS) and not hit.form.exact:
        return True  # "Turčinović"
    if reading.lexicon.language in ("de", "en") or hit.form.source == "cldr":  # these write much else with a capital
        return False
    return _is_surname(reading, hit.first - 1, hit.first) or _is_surname(reading, hit.first + 1, hit.first + 1)


def _is_called(reading: Reading, index: int) -> bool:
    """Whether "my name is" stands before a word, a first name between or not."""
    names, document = reading.context.name_before, reading.document
    if names.before(document, index):
        return True
    return reading.joined(index) and reading.is_capitalised(index - 1) and names.before(document, index - 1)


def _is_surname(reading: Reading, index: int, joint: int) -> bool:
    """Whether a capitalised word that no dictionary has stands at a place, joined there to the next."""
    if not 0 <= index < len(reading.tokens) or not reading.joined(joint) or "-" in reading.document.gap(joint):
        return False
    token = reading.tokens[index]
    named = token.kind == "word" and reading.is_capitalised(index) and index not in reading.known
    return named and len(token.text) > 2 and not is_word(token.text, reading.lexicon.language)


def _is_second_name(reading: Reading, index: int) -> bool:
    """Whether a capitalised word follows another, as a surname does (German writes every noun so)."""
    follows = reading.lexicon.language != "de" and reading.joined(index) and reading.is_capitalised(index)
    return follows and reading.is_capitalised(index - 1) and not reading.shouted


def _token(reading: Reading, index: int) -> str:
    return reading.tokens[index].text if reading.joined(index) else ""


def _is_code(reading: Reading, hit: Hit) -> bool:
    """Whether an abbreviation that is a word as well is typed as one ("US", "BiH")."""
    typed = reading.typed(hit.first, hit.last)
    if sum(letter.isupper() for letter in typed) >= _FEWEST_CAPITALS:
        return not reading.shouted
    is_long = len(typed) >= _SHORTEST_SMALL
    return is_long and reading.context.place_before.before(reading.document, hit.first)
