"""An application is judged field by field, and what is not public is left to the contact point."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.applications.eligibility import assess
from bot.model import Reason
from bot.programme import Programme, load_programme

PROGRAMME = load_programme()
GOOD: dict[str, Any] = {
    "side": "sending",
    "company_name": "Zala d.o.o.",
    "country": "SI",
    "employees": 12,
    "destinations": ["AT"],
    "duration": {"min_months": 2.0, "max_months": 3.0},
}


@pytest.fixture
def programme() -> Programme:
    return PROGRAMME


def reason(rule: str, programme: Programme, **changes: Any) -> Reason | None:
    found = [one for one in assess({**GOOD, **changes}, programme).reasons if one.rule == rule]
    assert len(found) <= 1
    return found[0] if found else None


def verdict(rule: str, programme: Programme, **changes: Any) -> str | None:
    found = reason(rule, programme, **changes)
    return found.verdict if found else None


def test_fitting_application_is_eligible_with_a_reason_for_each_field(programme: Programme) -> None:
    result = assess({**GOOD, "turnover": "up_to_10"}, programme)
    assert result.verdict == "eligible"
    assert {one.verdict for one in result.reasons} == {"eligible"}
    assert [one.field for one in result.reasons] == [
        "country",
        "employees",
        "turnover",
        "destinations",
        "destinations",
        "duration",
    ]
    assert all(one.source for one in result.reasons)


def test_one_excluding_reason_outweighs_all_others(programme: Programme) -> None:
    result = assess({**GOOD, "employees": 400, "destinations": ["GB"]}, programme)
    assert {one.verdict for one in result.reasons} == {"eligible", "to_confirm", "not_eligible"}
    assert result.verdict == "not_eligible"


def test_open_reason_outweighs_the_good_ones(programme: Programme) -> None:
    assert assess({**GOOD, "destinations": ["GB"]}, programme).verdict == "to_confirm"


@pytest.mark.parametrize("country", PROGRAMME.facts.countries.eligible)
def test_company_of_every_country_that_takes_part_is_eligible(programme: Programme, country: str) -> None:
    assert verdict("company_country", programme, country=country) == "eligible"


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("GB", "to_confirm"),
        ("CH", "to_confirm"),
        ("LI", "to_confirm"),
        ("US", "not_eligible"),
        ("BA", "not_eligible"),
    ],
)
def test_company_of_another_country(programme: Programme, country: str, expected: str) -> None:
    found = reason("company_country", programme, country=country)
    assert found is not None
    assert (found.field, found.verdict, found.values["country"]) == ("country", expected, country)
    assert ("reason" in found.values) is (expected == "to_confirm")


@pytest.mark.parametrize(
    ("side", "employees", "expected"),
    [
        ("sending", 0, "eligible"),
        ("sending", 1, "eligible"),
        ("sending", 249, "eligible"),
        ("sending", 250, "not_eligible"),
        ("host", 250, "eligible"),
        ("host", 90000, "eligible"),
        ("both", 249, "eligible"),
        ("both", 250, "to_confirm"),
        (None, 250, "to_confirm"),
    ],
)
def test_size_counts_for_the_sending_side(
    programme: Programme, side: str | None, employees: int, expected: str
) -> None:
    found = reason("company_size", programme, side=side, employees=employees)
    assert found is not None
    assert found.verdict == expected
    assert found.values == {"employees": employees, "limit": 250, "side": side}


@pytest.mark.parametrize(
    ("side", "employees", "turnover", "expected"),
    [
        ("sending", 60, "over_50", "to_confirm"),
        ("both", 60, "over_50", "to_confirm"),
        ("host", 60, "over_50", "eligible"),
        ("sending", 60, "up_to_50", "eligible"),
        ("sending", None, "over_50", "to_confirm"),
        ("sending", 300, "over_50", None),
        ("sending", 60, "skipped", None),
        ("sending", 60, None, None),
    ],
)
def test_high_turnover_leaves_the_balance_sheet(
    programme: Programme, side: str, employees: int | None, turnover: str | None, expected: str | None
) -> None:
    assert verdict("company_turnover", programme, side=side, employees=employees, turnover=turnover) == expected


@pytest.mark.parametrize(
    ("destinations", "expected"),
    [
        (["AT"], "eligible"),
        (["SI"], "not_eligible"),
        ("SI", "not_eligible"),
        (["SI", "SI"], "not_eligible"),
        (["SI", "AT"], "to_confirm"),
        ("any", "eligible"),
        (["any"], "eligible"),
        ([], None),
        (None, None),
    ],
)
def test_stay_is_in_another_country(programme: Programme, destinations: Any, expected: str | None) -> None:
    assert verdict("another_country", programme, destinations=destinations) == expected


@pytest.mark.parametrize(
    ("destinations", "expected"),
    [
        (["AT"], "eligible"),
        (["NO"], "eligible"),
        (["TR"], "eligible"),
        (["GB"], "to_confirm"),
        (["CH", "LI"], "to_confirm"),
        (["US"], "not_eligible"),
        (["US", "BA"], "not_eligible"),
        (["US", "AT"], "eligible"),
        (["US", "GB"], "to_confirm"),
        (["SI", "US"], "not_eligible"),
        ("any", "eligible"),
        ([], None),
    ],
)
def test_one_destination_that_takes_part_is_enough(
    programme: Programme, destinations: Any, expected: str | None
) -> None:
    assert verdict("destination_country", programme, destinations=destinations) == expected


def test_destinations_in_doubt_are_named(programme: Programme) -> None:
    found = reason("destination_country", programme, destinations=["AT", "GB", "US"])
    assert found is not None
    assert (found.values["to_confirm"], found.values["not_eligible"]) == (["GB"], ["US"])


@pytest.mark.parametrize(
    ("country", "destinations", "expected"),
    [
        ("RS", ["ME"], "to_confirm"),
        ("RS", ["TR", "MK"], "to_confirm"),
        ("RS", ["AT"], "eligible"),
        ("RS", ["AT", "TR"], "eligible"),
        ("RS", ["NO"], "eligible"),
        ("RS", ["GB"], "to_confirm"),
        ("RS", "any", "eligible"),
        ("RS", ["RS"], None),
        ("RS", ["US"], None),
        ("RS", [], None),
        ("AT", ["RS"], None),
        ("IS", ["TR"], None),
        ("US", ["TR"], None),
    ],
)
def test_stay_between_two_countries_outside_the_economic_area_has_to_be_confirmed(
    programme: Programme, country: str, destinations: Any, expected: str | None
) -> None:
    assert verdict("non_eu_pair", programme, country=country, destinations=destinations) == expected


DAY, WEEK = 12 / 365, 12 / 52


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1, 1, "eligible"),
        (6, 6, "eligible"),
        (1, 6, "eligible"),
        (round(28 * DAY, 2), round(28 * DAY, 2), "eligible"),
        (round(4 * WEEK, 2), round(4 * WEEK, 2), "eligible"),
        (round(27 * DAY, 2), round(27 * DAY, 2), "not_eligible"),
        (round(3 * WEEK, 2), round(3 * WEEK, 2), "not_eligible"),
        (round(184 * DAY, 2), round(184 * DAY, 2), "eligible"),
        (round(185 * DAY, 2), round(185 * DAY, 2), "not_eligible"),
        (7, 7, "not_eligible"),
        (7, 12, "not_eligible"),
        (round(2 * WEEK, 2), 2, "to_confirm"),
        (5, 8, "to_confirm"),
        (0.5, 12, "to_confirm"),
        (None, 3, "eligible"),
        (2, None, "eligible"),
        (None, 0.5, "not_eligible"),
        (8, None, "not_eligible"),
        (None, None, None),
    ],
)
def test_length_is_held_against_the_limits(
    programme: Programme, low: float | None, high: float | None, expected: str | None
) -> None:
    assert verdict("duration", programme, duration={"min_months": low, "max_months": high}) == expected


def test_host_is_judged_by_the_same_rules_mirrored(programme: Programme) -> None:
    host = {**GOOD, "side": "host", "employees": 5000, "country": "RS", "destinations": ["ME", "RS"]}
    result = assess(host, programme)
    assert result.verdict == "to_confirm"
    assert {one.rule: one.verdict for one in result.reasons} == {
        "company_country": "eligible",
        "company_size": "eligible",
        "destination_country": "eligible",
        "another_country": "to_confirm",
        "non_eu_pair": "to_confirm",
        "duration": "eligible",
    }


@pytest.mark.parametrize("slot", sorted(GOOD))
def test_missing_field_is_not_judged(programme: Programme, slot: str) -> None:
    rest = {name: value for name, value in GOOD.items() if name != slot}
    assert slot not in {one.field for one in assess(rest, programme).reasons}
    assert assess(rest, programme).verdict == "eligible"


def test_empty_application_has_no_reasons(programme: Programme) -> None:
    assert assess({}, programme).reasons == ()


ISO = st.sampled_from(["SI", "RS", "TR", "GB", "US", "LI", "NO", "AT"])


@given(
    application=st.fixed_dictionaries(
        {},
        optional={
            "side": st.sampled_from(["sending", "host", "both", None]),
            "country": st.none() | ISO,
            "employees": st.none() | st.integers(0, 10**7) | st.just("skipped"),
            "turnover": st.sampled_from(["up_to_2", "up_to_10", "up_to_50", "over_50", "skipped", None]),
            "destinations": st.none() | st.just("any") | st.lists(ISO, max_size=4),
            "duration": st.none()
            | st.fixed_dictionaries(
                {"min_months": st.none() | st.floats(0.01, 60), "max_months": st.none() | st.floats(0.01, 60)}
            ),
        },
    )
)
def test_any_application_is_judged_by_its_worst_reason(application: dict[str, Any]) -> None:
    result = assess(application, PROGRAMME)
    given_verdicts = {one.verdict for one in result.reasons}
    order = ["not_eligible", "to_confirm", "eligible"]
    assert result.verdict == next((one for one in order if one in given_verdicts), "eligible")
    assert all(one.source for one in result.reasons)
