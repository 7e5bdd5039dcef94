from __future__ import annotations

import pytest

CASES = [
    ("en", "who works at the Spanish chamber in Brussels?", "CAMARABELUX"),
    ("en", "is the Dublin Chamber of Commerce a partner", "DCC"),
    ("en", "BINS told me to ask you", "BINS"),
    ("en", "Poslovni inkubator Novi Sad", "BINS"),
    ("fr", "la chambre espagnole m'a écrit", "CAMARABELUX"),
    ("fr", "je dépends de la CCI Nouvelle-Aquitaine", "CCI-NA"),
    ("de", "hilft mir die WKO dabei", "WKO"),
    ("de", "die spanische Handelskammer", "CAMARABELUX"),
    ("es", "la Fundación Equipo Humano", "FEH"),
    ("it", "chi risponde alla camera italo-slovacca", "CCIS-TSOK"),
    ("nl", "de Spaanse kamer in Brussel", "CAMARABELUX"),
    ("el", "το ισπανικό επιμελητήριο", "CAMARABELUX"),
    ("el", "ο ΣΘΕΒ απαντάει;", "STHEV"),
    ("hr", "javila mi se Tera Tehnopolis", "TERA"),
    ("sk", "Taliansko-slovenská obchodná komora", "CCIS-TSOK"),
    ("sl", "obrnil sem se na BSC Kranj", "BSC"),
    ("sr_Latn", "Poslovni inkubator iz Novog Sada", "BINS"),
    ("cnr", "Privredna komora Crne Gore", "CEM"),
]


@pytest.mark.parametrize(("language", "text", "code"), CASES)
def test_organisations_are_found_by_name_or_code(values, language: str, text: str, code: str) -> None:
    assert values("partner", language, text) == [code]


def test_an_organisation_goes_before_the_places_in_its_name(extract) -> None:
    found = extract("en", "the Spanish chamber in Brussels")
    assert [(entity.entity, entity.value) for entity in found] == [("partner", "CAMARABELUX")]
    found = extract("de", "Wirtschaftskammer Österreich")
    assert [(entity.entity, entity.value) for entity in found] == [("partner", "WKO")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "is there a forum for questions"),
        ("en", "we sell recycling bins"),
        ("en", "a forum with bins and tera bytes"),
        ("hr", "obratila sam se komori u Zagrebu"),
    ],
)
def test_ordinary_words_are_no_organisations(values, language: str, text: str) -> None:
    assert values("partner", language, text) == []


def test_a_code_that_is_a_word_counts_as_the_whole_message(values) -> None:
    assert values("partner", "en", "bsc") == ["BSC"]
    assert values("partner", "en", "WE ASKED IN THE FORUM") == []


def test_names_in_a_neighbouring_language_are_not_borrowed(values) -> None:
    assert values("partner", "hr", "javila mi se naša komora") == []
