"""What CLDR and num2words know of a language: names of countries, languages and months, number words."""

from __future__ import annotations

from collections.abc import Iterator

from num2words import CONVERTER_CLASSES, num2words

from bot import i18n

_NAMED_AS_TAGGED = (
    "en fr nl de es it el hr sk sl pl pt cs bg sv da fi et lv lt hu ro ga mt tr sq mk bs uk ru ar zh "
    "ca is nb lb ja ko hi he fa"
)
#: The languages whose names are looked for, as we tag them; each with the code by which CLDR names it.
LANGUAGE_TAGS: dict[str, str] = {
    **{tag: tag for tag in _NAMED_AS_TAGGED.split()},
    "sr_Latn": "sr",
    "cnr": "sr_ME",
}
#: Where num2words has other converters than the one of the language's own code. Croatian and Montenegrin share the
#: Serbian one's words; Greek has none.
_CONVERTERS: dict[str, tuple[str, ...]] = {"fr": ("fr", "fr_BE"), "sr_Latn": ("sr",)}
#: Every number up to here has its word looked for; of the larger ones only round ones.
LARGEST_NUMBER_WORD = 200
_ROUND_NUMBERS = (250, 300, 400, 500, 600, 700, 800, 900, 1000)
#: CLDR's macro-regions, codes that ISO 3166-1 only reserves, and private ones.
_WITHOUT_SEATS = "EU EZ UN QO ZZ XA XB IC EA AC CP CQ DG TA"
_NO_COUNTRY = frozenset(_WITHOUT_SEATS.split())


#: CLDR's short names, which Babel does not load.
_SHORT_NAMES = {"en": (("US", "US"), ("GB", "UK"))}


def country_names(language: str) -> Iterator[tuple[str, str]]:
    """ISO code and name, in the nominative, of every country."""
    for code, name in i18n.cldr_locale(language).territories.items():
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY:
            yield from ((code, part) for part in _variants(name))
    yield from _SHORT_NAMES.get(language, ())


def _variants(name: str) -> Iterator[str]:
    """A name as it stands, and without what it says in brackets ("Myanmar (Burma)")."""
    yield name
    before, bracket, inside = name.partition("(")
    if bracket:
        yield before.strip()
        yield inside.rstrip(") ")


def language_names(language: str) -> Iterator[tuple[str, str]]:
    """Tag and name, in the nominative, of the languages that are looked for."""
    names = i18n.cldr_locale(language).languages
    for tag, code in LANGUAGE_TAGS.items():
        if code in names:
            yield tag, names[code]


def month_names(language: str) -> Iterator[tuple[int, str]]:
    """Number and name of the months: nominative and genitive, full and abbreviated."""
    months = i18n.cldr_locale(language).months
    for context in ("stand-alone", "format"):
        for width in ("wide", "abbreviated"):
            yield from ((month, name.rstrip(".")) for month, name in months[context][width].items())


def number_words(language: str) -> Iterator[tuple[int, str]]:
    """Number and word, up to 200 and for larger round numbers, where num2words has the language."""
    own = (language,) if language in CONVERTER_CLASSES else ()
    for converter in _CONVERTERS.get(language, own):
        for number in (*range(LARGEST_NUMBER_WORD + 1), *_ROUND_NUMBERS):
            yield number, num2words(number, lang=converter)


_NAMED_IN_OUR_DATA = (
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE "
    "IS NO AL MK ME RS TR GB CH LI BA XK UA US CA CN IN JP BR MA TN RU"
)
#: The countries that our data files name in every language.
NEAR_COUNTRIES = frozenset(_NAMED_IN_OUR_DATA.split())
