from __future__ import annotations

from typing import Any

import pytest

SIZES = [
    ("en", "12 people", 12),
    ("en", "we are 12", 12),
    ("en", "a team of 25", 25),
    ("en", "we have 1,250 employees", 1250),
    ("en", "a medium-sized company", "medium"),
    ("fr", "nous sommes douze", 12),
    ("fr", "une équipe de 9 personnes", 9),
    ("fr", "environ 40 salariés", 40),
    ("de", "wir sind zwölf Leute", 12),
    ("de", "mit 1.250 Mitarbeitern", 1250),
    ("de", "etwa 20 Beschäftigte", 20),
    ("es", "somos 15", 15),
    ("es", "una plantilla de 30 trabajadores", 30),
    ("it", "siamo in 7", 7),
    ("it", "45 dipendenti", 45),
    ("nl", "we zijn met 14", 14),
    ("el", "είμαστε 8 άτομα", 8),
    ("el", "δώδεκα εργαζόμενοι", 12),
    ("hr", "oko 12 ljudi", 12),
    ("hr", "nas je sedam", 7),
    ("hr", "12 zaposlenih", 12),
    ("hr", "dvanaest", 12),
    ("sk", "sme 12", 12),
    ("sk", "máme 30 zamestnancov", 30),
    ("sl", "nas je osem", 8),
    ("sl", "18 zaposlenih", 18),
    ("sr_Latn", "imamo četrnaest zaposlenih", 14),
    ("sr_Cyrl", "имамо 14 запослених", 14),
    ("cnr", "nas je petoro", 5),
]


@pytest.mark.parametrize(("language", "text", "expected"), SIZES)
def test_sizes_are_found(values, language: str, text: str, expected: Any) -> None:
    assert values("company_size", language, text) == [expected]


NO_SIZES = [
    ("en", "we are 2 hours from Graz"),
    ("en", "for 3 months and 400 euros"),
    ("en", "one person may go, is that right"),
    ("en", "can we send two employees to Greece"),
    ("en", "2027"),
    ("de", "wir sind 20 km von Wien"),
    ("nl", "wij zijn een bakkerij in Gent"),
    ("fr", "nous sommes un atelier de couture"),
    ("hr", "sto dobiva radnik"),
    ("sr_Latn", "od 560 do 1100 evra. Nas zanima još nešto"),
]


@pytest.mark.parametrize(("language", "text"), NO_SIZES)
def test_other_numbers_are_no_sizes(values, language: str, text: str) -> None:
    assert values("company_size", language, text) == []


ROLES = [
    ("en", "she is our head of sales", "manager"),
    ("en", "I am self-employed", "owner"),
    ("fr", "je suis le gérant", "owner"),
    ("de", "unser Geschäftsführer möchte gehen", "manager"),
    ("de", "eine Mitarbeiterin von uns", "employee"),
    ("es", "soy autónomo", "owner"),
    ("el", "ο ιδιοκτήτης της εταιρείας", "owner"),
    ("el", "ένας υπάλληλός μας", "employee"),
    ("hr", "ide naša radnica", "employee"),
    ("sk", "konateľ firmy", "manager"),
    ("sl", "sem lastnik podjetja", "owner"),
    ("sr_Latn", "direktor fabrike", "manager"),
    ("sr_Cyrl", "власник фирме", "owner"),
]


@pytest.mark.parametrize(("language", "text", "expected"), ROLES)
def test_roles_are_found(values, language: str, text: str, expected: str) -> None:
    assert expected in values("role", language, text)


SIDES = [
    ("en", "we want to host", ["host"]),
    ("en", "we would send our joiner", ["sending"]),
    ("en", "both", ["both"]),
    ("en", "both brothers work here, all of them well", []),
    ("fr", "nous voulons accueillir quelqu'un", ["host"]),
    ("de", "wir wollen jemanden entsenden", ["sending"]),
    ("es", "queremos enviar a una empleada", ["sending"]),
    ("el", "θέλουμε να φιλοξενήσουμε", ["host"]),
    ("hr", "želimo ugostiti radnika", ["host"]),
    ("sk", "chceme niekoho vyslať", ["sending"]),
    ("sl", "radi bi bili gostitelj", ["host"]),
    ("sr_Latn", "hteli bismo da pošaljemo majstora", ["sending"]),
]


@pytest.mark.parametrize(("language", "text", "expected"), SIDES)
def test_sides_are_found(values, language: str, text: str, expected: list[str]) -> None:
    assert values("side", language, text) == expected


SECTORS = [
    ("en", "we are a small bakery", "C"),
    ("en", "IT", "K"),
    ("fr", "une menuiserie", "C"),
    ("de", "ein Hotel am See", "I"),
    ("es", "un despacho de abogados", "N"),
    ("el", "έχω κομμωτήριο", "T"),
    ("hr", "vodim frizerski salon", "T"),
    ("sk", "účtovník", "N"),
    ("sl", "imamo kmetijo", "A"),
    ("sr_Latn", "pekara", "C"),
    ("sr_Cyrl", "хотел", "I"),
]


@pytest.mark.parametrize(("language", "text", "expected"), SECTORS)
def test_sectors_are_found(values, language: str, text: str, expected: str) -> None:
    assert values("sector", language, text) == [expected]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sk", "it je to"),
        ("en", "it is fine"),
        ("es", "la cámara de comercio"),
        ("it", "la camera di commercio"),
        ("en", "can I refuse that"),
    ],
)
def test_ordinary_words_are_no_sectors(values, language: str, text: str) -> None:
    assert values("sector", language, text) == []
