"""A finished form becomes a lead: judged, routed, and ready to be stored."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.applications.eligibility import assess_finished
from bot.model import Lead
from bot.programme import Programme
from bot.routing import route

#: No 0/O, 1/I/L: a reference is read out over the phone. 31^8 references: not to be guessed.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NOT_IN_APPLICATION = frozenset({"confirm"})
SKIPPED = "skipped"


def new_reference() -> str:
    """A new reference number: `MSME-` and 8 characters from the operating system's randomness."""
    return "MSME-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))


def from_application(
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
    """The lead that a confirmed application becomes."""
    application = {
        slot: value
        for slot, value in slots.items()
        if slot not in NOT_IN_APPLICATION and value is not None and value != SKIPPED
    }
    decision = route(application, language, programme, application.get("partner"), channel=channel, site=site)
    return Lead(
        reference=reference,
        kind="application",
        partner=decision.partner,
        state="new",
        language=language,
        channel=channel,
        conversation=conversation,
        created_at=now,
        application=application,
        eligibility=assess_finished(application, programme),
        routing=decision,
    )
