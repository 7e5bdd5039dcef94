"""What is promised for a new lead: to whom, in which language, once, and without personal data in the payload."""

from __future__ import annotations

import json

from delivery.examples import MAILBOX, greek_lead, programme_with, take_in
from storage.examples import CONTACT

from bot.applications.notifications import language_of, promised
from bot.programme import load_programme
from bot.storage import Storage

EVERYTHING = {
    "notify_email": MAILBOX,
    "notify_webhook": "https://crm.example.org/leads",
    "notify_telegram_group": "-100123456",
}


def test_nobody_but_the_applicant_is_written_to_by_default() -> None:
    messages = promised(greek_lead(), load_programme())
    assert [(message.kind, message.destination) for message in messages] == [("email", CONTACT["email"])]


def test_an_applicant_who_gave_no_address_is_not_written_to() -> None:
    assert promised(greek_lead(email=None), load_programme()) == []


def test_everything_that_is_set_for_the_organisation_is_promised() -> None:
    messages = promised(greek_lead(), programme_with(STHEV=EVERYTHING))
    assert [(message.kind, message.destination, message.payload) for message in messages] == [
        (kind, to, {"template": template, "reference": "MSME-AB23CD45", "language": "el"})
        for kind, to, template in (
            ("email", MAILBOX, "new_lead"),
            ("webhook", "https://crm.example.org/leads", "new_lead"),
            ("telegram_group", "-100123456", "new_lead"),
            ("email", CONTACT["email"], "application_received"),
        )
    ]
    assert {message.lead_reference for message in messages} == {"MSME-AB23CD45"}


def test_payloads_and_keys_hold_no_personal_data() -> None:
    messages = promised(greek_lead(), programme_with(STHEV=EVERYTHING))
    told = " ".join(json.dumps(message.payload, ensure_ascii=False) + message.message_key for message in messages)
    assert [value for value in CONTACT.values() if value in told] == []


async def test_to_promise_again_changes_nothing(storage: Storage) -> None:
    programme = programme_with(STHEV=EVERYTHING)
    await take_in(storage, programme, greek_lead())
    async with storage.unit_of_work() as uow:
        for message in promised(greek_lead(), programme):
            await uow.outbox.add(message)
        await uow.commit()
        assert len(await uow.outbox.undelivered()) == 4


def test_a_lead_that_moved_is_news_to_its_new_organisation() -> None:
    programme = programme_with(STHEV=EVERYTHING, WKO=EVERYTHING)
    moved = type(greek_lead())(**{**vars(greek_lead()), "partner": "WKO"})
    before, after = ({message.message_key for message in promised(lead, programme)} for lead in (greek_lead(), moved))
    assert before & after == {"MSME-AB23CD45/application_received/email/applicant"}


def test_an_organisation_is_written_to_in_its_first_language_that_the_bot_knows() -> None:
    programme = programme_with(STHEV={"languages": ("pt", "it", "en")}, WKO={"languages": ("pt",)})
    assert language_of(programme.partners["STHEV"]) == "it"
    assert language_of(programme.partners["WKO"]) == "en"
