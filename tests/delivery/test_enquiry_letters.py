"""Letters about an enquiry call it so, and hold neither its question nor who asks it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from storage.examples import NOW

from bot.applications.leads import from_form
from bot.applications.notifications import promised
from bot.delivery import LetterWriter
from bot.model import Lead
from bot.storage import OutboxMessage, Storage

from .examples import ADDRESS, MAILBOX, programme_with, take_in

QUESTION = "May my dog come along to Volos?"
PROGRAMME = programme_with(STHEV={"languages": ("en",), "notify_email": MAILBOX}, CAMARABELUX={"languages": ("en",)})


def enquiry(email: str | None = "anna@example.org") -> Lead:
    return from_form(
        "enquiry",
        {"question": QUESTION, "country": "GR", "consent": True, "contact_name": "Anna P", "email": email or "skipped"},
        reference="MSME-AB23CD45",
        language="en",
        channel="web",
        site=None,
        conversation="",
        programme=PROGRAMME,
        now=NOW,
    )


async def letter(storage: Storage, template: str, lead: Lead):
    await take_in(storage, PROGRAMME, lead)
    payload = {"template": template, "reference": lead.reference, "language": "en"}
    message = OutboxMessage("email", "x@example.org", payload, "k", lead_reference=lead.reference)
    return await LetterWriter(storage, PROGRAMME, ADDRESS).write(message)


async def test_the_organisation_reads_of_an_enquiry(storage: Storage) -> None:
    written = await letter(storage, "new_lead", enquiry())
    assert written.text == (
        "Good day,\n\n"
        "A new enquiry has come in and lies with your organisation: somebody asks a question.\n\n"
        "Reference number: MSME-AB23CD45\n"
        "Country of the company: Greece\n"
        "Language of the enquiry: English\n\n"
        "It comes to you because your organisation takes care of companies in that country.\n\n"
        "For data protection this e-mail holds neither the question nor the name of who asks it.\n\n"
        "The enquiry, and where to answer it, is here:\n"
        "https://bot.example.org/staff/leads/MSME-AB23CD45\n\n"
        "-- \n"
        "This e-mail was written automatically by the MobiliseSME assistant."
    )
    assert written.subject == "New enquiry MSME-AB23CD45"


@pytest.mark.parametrize("template", ["new_lead", "application_received", "reminder", "escalation"])
@pytest.mark.parametrize("partner", ["STHEV", "CAMARABELUX"])
async def test_no_letter_speaks_of_an_application_or_tells_the_question(
    storage: Storage, template: str, partner: str
) -> None:
    written = await letter(storage, template, replace(enquiry(), partner=partner))
    for text in (written.subject, written.text, written.html):
        assert "pplication" not in text
        assert [told for told in (QUESTION, "Anna P", "anna@example.org") if told in text] == []
    assert "nquiry" in written.subject


def test_the_person_gets_a_confirmation_only_where_they_gave_an_address() -> None:
    told = [(message.destination, message.payload["template"]) for message in promised(enquiry(), PROGRAMME)]
    assert told == [(MAILBOX, "new_lead"), ("anna@example.org", "application_received")]
    told = [(message.destination, message.payload["template"]) for message in promised(enquiry(None), PROGRAMME)]
    assert told == [(MAILBOX, "new_lead")]
