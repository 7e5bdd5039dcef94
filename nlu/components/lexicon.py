"""The lexicon of a language: every form its extractors look for, from our data, CLDR and partner names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import i18n
from nlu.components import cldr
from nlu.components.cities import City, CityIndex, city_index, city_key
from nlu.components.collection import collection_paused
from nlu.components.context import ContextWords, context_words
from nlu.components.entities_file import CityForms, EntitiesFile, read_entities_file
from nlu.components.forms import Form, FormIndex, Hit, parse_form
from nlu.components.text import Document, fold_text

FALLBACK = "en"
#: Languages that read alike see each other's forms, their own first.
_SIBLINGS: dict[str, tuple[str, ...]] = {
    "hr": ("sr_Latn", "cnr"),
    "sr_Latn": ("cnr", "hr"),
    "sr_Cyrl": ("sr_Latn", "cnr", "hr"),
    "cnr": ("sr_Latn", "hr"),
}
_LIST_SECTIONS = (
    "articles",
    "and_a_half",
    "range_words",
    "at_most",
    "at_least",
    "approximately",
    "people",
    "professions",
    "head_count_before",
)
_KEYED_SECTIONS = (
    "countries",
    "languages",
    "partners",
    "numbers",
    "duration_units",
    "months",
    "relative_dates",
    "roles",
    "sides",
    "company_sizes",
    "sectors",
    "objectives",
    "fields",
)


@dataclass(frozen=True)
class Lexicon:
    """What the extractors know of one language.

    `indexes` find its forms: its own first, then those of languages that read alike. `answers` maps short
    answers, folded, to their meaning. `fallback` is asked when this lexicon finds nothing of a kind.
    """

    language: str
    indexes: Sequence[FormIndex]
    answers: Mapping[str, str]
    context: ContextWords
    cities: CityIndex
    city_names: Mapping[City, str]
    fallback: Lexicon | None = None

    def find(self, document: Document) -> list[Hit]:
        """Every form of the language in a message.

        What people call an organisation in a language that reads alike is left out: "the chamber of economy" is
        another one in the next country.
        """
        own, *alike = self.indexes
        hits = own.find(document)
        for index in alike:
            hits += [hit for hit in index.find(document) if hit.form.section != "partners"]
        return hits

    def whole(self, section: str, token: str) -> Form | None:
        """The single-word form of a section that a folded token is."""
        return next((form for index in self.indexes if (form := index.whole(section, token))), None)

    def nearest(self, section: str, token: str) -> Form | None:
        """The form of a section that a folded token is one typing error away from."""
        return next((form for index in self.indexes if (form := index.nearest(section, token))), None)


class Lexicons(Mapping[str, Lexicon]):
    """The lexicons by language code."""

    def __init__(self, lexicons: Mapping[str, Lexicon]) -> None:
        self._lexicons = dict(lexicons)

    def __getitem__(self, language: str) -> Lexicon:
        return self._lexicons[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lexicons)

    def __len__(self) -> int:
        return len(self._lexicons)

    def serving(self, language: str | None) -> Lexicon:
        """The lexicon of a language, or the fallback's (English) where we have none."""
        found = self._lexicons.get(language or FALLBACK) or self._lexicons.get(FALLBACK)
        return found or next(iter(self._lexicons.values()))


def load_lexicons(
    nlu_dir: Path, partners: Mapping[str, Sequence[str]], languages: Sequence[str] | None = None
) -> Lexicons:
    """The lexicons of several languages (by default all supported ones).

    Args:
        nlu_dir: the folder with a folder for each language, in it `entities.yml`.
        partners: the partner organisations' codes, each with its names and aliases.
        languages: codes of ours.

    Raises:
        DataFileError: an `entities.yml` cannot be used as it stands.
    """
    wanted = list(languages or i18n.languages())
    sources = _Sources(nlu_dir, partners)
    with collection_paused():
        fallback = sources.lexicon(FALLBACK, None)
        lexicons = {code: sources.lexicon(code, fallback) for code in wanted if code != FALLBACK}
    return Lexicons({FALLBACK: fallback, **lexicons})


def load_lexicon(nlu_dir: Path, language: str, partners: Mapping[str, Sequence[str]] | None = None) -> Lexicon:
    """The lexicon of one language; with no `entities.yml` of its own, from CLDR's and num2words' data alone.

    Raises:
        DataFileError: the `entities.yml` cannot be used as it stands.
    """
    return load_lexicons(nlu_dir, partners or {}, [language])[language]


class _Sources:
    """Each language's own forms, built once and shared by the languages that read alike."""

    def __init__(self, nlu_dir: Path, partners: Mapping[str, Sequence[str]]) -> None:
        self._nlu_dir, self._partners = nlu_dir, partners
        self._entries: dict[str, EntitiesFile] = {}
        self._indexes: dict[str, FormIndex] = {}

    def lexicon(self, language: str, fallback: Lexicon | None) -> Lexicon:
        chain = (language, *_SIBLINGS.get(language, ()))
        answers: dict[str, str] = dict(fallback.answers) if fallback else {}
        for code in reversed(chain):
            answers.update(_answers(self._of(code)))
        return Lexicon(
            language=language,
            indexes=[self._index(code) for code in chain],
            answers=answers,
            context=context_words(language),
            cities=city_index(),
            city_names=self._city_names(language),
            fallback=fallback,
        )

    def _of(self, language: str) -> EntitiesFile:
        if language not in self._entries:
            file = self._nlu_dir / language / "entities.yml"
            known = frozenset(self._partners)
            self._entries[language] = read_entities_file(file, known) if file.exists() else EntitiesFile()
        return self._entries[language]

    def _city_names(self, language: str) -> dict[City, str]:
        """The usual English names, as the data give them, of the towns that the gazetteer calls otherwise."""
        entries = [*self._of(FALLBACK).cities, *self._of(language).cities]
        return {city: entry.name for entry in reversed(entries) if (city := _in_gazetteer(entry))}

    def _index(self, language: str) -> FormIndex:
        if language not in self._indexes:
            forms = [
                *_data_forms(self._of(language), language),
                *_known_forms(language),
                *_names(self._partners),
            ]
            self._indexes[language] = FormIndex(forms)
        return self._indexes[language]


def _in_gazetteer(entry: CityForms) -> City | None:
    named = city_index().named(city_key(entry.name))
    return next((city for city in named if city.country == entry.country), None)


def answer_key(text: str) -> str:
    """A short answer without letter case, diacritics and the punctuation or emoji around and after it."""
    folded = fold_text(text)
    kept = "".join(letter if letter.isalnum() or letter in "/" else " " for letter in folded)
    return " ".join(kept.split()) or folded.strip()


def _answers(entries: EntitiesFile) -> Iterator[tuple[str, str]]:
    for meaning, forms in entries.answers.items():
        for form in forms:
            yield answer_key(form), meaning


def _data_forms(entries: EntitiesFile, language: str) -> Iterator[Form]:
    for section in _LIST_SECTIONS:
        yield from _forms(getattr(entries, section), section, section, language)
    for section in _KEYED_SECTIONS:
        for key, texts in getattr(entries, section).items():
            yield from _forms(texts, section, key, language)
    for city in entries.cities:
        yield from _forms([*city.forms, city.name], "cities", (city.name, city.country), language)
    for duration in entries.durations:
        yield from _forms(duration.forms, "durations", (duration.min_months, duration.max_months), language)


def _forms(texts: Iterable[str], section: str, value: Any, language: str) -> Iterator[Form]:
    for text in texts:
        for variant in _spellings(text, language):
            yield Form(parse_form(variant), section, value)


def _spellings(text: str, language: str) -> Iterator[str]:
    """A form as written, and as people write it who lack its letters: đ as dj, German ä as ae."""
    yield text
    lower = text.casefold()
    if "đ" in lower:
        yield lower.replace("đ", "dj")
    if "ђ" in lower:
        yield fold_text(lower.replace("ђ", "dj"))
    if language == "de" and not lower.isascii():
        yield lower.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")


def _known_forms(language: str) -> Iterator[Form]:
    """What CLDR and num2words know: nominatives and number words; and IT, which is so called in all languages."""
    yield Form(parse_form("it"), "sectors", "K", "known")
    for code, name in cldr.country_names(language):
        yield Form(parse_form(name), "countries", code, "cldr")
    for tag, name in cldr.language_names(language):
        yield Form(parse_form(name), "languages", tag, "cldr")
    for month, name in cldr.month_names(language):
        yield Form(parse_form(name), "months", month, "cldr")
    for number, name in cldr.number_words(language):
        yield Form(parse_form(name), "numbers", float(number), "cldr")


def _names(partners: Mapping[str, Sequence[str]]) -> Iterator[Form]:
    for code, names in partners.items():
        for name in (code, *names):
            yield Form(parse_form(name), "partners", code, "names")
