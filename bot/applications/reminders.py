"""Reminders of leads that nobody has taken up: first to their organisation, then to the lead partner.

Working days are Monday to Friday in UTC; public holidays, which differ between the organisations, are not known.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone

from bot.applications.notifications import ESCALATION, REMINDER, key_suffix, language_of, promise
from bot.programme import Programme
from bot.storage import Storage, UnitOfWork

#: Working days after which the lead's organisation is reminded.
REMIND_AFTER = 3
#: Working days after which the lead partner is told: as many more.
ESCALATE_AFTER = 6
_SATURDAY = 5


def working_days_before(now: datetime, days: int) -> datetime:
    """The moment since which so many working days have gone by; the hours of a weekend count for nothing."""
    moment = now.astimezone(timezone.utc)
    if moment.weekday() >= _SATURDAY:
        # As on Friday at midnight: nobody works in between.
        saturday = moment.date() - timedelta(days=moment.weekday() - _SATURDAY)
        moment = datetime.combine(saturday, time(), timezone.utc)
    for _ in range(days):
        moment -= timedelta(days=1)
        while moment.weekday() >= _SATURDAY:
            moment -= timedelta(days=1)
    return moment


async def promise_reminders(storage: Storage, programme: Programme, now: datetime) -> int:
    """Promise a letter for each lead that lies untouched for too long; gives how many were new.

    Each reminder is promised once, however often and by however many processes this is called.
    """
    async with storage.unit_of_work() as uow:
        promised = await _remind(uow, programme, working_days_before(now, REMIND_AFTER))
        promised += await _escalate(uow, programme, working_days_before(now, ESCALATE_AFTER))
        await uow.commit()
    return promised


async def _remind(uow: UnitOfWork, programme: Programme, since: datetime) -> int:
    """Write to the organisations that have the leads, where it is known whom to write to."""
    mailboxes = {code: partner.notify_email for code, partner in programme.partners.items() if partner.notify_email}
    suffix = key_suffix(REMINDER, "email", "partner")
    waiting = await uow.leads.untouched_since(since, suffix, mailboxes)
    for lead in waiting:
        language = language_of(programme.partners[lead.partner])
        await uow.outbox.add(promise("email", mailboxes[lead.partner], REMINDER, lead, language, suffix))
    return len(waiting)


async def _escalate(uow: UnitOfWork, programme: Programme, since: datetime) -> int:
    """Write to the lead partner, whoever has the leads."""
    if programme.lead.notify_email is None:
        return 0
    suffix, language = key_suffix(ESCALATION, "email", "lead"), language_of(programme.lead)
    waiting = await uow.leads.untouched_since(since, suffix)
    for lead in waiting:
        await uow.outbox.add(promise("email", programme.lead.notify_email, ESCALATION, lead, language, suffix))
    return len(waiting)
