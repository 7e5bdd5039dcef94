"""Retention: whatever has been kept as long as `privacy.yml` says goes, by `bot privacy purge` and while the bot serves."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.applications.codes import FORGET_AFTER
from bot.applications.leads import answer_awaited
from bot.model import APPLICATION_FORM, ENQUIRY_FORM, LeadState
from bot.programme import Programme
from bot.storage import Storage, UnitOfWork

#: States in which an organisation has done with a lead; since then `closed_leads_months` are counted. An accepted one
#: is not among them: its stay is still to come, and the organisation closes it afterwards.
ENDED: tuple[LeadState, ...] = ("declined", "closed")
#: What stays remembered of a conversation whose draft or open lead outlives the chat: a consent has to be shown later.
_REMEMBERED = ("consent", "enquiry_consent", "greeted", "language_chosen")

#: Telegram keeps an update for a day at most: no repeat comes later (https://core.telegram.org/bots/api#update).
REPEATS_END = timedelta(days=2)
#: Buttons older than this are answered with a polite word.
OLDEST_KEYBOARD = timedelta(days=90)

Keep = Callable[[], Awaitable[None]]


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time so many months earlier, or the last day of that month where it has no such day."""
    year, index = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=index + 1, day=min(moment.day, monthrange(year, index + 1)[1]))


async def purge(storage: Storage, programme: Programme, now: datetime, *, dry_run: bool = False) -> Counter[str]:
    """Erase everything whose time is over; says how many rows of which table.

    - Drafts without consent, `before_consent_hours` after their last change: the whole conversation goes, as its
      transcript holds the answers; leads that it has sent stay, and where the answer to an enquiry is to come there, the
      bare conversation does too. Of an enquiry beside which a lead or an application stands only the draft goes: all
      that it tells is a question, kept as any other that is typed. With consent, the draft goes after
      `unfinished_applications_days`.
    - Chats, `chats_days` after their last message. Where a draft or a lead that has not ended needs the conversation,
      only what was said goes.
    - Declined and closed leads, `closed_leads_months` after they became so, with all that is about them.
    - Numbers of answered Telegram updates after two days, keyboards after 90.
    - Addresses and contents of what was delivered or given up, and the stored answers to single messages, after
      `chats_days`; one-time codes after a day, and those for another chat when they expire.

    A conversation or lead at a time, so that others can write in between; `dry_run` only counts, in one transaction.
    """
    async with storage.unit_of_work() as uow:
        erased = await _purge(uow, programme, now, _nothing if dry_run else uow.commit)
        if dry_run:
            await uow.rollback()
    return +erased


async def _nothing() -> None:
    """Keep nothing yet."""


async def _purge(uow: UnitOfWork, programme: Programme, now: datetime, keep: Keep) -> Counter[str]:
    retention = programme.privacy.retention
    chats = now - timedelta(days=retention.chats_days)
    erased: Counter[str] = Counter()
    for conversation, form in await uow.drafts.untouched_since(
        now - timedelta(hours=retention.before_consent_hours), consented=False
    ):
        erased.update(await _forget_unagreed(uow, conversation, form))
        await keep()
    for conversation, form in await uow.drafts.untouched_since(
        now - timedelta(days=retention.unfinished_applications_days), consented=True
    ):
        await uow.drafts.delete(conversation, form)
        erased["drafts"] += 1
        if form == APPLICATION_FORM:
            erased["attachments"] += await uow.attachments.delete_of_draft(conversation)
        await keep()
    for reference in await uow.leads.settled_by(months_before(now, retention.closed_leads_months), ENDED):
        erased.update(await uow.leads.erase(reference))
        await keep()
    for conversation in await uow.conversations.silent_since(chats, ENDED):
        erased.update(await uow.conversations.erase(conversation, keep_leads=True))
        await keep()
    for conversation in await uow.conversations.talk_silent_since(chats, ENDED):
        erased.update(await uow.conversations.forget_talk(conversation, _REMEMBERED))
        await keep()
    erased["one_time_codes"] += await uow.codes.delete_before(now - FORGET_AFTER)
    erased["handover_codes"] += await uow.handovers.delete_expired(now)
    erased["outbox"] += await uow.outbox.forget_before(chats)
    erased["processed_messages"] += await uow.messages.forget_before(chats)
    erased["telegram_updates"] += await uow.telegram_updates.delete_answered_before(now - REPEATS_END)
    erased["keyboards"] += await uow.keyboards.delete_before(now - OLDEST_KEYBOARD)
    await keep()
    return erased


async def _forget_unagreed(uow: UnitOfWork, conversation: str, form: str) -> dict[str, int]:
    sent = await uow.leads.for_conversation(conversation)
    if form == ENQUIRY_FORM and (sent or await uow.drafts.get(conversation, APPLICATION_FORM)):
        await uow.drafts.delete(conversation, form)
        return {"drafts": 1}
    return await uow.conversations.erase(conversation, keep_leads=True, keep_address=answer_awaited(sent))
