"""Brings staff's answers into the chats, and by e-mail where a chat takes them no more.

The row of the transcript tells whether an answer has arrived. It is noted in the transaction that also ends the message
in the outbox: a process that dies before repeats the answer only where the channel had accepted it already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.applications import correspondence
from bot.applications.correspondence import Push
from bot.delivery.base import lead_of
from bot.delivery.worker import pause_after
from bot.errors import DeliveryError
from bot.model import Lead, Pushed
from bot.programme import Programme
from bot.storage import LeadEvent, OutboxMessage, Storage, TranscriptRow


class ChatSender:
    """Hands staff's answers to the channel of their conversation."""

    def __init__(
        self, storage: Storage, programme: Programme, pushes: Mapping[str, Push], clock: Callable[[], datetime]
    ) -> None:
        """Prepare the sender.

        Args:
            storage: where answers and leads lie.
            programme: the organisations' names.
            pushes: by channel, what brings a message into one of its conversations.
            clock: gives the present time.
        """
        self._storage, self._programme, self._pushes, self._clock = storage, programme, pushes, clock

    async def send(self, message: OutboxMessage) -> None:
        """Bring an answer into its chat; one that arrived before is not sent again."""
        lead, row = await lead_of(self._storage, message), await self._row(message)
        if row.delivered_at:
            return
        try:
            pushed = await self._push(message, lead, row)
        except DeliveryError as error:
            if error.permanent or pause_after(message.attempts) is None:
                raise await self._give_up(message, lead, row, error) from None
            raise
        await self._note(message, lead, row, pushed)

    async def _row(self, message: OutboxMessage) -> TranscriptRow:
        async with self._storage.unit_of_work(read_only=True) as uow:
            row = await uow.messages.row(int(message.payload.get("transcript") or 0))
        if row is None:
            raise DeliveryError("what it says was erased", permanent=True)
        return row

    async def _push(self, message: OutboxMessage, lead: Lead, row: TranscriptRow) -> Pushed:
        push = self._pushes.get(message.destination.partition(":")[0])
        if push is None:
            raise DeliveryError("the channel of that chat is not served")
        async with self._storage.unit_of_work(read_only=True) as uow:
            conversation = await uow.conversations.get(message.destination)
        if conversation is None or conversation.blocked_at:
            raise DeliveryError("the person takes no messages in that chat", permanent=True)
        waits = bool(message.payload.get("needs_information"))
        reply = correspondence.in_chat(lead, row, self._programme, needs_information=waits)
        return await push(message.destination, reply, row.language or lead.language, correspondence.key_of(row))

    async def _note(self, message: OutboxMessage, lead: Lead, row: TranscriptRow, pushed: Pushed) -> None:
        now = self._clock()
        async with self._storage.unit_of_work() as uow:
            await uow.messages.mark_pushed(row.id or 0, pushed.ref, now)
            await uow.outbox.mark_delivered(message.id, now)
            if not pushed.seen_now and (letter := _letter(message, lead, row)):
                await uow.outbox.add(letter)
            await uow.commit()

    async def _give_up(
        self, message: OutboxMessage, lead: Lead, row: TranscriptRow, error: DeliveryError
    ) -> DeliveryError:
        """Promise the letter in the chat's stead where it can be; gives the error that says so."""
        now, letter = self._clock(), _letter(message, lead, row)
        way = "it goes by e-mail instead" if letter else "no e-mail address is known, please phone"
        told = f"{error}; {way}"
        action = correspondence.BY_EMAIL if letter else correspondence.NOT_DELIVERED
        async with self._storage.unit_of_work() as uow:
            if letter:
                await uow.outbox.add(letter)
                await uow.messages.mark_delivered([row.id or 0], now)
            details = {"transcript": row.id, "problem": str(error)}
            await uow.leads.record(lead.reference, LeadEvent(now, "bot", action, details=details))
            await uow.outbox.mark_failed(message.id, told, now)
            await uow.commit()
        return DeliveryError(told, permanent=True)


def _letter(message: OutboxMessage, lead: Lead, row: TranscriptRow) -> OutboxMessage | None:
    email = lead.application.get("email")
    number = int(message.payload.get("number", 0))
    return correspondence.letter(lead, str(email), row.text, row.language or lead.language, number) if email else None
