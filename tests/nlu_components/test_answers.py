from __future__ import annotations

import pytest

from nlu.components.extract import match_objectives, parse_number, short_answer
from nlu.components.lexicon import Lexicons

ANSWERS = [
    ("en", "Yes!!", "yes"),
    ("en", "yes 👍", "yes"),
    ("en", "👍", "yes"),
    ("en", "-", "skip"),
    ("en", "n/a", "skip"),
    ("en", "?", "dont_know"),
    ("en", "Don't know.", "dont_know"),
    ("en", "send", "send"),
    ("fr", "d’accord", "yes"),
    ("fr", "Je ne sais pas…", "dont_know"),
    ("de", "Ja, bitte!", "yes"),
    ("de", "abbrechen", "cancel"),
    ("es", "Sí, claro", "yes"),
    ("es", "cualquiera", "any"),
    ("it", "sì", "yes"),
    ("el", "ναι", "yes"),
    ("el", "ne", "yes"),
    ("el", "όχι", "no"),
    ("hr", "ne", "no"),
    ("hr", "preskoči", "skip"),
    ("sk", "áno", "yes"),
    ("sl", "ja", "yes"),
    ("sr_Latn", "svejedno", "any"),
    ("sr_Cyrl", "да", "yes"),
    ("cnr", "ne znam", "dont_know"),
    ("hr", "yes", "yes"),
    ("pl", "yes", "yes"),
    ("de", "abschicken bitte", "send"),
    ("de", "haben wir leider keinen", "skip"),
    ("de", "nein, leider noch nicht", "search"),
    ("de", "ja, abschicken!", "send"),
    ("de", "weitermachen", "go_on"),
    ("fr", "non pas encore", "search"),
    ("fr", "svp reprendre", "go_on"),
    ("el", "οχι δεν εχω", "skip"),
    ("el", "στειλε το παρακαλω", "send"),
    ("hr", "nemamo, tražite vi", "search"),
    ("sr_Cyrl", "не, нађите ви", "search"),
    ("de", "ja nein", None),
    ("en", "not yet, send it", None),
    ("en", "please", None),
    ("en", "no alpine joinery ltd", None),
]


@pytest.mark.parametrize(("language", "text", "expected"), ANSWERS)
def test_a_short_answer_is_understood(lexicons: Lexicons, language: str, text: str, expected: str) -> None:
    assert short_answer(text, language, lexicons) == expected


@pytest.mark.parametrize("text", ["", "   ", "yes please send me the form", "no idea what you mean by that"])
def test_only_a_whole_message_is_a_short_answer(lexicons: Lexicons, text: str) -> None:
    assert short_answer(text, "en", lexicons) is None


NUMBERS = [
    ("en", "twenty-five", (25, 25)),
    ("en", "between 10 and 15", (10, 15)),
    ("en", "1,250 employees", (1250, 1250)),
    ("en", "10 000", (10000, 10000)),
    ("en", "a hundred and twenty", (120, 120)),
    ("en", "three hundred", (300, 300)),
    ("en", "I have one colleague and 12 employees", (12, 12)),
    ("fr", "quatre-vingt-dix", (90, 90)),
    ("fr", "nonante", (90, 90)),
    ("de", "zwei Mitarbeiter", (2, 2)),
    ("de", "zweiundzwanzig", (22, 22)),
    ("de", "dreihundert", (300, 300)),
    ("es", "veinticinco", (25, 25)),
    ("it", "1.250", (1250, 1250)),
    ("nl", "vijfentwintig", (25, 25)),
    ("el", "είκοσι πέντε", (25, 25)),
    ("el", "δώδεκα άτομα", (12, 12)),
    ("hr", "oko 12 ljudi", (12, 12)),
    ("hr", "2-3", (2, 3)),
    ("hr", "dvanaest", (12, 12)),
    ("hr", "sto dvadeset", (120, 120)),
    ("sk", "dvadsaťpäť", (25, 25)),
    ("sl", "petindvajset", (25, 25)),
    ("sr_Latn", "dvadeset i pet", (25, 25)),
    ("sr_Cyrl", "око 12 људи", (12, 12)),
    ("cnr", "nas je pet", (5, 5)),
]


@pytest.mark.parametrize(("language", "text", "expected"), NUMBERS)
def test_a_number_is_read_from_digits_or_words(
    lexicons: Lexicons, language: str, text: str, expected: tuple[int, int]
) -> None:
    assert parse_number(text, language, lexicons) == expected


@pytest.mark.parametrize(
    "text", ["", "no idea", "2.5", "12 people, 3 of them part time", "15.2.2027", "+386 40 123 456", "²", "٣"]
)
def test_no_number_or_unrelated_numbers_give_none(lexicons: Lexicons, text: str) -> None:
    assert parse_number(text, "en", lexicons) is None


def test_what_is_no_hundred(lexicons: Lexicons) -> None:
    assert parse_number("što", "hr", lexicons) is None
    assert parse_number("sto", "hr", lexicons) == (100, 100)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "find customers and learn new skills, more customers", ["market", "skills"]),
        ("fr", "apprendre et exporter", ["skills", "market"]),
        ("de", "Technologie und Export", ["technology", "market"]),
        ("el", "να μάθουμε νέες δεξιότητες", ["skills"]),
        ("sk", "nové zručnosti, spolupráca", ["skills", "partnership"]),
        ("sl", "novi trgi", ["market"]),
        ("en", "because", []),
    ],
)
def test_objectives_come_in_the_order_of_the_text(
    lexicons: Lexicons, language: str, text: str, expected: list[str]
) -> None:
    assert match_objectives(text, language, lexicons) == expected
