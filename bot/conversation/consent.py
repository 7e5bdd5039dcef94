"""Consent: to what and to whom it was given, and when it has to be asked for again."""

from __future__ import annotations

from typing import Any

from bot.applications import leads
from bot.conversation.turn import Turn
from bot.routing import route


def renew(turn: Turn) -> None:
    """Ask for consent again where what was agreed to no longer holds: another receiver, or a new text."""
    if not turn.slots.get("consent"):
        return
    given = turn.agreed
    if given.get("version") != turn.programme.privacy.consent_version or given.get("partner") != receiver(turn):
        del turn.slots["consent"]


def record(turn: Turn) -> dict[str, Any]:
    """The record of a consent: Article 7(1) GDPR wants it to be shown later that, and to what, somebody consented."""
    partner = turn.programme.partners[receiver(turn)]
    return {
        "version": turn.programme.privacy.consent_version,
        "language": turn.language,
        "at": turn.now.isoformat(),
        "channel": turn.message.channel,
        "partner": partner.code,
        "country": partner.country,
    }


def receiver(turn: Turn) -> str:
    """The code of the partner organisation that would receive the application or enquiry as it stands."""
    return route(
        leads.told(turn.slots),
        turn.language,
        turn.programme,
        turn.slots.get("partner"),
        channel=turn.message.channel,
        site=turn.message.site,
    ).partner
