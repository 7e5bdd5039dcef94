"""A finished form becomes a lead: an application judged, application and enquiry routed, and ready to be stored."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.applications.eligibility import assess_finished
from bot.model import Lead, LeadKind
from bot.programme import Programme
from bot.routing import route

#: No 0/O, 1/I/L: a reference is read out over the phone. 31^8 references: not to be guessed.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NOT_IN_APPLICATION = frozenset({"confirm"})
SKIPPED = "skipped"
#: States of an enquiry to which no answer is to come any more.
ANSWERED = frozenset({"declined", "closed"})


def new_reference() -> str:
    """A new reference number: `MSME-` and 8 characters from the operating system's randomness."""
    return "MSME-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))


def told(slots: Mapping[str, Any]) -> dict[str, Any]:
    """What a form's slots tell of an application or enquiry."""
    return {
        slot: value
        for slot, value in slots.items()
        if slot not in NOT_IN_APPLICATION and value is not None and value != SKIPPED
    }


def answer_awaited(leads: Iterable[Lead]) -> bool:
    """Whether an organisation still has to answer one of a conversation's enquiries in the chat."""
    return any(lead.application.get("reply_in_chat") is True and lead.state not in ANSWERED for lead in leads)


def from_form(
    kind: LeadKind,
    slots: Mapping[str, Any],
    *,
    reference: str,
    language: str,
    channel: str,
    site: str | None,
    conversation: str,
    programme: Programme,
    now: datetime,
) -> Lead:
    """The lead that a finished form becomes: an application judged, or a question to be passed on.

    An enquiry without an e-mail address is answered in the chat; its consent is held by the audit record.
    """
    application = told(slots)
    if kind == "enquiry":
        application.pop("consent", None)
        application["reply_in_chat"] = "email" not in application
    decision = route(application, language, programme, application.get("partner"), channel=channel, site=site)
    return Lead(
        reference=reference,
        kind=kind,
        partner=decision.partner,
        state="new",
        language=language,
        channel=channel,
        conversation=conversation,
        created_at=now,
        application=application,
        eligibility=assess_finished(application, programme) if kind == "application" else None,
        routing=decision,
    )
