from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.components.text import fold, fold_text, normalise, read, tokenize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c\u030cas", "čas"),
        ("a\u00a0b\tc\nd", "a b c d"),
        ("  a\u200b \x00b  ", "a b"),
        ("👩\u200d🔧 ok", "👩\u200d🔧 ok"),
    ],
)
def test_text_is_composed_and_cleaned(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Česká", "ceska"),
        ("Straße", "strasse"),
        ("Ἀθήνα ΜΗΝΕΣ μήνες", "αθηνα μηνεσ μηνεσ"),
        ("Đorđe", "dorde"),
        ("Љубљана Њ Џ Ђ ћ", "ljubljana nj dz d c"),
        ("l’été", "l'ete"),
        ("2–3", "2-3"),
    ],
)
def test_folding_drops_case_and_diacritics_and_writes_serbian_in_latin(text: str, expected: str) -> None:
    assert fold_text(text) == expected


def test_folded_letters_know_their_place_in_the_source() -> None:
    folded, offsets = fold("Groß Љ")
    assert folded == "gross lj"
    assert offsets == [0, 1, 2, 3, 3, 4, 5, 5, 6]


def test_numbers_addresses_and_links_are_one_token_each() -> None:
    assert tokenize("1.250 2,5 a.b@c.eu https://x.eu/2 u.k. r&d l'ete 3mois") == [
        "1.250",
        "2,5",
        "a.b@c.eu",
        "https://x.eu/2",
        "u.k",
        "r&d",
        "l",
        "ete",
        "3",
        "mois",
    ]


def test_tokens_know_whether_a_sentence_ends_before_them() -> None:
    joined = {token.text: token.joined for token in read("St. Veit ist gut. Wien, Graz").tokens}
    assert joined == {"st": False, "veit": True, "ist": True, "gut": True, "wien": True, "graz": False}
    assert not read("schöner. Wien").tokens[1].joined


@given(st.text())
def test_folding_with_places_gives_the_same_letters(text: str) -> None:
    folded, offsets = fold(text)
    assert folded == fold_text(text)
    assert len(offsets) == len(folded) + 1
    assert offsets == sorted(offsets)


@given(st.text())
def test_tokens_lie_in_order_within_the_text(text: str) -> None:
    end = 0
    for token in read(text).tokens:
        assert end <= token.start < token.end <= len(text)
        end = token.end


@given(st.text())
def test_cleaning_a_second_time_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
