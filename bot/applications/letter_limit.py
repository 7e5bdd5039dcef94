"""How many letters one mailbox gets: anybody can type anybody's address, and nobody shall flood a stranger's mailbox.

What is over the limit is not promised, and not made up for later: an application is taken all the same, and the chat tells
its reference. The mailboxes that organisations named for notices get everything.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.applications import notifications
from bot.model import Lead
from bot.programme import Programme
from bot.storage import UnitOfWork

#: At most so many letters to one mailbox in this time, whatever they are about.
MOST_LETTERS, IN_TIME = 5, timedelta(hours=24)


async def may_write_to(uow: UnitOfWork, address: str, now: datetime) -> bool:
    """Whether one more letter may be promised to an address that somebody typed; add it in the same transaction."""
    return await uow.outbox.letters_to(address, now - IN_TIME) < MOST_LETTERS


async def promise_all(uow: UnitOfWork, lead: Lead, programme: Programme, now: datetime) -> None:
    """Promise what a new lead leads to, but for a letter to the applicant that would be one too many."""
    mailboxes = {partner.notify_email.lower() for partner in programme.partners.values() if partner.notify_email}
    for message in notifications.promised(lead, programme):
        typed = message.kind == "email" and message.destination.lower() not in mailboxes
        if not typed or await may_write_to(uow, message.destination, now):
            await uow.outbox.add(message)
