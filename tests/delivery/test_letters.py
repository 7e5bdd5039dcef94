"""The letters say what their reader needs, in the reader's language, and nothing about people beyond that."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from storage.examples import ANNA, CONTACT, NOW, SteppingClock, begin_conversation

from bot import i18n
from bot.applications import codes
from bot.applications.reminders import promise_reminders
from bot.delivery import LetterWriter, OutboxWorker
from bot.delivery.mail import message_id
from bot.model import Lead, RoutingDecision
from bot.programme import Programme
from bot.storage import OutboxMessage, Storage

from .examples import ADDRESS, MAILBOX, greek_lead, programme_with, take_in
from .mail_server import MailServer

pytestmark = pytest.mark.asyncio


@pytest.fixture
def programme() -> Programme:
    """Organisations that read English, so that a letter can be read here."""
    english = {"languages": ("en",)}
    return programme_with(
        STHEV={**english, "notify_email": MAILBOX, "email": "info@sthev.example.org"},
        CAMARABELUX={**english, "notify_email": "lead@example.org"},
    )


async def letter(storage: Storage, programme: Programme, template: str, language: str, lead: Lead):
    await take_in(storage, programme, lead)
    payload = {"template": template, "reference": lead.reference, "language": language}
    message = OutboxMessage("email", "x@example.org", payload, "k", lead_reference=lead.reference)
    return await LetterWriter(storage, programme, ADDRESS).write(message)


async def test_the_organisation_reads_what_it_is_about_and_nobody_s_name(
    storage: Storage, programme: Programme, mail_server: MailServer, worker: Callable[..., OutboxWorker]
) -> None:
    await take_in(storage, programme, greek_lead(email=None))
    await worker().deliver_due()
    [mail] = mail_server.letters()
    text, html = (mail.get_body([kind]).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))
    assert text == (
        "Good day,\n\n"
        "A new application has come in and lies with your organisation.\n\n"
        "Reference number: MSME-AB23CD45\n"
        "Country of the company: Greece\n"
        "What the company wants: Send someone abroad\n"
        "Language of the applicant: Greek\n\n"
        "It comes to you because your organisation takes care of companies in that country.\n\n"
        "For data protection this e-mail names neither the applicant nor the company.\n\n"
        "The application, with the applicant’s contact details, is here:\n"
        "https://bot.example.org/staff/leads/MSME-AB23CD45\n\n"
        "-- \n"
        "This e-mail was written automatically by the MobiliseSME assistant.\n"
    )
    assert 'href="https://bot.example.org/staff/leads/MSME-AB23CD45"' in html
    everything = mail_server.envelopes[0].content.decode() + text + html + str(mail.items())
    assert [value for value in CONTACT.values() if value in everything] == []


async def test_headers_say_who_writes_and_that_it_is_a_program(
    storage: Storage, programme: Programme, mail_server: MailServer, worker: Callable[..., OutboxWorker]
) -> None:
    await take_in(storage, programme, greek_lead())
    await worker().deliver_due()
    to_partner, to_applicant = mail_server.letters()
    assert to_partner["From"] == to_applicant["From"] == "MobiliseSME <bot@example.org>"
    assert (to_partner["To"], to_applicant["To"]) == (MAILBOX, "anna@example.org")
    assert (to_partner["Reply-To"], to_applicant["Reply-To"]) == (None, "info@sthev.example.org")
    assert to_partner["Auto-Submitted"] == to_applicant["Auto-Submitted"] == "auto-generated"
    assert (to_partner["Content-Language"], to_applicant["Content-Language"]) == ("en", "el")
    assert to_partner["Message-ID"] == message_id("MSME-AB23CD45/new_lead/email/STHEV", "example.org")
    assert to_partner["Date"].datetime == NOW
    assert [envelope.mail_from for envelope in mail_server.envelopes] == ["bot@example.org"] * 2


async def test_the_applicant_reads_who_has_it_and_what_to_do_if_it_was_somebody_else(
    storage: Storage, programme: Programme
) -> None:
    written = await letter(storage, programme, "application_received", "en", greek_lead())
    name = "Association of Thessalian Enterprises and Industries"
    assert written.subject == "MobiliseSME: your application MSME-AB23CD45"
    assert written.facts[0] == "Reference number: MSME-AB23CD45"
    assert written.facts[1].startswith("Organisation that has it: Σύνδεσμος")
    assert name not in written.facts[1]  # its English name stands only where its own may not be read
    assert written.facts[2:] == ("Contact: info@sthev.example.org", "Programme support: support@mobilise-sme.eu")
    assert "If you did not apply" in written.text
    assert "answers come from there" in written.text
    assert [value for value in CONTACT.values() if value in written.text + written.html] == []


async def test_without_a_published_contact_the_applicant_is_told_the_support_mailbox(
    storage: Storage, clock: SteppingClock
) -> None:
    programme = programme_with(STHEV={"website": None})
    written = await letter(storage, programme, "application_received", "en", greek_lead())
    assert written.facts[2:] == ("No direct contact is published; programme support: support@mobilise-sme.eu",)
    assert written.reply_to == "support@mobilise-sme.eu"


@pytest.mark.parametrize(
    ("rule", "country", "partner", "reason"),
    [
        ("own_country", "GR", "STHEV", "your organisation takes care of companies in that country"),
        ("chosen_partner", "MD", "STHEV", "the applicant chose yours"),
        ("otherwise", "MD", "STHEV", "the lead partner takes care of companies in that country"),
        ("country_unknown", None, "STHEV", "the company’s country is not known"),
        ("of_last_year", "GR", "STHEV", "by the routing rule “of_last_year”"),
        ("own_country", "GR", "WKO", "it was passed on to your organisation"),
    ],
)
async def test_the_organisation_is_told_why_it_gets_the_lead(
    storage: Storage, programme: Programme, rule: str, country: str | None, partner: str, reason: str
) -> None:
    lead = greek_lead(country=country)
    lead = Lead(**{**vars(lead), "routing": RoutingDecision(partner, rule, "")})
    written = await letter(storage, programme, "new_lead", "en", lead)
    assert reason in written.paragraphs[0]


async def ask_for_code(storage: Storage, clock: SteppingClock, lead: Lead) -> None:
    await take_in(storage, programme_with(), lead)
    await begin_conversation(storage, NOW)
    async with storage.unit_of_work() as uow:
        await codes.ask(uow, lead.reference, ANNA, clock())
        await uow.commit()


async def test_the_applicant_is_sent_a_code_and_what_it_is_for(
    storage: Storage, clock: SteppingClock, mail_server: MailServer, worker: Callable[..., OutboxWorker]
) -> None:
    await ask_for_code(storage, clock, Lead(**{**vars(greek_lead()), "language": "en"}))
    assert await worker().deliver_due() == 2
    mail = mail_server.letters()[-1]
    assert mail["To"] == "anna@example.org"
    assert mail["Subject"] == "MobiliseSME: code for your application MSME-AB23CD45"
    text = mail.get_body(["plain"]).get_content().replace("\r\n", "\n")
    [code] = re.findall(r"^Code: (\d{6})$", text, re.MULTILINE)
    assert "type this code in the same chat. It can be used once, within 15 minutes" in text
    assert "If it was not you, there is nothing to do." in text
    assert [value for value in CONTACT.values() if value in text] == []
    async with storage.unit_of_work(read_only=True) as uow:
        waiting = await uow.codes.latest(ANNA, codes.APPLICATION_STATUS)
    assert waiting and codes.matches(code, waiting.hash)


async def test_a_code_that_nobody_waits_for_any_more_is_not_sent(
    storage: Storage, clock: SteppingClock, mail_server: MailServer, worker: Callable[..., OutboxWorker]
) -> None:
    await ask_for_code(storage, clock, greek_lead())
    clock.forward(15 * 60)
    assert await worker().deliver_due() == 1
    async with storage.unit_of_work(read_only=True) as uow:
        [message] = await uow.outbox.failed()
    assert message.payload["template"] == "status_code"


@pytest.mark.parametrize("language", list(i18n.languages()))
async def test_the_letter_with_a_code_can_be_written_in_every_language(
    storage: Storage, clock: SteppingClock, programme: Programme, language: str
) -> None:
    await ask_for_code(storage, clock, Lead(**{**vars(greek_lead()), "language": language}))
    async with storage.unit_of_work(read_only=True) as uow:
        message = (await uow.outbox.undelivered())[-1]
    written = await LetterWriter(storage, programme, ADDRESS, lambda: "482913").write(message)
    assert written.language == language
    assert "482913" in written.text
    assert "482913" not in written.subject
    assert "{" not in written.text


@pytest.mark.parametrize("language", list(i18n.languages()))
@pytest.mark.parametrize("template", ["new_lead", "application_received", "reminder", "escalation"])
async def test_every_letter_can_be_written_in_every_language(
    storage: Storage, programme: Programme, template: str, language: str
) -> None:
    written = await letter(storage, programme, template, language, greek_lead())
    assert written.subject != ""
    assert f'lang="{i18n.languages()[language].html}"' in written.html
    assert "MSME-AB23CD45" in written.text
    assert "{" not in written.text


async def test_what_the_data_holds_is_text_in_the_page(storage: Storage) -> None:
    programme = programme_with(STHEV={"official_name": "<b>Σύνδεσμος</b> & Co"})
    written = await letter(storage, programme, "application_received", "el", greek_lead())
    assert "&lt;b&gt;Σύνδεσμος&lt;/b&gt; &amp; Co" in written.html
    assert "<b>Σύνδεσμος</b> & Co" in written.text


async def test_reminders_reach_the_organisation_and_then_the_lead_partner(
    storage: Storage,
    clock: SteppingClock,
    programme: Programme,
    mail_server: MailServer,
    worker: Callable[..., OutboxWorker],
) -> None:
    await take_in(storage, programme, greek_lead(email=None))
    for _ in range(14):
        await promise_reminders(storage, programme, clock())
        await worker().deliver_due()
        clock.now += timedelta(days=1)
    assert mail_server.receivers() == [MAILBOX, MAILBOX, "lead@example.org"]
    _, reminder, escalation = (mail.get_body(["plain"]).get_content() for mail in mail_server.letters())
    assert "Received on: 2 March 2026" in reminder
    assert "The organisation was reminded by e-mail." in escalation
    assert "Organisation that has it: Σύνδεσμος" in escalation


async def test_the_lead_partner_is_told_where_nobody_could_be_reminded(storage: Storage) -> None:
    programme = programme_with(STHEV={"notify_email": None})
    written = await letter(storage, programme, "escalation", "en", greek_lead())
    assert "nobody there was told" in written.text


async def test_a_letter_about_an_unknown_template_is_given_up(
    storage: Storage, clock: SteppingClock, programme: Programme, worker: Callable[..., OutboxWorker]
) -> None:
    await take_in(storage, programme, greek_lead(email=None))
    async with storage.unit_of_work() as uow:
        await uow.outbox.add(
            OutboxMessage("email", MAILBOX, {"template": "newer"}, "k", lead_reference="MSME-AB23CD45")
        )
        await uow.commit()
    assert await worker().deliver_due() == 1
    async with storage.unit_of_work(read_only=True) as uow:
        [message] = await uow.outbox.failed()
    assert message.last_error == "there is no such letter"
