"""A lead as the database keeps it: contact details in columns of their own, the rest of the form as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from bot.model import APPLICATION_SLOTS, ENQUIRY_SLOTS, Eligibility, Lead, Reason, RoutingDecision

#: Slots of the application that lie in columns of their own.
CONTACT_SLOTS = ("contact_name", "email", "phone", "company_name")
_ORDERS = {"application": APPLICATION_SLOTS, "enquiry": ENQUIRY_SLOTS}


def to_row(lead: Lead) -> dict[str, Any]:
    """The columns of a lead; an empty conversation means that there is none."""
    application = {slot: value for slot, value in lead.application.items() if slot not in CONTACT_SLOTS}
    contact = {slot: lead.application.get(slot) for slot in CONTACT_SLOTS}
    return {
        "reference": lead.reference,
        "kind": lead.kind,
        "partner": lead.partner,
        "state": lead.state,
        "language": lead.language,
        "channel": lead.channel,
        "conversation_id": lead.conversation or None,
        "application": application,
        "eligibility": asdict(lead.eligibility) if lead.eligibility else None,
        "routing": asdict(lead.routing),
        "created_at": lead.created_at,
        "updated_at": lead.created_at,
        **contact,
    }


def from_row(row: Row[Any]) -> Lead:
    """The lead of a row, its application or enquiry in the order of the form's questions."""
    return Lead(
        reference=row.reference,
        kind=row.kind,
        partner=row.partner,
        state=row.state,
        language=row.language,
        channel=row.channel,
        conversation=row.conversation_id or "",
        created_at=row.created_at,
        application=_application(row),
        eligibility=_eligibility(row.eligibility),
        routing=RoutingDecision(**row.routing),
        updated_at=row.updated_at,
    )


def _application(row: Row[Any]) -> dict[str, Any]:
    columns = {slot: row._mapping[slot] for slot in CONTACT_SLOTS}
    slots = row.application | {slot: value for slot, value in columns.items() if value is not None}
    order = _ORDERS[row.kind]
    return dict(sorted(slots.items(), key=lambda slot: order.index(slot[0]) if slot[0] in order else len(order)))


def _eligibility(stored: dict[str, Any] | None) -> Eligibility | None:
    if stored is None:
        return None
    return Eligibility(stored["verdict"], tuple(Reason(**reason) for reason in stored["reasons"]))
