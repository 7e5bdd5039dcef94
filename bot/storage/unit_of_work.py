"""One transaction: everything in it is stored together, or nothing is."""

from __future__ import annotations

from types import TracebackType

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import StorageError
from bot.storage.errors import CONNECT_ERRORS, translate, unreachable
from bot.storage.repositories import (
    Attachments,
    Codes,
    Conversations,
    Drafts,
    Handovers,
    Keyboards,
    Leads,
    Messages,
    Outbox,
    TelegramUpdates,
    Trackers,
)
from bot.storage.repositories.base import Clock


class UnitOfWork:
    """A transaction and the repositories that work in it; leaving it without `commit` undoes all.

    The transaction begins with the first statement. On SQLite it then is the only writer until it ends, so
    compute first and open it late; a `read_only` one never keeps others from writing.
    """

    conversations: Conversations
    messages: Messages
    trackers: Trackers
    drafts: Drafts
    leads: Leads
    outbox: Outbox
    codes: Codes
    telegram_updates: TelegramUpdates
    keyboards: Keyboards
    attachments: Attachments
    handovers: Handovers

    def __init__(self, engine: AsyncEngine, clock: Clock, *, read_only: bool = False) -> None:
        self._engine = engine.execution_options(reading=True) if read_only else engine
        self._clock = clock
        self._read_only = read_only
        self._connection: AsyncConnection

    async def __aenter__(self) -> UnitOfWork:
        connection = await self._connect()
        self._connection = connection
        self.conversations = Conversations(connection, self._clock)
        self.messages = Messages(connection, self._clock)
        self.trackers = Trackers(connection, self._clock)
        self.drafts = Drafts(connection, self._clock)
        self.leads = Leads(connection, self._clock)
        self.outbox = Outbox(connection, self._clock)
        self.codes = Codes(connection, self._clock)
        self.telegram_updates = TelegramUpdates(connection, self._clock)
        self.keyboards = Keyboards(connection, self._clock)
        self.attachments = Attachments(connection, self._clock)
        self.handovers = Handovers(connection, self._clock)
        return self

    async def _connect(self) -> AsyncConnection:
        try:
            return await self._engine.connect()
        except CONNECT_ERRORS as error:
            place = self._engine.url.render_as_string(hide_password=True)
            raise unreachable(error, place).with_traceback(error.__traceback__) from None

    async def commit(self) -> None:
        """Store what was done; what follows begins a new transaction.

        Raises:
            StorageError: the database refuses, or the unit was opened for reading only.
        """
        if self._read_only:
            raise StorageError("This unit of work was opened for reading only: it has nothing to commit.")
        await self._connection.commit()

    async def rollback(self) -> None:
        """Undo what was done since the beginning or the last commit."""
        await self._connection.rollback()

    async def __aexit__(
        self, _type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.__aexit__(_type, error, trace)
        if isinstance(error, SQLAlchemyError):
            # Without its cause, whose text may quote stored values; the traceback leads to the statement.
            raise translate(error).with_traceback(trace) from None
