"""The verdict in words: each checked field, its rule and source, what would help and who can confirm; never a bare no."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

import pytest

from bot import i18n
from bot.applications.leads import from_form
from bot.applications.verdict_texts import Words, for_lead
from bot.model import Lead
from bot.programme import load_programme

PROGRAMME = load_programme()
GOOD: dict[str, Any] = {
    "side": "sending",
    "country": "GR",
    "employees": 12,
    "destinations": ["AT"],
    "duration": {"min_months": 2.0, "max_months": 3.0},
}
WHO = "→ Who can confirm: STHEV"


def lead(**changes: Any) -> Lead:
    return from_form(
        "application",
        {**GOOD, **changes},
        reference="MSME-TEST0001",
        language="el",
        channel="web",
        site=None,
        conversation="web:person",
        programme=PROGRAMME,
        now=datetime(2026, 11, 25, tzinfo=timezone.utc),
    )


def words(language: str = "en", **changes: Any) -> Words:
    told = for_lead(lead(**changes), language, PROGRAMME)
    assert told is not None
    return told


def field(label: str, told: Words) -> list[str]:
    """The line of a field and those that belong to it."""
    start = next(number for number, line in enumerate(told.verdict) if line[2:].startswith(f"{label}:"))
    rest = [*told.verdict[start + 1 :], ""]
    end = next(number for number, line in enumerate(rest) if not line.startswith("→"))
    return [told.verdict[start], *rest[:end]]


def test_what_is_met_is_a_line_a_field_with_the_number_of_its_source() -> None:
    assert words() == Words(
        (
            "By the public rules your application **meets the conditions**. The partner organisation confirms it.",
            "✓ Country: Greece [1]",
            "✓ Employees: 12 [2]",
            "✓ Other country: Austria [1][3]",
            "✓ Length of the stay: 2–3 months [3]",
        ),
        (
            "Rules as published at:",
            "[1] mobilise-sme.eu: https://mobilise-sme.eu/who-can-participate/",
            "[2] Commission Recommendation 2003/361/EC, Annex, Article 2(1)",
            "[3] mobilise-sme.eu: https://mobilise-sme.eu/mobilise-sme-approved/",
        ),
    )


@pytest.mark.parametrize(
    ("changes", "label", "told"),
    [
        (
            {"duration": {"min_months": 8.0, "max_months": 8.0}},
            "Length of the stay",
            ["✗ Length of the stay: 8 months [3]", "→ A stay lasts from 1 to 6 months. Choose a length", WHO],
        ),
        (
            {"duration": {"min_months": 4.0, "max_months": 8.0}},
            "Length of the stay",
            ["? Length of the stay: 4–8 months [3]", "A length within these limits fits.", WHO],
        ),
        ({"employees": 400}, "Employees", ["✗ Employees: 400 [1]", "A larger company can host.", WHO]),
        ({"employees": 400, "side": "both"}, "Employees", ["? Employees: 400 [1]", "Apply for hosting only.", WHO]),
        (
            {"employees": 60, "turnover": "over_50"},
            "Annual turnover",
            ["? Annual turnover: more than 50 million euro [2]", "at most 43 million euro", WHO],
        ),
        (
            {"destinations": ["GR"]},
            "Other country",
            ["✗ Other country: Greece [1][3]", "must be in different countries. Name another country.", WHO],
        ),
        (
            {"destinations": ["GR", "AT"]},
            "Other country",
            ["? Other country: Greece and Austria [1][3]", "please leave it out: Greece.", WHO],
        ),
        (
            {"destinations": ["US"]},
            "Other country",
            ["✗ Other country", "take part: United States. Choose a country that takes part.", WHO],
        ),
        (
            {"destinations": ["US", "GB"]},
            "Other country",
            ["? Other country", "do not settle it for: United Kingdom. The condition is met once that is", WHO],
        ),
        ({"country": "US", "partner": "STHEV"}, "Country", ["✗ Country: United States [1]", "can apply.", WHO]),
        ({"country": "CH", "partner": "STHEV"}, "Country", ["? Country: Switzerland [1]", "do not settle", WHO]),
        (
            {"country": "TR", "destinations": ["RS"], "partner": "STHEV"},
            "Other country",
            ["? Other country: Serbia [1][3]", "with a country of the European Economic Area.", WHO],
        ),
        (
            {"duration": None},
            "Length of the stay",
            ["? Length of the stay: not given [3]", "The contact point asks you: a stay lasts from 1 to 6", WHO],
        ),
        (
            {"employees": None},
            "Employees",
            ["? Employees: not given [3]", "The contact point asks you: a company that sends staff has fewer", WHO],
        ),
    ],
)
def test_what_is_not_met_or_open_has_its_rule_what_would_help_and_who_can_confirm(
    changes: dict[str, Any], label: str, told: list[str]
) -> None:
    lines = field(label, words(**changes))
    assert len(lines) == len(told)
    for line, part in zip(lines, told, strict=True):
        assert part in line


def test_a_country_that_does_not_take_part_is_named_beside_one_that_does() -> None:
    assert field("Other country", words(destinations=["AT", "US"])) == [
        "✓ Other country: Austria and United States [1][3]",
        "→ Not among the countries that take part: United States.",
    ]


def test_a_host_of_any_size_is_not_asked_for_its_employees() -> None:
    assert lead(side="host", employees=None).eligibility.verdict == "eligible"
    assert lead(employees=None).eligibility.verdict == "to_confirm"


@pytest.mark.parametrize("language", sorted(i18n.languages()))
def test_every_reason_has_words_in_every_language(language: str) -> None:
    cases: list[dict[str, Any]] = [
        {"employees": 400, "duration": {"min_months": 8.0, "max_months": 8.0}, "destinations": ["GR"]},
        {"employees": 400, "side": "both", "duration": {"min_months": 4.0, "max_months": 8.0}},
        {"employees": 60, "turnover": "over_50", "destinations": ["GR", "US", "GB"]},
        {"country": "US", "destinations": ["US"]},
        {"country": "TR", "destinations": ["RS", "US"], "duration": None, "employees": None},
    ]
    for changes in cases:
        told = words(language, **changes)
        signs = [line[0] for line in told.verdict[1:]]
        for place, sign in enumerate(signs):
            if sign in "✗?":
                assert signs[place + 1 : place + 3] == ["→", "→"]
        assert not re.search(r"[{}]", "\n".join((*told.verdict, *told.sources)))


def test_a_lead_that_was_not_judged_has_no_verdict() -> None:
    enquiry = Lead(**{**vars(lead()), "kind": "enquiry", "eligibility": None})
    assert for_lead(enquiry, "en", PROGRAMME) is None
