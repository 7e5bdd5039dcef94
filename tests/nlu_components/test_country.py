from __future__ import annotations

import pytest

CASES = [
    ("en", "our bakery is in Austria, can somebody come from Slovenia?", ["AT", "SI"]),
    ("en", "is a greek firm allowed to host us", ["GR"]),
    ("en", "What about the UK and the Netherlands?", ["GB", "NL"]),
    ("en", "we work with companies from Australia", ["AU"]),
    ("fr", "mon entreprise se trouve en Autriche", ["AT"]),
    ("fr", "une société espagnole peut-elle nous accueillir ?", ["ES"]),
    ("fr", "de l'Irlande vers la Slovaquie", ["IE", "SK"]),
    ("de", "Wir sitzen in der Slowakei und möchten nach Kroatien", ["SK", "HR"]),
    ("de", "ein kleiner griechischer Betrieb sucht Anschluss", ["GR"]),
    ("de", "geht auch oesterreich oder die Schweiz", ["AT", "CH"]),
    ("es", "mi taller está en Eslovenia y quiero ir a Irlanda", ["SI", "IE"]),
    ("es", "¿pueden venir trabajadores italianos?", ["IT"]),
    ("it", "vorremmo andare in Grecia o in Croazia", ["GR", "HR"]),
    ("nl", "onze zaak ligt in België, kan iemand naar Oostenrijk?", ["BE", "AT"]),
    ("el", "η εταιρεία μας είναι στην Ιταλία", ["IT"]),
    ("el", "θέλουμε να πάμε στη Σλοβενία ή στην Ιρλανδία", ["SI", "IE"]),
    ("el", "i etairia mas einai stin ellada", ["GR"]),
    ("hr", "dolazimo iz Austrije", ["AT"]),
    ("hr", "može li tvrtka iz Crne Gore primiti radnika iz Irske", ["ME", "IE"]),
    ("hr", "radimo sa slovenskim firmama", ["SI"]),
    ("sk", "sídlime v Rakúsku, chceme do Talianska", ["AT", "IT"]),
    ("sk", "prijme nas chorvatska firma?", ["HR"]),
    ("sk", "slovenské firmy", ["SK"]),
    ("sl", "smo iz Grčije, radi bi šli na Hrvaško", ["GR", "HR"]),
    ("sl", "slovenske firme in avstrijska podjetja", ["SI", "AT"]),
    ("sr_Latn", "firma nam je u Sloveniji, a majstor ide u Nemačku", ["SI", "DE"]),
    ("sr_Cyrl", "желимо да пошаљемо радника у Грчку", ["GR"]),
    ("cnr", "imamo kompaniju u Crnoj Gori i partnera u Italiji", ["ME", "IT"]),
    ("en", "a partner in Sloveina", ["SI"]),
    ("de", "wir wollen nach Slovvenien", ["SI"]),
    ("fr", "un stage en Crotaie", ["HR"]),
    ("it", "andiamo in Austira", ["AT"]),
    ("hr", "tvrtka iz Slovčke", ["SK"]),
]


@pytest.mark.parametrize(("language", "text", "expected"), CASES)
def test_countries_are_found_in_any_form(values, language: str, text: str, expected: list[str]) -> None:
    assert values("country", language, text) == expected


TRAPS = [
    ("en", "please tell us more, it is for me"),
    ("en", "I jordan my shoes"),
    ("hr", "htio bih znati više"),
    ("hr", "mali biznis traži savjet"),
    ("sr_Latn", "želeo bih da se prijavim"),
    ("sl", "danes ne morem"),
    ("hr", "obratite se komori"),
    ("fr", "nous avons une réunion lundi"),
    ("es", "sí, es para mí"),
    ("de", "Frau Deutscher ruft an"),
    ("fr", "je m'appelle France"),
    ("sk", "pán Turek to podpíše"),
    ("hr", "tko mi je uzeo francuski ključ"),
    ("es", "gracias por todo"),
    ("de", "Wir machen Sanierungen von Altbauten"),
    ("en", "a turnkey project"),
    ("it", "sono Marco Croatto"),
    ("fr", "je ne parle pas italien"),
]


@pytest.mark.parametrize(("language", "text"), TRAPS)
def test_ordinary_words_are_no_countries(values, language: str, text: str) -> None:
    assert values("country", language, text) == []


def test_abbreviations_count_in_capitals(values) -> None:
    assert values("country", "hr", "tvrtka je iz BiH") == ["BA"]
    assert values("country", "en", "we export to the US") == ["US"]
    assert values("country", "sr_Latn", "imamo kupca u SAD") == ["US"]
