"""The verdict as its author reads it, and the remark that is made at once where an answer stands against it."""

from __future__ import annotations

from typing import Any

import pytest
from conversations.applicant import ANSWERS, Applicant

from bot.applications import verdict_texts
from bot.conversation.application import LONGEST_VERDICT
from bot.conversation.engine import Engine
from bot.lead_page import page
from bot.programme import load_programme


@pytest.fixture
def applicant(engine: Engine) -> Applicant:
    return Applicant(engine)


async def test_a_verdict_lists_each_field_with_the_rule_and_its_source(applicant: Applicant) -> None:
    await applicant.fill(duration={"min_months": 8, "max_months": 8})
    await applicant.press('/inform{"confirm": "send"}')
    sent, verdict, onwards = (reply.text for reply in applicant.result.replies)
    assert "MSME-TEST0001" in sent
    assert "It is the partner organisation for companies of this country: Greece." in sent
    assert verdict.splitlines()[1:] == [
        "✓ Country: Greece [1]",
        "✓ Employees: 12 [2]",
        "✓ Other country: Austria [1][3]",
        "✗ Length of the stay: 8 months [3]",
        "→ A stay lasts from 1 to 6 months. Choose a length within these limits.",
        "→ Who can confirm: STHEV",
        "",
        "Rules as published at:",
        "[1] mobilise-sme.eu: https://mobilise-sme.eu/who-can-participate/",
        "[2] Commission Recommendation 2003/361/EC, Annex, Article 2(1)",
        "[3] mobilise-sme.eu: https://mobilise-sme.eu/mobilise-sme-approved/",
    ]
    assert "Contact point: STHEV, Σύνδεσμος Θεσσαλικών Επιχειρήσεων" in onwards


async def test_a_long_verdict_is_two_messages(applicant: Applicant) -> None:
    await applicant.fill(
        country="GB", side="both", employees=400, destinations=["GB", "US", "CH"], partner="DCC", turnover="over_50"
    )
    await applicant.answer("duration", {"min_months": 4, "max_months": 8})
    await applicant.press('/inform{"confirm": "send"}')
    _, verdict, sources, _ = (reply.text for reply in applicant.result.replies)
    assert len(verdict) + len(sources) > LONGEST_VERDICT
    assert sources.startswith("Rules as published at:\n[1] ")
    assert "[1]" in verdict


async def test_staff_read_the_same_words_without_the_conversation(applicant: Applicant, storage) -> None:
    await applicant.fill(destinations=["GR"])
    await applicant.press('/inform{"confirm": "send"}')
    verdict = applicant.result.replies[1].text
    async with storage.unit_of_work(read_only=True) as uow:
        lead = await uow.leads.get("MSME-TEST0001")
    told = verdict_texts.for_lead(lead, "en", load_programme())
    assert "\n".join((*told.verdict, "", *told.sources)) == verdict
    shown = "\n".join(page(lead, "en", load_programme()))
    assert verdict in shown
    assert "Company: Larissa Tools" in shown
    assert "Rule: own_country" in shown
    assert "Because: The company is in Greece, where STHEV is the partner organisation." in shown


async def test_what_was_left_to_the_contact_point_is_to_be_confirmed(applicant: Applicant, storage) -> None:
    await applicant.fill(duration="skipped")
    await applicant.press('/inform{"confirm": "send"}')
    verdict = applicant.result.replies[1].text
    assert (
        "? Length of the stay: not given [3]\n→ The contact point asks you: a stay lasts from 1 to 6 months." in verdict
    )
    async with storage.unit_of_work(read_only=True) as uow:
        lead = await uow.leads.get("MSME-TEST0001")
    assert lead.eligibility.verdict == "to_confirm"


LARGER_HOSTS = "A larger company can host."
OWN_COUNTRY = "The two companies must be in different countries."
NOT_TAKING_PART = "Not among the countries that take part: United States."


@pytest.mark.parametrize(
    ("given", "answered", "remark"),
    [
        ({"side": "sending"}, ("employees", 400), LARGER_HOSTS),
        ({"side": "both"}, ("employees", 400), "Apply for hosting only."),
        ({"side": "host", "employees": 400}, ("side", "sending"), LARGER_HOSTS),
        ({"country": "GR"}, ("destinations", ["GR"]), OWN_COUNTRY),
        ({"destinations": ["GR", "AT"]}, ("country", "GR"), OWN_COUNTRY),
        ({"country": "GR"}, ("destinations", ["US"]), f"{NOT_TAKING_PART} Choose a country that takes part."),
        ({"country": "GR"}, ("destinations", ["AT", "US"]), NOT_TAKING_PART),
        ({}, ("country", "US"), "A company registered in a country that takes part can apply."),
        ({}, ("duration", {"min_months": 8, "max_months": 8}), "Note: stays last from 1 to 6 months."),
    ],
)
async def test_an_answer_that_stands_against_the_application_is_remarked_on_and_taken(
    applicant: Applicant, given: dict[str, Any], answered: tuple[str, Any], remark: str
) -> None:
    await applicant.press("/apply")
    for slot, value in given.items():
        assert "take part" not in await applicant.answer(slot, value)
    slot, value = answered
    said = await applicant.answer(slot, value)
    assert remark in said.splitlines()[1]
    assert applicant.result.form.slots[slot] is not None
    assert applicant.result.form.next not in (None, slot)


@pytest.mark.parametrize(
    ("given", "answered"),
    [
        ({"country": "GR"}, ("destinations", "any")),
        ({"country": "GR"}, ("destinations", ["GB"])),
        ({"country": "GR"}, ("destinations", ["AT"])),
        ({"side": "host"}, ("employees", 400)),
        ({"side": "sending"}, ("employees", 249)),
        ({}, ("country", "CH")),
        ({"country": "US"}, ("employees", 12)),
    ],
)
async def test_what_fits_or_is_open_is_taken_without_a_remark(
    applicant: Applicant, given: dict[str, Any], answered: tuple[str, Any]
) -> None:
    await applicant.press("/apply")
    for slot, value in given.items():
        await applicant.answer(slot, value)
    await applicant.answer(*answered)
    echo = applicant.result.replies[0].text
    assert echo.startswith("✓ ")
    assert "\n" not in echo


async def test_any_typed_by_a_host_is_no_country_that_fails_to_take_part(applicant: Applicant) -> None:
    await applicant.press("/apply")
    for slot in ("side", "company_name", "country", "city", "employees", "sector", "participants"):
        await applicant.answer(slot, {**ANSWERS, "side": "host"}[slot])
    said = await applicant.say("any")
    assert said.startswith("✓ Other country: Any country\n")
    assert "take part" not in said


async def test_what_a_sentence_told_before_is_remarked_on_too(applicant: Applicant) -> None:
    await applicant.say(
        "We are a company in Galway with 400 people and want to send a manager to Slovenia for 8 months"
    )
    if applicant.result.form is None:
        await applicant.press("/apply")
    noted = next(reply.text for reply in applicant.result.replies if "I have noted from your message" in reply.text)
    assert LARGER_HOSTS in noted
    assert "A stay lasts from 1 to 6 months." in noted
