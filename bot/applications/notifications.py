"""What is promised to whom when a lead comes in: letters, a webhook, a notice in a Telegram group.

A message in the outbox names its template, the lead and the language; the text is written when it leaves, so
that no personal data lies there but the address it goes to. Staff's own words to an applicant stand in their letter.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.i18n import FALLBACK, languages
from bot.model import Lead
from bot.programme import Partner, Programme
from bot.storage import OutboxMessage
from bot.storage.records import OutboxKind

#: The templates, as `bot/delivery` knows them.
NEW_LEAD = "new_lead"
APPLICATION_RECEIVED = "application_received"
REMINDER = "reminder"
ESCALATION = "escalation"
STATUS_CODE = "status_code"
WITHDRAWN = "withdrawn"
ERASURE_REQUESTED = "erasure_requested"
STAFF_ANSWER = "staff_answer"
APPLICANT_REPLIED = "applicant_replied"


def promised(lead: Lead, programme: Programme) -> list[OutboxMessage]:
    """What is promised for a new lead: to its partner organisation what is set for it, and to the applicant a letter.

    To promise it again changes nothing. A lead that moved to another organisation is news to that one.
    """
    messages = _to_partner(NEW_LEAD, lead, programme)
    if email := lead.application.get("email"):
        suffix = key_suffix(APPLICATION_RECEIVED, "email", "applicant")
        messages.append(promise("email", str(email), APPLICATION_RECEIVED, lead, lead.language, suffix))
    return messages


def withdrawn(lead: Lead, programme: Programme) -> list[OutboxMessage]:
    """What tells an organisation that a lead of theirs was taken back: it names the lead, which is gone when it leaves."""
    return [replace(message, lead_reference=None) for message in _to_partner(WITHDRAWN, lead, programme)]


def erasure_requested(lead: Lead, programme: Programme, now: datetime) -> list[OutboxMessage]:
    """What tells an organisation that an applicant wants a lead erased that it has decided on.

    Where nobody there is to be told, the lead partner is: the request has to be answered in time.
    """
    messages = _to_partner(ERASURE_REQUESTED, lead, programme)
    if not messages:
        messages = _to_partner(ERASURE_REQUESTED, replace(lead, partner=programme.lead.code), programme)
    day = now.date().isoformat()
    return [replace(message, payload={**message.payload, "requested_on": day}) for message in messages]


def applicant_replied(lead: Lead, programme: Programme, number: int) -> list[OutboxMessage]:
    """What tells an organisation that an applicant has answered its question; `number` tells apart one reply from others."""
    messages = _to_partner(APPLICANT_REPLIED, lead, programme)
    return [replace(message, message_key=f"{message.message_key}/{number}") for message in messages]


def _to_partner(template: str, lead: Lead, programme: Programme) -> list[OutboxMessage]:
    partner = programme.partners.get(lead.partner, programme.lead)
    language = language_of(partner)
    return [
        promise(kind, destination, template, lead, language, key_suffix(template, kind, partner.code))
        for kind, destination in _destinations(partner)
    ]


def _destinations(partner: Partner) -> list[tuple[OutboxKind, str]]:
    """Where an organisation is told of a lead: each only where `partners.yml` sets it."""
    possible: list[tuple[OutboxKind, str | None]] = [
        ("email", partner.notify_email),
        ("webhook", partner.notify_webhook),
        ("telegram_group", partner.notify_telegram_group),
    ]
    return [(kind, destination) for kind, destination in possible if destination]


def promise(kind: OutboxKind, destination: str, template: str, lead: Lead, language: str, suffix: str) -> OutboxMessage:
    """A message about a lead; its key is the lead's reference with the suffix."""
    payload = {"template": template, "reference": lead.reference, "language": language}
    return OutboxMessage(kind, destination, payload, lead.reference + suffix, lead_reference=lead.reference)


def key_suffix(template: str, kind: OutboxKind, receiver: str) -> str:
    """What follows the reference in the key of a message: the same for the same message to the same receiver."""
    return f"/{template}/{kind}/{receiver}"


def language_of(partner: Partner) -> str:
    """The language to write to an organisation in: the first of its own that the bot knows, or else English."""
    return next((language for language in partner.languages if language in languages()), FALLBACK)
