from __future__ import annotations

import pytest

CASES = [
    ("en", "my reference is MSME-7KQ2XW9D, any news?", "MSME-7KQ2XW9D"),
    ("en", "msme-7kq2xw9d", "msme-7kq2xw9d"),
    ("en", "ref. 2023/114", "2023/114"),
    ("en", "No. 45/2021", "45/2021"),
    ("en", "our reference number is 2023/114", "2023/114"),
    ("en", "APP-12345 please", "APP-12345"),
    ("fr", "dossier n° 2024-118", "2024-118"),
    ("de", "AZ 4711-22", "4711-22"),
    ("de", "Aktenzeichen: 55821", "55821"),
    ("es", "expediente 118/26", "118/26"),
    ("el", "αρ. πρωτ. 1187/24", "1187/24"),
    ("hr", "zahtjev br. 2023/118", "2023/118"),
    ("sk", "č. 2022/118", "2022/118"),
    ("sl", "vloga št. 2021/145", "2021/145"),
    ("sr_Cyrl", "предмет бр. 45/2021", "45/2021"),
]


@pytest.mark.parametrize(("language", "text", "expected"), CASES)
def test_file_numbers_are_found_as_typed(values, language: str, text: str, expected: str) -> None:
    assert values("reference", language, text) == [expected]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "no 3 months please"),
        ("en", "our VAT number is BE0123456789"),
        ("en", "application by 2027-03-15"),
        ("en", "we work by ISO-9001"),
        ("de", "Fall 2027"),
        ("en", "msme-programme"),
    ],
)
def test_other_numbers_are_no_references(values, language: str, text: str) -> None:
    assert values("reference", language, text) == []


def test_the_parts_of_a_reference_are_no_other_entities(extract) -> None:
    assert [entity.entity for entity in extract("en", "ref. 2023/11")] == ["reference"]
