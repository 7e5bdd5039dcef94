"""Conversations: found or begun, saved, and erased with everything that belongs to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, delete, select, update

from bot.errors import NotFoundError
from bot.storage import tables
from bot.storage.records import ConversationRecord
from bot.storage.repositories.base import Repository

_C = tables.conversations.c
_FIELDS = (_C.id, _C.channel, _C.site, _C.language, _C.state, _C.created_at, _C.last_active_at)

_OWNED = (
    tables.outbox,
    tables.processed_messages,
    tables.tracker_events,
    tables.transcript,
    tables.drafts,
    tables.one_time_codes,
)


class Conversations(Repository):
    """The conversations of all channels. Rasa's tracker of each is the trackers' business."""

    async def get(self, conversation_id: str) -> ConversationRecord | None:
        """The conversation, or nothing where it has not begun or was erased."""
        found = await self._connection.execute(select(*_FIELDS).where(_C.id == conversation_id))
        row = found.first()
        return _record(row) if row else None

    async def get_or_create(
        self, conversation_id: str, channel: str, site: str | None, now: datetime
    ) -> ConversationRecord:
        """The conversation, begun now where there was none; an existing one keeps its site."""
        begun = self._insert(tables.conversations).values(
            id=conversation_id, channel=channel, site=site, state={}, created_at=now, last_active_at=now
        )
        await self._connection.execute(begun.on_conflict_do_nothing(index_elements=["id"]))
        found = await self._connection.execute(select(*_FIELDS).where(_C.id == conversation_id))
        return _record(found.one())

    async def save(self, record: ConversationRecord) -> None:
        """Store site, language, state and the time of the last message.

        Raises:
            NotFoundError: the conversation was erased meanwhile.
        """
        saved = await self._connection.execute(
            update(tables.conversations)
            .where(_C.id == record.id)
            .values(
                site=record.site,
                language=record.language,
                state=record.state,
                last_active_at=record.last_active_at,
            )
        )
        if not saved.rowcount:
            raise NotFoundError("The conversation to save does not exist, or was erased meanwhile.")

    async def erase(
        self, conversation_id: str, *, keep_leads: bool = False, keep_address: bool = False
    ) -> dict[str, int]:
        """Delete every row of a conversation, and say how many rows of which table went.

        With `keep_leads` its leads stay with their partner organisation, and no longer tell the conversation.
        With `keep_address` they do, so that an answer finds it: all that was said goes, the bare conversation stays.
        Messages already claimed are forgotten too: finish the claim before, in the same unit of work.
        """
        if keep_address:
            return await self._forget_said(conversation_id)
        erased = await (self._detach_leads if keep_leads else self._delete_leads)(conversation_id)
        for table in _OWNED:
            rows = await self._delete(table, table.c.conversation_id == conversation_id)
            erased[table.name] = erased.get(table.name, 0) + rows
        erased["conversations"] = await self._delete(tables.conversations, _C.id == conversation_id)
        return erased

    async def _forget_said(self, conversation_id: str) -> dict[str, int]:
        outbox = tables.outbox
        theirs = {table: table.c.conversation_id == conversation_id for table in _OWNED}
        theirs[outbox] &= outbox.c.lead_reference.is_(None)
        erased = {table.name: await self._delete(table, which) for table, which in theirs.items()}
        bare = update(tables.conversations).where(_C.id == conversation_id).values(state={}, tracker_snapshot=None)
        await self._connection.execute(bare)
        return erased

    async def _detach_leads(self, conversation_id: str) -> dict[str, int]:
        leads, outbox = tables.leads, tables.outbox
        # A submission key may be made of the conversation's id, so it goes as well.
        await self._connection.execute(
            update(leads)
            .where(leads.c.conversation_id == conversation_id)
            .values(conversation_id=None, submission_key=None)
        )
        await self._connection.execute(
            update(outbox)
            .where(outbox.c.conversation_id == conversation_id, outbox.c.lead_reference.is_not(None))
            .values(conversation_id=None)
        )
        return {}

    async def _delete_leads(self, conversation_id: str) -> dict[str, int]:
        leads = tables.leads
        theirs = leads.c.conversation_id == conversation_id
        ids, references = select(leads.c.id).where(theirs), select(leads.c.reference).where(theirs)
        codes = tables.one_time_codes
        return {
            # Without a foreign key, as a code may be asked for without a lead.
            "one_time_codes": await self._delete(codes, codes.c.lead_reference.in_(references)),
            "outbox": await self._delete(tables.outbox, tables.outbox.c.lead_reference.in_(references)),
            "lead_events": await self._delete(tables.lead_events, tables.lead_events.c.lead_id.in_(ids)),
            "leads": await self._delete(leads, theirs),
        }

    async def _delete(self, table: Table, which: ColumnElement[bool]) -> int:
        deleted = await self._connection.execute(delete(table).where(which))
        return deleted.rowcount


def _record(row: Row[Any]) -> ConversationRecord:
    return ConversationRecord(**row._mapping)
