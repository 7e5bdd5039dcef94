"""Conversations: found or begun, saved, and erased with everything that belongs to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select, update

from bot.errors import NotFoundError
from bot.model import LeadState
from bot.storage import tables
from bot.storage.records import ConversationRecord
from bot.storage.repositories.base import Repository
from bot.storage.repositories.erasing import delete_leads, delete_rows

_C = tables.conversations.c
_FIELDS = (_C.id, _C.channel, _C.site, _C.language, _C.state, _C.created_at, _C.last_active_at, _C.blocked_at)

_OWNED = (
    tables.outbox,
    tables.processed_messages,
    tables.tracker_events,
    tables.transcript,
    tables.drafts,
    tables.one_time_codes,
    tables.keyboards,
    tables.attachments,
    tables.handover_codes,
)
#: Where what was said in a conversation lies.
_TALK = (tables.transcript, tables.tracker_events, tables.processed_messages)


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
                blocked_at=None,  # who writes to us has not blocked us
            )
        )
        if not saved.rowcount:
            raise NotFoundError("The conversation to save does not exist, or was erased meanwhile.")

    async def mark_blocked(self, conversation_id: str, since: datetime | None) -> None:
        """Note that the person takes no messages from us since a moment, or takes them again (None)."""
        await self._connection.execute(
            update(tables.conversations).where(_C.id == conversation_id).values(blocked_at=since)
        )

    async def erase(
        self, conversation_id: str, *, keep_leads: bool = False, keep_address: bool = False
    ) -> dict[str, int]:
        """Delete every row of a conversation, and say how many rows of which table went.

        With `keep_leads` its leads stay with their partner organisation, attachments included, and no longer tell the
        conversation. With `keep_address` they do, so that an answer finds it: all that was said goes, the bare
        conversation stays.
        Messages already claimed are forgotten too: finish the claim before, in the same unit of work.
        """
        if keep_address:
            return await self._forget_said(conversation_id)
        erased = await (self._detach_leads if keep_leads else self._delete_leads)(conversation_id)
        for table in _OWNED:
            rows = await delete_rows(self._connection, table, table.c.conversation_id == conversation_id)
            erased[table.name] = erased.get(table.name, 0) + rows
        erased["conversations"] = await delete_rows(self._connection, tables.conversations, _C.id == conversation_id)
        return erased

    async def _forget_said(self, conversation_id: str) -> dict[str, int]:
        outbox, files = tables.outbox, tables.attachments
        theirs = {table: table.c.conversation_id == conversation_id for table in _OWNED}
        theirs[outbox] &= outbox.c.lead_reference.is_(None)
        said = tables.transcript.c
        theirs[tables.transcript] &= or_(said.author.is_(None), said.delivered_at.is_not(None))  # an answer on its way
        theirs[files] &= files.c.lead_reference.is_(None)
        erased = {table.name: await delete_rows(self._connection, table, which) for table, which in theirs.items()}
        bare = update(tables.conversations).where(_C.id == conversation_id)
        await self._connection.execute(bare.values(state={}, tracker_snapshot=None, tracker_seq=0))
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
            .where(
                outbox.c.conversation_id == conversation_id,
                outbox.c.lead_reference.is_not(None),
                outbox.c.kind != "message",  # it goes to the conversation, and so goes with it
            )
            .values(conversation_id=None)
        )
        files = tables.attachments
        await self._connection.execute(
            update(files)
            .where(files.c.conversation_id == conversation_id, files.c.lead_reference.is_not(None))
            .values(conversation_id=None)
        )
        return {}

    async def _delete_leads(self, conversation_id: str) -> dict[str, int]:
        return await delete_leads(self._connection, tables.leads.c.conversation_id == conversation_id)

    async def silent_since(self, moment: datetime, ended: Collection[LeadState]) -> list[str]:
        """The conversations without a message after a moment, staff's included, that nothing still needs.

        A draft needs its conversation, and so does a lead that is in none of the states that end it.
        """
        query = select(_C.id).where(_silent(moment), ~_needed(ended)).order_by(_C.id)
        return list((await self._connection.execute(query)).scalars())

    async def talk_silent_since(self, moment: datetime, ended: Collection[LeadState]) -> list[str]:
        """As `silent_since`, but those that something still needs, as long as what was said in them is there."""
        said = exists().where(tables.transcript.c.conversation_id == _C.id)
        query = select(_C.id).where(_silent(moment), _needed(ended), said).order_by(_C.id)
        return list((await self._connection.execute(query)).scalars())

    async def forget_talk(self, conversation_id: str, remember: Collection[str]) -> dict[str, int]:
        """Delete what was said in a conversation, and of its state all but the names to remember.

        The conversation, its drafts and leads stay. Says how many rows of which table went.
        """
        found = await self._connection.execute(select(_C.state).where(_C.id == conversation_id))
        state = {name: value for name, value in (found.scalar() or {}).items() if name in remember}
        await self._connection.execute(
            update(tables.conversations)
            .where(_C.id == conversation_id)
            .values(state=state, tracker_snapshot=None, tracker_seq=0)
        )
        return {
            table.name: await delete_rows(self._connection, table, table.c.conversation_id == conversation_id)
            for table in _TALK
        }


def _silent(moment: datetime) -> ColumnElement[bool]:
    said = tables.transcript.c
    answered = exists().where(said.conversation_id == _C.id, said.author == "staff", said.created_at > moment)
    return and_(_C.last_active_at <= moment, ~answered)


def _needed(ended: Collection[LeadState]) -> ColumnElement[bool]:
    drafts, leads = tables.drafts.c, tables.leads.c
    open_lead = exists().where(leads.conversation_id == _C.id, leads.state.not_in(ended))
    return or_(exists().where(drafts.conversation_id == _C.id), open_lead)


def _record(row: Row[Any]) -> ConversationRecord:
    return ConversationRecord(**row._mapping)
