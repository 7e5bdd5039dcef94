"""A company's name is told by its legal form, before or after it, or by its quotation marks."""

from __future__ import annotations

import pytest

from nlu.components.extract.company_name import company_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Tischlerei Moser GmbH in Linz, 14 Leute", "Tischlerei Moser GmbH"),
        ("We're Dunbrody Foods Ltd, nine people", "Dunbrody Foods Ltd"),
        ("la SARL Dubois Frères à Lyon", "SARL Dubois Frères"),
        ("mi smo Kovač i Sin d.o.o. iz Siska", "Kovač i Sin d.o.o."),
        ("η Αφοί Παππά Ο.Ε. στα Χανιά", "Αφοί Παππά Ο.Ε."),
        ("naša kavarna „Pri mostu“ v Kranju", "Pri mostu"),
        ("a bakery in Graz", None),
        ("Alfa GmbH and Beta Ltd work together", None),
    ],
)
def test_the_one_company_of_a_text_is_found(text: str, name: str | None) -> None:
    assert company_name(text) == name
