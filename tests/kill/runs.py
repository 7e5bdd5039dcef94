"""Starts processes, kills them, and judges what they leave behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it carries no types of its own
from aiosmtpd.smtp import SMTP, Envelope, Session
from delivery.mail_server import MailServer
from storage.examples import NOW

from bot.conversation.forms import FORM
from bot.conversation.turn import ConversationState
from bot.delivery.mail import message_id
from bot.storage import DraftRecord, Storage, create_storage

#: Seconds that nothing here takes, however busy the machine is.
PATIENCE = 120.0
#: The domain of the letters' Message-IDs.
DOMAIN = "example.org"
MAILBOX = "leads@dcc.example.org"
APPLICANT = "aoife@liffey.example.org"
CONSENT = {
    "version": 1,
    "language": "en",
    "at": NOW.isoformat(),
    "channel": "web",
    "partner": "DCC",
    "country": "IE",
}
SLOTS: dict[str, Any] = {
    "side": "sending",
    "company_name": "Liffey Brewing",
    "country": "IE",
    "city": "Dublin",
    "employees": 14,
    "sector": "C",
    "role": "manager",
    "participants": 1,
    "destinations": ["ES"],
    "duration": {"min_months": 3.0, "max_months": 3.0},
    "start": "2027-04",
    "objectives": "we want to learn new techniques",
    "counterpart": "search",
    "consent": True,
    "contact_name": "Aoife Byrne",
    "email": APPLICANT,
    "phone": "skipped",
}


@dataclass
class WatchedMailServer(MailServer):
    """A mail server that knows its open sessions and can be interrupted between taking a letter and saying so."""

    before_answer: Callable[[int], Awaitable[None]] | None = None
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    open: set[SMTP] = field(default_factory=set)

    def _session(self) -> SMTP:
        watcher = self

        class Watched(SMTP):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                watcher.open.add(self)
                watcher.connected.set()
                super().connection_made(transport)

            def connection_lost(self, error: Exception | None) -> None:
                super().connection_lost(error)
                watcher.open.discard(self)

        return Watched(self, enable_SMTPUTF8=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a letter."""
        answer = await super().handle_DATA(server, session, envelope)
        if self.before_answer:
            await self.before_answer(len(self.envelopes))
        return answer

    async def settle(self) -> None:
        """Wait until what the dead have sent is taken in."""
        await eventually(self._is_quiet)

    async def _is_quiet(self) -> bool:
        return not self.open

    def accepted(self) -> Counter[str]:
        """How often each letter was accepted, by its Message-ID."""
        return Counter(str(letter["Message-ID"]) for letter in self.letters())


async def eventually(condition: Callable[[], Awaitable[bool]], seconds: float = PATIENCE, pause: float = 0.005) -> None:
    """Wait until something holds."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while not await condition():
        assert loop.time() < until, f"{condition.__name__}: not within {seconds} seconds"
        await asyncio.sleep(pause)


class Victim:
    """A process that was started to be killed."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.pid = 0
        self.told: dict[str, Any] = {}

    async def hear(self) -> str | None:
        """The next step that it reaches; None when it is dead."""
        with suppress(ConnectionError):
            line = await asyncio.wait_for(self._reader.readline(), PATIENCE)
            if line:
                self.told = json.loads(line)
                self.pid = self.told.get("pid", self.pid)
                return str(self.told["step"])
        return None

    def go(self) -> None:
        """Let it go on."""
        self._writer.write(b".")

    def kill(self) -> None:
        """`kill -9`."""
        os.kill(self.pid, signal.SIGKILL)

    async def buried(self) -> None:
        """Wait until it is gone."""
        while await self.hear():
            pass
        self._writer.close()


class Nursery:
    """Starts victims: forks of one process that has imported everything."""

    def __init__(self, programme: Path) -> None:
        self._orders, other = socket.socketpair()
        with other:
            command = [sys.executable, str(Path(__file__).with_name("victim.py")), str(other.fileno()), str(programme)]
            self._process = subprocess.Popen(command, pass_fds=[other.fileno()])

    async def start(
        self, database: str, smtp: str, now: datetime, conversation: str, message: str, *, hold: bool = False
    ) -> Victim:
        """Start a victim; it has begun when this returns, and stands still where it is held."""
        order = {
            "database": database,
            "smtp": smtp,
            "now": now.isoformat(),
            "conversation": conversation,
            "message_id": message,
            "hold": hold,
        }
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._orders, [json.dumps(order).encode()], [theirs.fileno()])
        victim = Victim(*await asyncio.open_unix_connection(sock=ours))
        assert await victim.hear() == "started"
        return victim

    def close(self) -> None:
        """End the process; its victims are dead already."""
        self._orders.close()
        self._process.wait(PATIENCE)


@dataclass(frozen=True)
class Remains:
    """What a database and a mail server hold for one conversation."""

    references: tuple[str, ...]
    audit: tuple[str, ...]
    #: The Message-IDs of all letters that have to arrive, and of those not recorded as delivered.
    promised: frozenset[str]
    unrecorded: frozenset[str]


@dataclass(frozen=True)
class Outcome:
    """What came of one kill."""

    step: str
    database: str
    leads: int
    promised: int
    accepted: int
    repeats: int
    #: The message was sent again at once and got no answer, as the dead process still held its claim.
    unanswered: int = 0


async def prepare(storage: Storage, conversation: str) -> None:
    """A conversation with an application that waits for the button that sends it."""
    name = f"web:{conversation}"
    async with storage.unit_of_work() as uow:
        record = await uow.conversations.get_or_create(name, "web", "dcc", NOW)
        state = asdict(ConversationState(greeted=True, consent=CONSENT))
        await uow.conversations.save(type(record)(**{**vars(record), "language": "en", "state": state}))
        await uow.drafts.save(DraftRecord(name, FORM, SLOTS, "confirm", True, NOW, NOW))
        await uow.commit()


async def remains(database: str, conversation: str, *, alone: bool = True) -> Remains:
    """Read what there is.

    Args:
        database: the database's address.
        conversation: the id of the conversation.
        alone: nobody else uses the database; a dead process's last words to PostgreSQL are waited for.
    """
    if alone and database.startswith("postgresql"):
        await _alone(database)
    storage = create_storage(database, lambda: NOW)
    try:
        async with storage.unit_of_work(read_only=True) as uow:
            leads = await uow.leads.for_conversation(conversation)
            audit = [event.action for lead in leads for event in await uow.leads.events(lead.reference)]
            waiting = await uow.outbox.undelivered()
    finally:
        await storage.close()
    keys = [
        f"{lead.reference}/{suffix}"
        for lead in leads
        for suffix in ("new_lead/email/DCC", "application_received/email/applicant")
    ]
    waiting_keys = {message.message_key for message in waiting}
    return Remains(
        tuple(lead.reference for lead in leads),
        tuple(audit),
        frozenset(message_id(key, DOMAIN) for key in keys),
        frozenset(message_id(key, DOMAIN) for key in keys if key in waiting_keys),
    )


async def _alone(database: str) -> None:
    """Wait until PostgreSQL has noticed that the dead process is gone."""
    connection = await asyncpg.connect(database.replace("postgresql+asyncpg", "postgresql"))
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

    async def alone() -> bool:
        return not await connection.fetchval(others)

    try:
        await eventually(alone)
    finally:
        await connection.close()


def judge(
    step: str, database: str, at_death: Remains, end: Remains, before: Counter[str], after: Counter[str]
) -> Outcome:
    """Check what there is in the end against what there was at the moment of death.

    Args:
        step: where the process was killed.
        database: of which kind the database is.
        at_death: what the dead process left.
        end: what is there after all was done again.
        before: how often the mail server had accepted each letter at the moment of death.
        after: the same in the end.
    """
    assert len(end.references) == 1, f"{len(end.references)} leads"
    assert end.audit == ("consented",)
    assert len(end.promised) == 2
    assert end.unrecorded == frozenset(), "letters are not recorded as delivered"
    missing = [letter for letter in end.promised if not after[letter]]
    assert missing == [], f"{len(missing)} letters never arrived"
    # A repeat is right where a letter was accepted but not recorded, and nowhere else.
    repeats = {letter: after[letter] - 1 for letter in end.promised if after[letter] > 1}
    due = {letter: 1 for letter in at_death.unrecorded if before[letter]}
    assert repeats == due
    assert len(due) <= 1, "letters are recorded one by one"
    accepted = sum(after[letter] for letter in end.promised)
    return Outcome(step, database, len(end.references), len(end.promised), accepted, sum(repeats.values()))


def later(seconds: float) -> datetime:
    """So many seconds after the application was sent."""
    return NOW + timedelta(seconds=seconds)
