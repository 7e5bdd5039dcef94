"""What staff wrote in a web chat, from the database: a visitor who comes back later than the process remembers gets it."""

from __future__ import annotations

from bot.applications import correspondence
from bot.model import Reply
from bot.programme import Programme
from bot.storage import Storage


class StaffAnswers:
    """Reads what staff wrote in a conversation and what was brought there."""

    def __init__(self, storage: Storage, programme: Programme) -> None:
        self._storage, self._programme = storage, programme

    async def of(self, conversation: str) -> list[tuple[str, Reply, str]]:
        """Each message with its key and its language, oldest first; of a lead that is gone, none."""
        async with self._storage.unit_of_work(read_only=True) as uow:
            rows = await uow.messages.by_staff(conversation)
            leads = {lead.reference: lead for lead in await uow.leads.for_conversation(conversation)}
        found = []
        for row in rows:
            lead = leads.get(row.lead_reference or "")
            if lead and row.delivered_at:
                reply = correspondence.in_chat(lead, row, self._programme, needs_information=False)
                found.append((correspondence.key_of(row), reply, row.language or lead.language))
        return found
