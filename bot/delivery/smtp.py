"""Sends letters by SMTP (RFC 5321), plainly, by STARTTLS or inside TLS."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib

from bot.delivery.letters import Letter
from bot.delivery.mail import as_mail, sender_address
from bot.errors import DeliveryError, SettingsError
from bot.storage import OutboxMessage

#: The schemes of BOT_SMTP_URL with their usual ports.
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
#: Seconds for a connection or for the answer to a command; all of it must fit into an attempt of the worker.
ANSWER_SECONDS = 20.0
#: Seconds for a goodbye, once the letter is accepted.
GOODBYE_SECONDS = 2.0


@dataclass(frozen=True)
class MailServer:
    """The server that takes our letters, and how to speak to it."""

    scheme: str
    host: str
    port: int
    username: str | None
    password: str | None


def parse_smtp_url(url: str) -> MailServer:
    """The mail server of an address such as `smtp+starttls://user:password@mail.example.org:587`.

    Raises:
        SettingsError: it is none. The text does not repeat it, as it may hold a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise SettingsError(
            "BOT_SMTP_URL is no mail server; write smtp://host:25, smtp+starttls://user:password@host:587 "
            "or smtps://user:password@host:465."
        )
    username = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password is not None else None
    return MailServer(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], username, password)


class SmtpSender:
    """Sends letters through a mail server, each over a connection of its own."""

    def __init__(
        self,
        url: str,
        mail_from: str,
        write: Callable[[OutboxMessage], Awaitable[Letter]],
        *,
        clock: Callable[[], datetime],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Prepare the sender; nothing is connected before a letter leaves.

        Args:
            url: the mail server, as in BOT_SMTP_URL.
            mail_from: where the letters come from, as in BOT_MAIL_FROM.
            write: gives the letter that a message promises.
            clock: gives the present time.
            tls: which certificates to trust; those that the system trusts where None.

        Raises:
            SettingsError: `url` or `mail_from` cannot be used.
        """
        self._server, self._sender = parse_smtp_url(url), sender_address(mail_from)
        self._write, self._clock, self._tls = write, clock, tls

    async def send(self, message: OutboxMessage) -> None:
        """Write the letter that a message promises and hand it to the mail server."""
        letter = await self._write(message)
        try:
            mail = as_mail(letter, self._sender, message.destination, message.message_key, self._clock())
        except (ValueError, UnicodeError):
            raise DeliveryError("the receiver's address cannot be used", permanent=True) from None
        # Without its cause in each case: the server's words may repeat the address.
        try:
            await self._hand_over(mail)
        except aiosmtplib.SMTPRecipientsRefused as error:
            code = error.recipients[0].code
            problem = f"the mail server refuses the receiver (SMTP {code})"
            raise DeliveryError(problem, permanent=code >= 500) from None
        except aiosmtplib.SMTPAuthenticationError as error:
            problem = f"the mail server refuses user or password (SMTP {error.code})"
            raise DeliveryError(problem) from None
        except aiosmtplib.SMTPResponseException as error:
            raise DeliveryError(f"the mail server does not accept it (SMTP {error.code})") from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise DeliveryError(f"the mail server cannot be used ({type(error).__name__})") from None

    async def _hand_over(self, mail: EmailMessage) -> None:
        client = aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.username,
            password=self._server.password,
            use_tls=self._server.scheme == "smtps",
            start_tls=self._server.scheme == "smtp+starttls",
            tls_context=self._tls,
            timeout=ANSWER_SECONDS,
            # The machine's own name may take seconds to find out.
            local_hostname=self._sender.domain,
        )
        await client.connect()
        try:
            await client.send_message(mail)
            # The letter is accepted: what goes wrong now must not have it sent again.
            with suppress(aiosmtplib.SMTPException, OSError, asyncio.TimeoutError):
                await client.quit(timeout=GOODBYE_SECONDS)
        finally:
            client.close()
