"""Attachments: which file belongs to which draft or lead; the files themselves lie elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, delete, insert, select, update

from bot.storage import tables
from bot.storage.records import Attachment
from bot.storage.repositories.base import Repository

_A = tables.attachments.c


class Attachments(Repository):
    """The rows of files that applicants sent: of a conversation's draft, or of a lead."""

    async def add(self, attachment: Attachment) -> int:
        """Store what is known of a file; gives its id."""
        values = {name: value for name, value in vars(attachment).items() if name != "id"}
        added = await self._connection.execute(insert(tables.attachments).values(values).returning(_A.id))
        return added.scalar_one()

    async def of_draft(self, conversation_id: str) -> Sequence[Attachment]:
        """The files of a conversation that no lead has yet, oldest first."""
        return await self._where(_of_draft(conversation_id))

    async def of_lead(self, reference: str) -> Sequence[Attachment]:
        """The files of a lead, oldest first."""
        return await self._where(_A.lead_reference == reference)

    async def _where(self, which: ColumnElement[bool]) -> Sequence[Attachment]:
        found = await self._connection.execute(select(tables.attachments).where(which).order_by(_A.id))
        return [Attachment(**row._mapping) for row in found]

    async def assign(self, conversation_id: str, reference: str) -> None:
        """Give the files of a conversation's draft to the lead that the draft has become."""
        draft = update(tables.attachments).where(_of_draft(conversation_id))
        await self._connection.execute(draft.values(lead_reference=reference))

    async def move(self, conversation_id: str, to: str) -> None:
        """Give the files of a conversation's draft to the draft of another."""
        draft = update(tables.attachments).where(_of_draft(conversation_id))
        await self._connection.execute(draft.values(conversation_id=to))

    async def delete_of_draft(self, conversation_id: str, names: Collection[str] | None = None) -> int:
        """Forget files of a conversation's draft: those of these names, or all; those of leads stay. Gives how many."""
        which = delete(tables.attachments).where(_of_draft(conversation_id))
        deleted = await self._connection.execute(which if names is None else which.where(_A.name.in_(names)))
        return deleted.rowcount

    async def names(self) -> set[str]:
        """The names of all files that belong to somebody."""
        return set((await self._connection.execute(select(_A.name))).scalars())


def _of_draft(conversation_id: str) -> ColumnElement[bool]:
    return and_(_A.conversation_id == conversation_id, _A.lead_reference.is_(None))
