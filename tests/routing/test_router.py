"""Every application finds its partner organisation, by the rules as they stand in the file."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.programme import PROGRAMME_DIR, Programme, load_programme
from bot.routing import partner_candidates, route

LEAD = "CAMARABELUX"
OWN = {
    "BE": LEAD,
    "ES": "FEH",
    "IE": "DCC",
    "RS": "BINS",
    "HR": "TERA",
    "SK": "CCIS-TSOK",
    "SI": "BSC",
    "IT": "FORUM",
    "AT": "WKO",
    "GR": "STHEV",
    "FR": "CCI-NA",
    "ME": "CEM",
}


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme()


def codes(application: dict[str, Any], language: str, programme: Programme) -> list[str]:
    return [partner.code for partner in partner_candidates(application, language, programme)]


@pytest.mark.parametrize(("country", "code"), OWN.items())
def test_company_goes_to_its_own_countrys_organisation(programme: Programme, country: str, code: str) -> None:
    decision = route({"country": country, "destinations": ["DE"]}, "en", programme, "WKO")
    assert (decision.partner, decision.rule) == (code, "own_country")
    assert programme.partners[code].short_name in decision.reason


def test_luxembourg_goes_to_the_lead(programme: Programme) -> None:
    decision = route({"country": "LU"}, "fr", programme)
    assert (decision.partner, decision.rule) == (LEAD, "luxembourg")
    assert "Luxembourg" in decision.reason


def test_every_country_that_takes_part_finds_an_organisation(programme: Programme) -> None:
    countries = [
        *programme.facts.countries.eligible,
        *programme.facts.countries.to_confirm,
        "US",
        "AQ",
        "nonsense",
    ]
    for country in countries:
        decision = route({"country": country}, "en", programme)
        assert decision.partner == OWN.get(country, LEAD)
        assert "{" not in decision.reason


@pytest.mark.parametrize("country", ["DE", "PL", "NO", "TR", "MK", "GB", "CH", "LI", "US"])
def test_country_without_organisation_goes_to_the_chosen_one(programme: Programme, country: str) -> None:
    decision = route({"country": country}, "de", programme, "WKO")
    assert (decision.partner, decision.rule) == ("WKO", "chosen_partner")


def test_choice_may_lie_in_the_application(programme: Programme) -> None:
    assert route({"country": "DE", "partner": "BSC"}, "de", programme).partner == "BSC"


@pytest.mark.parametrize("chosen", [None, "", "NOBODY"])
def test_without_a_choice_the_lead_takes_it(programme: Programme, chosen: str | None) -> None:
    decision = route({"country": "DE"}, "de", programme, chosen)
    assert (decision.partner, decision.rule) == (LEAD, "otherwise")
    assert "Germany" in decision.reason


@pytest.mark.parametrize("application", [{}, {"country": None}, {"country": ""}])
def test_without_a_country_the_lead_takes_it(programme: Programme, application: dict[str, Any]) -> None:
    decision = route(application, "el", programme)
    assert (decision.partner, decision.rule) == (LEAD, "country_unknown")


def test_host_goes_to_its_own_countrys_organisation(programme: Programme) -> None:
    assert route({"side": "host", "country": "GR", "destinations": "any"}, "el", programme).partner == "STHEV"


@pytest.mark.parametrize("country", [*OWN, "LU"])
def test_no_choice_is_offered_where_an_organisation_serves_the_country(programme: Programme, country: str) -> None:
    assert codes({"country": country, "destinations": ["AT"]}, "de", programme) == []


def test_choice_begins_with_the_destinations_then_the_language_then_the_lead(programme: Programme) -> None:
    assert codes({"country": "DE", "destinations": ["SI", "HR"]}, "de", programme) == [
        "BSC",
        "TERA",
        "WKO",
        LEAD,
    ]


def test_those_whose_own_language_it_is_come_sooner(programme: Programme) -> None:
    assert codes({"country": "CH", "destinations": []}, "it", programme) == ["FORUM", "CCIS-TSOK", LEAD]


def test_choice_repeats_nobody_and_is_short(programme: Programme) -> None:
    offered = codes({"country": "PL", "destinations": ["IE", "AT", "IE", "BE"]}, "en", programme)
    assert offered[:3] == ["DCC", "WKO", LEAD]
    assert len(offered) == len(set(offered)) == 6


def test_many_destinations_leave_room_for_the_lead(programme: Programme) -> None:
    offered = codes({"country": "PL", "destinations": ["ES", "IE", "HR", "SK", "SI", "IT", "AT"]}, "el", programme)
    assert offered == ["FEH", "DCC", "TERA", "CCIS-TSOK", "BSC", LEAD]


@pytest.mark.parametrize("destinations", ["any", ["any"], None, []])
def test_any_destination_leaves_language_and_lead(programme: Programme, destinations: Any) -> None:
    assert codes({"country": "DE", "destinations": destinations}, "el", programme) == ["STHEV", LEAD]


def test_choice_without_anything_known_ends_with_the_lead(programme: Programme) -> None:
    assert codes({}, "hr", programme) == ["TERA", LEAD]


def test_whoever_is_offered_takes_the_application_when_chosen(programme: Programme) -> None:
    for country in ("DE", "TR", "GB"):
        application = {"country": country, "destinations": ["FR"]}
        offered = codes(application, "en", programme)
        assert offered
        assert [route(application, "en", programme, code).partner for code in offered] == offered


def with_rule(folder: Path, when: str, to: str) -> Programme:
    """The programme with one more rule before all others."""
    shutil.copytree(PROGRAMME_DIR, folder / "data", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    file = folder / "data" / "routing.yml"
    text = file.read_text(encoding="utf-8")
    rule = f"rules:\n  - name: added\n    when: {when}\n    to: {to}\n"
    rule += '    because: "For {partner}: {destinations}."\n'
    file.write_text(text.replace("rules:\n", rule, 1), encoding="utf-8")
    return load_programme(folder / "data")


SLOVENE = {"country": "SI", "side": "host", "destinations": ["IT", "FR"], "employees": 12, "city": "Maribor"}


@pytest.mark.parametrize(
    "when",
    [
        "{side: host}",
        "{country: SI, side: [host, both]}",
        "{destinations: [FR, ES]}",
        "{destinations: IT}",
        "{city: [maribor, Ptuj]}",
        "{employees: 12}",
        "{language: [sl, hr]}",
        "{channel: telegram}",
        "{site: bsc, language: sl}",
        "{country_in: [SI, HR]}",
        "{country_known: true}",
        "{partner_chosen: false}",
        "{country_is_served: true, side: host}",
    ],
)
def test_rule_written_in_the_file_decides(tmp_path: Path, when: str) -> None:
    programme = with_rule(tmp_path, when, "STHEV")
    decision = route(SLOVENE, "sl", programme, channel="telegram", site="bsc")
    assert (decision.partner, decision.rule) == ("STHEV", "added")
    assert decision.reason == "For STHEV: Italy and France."


@pytest.mark.parametrize(
    "when",
    [
        "{side: sending}",
        "{side: host, country: HR}",
        "{destinations: [ES]}",
        "{language: hr}",
        "{channel: web}",
        "{site: wko}",
        "{role: owner}",
        "{country_in: [HR]}",
        "{country_known: false}",
        "{partner_chosen: true}",
        "{country_has_partner: false}",
    ],
)
def test_rule_whose_conditions_do_not_hold_is_passed_over(tmp_path: Path, when: str) -> None:
    programme = with_rule(tmp_path, when, "lead")
    assert route(SLOVENE, "sl", programme, channel="telegram", site="bsc").rule == "own_country"


def test_further_country_of_an_organisation_goes_there(tmp_path: Path) -> None:
    programme = with_rule(tmp_path, "{side: both}", "lead")
    file = tmp_path / "data" / "partners.yml"
    text = file.read_text(encoding="utf-8")
    before, after = text.split("- code: FORUM", 1)
    after = after.replace("also_serves: []", "also_serves: [AL]", 1)
    after = after.replace("    country: ", '    also_serves: "its own page"\n    country: ', 1)
    file.write_text(f"{before}- code: FORUM{after}", encoding="utf-8")
    programme = load_programme(tmp_path / "data")
    decision = route({"country": "AL"}, "it", programme)
    assert (decision.partner, decision.rule) == ("FORUM", "served_country")
    assert partner_candidates({"country": "AL"}, "it", programme) == []
