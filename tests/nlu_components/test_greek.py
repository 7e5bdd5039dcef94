from __future__ import annotations

import pytest

from nlu.components.greek import as_it_sounds
from nlu.components.text import fold_text

PAIRS = [
    ("μπορώ", ["mporo", "mporw", "boro"]),
    ("την επιχείρηση", ["thn epixeirhsh", "tin epixirisi", "thn epichirisi"]),
    ("θέλω", ["thelw", "8elw", "9elo", "thelo"]),
    ("ευχαριστώ", ["euxaristw", "eyxaristo", "efharisto"]),
    ("τηλέφωνο", ["thlefwno", "tilefono"]),
    ("ξεκινάω", ["ksekinaw", "3ekinao", "xekinaw"]),
    ("ψάχνω", ["psaxnw", "4axnw"]),
    ("αυτό", ["auto", "afto", "avto", "ayto"]),
    ("χρόνια", ["xronia", "chronia"]),
]


@pytest.mark.parametrize(("greek", "latin"), PAIRS)
def test_both_alphabets_come_to_one_spelling(greek: str, latin: list[str]) -> None:
    assert {as_it_sounds(text) for text in latin} == {as_it_sounds(fold_text(greek))}


def test_numbers_stay() -> None:
    assert as_it_sounds("83 38") == "83 38"
