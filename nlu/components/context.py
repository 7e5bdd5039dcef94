"""The little words around an entity that tell what it is: `extract/context.yml`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import DataFileError
from nlu.components.forms import Word, parse_form
from nlu.components.text import Document

CONTEXT_FILE = Path(__file__).resolve().parent / "extract" / "context.yml"
_READ_ALIKE = {"sr_Latn": "hr", "sr_Cyrl": "hr", "cnr": "hr"}


class _LanguageEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    place_before: list[str] = []
    date_before: list[str] = []
    language_before: list[str] = []
    speak: list[str] = []
    language_need: list[str] = []
    be: list[str] = []
    per: list[str] = []
    age_before: list[str] = []
    past_before: list[str] = []
    past_after: list[str] = []
    unit_adjectives: list[str] = []
    join: list[str] = []
    negations: list[str] = []
    comparing: list[str] = []
    between: list[str] = []
    or_about: list[str] = []
    home: list[str] = []
    away: list[str] = []
    origin: list[str] = []
    want_myself: list[str] = []
    our: list[str] = []
    own_firm: list[str] = []
    work_for: list[str] = []
    no_countries: list[str] = []
    me: list[str] = []
    counts_me: list[str] = []
    one_of_them: list[str] = []
    goes: list[str] = []
    let_me: list[str] = []
    i_am: list[str] = []
    no_staff: list[str] = []
    trading: list[str] = []
    of_them: list[str] = []
    groups_of: list[str] = []
    along: list[str] = []
    company_nouns: list[str] = []
    name_before: list[str] = []


class _EverywhereEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    ordinary_cities: list[str]
    personal_names: list[str]
    no_cities: list[str]
    ordinary_countries: list[str]
    no_countries: list[str]
    country_codes: list[str]
    ordinary_partners: list[str]
    ordinary_months: list[str]
    unclear_in_months: list[str]
    no_sectors: list[str]
    no_sides: list[str]
    legal_forms: list[str]
    month_links: list[str]
    money: list[str]
    range_openers: list[str]
    bounds_after: list[str]
    bound_links: list[str]
    number_articles: list[str]
    language_levels: list[str]
    but: list[str]
    harmless: list[str]
    denials: list[str]
    perhaps: list[str]
    every: list[str]
    no_longer: list[str]
    no_shorter: list[str]
    other_terms: list[str]
    determiners: list[str]
    no_nouns: list[str]
    hours: list[str]
    not_people: list[str]
    language_nouns: list[str]
    country_nouns: list[str]
    reference_cues: list[str]
    courtesy: list[str]


class _ContextFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    everywhere: _EverywhereEntry
    languages: dict[str, _LanguageEntry]


class WordSet:
    """A set of words, stems and short expressions that can be looked for at a place in a message."""

    def __init__(self, forms: Sequence[str]) -> None:
        self._signs = frozenset(form for form in forms if not any(letter.isalnum() for letter in form))
        parsed = [parse_form(form) for form in forms]
        whole = [words for words in parsed if not any(word.is_stem for word in words)]
        self._words = frozenset(" ".join(word.text for word in words) for words in whole)
        self._stems = tuple(words[0].text for words in parsed if len(words) == 1 and words[0].is_stem)
        self._expressions: tuple[tuple[Word, ...], ...] = tuple(words for words in parsed if len(words) > 1)

    def has(self, token: str) -> bool:
        """Whether folded text is one of the words or expressions, or begins with one of the stems."""
        return token in self._words or token.startswith(self._stems)

    def has_sign(self, text: str) -> bool:
        """Whether a stretch of text between tokens holds one of the signs (€, %)."""
        return any(letter in self._signs for letter in text)

    def at(self, document: Document, index: int) -> bool:
        """Whether one of the words or expressions begins at a token."""
        if not 0 <= index < len(document.tokens):
            return False
        if self.has(document.tokens[index].text):
            return True
        return any(_stands(document, index, words) for words in self._expressions)

    def before(self, document: Document, index: int) -> bool:
        """Whether one of them stands directly before a token, with no punctuation between."""
        if not 0 < index < len(document.tokens) or not document.tokens[index].joined:
            return False
        if self.has(document.tokens[index - 1].text):
            return True
        return any(_stands(document, index - len(words), words) for words in self._expressions)

    def covers(self, document: Document, first: int, last: int) -> bool:
        """Whether one of the words is the tokens `first` to `last`, or an expression holds them."""
        if self.has(" ".join(token.text for token in document.tokens[first : last + 1])):
            return True
        return any(
            _stands(document, start, words)
            for words in self._expressions
            for start in range(max(last - len(words) + 1, 0), first + 1)
        )


def _stands(document: Document, index: int, words: tuple[Word, ...]) -> bool:
    tokens = document.tokens[max(index, 0) : index + len(words)]
    return (
        index >= 0
        and len(tokens) == len(words)
        and all(word.matches(token.text) for word, token in zip(words, tokens, strict=True))
    )


@dataclass(frozen=True)
class ContextWords:
    """The context words of one language, and those that hold in all; `context.yml` says what each is for."""

    place_before: WordSet
    date_before: WordSet
    language_before: WordSet
    speak: WordSet
    language_need: WordSet
    be: WordSet
    per: WordSet
    age_before: WordSet
    past_before: WordSet
    past_after: WordSet
    unit_adjectives: WordSet
    join: WordSet
    negations: WordSet
    comparing: WordSet
    between: WordSet
    or_about: WordSet
    home: WordSet
    away: WordSet
    origin: WordSet
    want_myself: WordSet
    our: WordSet
    own_firm: WordSet
    work_for: WordSet
    me: WordSet
    counts_me: WordSet
    one_of_them: WordSet
    goes: WordSet
    let_me: WordSet
    i_am: WordSet
    no_staff: WordSet
    trading: WordSet
    of_them: WordSet
    groups_of: WordSet
    along: WordSet
    company_nouns: WordSet
    name_before: WordSet
    ordinary_cities: WordSet
    personal_names: WordSet
    no_cities: WordSet
    ordinary_countries: WordSet
    no_countries: WordSet
    country_codes: WordSet
    ordinary_partners: WordSet
    ordinary_months: WordSet
    unclear_in_months: WordSet
    no_sectors: WordSet
    no_sides: WordSet
    legal_forms: WordSet
    month_links: WordSet
    money: WordSet
    range_openers: WordSet
    bounds_after: WordSet
    bound_links: WordSet
    number_articles: WordSet
    language_levels: WordSet
    but: WordSet
    harmless: WordSet
    denials: WordSet
    perhaps: WordSet
    every: WordSet
    no_longer: WordSet
    no_shorter: WordSet
    other_terms: WordSet
    determiners: WordSet
    no_nouns: WordSet
    hours: WordSet
    not_people: WordSet
    language_nouns: WordSet
    country_nouns: WordSet
    reference_cues: WordSet
    courtesy: WordSet


@lru_cache(maxsize=1)
def _file() -> _ContextFile:
    remedy = "see the purposes that the file's top names"
    try:
        loaded = yaml.load(CONTEXT_FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        return _ContextFile.model_validate(loaded)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise DataFileError(CONTEXT_FILE, line, "is not valid YAML", "correct the quotes there") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DataFileError(CONTEXT_FILE, None, f"{place}: {first['msg']}", remedy) from error


@lru_cache(maxsize=32)
def context_words(language: str) -> ContextWords:
    """The context words of a language; only those of all languages where the file has none for it."""
    entry = _file().languages.get(_READ_ALIKE.get(language, language), _LanguageEntry())
    own, shared = entry.model_dump(), _file().everywhere.model_dump()
    lists = {purpose: own.get(purpose, []) + shared.get(purpose, []) for purpose in {**own, **shared}}
    return ContextWords(**{purpose: WordSet(forms) for purpose, forms in lists.items()})
