"""Languages; where a word names both a language and a people ("German"), the words around it decide."""

from __future__ import annotations

from bot.model import Entity
from nlu.components.context import WordSet
from nlu.components.extract.reading import Reading
from nlu.components.forms import Hit

#: How many words around a language may hold the verb ("do you speak any German").
_REACH_BEFORE = 5
_REACH_AFTER = 3
_SHORTEST_NOUN = 4
#: Languages in which the noun stands before the adjective.
_ROMANCE = ("fr", "es", "it")
#: Endings of a country's name that its language does not have.
_FEMININE = {
    **dict.fromkeys(("hr", "sr_Latn", "sr_Cyrl", "cnr"), ("ska", "sku", "skoj", "cka", "cku", "ckoj")),
    "sl": ("ska", "cka"),
}


def as_tag(language: str) -> str:
    """The BCP 47 tag of a language as our data tag it."""
    return language.replace("_", "-")


def find_languages(reading: Reading) -> list[Entity]:
    """The languages of a message."""
    countries = {(hit.first, hit.last) for hit in reading.all_hits("countries")}
    return [
        reading.entity("language", as_tag(hit.value), hit.first, hit.last)
        for hit in reading.hits("languages")
        if not _is_surname(reading, hit) and ((hit.first, hit.last) not in countries or is_about_language(reading, hit))
    ]


def _is_surname(reading: Reading, hit: Hit) -> bool:
    """Whether a person is called so ("mijnheer Engels")."""
    return reading.is_capitalised(hit.first) and reading.context.name_before.before(reading.document, hit.first)


def is_about_language(reading: Reading, hit: Hit) -> bool:
    """Whether a word that may mean a country as well means the language here."""
    context = reading.context
    if _has(reading, hit.last + 1, context.country_nouns) or _has_noun_before(reading, hit):
        return False
    if reading.is_whole(hit.first, hit.last) or _has(reading, hit.last + 1, context.language_nouns):
        return True
    if _has(reading, hit.last + 1, context.language_levels) or context.language_levels.before(
        reading.document, hit.first
    ):
        return True
    if context.language_before.before(reading.document, hit.first):
        return True
    if _describes(reading, hit) or _is_feminine(reading, hit) or _are_people(reading, hit):
        return False
    if _is_paired_with_demonym(reading, hit) or _follows_a_demonym(reading, hit):
        return False
    if _is_among_cues(reading, hit):
        return True
    if context.be.before(reading.document, hit.first) or context.place_before.before(reading.document, hit.first):
        return False
    return not _goes_on(reading, hit)


def _has(reading: Reading, index: int, words: WordSet) -> bool:
    return reading.joined(index) and words.has(reading.tokens[index].text)


def _has_noun_before(reading: Reading, hit: Hit) -> bool:
    """Whether a Romance noun for people or companies stands before ("socio español")."""
    is_romance = reading.lexicon.language in _ROMANCE and reading.joined(hit.first)
    word = reading.tokens[hit.first - 1].text
    return is_romance and reading.context.country_nouns.has(word) and not reading.context.no_nouns.has(word)


def _is_among_cues(reading: Reading, hit: Hit) -> bool:
    """Whether the words around, up to the ends of the sentence, speak of languages or name another one."""
    context, tokens = reading.context, reading.tokens
    near = [
        *reading.sentence_before(hit.first, _REACH_BEFORE),
        *reading.sentence_after(hit.last, _REACH_AFTER),
    ]
    words = (tokens[at].text for at in near)
    if any(
        context.speak.has(word) or context.language_nouns.has(word) or context.language_need.has(word) for word in words
    ):
        return True
    countries = {other.last for other in reading.all_hits("countries")}
    return any(other.last in near and other.last not in countries for other in reading.all_hits("languages"))


def _is_feminine(reading: Reading, hit: Hit) -> bool:
    """Whether it ends as countries do in South Slavic languages, and languages don't ("engleska", but "engleski")."""
    endings = _FEMININE.get(reading.lexicon.language, ())
    return bool(endings) and hit.first == hit.last and reading.tokens[hit.first].text.endswith(endings)


def _are_people(reading: Reading, hit: Hit) -> bool:
    """Whether a Romance language's capital and article tell people ("les Français")."""
    if reading.lexicon.language not in _ROMANCE or not reading.is_proper(hit.first):
        return False
    return reading.joined(hit.first) and reading.context.determiners.has(reading.tokens[hit.first - 1].text)


def _is_paired_with_demonym(reading: Reading, hit: Hit) -> bool:
    """Whether "or" or "and" joins it to a demonym before a noun ("a Slovenian or Austrian firm")."""
    if reading.lexicon.language in _ROMANCE or not reading.joined(hit.last + 1):
        return False
    word = reading.beginning("range_words", hit.last + 1)
    if word is None or not reading.joined(word.last + 1):
        return False
    other = reading.beginning("countries", word.last + 1)
    return other is not None and reading.joined(other.last + 1) and _is_noun(reading, other.last + 1)


def _follows_a_demonym(reading: Reading, hit: Hit) -> bool:
    """Whether "or" or "and" joins it to a people named before it ("un viticulteur italien ou espagnol")."""
    if not reading.joined(hit.first):
        return False
    word = reading.ending("range_words", hit.first - 1)
    if word is None or not reading.joined(word.first):
        return False
    one = reading.ending("countries", word.first - 1)
    spoken = {(other.first, other.last) for other in reading.hits("languages")}
    return one is not None and not ((one.first, one.last) in spoken and is_about_language(reading, one))


def _describes(reading: Reading, hit: Hit) -> bool:
    """Whether it stands beside a noun that it describes ("un caviste croate", "makedonski dobavljač")."""
    if reading.lexicon.language in _ROMANCE:
        noun = hit.first - 1
        determined = reading.joined(noun) and reading.context.determiners.has(reading.tokens[noun - 1].text)
        return determined and reading.joined(hit.first) and _is_noun(reading, noun)
    verb = any(reading.context.speak.has(reading.tokens[at].text) for at in reading.clause_before(hit.first, 2))
    return not verb and reading.joined(hit.last + 1) and _is_noun(reading, hit.last + 1)


def _is_noun(reading: Reading, index: int) -> bool:
    """Whether a longer word says nothing of languages."""
    context, word = reading.context, reading.tokens[index].text
    cues = (context.speak, context.language_nouns, context.language_need, context.be, context.no_nouns)
    return len(word) >= _SHORTEST_NOUN and not any(cue.has(word) for cue in cues)


def _goes_on(reading: Reading, hit: Hit) -> bool:
    """Whether a longer word follows, which a demonym would belong to."""
    after = hit.last + 1
    if reading.lexicon.language in _ROMANCE:  # there the noun comes before
        return reading.joined(hit.first) and len(reading.tokens[hit.first - 1].text) >= _SHORTEST_NOUN
    return reading.joined(after) and len(reading.tokens[after].text) >= _SHORTEST_NOUN
