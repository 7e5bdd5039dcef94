"""What all senders have in common."""

from __future__ import annotations

from typing import Protocol

from bot.applications.notifications import WITHDRAWN
from bot.errors import DeliveryError
from bot.model import Lead
from bot.storage import OutboxMessage, Storage


class Sender(Protocol):
    """Hands one kind of message over."""

    async def send(self, message: OutboxMessage) -> None:
        """Hand a message over: on return the other side has accepted it.

        Raises:
            DeliveryError: it has not.
        """


async def lead_of(storage: Storage, message: OutboxMessage) -> Lead:
    """The lead that a message tells of, as it is now.

    Raises:
        DeliveryError: there is none.
    """
    async with storage.unit_of_work(read_only=True) as uow:
        lead = await uow.leads.get(message.lead_reference or "")
    if lead is None:
        raise DeliveryError("the lead it tells of does not exist", permanent=True)
    return lead


def lead_address(address: str, lead: Lead) -> str:
    """Where staff open a lead, on the bot at a public address."""
    return f"{address}/staff/leads/{lead.reference}"


def tells_of_gone_lead(message: OutboxMessage) -> bool:
    """Whether a message tells that a lead is gone: all that may be said of it stands in the payload."""
    return bool(message.payload.get("template") == WITHDRAWN)
