"""Unfinished applications and enquiries are forgotten in time: early where their author has agreed to nothing yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.applications.leads import answer_awaited
from bot.model import APPLICATION_FORM, ENQUIRY_FORM
from bot.programme import Programme
from bot.storage import Storage


async def forget_drafts(storage: Storage, programme: Programme, now: datetime) -> int:
    """Erase the drafts whose time is over, as `privacy.yml` sets it; gives how many.

    Before consent the whole conversation goes, transcript and tracker events included, as they hold the answers; leads
    that it has sent stay, and where the answer to an enquiry is to come there, the bare conversation does too. After
    consent the draft goes. So it does of an enquiry before consent to which something else stands beside, a lead or an
    application: all that it tells is a question, kept as any other that is typed.
    """
    retention = programme.privacy.retention
    before_consent = now - timedelta(hours=retention.before_consent_hours)
    unfinished = now - timedelta(days=retention.unfinished_applications_days)
    async with storage.unit_of_work(read_only=True) as uow:
        unagreed = await uow.drafts.untouched_since(before_consent, consented=False)
        agreed = await uow.drafts.untouched_since(unfinished, consented=True)
    for conversation, form in unagreed:
        async with storage.unit_of_work() as uow:
            sent = await uow.leads.for_conversation(conversation)
            if form == ENQUIRY_FORM and (sent or await uow.drafts.get(conversation, APPLICATION_FORM)):
                await uow.drafts.delete(conversation, form)
            else:
                await uow.conversations.erase(conversation, keep_leads=True, keep_address=answer_awaited(sent))
            await uow.commit()
    for conversation, form in agreed:
        async with storage.unit_of_work() as uow:
            await uow.drafts.delete(conversation, form)
            await uow.commit()
    return len(unagreed) + len(agreed)
