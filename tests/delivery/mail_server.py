"""A real SMTP server on loopback, that keeps what it accepts and can be taken down."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


def free_port() -> int:
    """A port of loopback on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class MailServer:
    """Letters are accepted while it is up; `refused` holds addresses that it does not know."""

    port: int = field(default_factory=free_port)
    refused: set[str] = field(default_factory=set)
    #: What it answers to a letter instead of accepting it, if anything.
    answer: str | None = None
    #: It goes down once it has accepted so many letters.
    down_after: int | None = None
    #: It drops the connection instead of saying goodbye.
    rude: bool = False
    login: tuple[str, str] | None = None
    tls: ssl.SSLContext | None = None
    starttls: ssl.SSLContext | None = None
    envelopes: list[Envelope] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _listener: asyncio.AbstractServer | None = None

    async def up(self) -> None:
        """Begin to listen."""
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._session, "127.0.0.1", self.port, ssl=self.tls)

    async def down(self) -> None:
        """Stop listening; connections are refused."""
        if self._listener:
            self._listener.close()
            await self._listener.wait_closed()
            self._listener = None

    def _session(self) -> SMTP:
        return SMTP(
            self,
            enable_SMTPUTF8=True,
            tls_context=self.starttls,
            require_starttls=self.starttls is not None,
            auth_required=self.login is not None,
            auth_require_tls=False,
            authenticator=self._authenticate,
        )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self.login, handled=False)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a receiver, or refuse it with words that repeat the address."""
        if address in self.refused:
            return f"550 5.1.1 <{address}> is unknown here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a letter."""
        if self.answer:
            return self.answer
        self.envelopes.append(envelope)
        self.arrived.set()
        if len(self.envelopes) == self.down_after and self._listener:
            self._listener.close()
            self._listener = None
        return "250 accepted"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Say goodbye, or hang up."""
        if self.rude and server.transport:
            server.transport.abort()
        return "221 bye"

    # No properties: the server's library looks at every attribute in each session.
    def letters(self) -> list[EmailMessage]:
        """What was accepted, in its order."""
        return [message_from_bytes(envelope.content, policy=policy.default) for envelope in self.envelopes]

    def receivers(self) -> list[str]:
        """Whom the accepted letters went to, one of each."""
        return [address for envelope in self.envelopes for address in envelope.rcpt_tos]
