"""Drafts: forms that a person began and has not sent; they survive Rasa's session start."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from bot.storage import tables
from bot.storage.errors import ClaimLostError
from bot.storage.records import DraftRecord
from bot.storage.repositories.base import Repository

_D = tables.drafts.c


class Drafts(Repository):
    """One draft for each form of a conversation."""

    async def get(self, conversation_id: str, form: str) -> DraftRecord | None:
        """The draft as it was last saved."""
        found = await self._connection.execute(select(tables.drafts).where(_this(conversation_id, form)))
        row = found.first()
        return DraftRecord(**row._mapping) if row else None

    async def for_conversation(self, conversation_id: str) -> list[DraftRecord]:
        """All drafts of a conversation."""
        query = select(tables.drafts).where(_D.conversation_id == conversation_id).order_by(_D.form)
        return [DraftRecord(**row._mapping) for row in await self._connection.execute(query)]

    async def with_email(self, email: str) -> list[DraftRecord]:
        """The drafts that hold an e-mail address, whatever its capitals."""
        given = func.lower(_D.slots["email"].as_string())
        query = select(tables.drafts).where(given == email.lower()).order_by(_D.conversation_id, _D.form)
        return [DraftRecord(**row._mapping) for row in await self._connection.execute(query)]

    async def save(self, draft: DraftRecord) -> None:
        """Store a draft in place of the earlier one, whose `created_at` stays."""
        changed = {name: value for name, value in vars(draft).items() if name != "created_at"}
        stored = self._insert(tables.drafts).values(vars(draft))
        await self._connection.execute(
            stored.on_conflict_do_update(index_elements=["conversation_id", "form"], set_=changed)
        )

    async def hold(self, read: DraftRecord) -> None:
        """Make sure that a draft is still as it was read, and keep others from changing it until the unit ends.

        Raises:
            ClaimLostError: it was changed, sent, or goes on in another conversation by now: do not commit.
        """
        # An update, as SQLite leaves FOR UPDATE out and PostgreSQL waits with it for another's transaction.
        unchanged = and_(_this(read.conversation_id, read.form), _D.updated_at == read.updated_at)
        held = await self._connection.execute(update(tables.drafts).where(unchanged).values(form=read.form))
        if not held.rowcount:
            raise ClaimLostError("The draft was changed by another message at the same time, or is gone.")

    async def untouched_since(self, moment: datetime, *, consented: bool) -> list[tuple[str, str]]:
        """Conversation and form of the drafts, with their author's consent or without, not changed since a moment."""
        query = select(_D.conversation_id, _D.form).where(_D.updated_at <= moment, _D.consented.is_(consented))
        return [(row.conversation_id, row.form) for row in await self._connection.execute(query)]

    async def delete(self, conversation_id: str, form: str) -> None:
        """Forget a draft; nothing happens where there is none."""
        await self._connection.execute(delete(tables.drafts).where(_this(conversation_id, form)))


def _this(conversation_id: str, form: str) -> ColumnElement[bool]:
    return and_(_D.conversation_id == conversation_id, _D.form == form)
