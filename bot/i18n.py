"""Which languages we have, which one a locale tag means, and texts, names and dates in a given language."""

from __future__ import annotations

import gettext as gettext_module
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timezone
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from babel import Locale
from babel.dates import format_date as babel_format_date
from babel.dates import format_skeleton
from babel.lists import format_list as babel_format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from bot.errors import DataFileError

LOCALES_DIR = Path(__file__).resolve().parent.parent / "locales"
DOMAIN = "messages"
FALLBACK = "en"

#: Tags of languages that people name, and the CLDR code to show their names by, where the two differ.
_CLDR_LANGUAGE = {"cnr": "sr_ME"}


@dataclass(frozen=True)
class Language:
    """A language of the bot, as described in `locales/languages.yml`."""

    code: str
    name: str
    cldr: str
    html: str
    direction: str
    status: str
    locales: tuple[str, ...]
    reviewer: str | None


@lru_cache(maxsize=1)
def all_languages() -> tuple[Language, ...]:
    """Every language of `languages.yml`, drafts included, in the file's order.

    Raises:
        DataFileError: the file is no YAML or an entry lacks a field.
    """
    file = LOCALES_DIR / "languages.yml"
    try:
        entries = yaml.safe_load(file.read_text(encoding="utf-8"))["languages"]
        return tuple(Language(**{**entry, "locales": tuple(entry["locales"])}) for entry in entries)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise DataFileError(file, line, "is not valid YAML", "correct the indentation or quotes there") from error
    except (KeyError, TypeError) as error:
        raise DataFileError(
            file, None, f"an entry is incomplete ({error})", "give each language the fields named at the file's top"
        ) from error


@lru_cache(maxsize=1)
def languages() -> dict[str, Language]:
    """The supported languages by code: those offered to people."""
    return {language.code: language for language in all_languages() if language.status == "supported"}


@lru_cache(maxsize=512)
def match_locale(tag: str | None) -> str | None:
    """The supported language that a locale tag means (`sl-SI` -> `sl`, `sr-Cyrl` -> `sr_Cyrl`), or None."""
    if not tag:
        return None
    wanted = tag.strip().replace("_", "-").casefold()
    known: dict[str, str] = {}
    for language in languages().values():
        for name in (language.code.replace("_", "-"), language.html, *language.locales):
            known.setdefault(name.casefold(), language.code)
    while wanted:
        if wanted in known:
            return known[wanted]
        wanted = wanted.rpartition("-")[0]
    return None


def cldr_locale(language: str) -> Locale:
    """Babel's locale for a language of ours."""
    return _locale(languages()[language].cldr if language in languages() else "en")


@lru_cache(maxsize=64)
def _locale(identifier: str) -> Locale:
    return Locale.parse(identifier)


@lru_cache(maxsize=64)
def _catalog(language: str) -> gettext_module.NullTranslations:
    folder = LOCALES_DIR / language / "LC_MESSAGES"
    source = folder / f"{DOMAIN}.po"
    if not source.exists():
        return gettext_module.NullTranslations()
    return _read_po(source)


def _read_po(source: Path) -> gettext_module.NullTranslations:
    """Compile a catalog in memory, so that an edited `.po` counts at the next start with no build step."""
    with source.open("rb") as file:
        catalog = read_po(file, domain=DOMAIN)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext_module.GNUTranslations(compiled)


def N_(message: str) -> str:
    """Mark an English source text for the message catalogs."""
    return message


def NP_(singular: str, plural: str) -> tuple[str, str]:
    """Mark an English source text and its plural for the message catalogs."""
    return singular, plural


def translate(language: str, message: str, /, **values: Any) -> str:
    """The catalog's text for an English source message, its `{placeholders}` filled; English where it lacks one."""
    text = _catalog(language).gettext(message) if message else ""
    for name, value in values.items():
        if str(value).endswith("."):  # one full stop after "d.o.o."
            text = text.replace(f"{{{name}}}.", f"{{{name}}}")
    return text.format(**values) if values else text


def translate_plural(language: str, singular: str, plural: str, count: int, /, **values: Any) -> str:
    """As `translate`, in the plural form that `count` needs; `{count}` is filled with it."""
    text = _catalog(language).ngettext(singular, plural, count)
    return text.format(count=format_number(language, count), **values)


def country_name(language: str, code: str) -> str:
    """A country's name in the nominative, from CLDR; the code where CLDR has none."""
    return str(cldr_locale(language).territories.get(code.upper(), code))


def language_name(language: str, tag: str) -> str:
    """The name of a language in another one; our own languages by their own `languages.yml` name as a last resort."""
    wanted = _CLDR_LANGUAGE.get(tag, tag)
    own = languages().get(tag)
    try:
        name = Locale.parse(wanted).get_display_name(cldr_locale(language))
    except (ValueError, LookupError):
        name = None
    if own and (name is None or tag in _CLDR_LANGUAGE or "_" in tag):
        return own.name
    return str(name or tag)


def format_list(language: str, items: Iterable[str], style: str = "standard") -> str:
    """Items joined as the language does it ("a, b and c"); style `or` for a choice."""
    return babel_format_list(list(items), style=style, locale=cldr_locale(language))  # type: ignore[arg-type]


def format_number(language: str, number: float) -> str:
    """A number with the language's separators."""
    return format_decimal(number, locale=cldr_locale(language))


def format_euro(language: str, amount: int) -> str:
    """A whole amount in euro, as the language writes it."""
    return format_currency(
        amount, "EUR", format=_whole_pattern(language), locale=cldr_locale(language), currency_digits=False
    )


@lru_cache(maxsize=64)
def _whole_pattern(language: str) -> str:
    pattern = cldr_locale(language).currency_formats["standard"].pattern
    return str(pattern).replace("0.00", "0")


def format_size(language: str, size: int) -> str:
    """A file's size in kilobytes or megabytes, at least one kilobyte ("120 kB", "1.5 MB")."""
    unit, number = ("megabyte", round(size / 1024**2, 1)) if size >= 1024**2 else ("kilobyte", -(-size // 1024))
    return str(format_unit(number, unit, length="short", locale=cldr_locale(language)))


def format_date(language: str, day: date) -> str:
    """A day with its month and year ("2 March 2026")."""
    return str(babel_format_date(day, format="long", locale=cldr_locale(language)))


def format_moment(language: str, moment: datetime) -> str:
    """A day and the time in UTC, of 24 hours ("2 Mar 2026, 09:30")."""
    utc = moment.astimezone(timezone.utc)
    return f"{babel_format_date(utc.date(), format='medium', locale=cldr_locale(language))}, {utc:%H:%M}"


def format_month(language: str, month: date) -> str:
    """A month with its year ("March 2027")."""
    return str(format_skeleton("yMMMM", month, locale=cldr_locale(language)))
