"""A letter as an e-mail: headers, plain text and HTML."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

from bot import i18n
from bot.delivery.letters import Letter
from bot.errors import SettingsError


def sender_address(mail_from: str) -> Address:
    """The address that letters come from, out of `Name <office@example.org>` or the bare address.

    Raises:
        SettingsError: it is none.
    """
    name, address = parseaddr(mail_from)
    try:
        if "@" not in address:
            raise ValueError(address)
        return Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError) as error:
        raise SettingsError("BOT_MAIL_FROM is no address; write MobiliseSME <no-reply@example.org>.") from error


def receiver_address(address: str) -> Address:
    """A receiver's address, its domain as the name service knows it."""
    user, _, domain = address.rpartition("@")
    if not domain.isascii():
        domain = domain.encode("idna").decode("ascii")
    return Address(username=user, domain=domain)


def message_id(key: str, domain: str) -> str:
    """The Message-ID of what a message key promises: the same however often it is sent."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def as_mail(letter: Letter, sender: Address, receiver: str, key: str, now: datetime) -> EmailMessage:
    """The e-mail that carries a letter.

    Raises:
        ValueError: the receiver's address cannot stand in a header.
    """
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = sender
    mail["To"] = receiver_address(receiver)
    mail["Subject"] = letter.subject
    mail["Date"] = now
    mail["Message-ID"] = message_id(key, sender.domain)
    if letter.reply_to:
        mail["Reply-To"] = receiver_address(letter.reply_to)
    # RFC 3834: no out-of-office reply comes back to a letter that a program wrote.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    # Last: the lines before move what is there of Content-… to the part with the text.
    mail["Content-Language"] = i18n.languages()[letter.language].html
    return mail
