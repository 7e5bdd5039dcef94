"""The outbox: what was promised to the outside, until it is delivered or given up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Update, and_, delete, exists, func, or_, select, text, update

from bot.storage import tables
from bot.storage.records import OutboxKind, OutboxMessage
from bot.storage.repositories.base import Repository

_O = tables.outbox.c
_PENDING = and_(_O.delivered_at.is_(None), _O.failed_at.is_(None))
#: Read in the order of sending: a later one waits for the earlier ones to the same destination.
ORDERED_KINDS = ("message", "telegram_group")
#: Any number, the same in all replicas: the name of PostgreSQL's lock around handing out due messages.
_DUE_LOCK = 0x6D736D65
#: Likewise: the first half of the names of PostgreSQL's locks around a mailbox, the second being the mailbox.
_MAILBOX_LOCKS = 0x6D736D66


class Outbox(Repository):
    """Messages to people, letters, webhooks and notices to Telegram groups."""

    async def add(self, message: OutboxMessage) -> int:
        """Promise a message, due at once or at its `next_attempt_at`; gives its id.

        A message key that was used before changes nothing and gives the id of the earlier message.
        """
        now = self._clock()
        added = self._insert(tables.outbox).values(
            kind=message.kind,
            destination=message.destination,
            payload=message.payload,
            message_key=message.message_key,
            conversation_id=message.conversation_id,
            lead_reference=message.lead_reference,
            attempts=0,
            next_attempt_at=message.next_attempt_at or now,
            created_at=now,
        )
        await self._connection.execute(added.on_conflict_do_nothing(index_elements=["message_key"]))
        found = await self._connection.execute(select(_O.id).where(_O.message_key == message.message_key))
        message_id: int = found.scalar_one()
        return message_id

    async def letters_to(self, address: str, since: datetime) -> int:
        """How many letters were promised to a mailbox since a moment, delivered or not.

        Letter case does not count, nor what follows a plus sign before the @: most mail servers deliver those alike. Until
        the transaction ends nobody else gets an answer for this mailbox, so that two do not both take the last one.
        """
        local, _, domain = address.lower().rpartition("@")
        plain = local.partition("+")[0]
        await self._alone_with(f"{plain}@{domain}")
        destination = func.lower(_O.destination)
        tagged = and_(
            destination.startswith(f"{plain}+", autoescape=True), destination.endswith(f"@{domain}", autoescape=True)
        )
        to_mailbox = or_(destination == f"{plain}@{domain}", tagged)
        counted = select(func.count()).where(_O.kind == "email", _O.created_at > since, to_mailbox)
        return int((await self._connection.execute(counted)).scalar_one())

    async def due(
        self,
        now: datetime,
        limit: int = 20,
        lease_seconds: float = 60,
        kinds: Collection[OutboxKind] | None = None,
    ) -> list[OutboxMessage]:
        """Take the messages that are due (of some kinds), each counted as attempted; commit before delivering them.

        Nobody else gets them for the length of the lease, which must exceed the delivery's own time limit;
        one that is neither delivered nor failed by then is due again. Of the kinds whose order matters only
        the first message to a destination is given: ask again until nothing is due.
        """
        await self._hand_out_alone()
        due = _of_kinds(_ready().where(_O.next_attempt_at <= now).order_by(_O.id), kinds)
        found = await self._connection.execute(due.limit(limit))
        ids = list(found.scalars())
        if not ids:
            return []
        taken = update(tables.outbox).where(_O.id.in_(ids))
        lease_until = now + timedelta(seconds=lease_seconds)
        await self._connection.execute(taken.values(attempts=_O.attempts + 1, next_attempt_at=lease_until))
        return await self._read(select(tables.outbox).where(_O.id.in_(ids)))

    async def _hand_out_alone(self) -> None:
        # Skipping locked rows would not do: it would give a later message to a destination while another
        # replica takes the earlier one. SQLite has one writer anyway.
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _DUE_LOCK})

    async def _alone_with(self, mailbox: str) -> None:
        # SQLite has one writer anyway.
        if self._connection.dialect.name == "postgresql":
            lock = text("SELECT pg_advisory_xact_lock(:space, hashtext(:mailbox))")
            await self._connection.execute(lock, {"space": _MAILBOX_LOCKS, "mailbox": mailbox})

    async def mark_delivered(self, message_id: int, now: datetime) -> None:
        """Note that a message was accepted by its receiver; it is not sent again."""
        await self._connection.execute(_pending(message_id).values(delivered_at=now, last_error=None))

    async def mark_failed(
        self, message_id: int, error: str, now: datetime, *, retry_at: datetime | None = None
    ) -> None:
        """Note a failed attempt: due again at `retry_at`, or given up for good where that is left out.

        `error` is shown to staff: no personal data in it.
        """
        outcome = {"failed_at": now} if retry_at is None else {"next_attempt_at": retry_at}
        await self._connection.execute(_pending(message_id).values(last_error=error, **outcome))

    async def retry(self, message_id: int, now: datetime) -> bool:
        """Make a message that was given up due again, its attempts counted anew; False where it was not given up."""
        given_up = update(tables.outbox).where(_O.id == message_id, _O.failed_at.is_not(None))
        changed = await self._connection.execute(given_up.values(failed_at=None, attempts=0, next_attempt_at=now))
        return bool(changed.rowcount)

    async def failed(self) -> list[OutboxMessage]:
        """The messages given up, oldest first, for staff to see."""
        return await self._read(select(tables.outbox).where(_O.failed_at.is_not(None)))

    async def undelivered(self) -> list[OutboxMessage]:
        """The messages that wait and those given up, oldest first."""
        return await self._read(select(tables.outbox).where(_O.delivered_at.is_(None)))

    async def to_conversation(self, conversation_id: str) -> list[OutboxMessage]:
        """What was promised to the person of a conversation, oldest first."""
        return await self._read(select(tables.outbox).where(_O.conversation_id == conversation_id))

    async def about(self, reference: str, destination: str) -> list[OutboxMessage]:
        """What was promised about a lead to one address, whatever its capitals, oldest first."""
        to = func.lower(_O.destination) == destination.lower()
        return await self._read(select(tables.outbox).where(_O.lead_reference == reference, to))

    async def forget_before(self, moment: datetime) -> int:
        """Forget what was delivered or given up by a moment; gives how many messages.

        Of a delivered one about a lead the row stays, without address and content: its key keeps the same letter
        from being sent again.
        """
        gone = delete(tables.outbox).where(
            or_(_O.failed_at <= moment, and_(_O.delivered_at <= moment, _O.lead_reference.is_(None)))
        )
        emptied = update(tables.outbox).where(_O.delivered_at <= moment, _O.destination != "")
        forgotten = (await self._connection.execute(gone)).rowcount
        return forgotten + (await self._connection.execute(emptied.values(destination="", payload={}))).rowcount

    async def next_due_at(self, kinds: Collection[OutboxKind] | None = None) -> datetime | None:
        """When the next message (of some kinds) falls due: how long a sender may rest."""
        ready = _ready().with_only_columns(_O.next_attempt_at).order_by(_O.next_attempt_at)
        moment: datetime | None = (await self._connection.execute(_of_kinds(ready, kinds).limit(1))).scalar()
        return moment

    async def _read(self, query: Select[Any]) -> list[OutboxMessage]:
        rows: Sequence[Row[Any]] = (await self._connection.execute(query.order_by(_O.id))).all()
        return [OutboxMessage(**row._mapping) for row in rows]


def _pending(message_id: int) -> Update:
    return update(tables.outbox).where(_O.id == message_id, _PENDING)


def _ready() -> Select[Any]:
    """Those that wait for nothing but their time."""
    turn = or_(_O.kind.not_in(ORDERED_KINDS), ~_earlier_to_the_same())
    return select(_O.id).where(_PENDING, turn)


def _of_kinds(query: Select[Any], kinds: Collection[OutboxKind] | None) -> Select[Any]:
    return query if kinds is None else query.where(_O.kind.in_(kinds))


def _earlier_to_the_same() -> ColumnElement[bool]:
    other = tables.outbox.alias("earlier").c
    return exists().where(
        other.kind == _O.kind,
        other.destination == _O.destination,
        other.id < _O.id,
        other.delivered_at.is_(None),
        other.failed_at.is_(None),
    )
