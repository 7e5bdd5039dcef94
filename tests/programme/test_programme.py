"""What the programme's data says, as the rest of the bot reads it."""

from __future__ import annotations

import pytest

from bot.model import OBJECTIVES
from bot.programme import Programme, load_programme
from bot.programme.facts import FactsFile
from bot.programme.values import contrast_with_white, travels_safely

ANNOUNCEMENT = "https://mobilise-sme.eu/mobilise-sme-approved/"
PARTNERS = {
    "CAMARABELUX": "BE",
    "FEH": "ES",
    "DCC": "IE",
    "BINS": "RS",
    "TERA": "HR",
    "CCIS-TSOK": "SK",
    "BSC": "SI",
    "FORUM": "IT",
    "WKO": "AT",
    "STHEV": "GR",
    "CCI-NA": "FR",
    "CEM": "ME",
}
EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905 - read at a glance
OUTSIDE = "IS NO AL MK ME RS TR".split()  # noqa: SIM905


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme()


def test_the_twelve_organisations_come_in_the_order_of_the_announcement(programme: Programme) -> None:
    assert {code: partner.country for code, partner in programme.partners.items()} == PARTNERS
    assert list(programme.partners) == list(PARTNERS)
    assert programme.lead.code == "CAMARABELUX"


@pytest.mark.parametrize(("code", "country"), PARTNERS.items())
def test_organisation_serves_its_country(programme: Programme, code: str, country: str) -> None:
    partner = programme.partner_for_country(country)
    assert partner is not None
    assert partner.code == code
    assert [one.code for one in programme.partners_in(country)] == [code]


def test_luxembourg_is_served_by_the_lead(programme: Programme) -> None:
    assert programme.partner_for_country("LU") == programme.lead


def test_country_without_organisation_has_none(programme: Programme) -> None:
    assert programme.partner_for_country("DE") is None
    assert programme.partners_in("DE") == []


@pytest.mark.parametrize(
    ("code", "contact"),
    [
        ("CAMARABELUX", "mobilisesme@e-camara.com"),
        ("TERA", "ured@tera.hr"),
        ("BSC", "info@bsc-kranj.si"),
        ("WKO", None),
        ("CEM", None),
    ],
)
def test_contact_is_the_published_mailbox(programme: Programme, code: str, contact: str | None) -> None:
    assert programme.partners[code].contact == contact


def test_no_letter_leaves_for_a_real_chamber_by_default(programme: Programme) -> None:
    for partner in programme.partners.values():
        assert (partner.notify_email, partner.notify_webhook, partner.notify_telegram_group) == (None, None, None)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://crm.example.org/leads", True),
        ("http://127.0.0.1:8000/", True),
        ("http://[::1]/", True),
        ("http://localhost/", True),
        ("http://crm.example.org/", False),
        ("http://localhost.example.org/", False),
        ("http://127.0.0.1@crm.example.org/", False),
        ("ftp://127.0.0.1/", False),
        ("https://", False),
        ("https://[", False),
    ],
)
def test_what_travels_unencrypted_stays_on_this_machine(address: str, safe: bool) -> None:
    assert travels_safely(address) is safe


def test_unconfirmed_values_are_not_shown(programme: Programme) -> None:
    held_back = {code: set(partner.unconfirmed) for code, partner in programme.partners.items() if partner.unconfirmed}
    assert {"FEH", "TERA", "CCIS-TSOK", "BSC", "CCI-NA"} <= set(held_back)
    assert programme.partners["FEH"].city is None
    assert programme.partners["FEH"].website is None
    assert programme.partners["CCIS-TSOK"].address is None


@pytest.mark.parametrize("code", [*EU, *OUTSIDE])
def test_country_takes_part(programme: Programme, code: str) -> None:
    assert programme.is_eligible_country(code) == "yes"


def test_thirty_four_countries_take_part(programme: Programme) -> None:
    assert set(programme.facts.countries.eligible) == {*EU, *OUTSIDE}


@pytest.mark.parametrize("code", ["GB", "CH", "LI"])
def test_country_has_to_be_confirmed_for_a_reason(programme: Programme, code: str) -> None:
    assert programme.is_eligible_country(code) == "to_confirm"
    assert programme.facts.countries.to_confirm[code]


@pytest.mark.parametrize("code", ["US", "UA", "BA", "XK", "RU", "AQ"])
def test_country_takes_no_part(programme: Programme, code: str) -> None:
    assert programme.is_eligible_country(code) == "no"


def test_economic_area_is_the_union_with_three_more(programme: Programme) -> None:
    assert programme.facts.countries.eu == set(EU)
    assert programme.facts.countries.eea == {*EU, "IS", "LI", "NO"}


@pytest.mark.parametrize(
    ("code", "amount"),
    [
        ("AL", 530),
        ("DK", 1100),
        ("IE", 1000),
        ("SI", 720),
        ("TR", 750),
        ("ME", 560),
        ("GB", 1000),
        ("NO", None),
    ],
)
def test_monthly_contribution_is_that_of_the_published_table(
    programme: Programme, code: str, amount: int | None
) -> None:
    assert programme.grant(code) == amount


def test_contribution_is_published_for_every_country_but_norway(programme: Programme) -> None:
    assert set(programme.facts.grants) == {*EU, *OUTSIDE, "GB"} - {"NO"}
    assert programme.facts.disability_rate == 1100


def test_figures_are_those_of_the_sources(programme: Programme) -> None:
    facts = programme.facts
    assert (facts.duration.min_months, facts.duration.max_months) == (1, 6)
    assert (facts.sme.employees_below, facts.sme.turnover_million, facts.sme.balance_sheet_million) == (
        250,
        50,
        43,
    )
    assert (facts.period.start_year, facts.period.end_year, facts.deadline) == (2020, 2022, None)
    assert facts.applications == "open"
    assert facts.seniority_years == 1
    assert facts.website == "https://mobilise-sme.eu"
    assert facts.support_email == "support@mobilise-sme.eu"


DAY, WEEK = 12 / 365, 12 / 52


@pytest.mark.parametrize(
    ("low", "high", "fits"),
    [
        (1, 6, True),
        (28 * DAY, 28 * DAY, True),
        (round(28 * DAY, 2), 1, True),
        (round(27 * DAY, 2), round(27 * DAY, 2), False),
        (round(4 * WEEK, 2), round(4 * WEEK, 2), True),
        (round(3 * WEEK, 2), 2, False),
        (round(184 * DAY, 2), round(184 * DAY, 2), True),
        (round(185 * DAY, 2), round(185 * DAY, 2), False),
        (round(26 * WEEK, 2), round(26 * WEEK, 2), True),
        (round(27 * WEEK, 2), round(27 * WEEK, 2), False),
        (5, 7, False),
        (0.5, 2, False),
        (7, 8, False),
        (3, 2, False),
    ],
)
def test_length_fits_with_its_days_counted(programme: Programme, low: float, high: float, fits: bool) -> None:
    assert programme.facts.duration.fits(low, high) is fits


@pytest.mark.parametrize(("low", "high", "partly"), [(5, 7, True), (0.2, 1, True), (7, 9, False), (0.1, 0.5, False)])
def test_length_fits_partly(programme: Programme, low: float, high: float, partly: bool) -> None:
    assert programme.facts.duration.overlaps(low, high) is partly


@pytest.mark.parametrize("fact", list(FactsFile.model_fields))
def test_every_fact_has_a_source_and_a_plain_value(programme: Programme, fact: str) -> None:
    sources = programme.source_of(fact)
    assert sources
    assert ANNOUNCEMENT not in sources[1:]
    assert hasattr(programme.facts, fact)


def test_announcement_comes_first_for_what_it_says(programme: Programme) -> None:
    for fact in ("duration", "countries", "period", "applications", "objectives"):
        assert programme.source_of(fact)[0] == ANNOUNCEMENT


def test_unknown_fact_has_no_source(programme: Programme) -> None:
    with pytest.raises(KeyError):
        programme.source_of("salary")


def test_points_without_a_public_source_are_unknown(programme: Programme) -> None:
    assert len(programme.unknown) == 18
    assert programme.is_unknown("decision_time")
    assert programme.is_unknown("norway_rate")
    assert not programme.is_unknown("duration")
    assert not programme.is_unknown("no such point")


def test_statement_of_one_page_is_marked(programme: Programme) -> None:
    assert programme.status_of("splitting_allowed") == "single_source"
    assert programme.status_of("duration") == "known"


def test_every_organisation_has_a_site_and_there_is_a_page_of_our_own(programme: Programme) -> None:
    assert [site.partner for site in programme.sites.values()] == [None, *programme.partners]
    assert {site.rest_api_key_env for site in programme.sites.values()} == {None}


def test_site_speaks_a_language_of_its_organisation(programme: Programme) -> None:
    for site in programme.sites.values():
        if site.partner:
            assert site.language in programme.partners[site.partner].languages


def test_site_is_allowed_where_its_organisation_has_its_page(programme: Programme) -> None:
    for site in programme.sites.values():
        website = programme.partners[site.partner].website if site.partner else None
        assert all((website or "").startswith(origin) for origin in site.allowed_origins)
        assert bool(site.allowed_origins) is bool(website)


def test_site_colours_can_be_read_on_white(programme: Programme) -> None:
    assert min(contrast_with_white(site.colour) for site in programme.sites.values()) >= 4.5
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#ffffff") == pytest.approx(1)


def test_privacy_names_nobody_until_the_client_does(programme: Programme) -> None:
    privacy = programme.privacy
    assert (privacy.controller, privacy.dpo, privacy.processors) == (None, None, ())
    assert privacy.legal_basis == "consent"
    kept = privacy.retention
    assert (kept.chats_days, kept.unfinished_applications_days) == (30, 90)
    assert (kept.before_consent_hours, kept.closed_leads_months) == (24, 24)


def test_roles_and_aims_are_those_of_the_form(programme: Programme) -> None:
    assert programme.facts.roles == ("employee", "manager", "owner")
    assert "skills" in OBJECTIVES
    assert "skills" in programme.facts.benefits


def test_programme_cannot_be_changed(programme: Programme) -> None:
    with pytest.raises(TypeError):
        programme.partners["NEW"] = programme.lead  # type: ignore[index]
    with pytest.raises(ValueError, match="frozen"):
        programme.lead.city = "Namur"  # type: ignore[misc]
