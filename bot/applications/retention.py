"""Unfinished applications are forgotten in time: early where their author has agreed to nothing yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.programme import Programme
from bot.storage import Storage


async def forget_drafts(storage: Storage, programme: Programme, now: datetime) -> int:
    """Erase the drafts whose time is over, as `privacy.yml` sets it; gives how many.

    Before consent the whole conversation goes, transcript and tracker events included, as they hold the answers; leads
    that it has sent stay. After consent the draft goes. Files sent with it are removed at the next sweep.
    """
    retention = programme.privacy.retention
    before_consent = now - timedelta(hours=retention.before_consent_hours)
    unfinished = now - timedelta(days=retention.unfinished_applications_days)
    async with storage.unit_of_work(read_only=True) as uow:
        unagreed = await uow.drafts.untouched_since(before_consent, consented=False)
        agreed = await uow.drafts.untouched_since(unfinished, consented=True)
    for conversation, _ in unagreed:
        async with storage.unit_of_work() as uow:
            await uow.conversations.erase(conversation, keep_leads=True)
            await uow.commit()
    for conversation, form in agreed:
        async with storage.unit_of_work() as uow:
            await uow.drafts.delete(conversation, form)
            await uow.attachments.delete_of_draft(conversation)
            await uow.commit()
    return len(unagreed) + len(agreed)
