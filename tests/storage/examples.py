"""A clock, and leads and conversations as the bot would store them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from bot.model import Eligibility, Lead, LeadState, Reason, RoutingDecision
from bot.storage import Storage

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=timezone.utc)
ANNA = "telegram:4711"
CONTACT = {
    "company_name": "Παπαδόπουλος & Υιοί ΟΕ",
    "contact_name": "Άννα Παπαδοπούλου",
    "email": "anna@example.org",
    "phone": "+302101234567",
}


class SteppingClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The present time."""
        return self.now

    def forward(self, seconds: float) -> datetime:
        """Go on by so many seconds."""
        self.now += timedelta(seconds=seconds)
        return self.now


def a_lead(
    reference: str,
    created_at: datetime,
    *,
    partner: str = "ATH",
    state: LeadState = "new",
    conversation: str = "",
    **slots: Any,
) -> Lead:
    """A lead of a Greek company that wants to send two people to Austria."""
    application = {
        "side": "sending",
        "company_name": CONTACT["company_name"],
        "country": "GR",
        "employees": 7,
        "destinations": ["AT", "SI"],
        "duration": {"months": 2},
        "consent": True,
        "contact_name": CONTACT["contact_name"],
        "email": CONTACT["email"],
        "phone": CONTACT["phone"],
        **slots,
    }
    reason = Reason("employees", "at most 249", "eligible", "2003/361/EC", {"employees": 7})
    return Lead(
        reference=reference,
        kind="application",
        partner=partner,
        state=state,
        language="el",
        channel="telegram",
        conversation=conversation,
        created_at=created_at,
        application=application,
        eligibility=Eligibility("eligible", (reason,)),
        routing=RoutingDecision(partner, "own country", "The company sits in Greece."),
    )


async def begin_conversation(storage: Storage, now: datetime, conversation: str = ANNA) -> str:
    """A conversation that has begun; gives its id."""
    async with storage.unit_of_work() as uow:
        await uow.conversations.get_or_create(conversation, conversation.split(":")[0], "feh", now)
        await uow.commit()
    return conversation
