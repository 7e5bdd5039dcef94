from __future__ import annotations

from typing import Any

import pytest

from nlu.components.lexicon import Lexicons

CASES = [
    ("en", "our office is in Vienna", "Vienna", "AT"),
    ("en", "a joiner from Zilina wants to come", "Žilina", "SK"),
    ("en", "is there a contact point in graz", "Graz", "AT"),
    ("fr", "notre atelier est à Bordeaux", "Bordeaux", "FR"),
    ("fr", "nous partons de Bruxelles", "Brussels", "BE"),
    ("de", "unsere Werkstatt liegt in Wien", "Vienna", "AT"),
    ("de", "Betrieb aus Lüttich", "Liège", "BE"),
    ("es", "el hotel está en Liubliana", "Ljubljana", "SI"),
    ("es", "somos de A Coruña", "A Coruña", "ES"),
    ("it", "siamo di Salonicco", "Thessaloniki", "GR"),
    ("nl", "wij zijn gevestigd in Wenen", "Vienna", "AT"),
    ("el", "η έδρα μας είναι στη Λάρισα", "Larissa", "GR"),
    ("el", "από τον Βόλο", "Volos", "GR"),
    ("hr", "pogon nam je u Osijeku", "Osijek", "HR"),
    ("hr", "iz Zadra smo", "Zadar", "HR"),
    ("sk", "firma v Košiciach", "Košice", "SK"),
    ("sk", "prídeme z Trnavy", "Trnava", "SK"),
    ("sl", "delavnica je v Mariboru", "Maribor", "SI"),
    ("sl", "podjetje iz Celja", "Celje", "SI"),
    ("sr_Latn", "radimo u Kragujevcu", "Kragujevac", "RS"),
    ("sr_Latn", "firma je u Bečeju", "Bečej", "RS"),
    ("sr_Cyrl", "седиште је у Новом Саду", "Novi Sad", "RS"),
    ("cnr", "iz Nikšića dolazi majstor", "Nikšić", "ME"),
]


@pytest.mark.parametrize(("language", "text", "name", "country"), CASES)
def test_cities_are_found_with_their_country(values, language: str, text: str, name: str, country: str) -> None:
    assert {"name": name, "country": country} in values("city", language, text)


TRAPS = [
    ("en", "that is a nice offer, we split the bar bill of the spa"),
    ("en", "reading this I think March is best"),
    ("en", "my company is called Nova Gorica Tech"),
    ("en", "I am Martin"),
    ("de", "gerne, der Name steht auch dort"),
    ("de", "das Essen war gut"),
    ("fr", "comment ça marche sans avion"),
    ("es", "como hay gente, la union hace la fuerza"),
    ("it", "come va, siamo in cento soci"),
    ("hr", "sve je u redu, samo sam sama"),
    ("sl", "z veseljem, z dobro voljo"),
    ("nl", "de namen van de landen, wil je best weten"),
]


@pytest.mark.parametrize(("language", "text"), TRAPS)
def test_ordinary_words_are_no_cities(values, language: str, text: str) -> None:
    assert values("city", language, text) == []


@pytest.mark.parametrize(
    ("language", "text"), [("en", "we live in Nice"), ("en", "a firm called Nice, France"), ("en", "Nice")]
)
def test_a_town_that_is_a_word_counts_with_a_capital_in_a_places_position(values, language: str, text: str) -> None:
    assert values("city", language, text) == [{"name": "Nice", "country": "FR"}]


def _cities(values: Any, text: str) -> list[Any]:
    return [value["country"] for value in values("city", "en", text)]


def test_a_country_in_the_message_decides_between_namesakes(values) -> None:
    assert _cities(values, "our plant is in Valence") != []
    assert _cities(values, "we are from Tripoli, Greece") == ["GR"]
    assert _cities(values, "from Newport") == ["GB"]


def test_the_preposition_of_a_form_is_no_part_of_the_city(extract) -> None:
    text = "mi smo u Rijeci"
    city = next(found for found in extract("hr", text) if found.entity == "city")
    assert text[city.start : city.end] == "Rijeci"


def test_the_gazetteer_is_shared_by_all_languages(lexicons: Lexicons) -> None:
    assert len({id(lexicon.cities) for lexicon in lexicons.values()}) == 1
