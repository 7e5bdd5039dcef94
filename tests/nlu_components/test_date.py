from __future__ import annotations

from datetime import date

import pytest

from nlu.components.extract import extract_entities
from nlu.components.lexicon import Lexicons

CASES = [
    ("en", "we would start in March", "2027-03"),
    ("en", "in May", "2027-05"),
    ("en", "from 3 May on", "2027-05-03"),
    ("en", "March 15, 2027", "2027-03-15"),
    ("en", "on the 3rd of June", "2027-06-03"),
    ("en", "2027-02-15", "2027-02-15"),
    ("en", "15/02/2027", "2027-02-15"),
    ("en", "02/2027", "2027-02"),
    ("en", "starting from 1/3", "2027-03-01"),
    ("el", "θα ξεκινήσουμε 15/3", "2027-03-15"),
    ("en", "next month", "2026-12"),
    ("en", "in two months", "2027-01"),
    ("en", "asap", "2026-11"),
    ("en", "next spring", "2027-03"),
    ("en", "in winter", "2026-12"),
    ("en", "in May next year", "2027-05"),
    ("en", "at the end of the year", "2026-12"),
    ("fr", "à partir du 15 mars", "2027-03-15"),
    ("fr", "en mars", "2027-03"),
    ("fr", "le 1er octobre 2027", "2027-10-01"),
    ("fr", "dans trois mois", "2027-02"),
    ("de", "ab 15.2.", "2027-02-15"),
    ("de", "am 15. 2. 2027", "2027-02-15"),
    ("de", "ab Jänner", "2027-01"),
    ("de", "im Mai", "2027-05"),
    ("de", "im Herbst", "2027-09"),
    ("es", "el 15 de marzo de 2027", "2027-03-15"),
    ("es", "en verano", "2027-06"),
    ("es", "el año que viene", "2027-01"),
    ("it", "dal 3 marzo", "2027-03-03"),
    ("nl", "vanaf 1 april", "2027-04-01"),
    ("el", "από τον Μάρτιο", "2027-03"),
    ("el", "15 Μαρτίου 2027", "2027-03-15"),
    ("el", "το καλοκαίρι", "2027-06"),
    ("hr", "u ožujku", "2027-03"),
    ("hr", "15. ožujka 2027.", "2027-03-15"),
    ("hr", "od 3.2027", "2027-03"),
    ("sk", "v marci", "2027-03"),
    ("sk", "1. marca 2027", "2027-03-01"),
    ("sk", "na budúci rok", "2027-01"),
    ("sl", "marca", "2027-03"),
    ("sl", "15. 9. 2027", "2027-09-15"),
    ("sl", "naslednji mesec", "2026-12"),
    ("sr_Latn", "od 1. septembra", "2027-09-01"),
    ("sr_Cyrl", "у марту", "2027-03"),
    ("cnr", "naredni mjesec", "2026-12"),
]


@pytest.mark.parametrize(("language", "text", "expected"), CASES)
def test_dates_are_found_in_iso_form(values, language: str, text: str, expected: str) -> None:
    assert values("date", language, text) == [expected]


TRAPS = [
    ("en", "you may come, may we ask you something"),
    ("en", "they march on"),
    ("en", "can I still apply now or is it too late"),
    ("fr", "une barre de chocolat mars pour moi"),
    ("es", "una casa con vistas al ancho mar azul"),
    ("hr", "svi smo za to"),
    ("hr", "koliko novca dobijem kad idem za dva mjeseca na put"),
    ("en", "version 2.5 of 12.5 percent"),
    ("en", "32.13.2027"),
    ("en", "we are open 24/7, 1/3 of us"),
    ("en", "https://example.org/2027/02/15"),
]


@pytest.mark.parametrize(("language", "text"), TRAPS)
def test_other_words_and_numbers_are_no_dates(values, language: str, text: str) -> None:
    assert values("date", language, text) == []


def test_both_of_two_months_are_found(values) -> None:
    assert values("date", "en", "in May or June") == ["2027-05", "2027-06"]


def test_a_date_is_no_length_and_no_head_count(extract) -> None:
    found = extract("de", "15.2. für 3 Monate")
    assert [entity.entity for entity in found] == ["date", "duration"]


@pytest.mark.parametrize(
    ("today", "text", "expected"),
    [
        (date(2026, 3, 10), "in March", "2026-03"),
        (date(2026, 4, 1), "in March", "2027-03"),
        (date(2026, 12, 5), "next month", "2027-01"),
        (date(2026, 3, 10), "5 March", "2027-03-05"),
    ],
)
def test_a_month_without_a_year_is_the_next_to_come(lexicons: Lexicons, today: date, text: str, expected: str) -> None:
    found = extract_entities(text, "en", lexicons=lexicons, today=today)
    assert [entity.value for entity in found if entity.entity == "date"] == [expected]
