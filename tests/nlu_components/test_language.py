from __future__ import annotations

import pytest

LANGUAGES = [
    ("en", "do you speak German?", ["de"]),
    ("en", "could we continue in Slovene", ["sl"]),
    ("en", "Greek please", ["el"]),
    ("en", "is French needed for the stay?", ["fr"]),
    ("en", "can you write in Serbian Cyrillic", ["sr-Cyrl"]),
    ("fr", "vous parlez espagnol ?", ["es"]),
    ("fr", "on peut continuer en italien", ["it"]),
    ("de", "können wir auf Deutsch weitermachen", ["de"]),
    ("de", "reichen meine Italienischkenntnisse?", ["it"]),
    ("es", "¿hablas griego?", ["el"]),
    ("es", "prefiero en inglés", ["en"]),
    ("it", "possiamo parlare in sloveno?", ["sl"]),
    ("nl", "spreekt u Duits of Frans?", ["de", "fr"]),
    ("el", "μιλάτε ελληνικά;", ["el"]),
    ("el", "στα αγγλικά παρακαλώ", ["en"]),
    ("el", "milate ellinika?", ["el"]),
    ("hr", "može na hrvatskom?", ["hr"]),
    ("hr", "treba li znati talijanski", ["it"]),
    ("sk", "rozumiete po slovensky?", ["sk"]),
    ("sk", "potrebujem angličtinu?", ["en"]),
    ("sl", "govorite slovensko?", ["sl"]),
    ("sl", "ali moram znati nemščino", ["de"]),
    ("sr_Latn", "pišite mi na srpskom", ["sr-Latn"]),
    ("sr_Latn", "pređimo na ćirilicu", ["sr-Cyrl"]),
    ("sr_Cyrl", "да ли говорите енглески", ["en"]),
    ("cnr", "pričate li crnogorski", ["cnr"]),
    ("nl", "volstaat C1 Spaans voor dat werk", ["es"]),
]


@pytest.mark.parametrize(("language", "text", "expected"), LANGUAGES)
def test_languages_are_found(values, language: str, text: str, expected: list[str]) -> None:
    assert values("language", language, text) == expected
    assert values("country", language, text) == []


PEOPLES = [
    ("en", "are german companies admitted", "DE"),
    ("en", "he is Serbian", "RS"),
    ("fr", "nous cherchons une entreprise italienne", "IT"),
    ("fr", "notre partenaire espagnol", "ES"),
    ("es", "mi socio francés quiere participar", "FR"),
    ("it", "il partner greco è pronto", "GR"),
    ("hr", "tko je hrvatski partner", "HR"),
    ("sk", "kto je slovenský partner", "SK"),
    ("sl", "kdo je slovenski partner", "SI"),
    ("sr_Latn", "imamo nemački kapital, nemačku firmu", "DE"),
    ("fr", "on m'a parlé d'un maçon croate", "HR"),
    ("sr_Latn", "makedonski kupac može da nas primi", "MK"),
    ("sl", "moja kuharica bi šla na Hrvaško", "HR"),
]


@pytest.mark.parametrize(("language", "text", "country"), PEOPLES)
def test_a_people_before_or_after_a_noun_is_a_country(values, language: str, text: str, country: str) -> None:
    assert country in values("country", language, text)


def test_a_language_of_which_no_country_is_named(values) -> None:
    assert values("language", "en", "Cyrillic script please") == ["sr-Cyrl"]
    assert values("language", "en", "he reads Arabic") == ["ar"]
