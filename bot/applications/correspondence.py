"""What an organisation's staff and an applicant write each other about a lead.

Staff's words go to the chat that the lead came from; where it is gone, blocked, or of a channel that cannot be pushed to,
they go to the application's e-mail. The applicant's answer is a message in the chat: the lead's organisation is told that it
came, by the reference only.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from bot import i18n
from bot.applications.notifications import STAFF_ANSWER, applicant_replied, key_suffix, promise
from bot.errors import BotError, NotFoundError
from bot.i18n import N_
from bot.model import Lead, Pushed, Reply
from bot.programme import Programme
from bot.storage import ConversationRecord, LeadEvent, LeadStateError, OutboxMessage, TranscriptRow, UnitOfWork

#: Channels that bring a message which answers none of the person's.
PUSHED_CHANNELS = frozenset({"telegram", "web"})
#: The longest answer in UTF-16 units, as Telegram counts: with its heading it is one message everywhere.
LONGEST_ANSWER = 3000
#: The audit records of what goes to and fro; each names the row of the transcript, not what was said.
ANSWERED, REPLIED = "answered", "applicant_replied"
#: An answer that could not be brought into the chat: it went by e-mail, or is for staff to tell by phone.
BY_EMAIL, NOT_DELIVERED = "answered_by_email", "answer_not_delivered"

HEADING = N_("**{partner}** writes about {reference}:")
ANSWER_HERE = N_(
    "Please answer here in the chat. Your next message is passed on, unless it answers a question of mine or asks one."
)


class Push(Protocol):
    """Brings a message into a conversation that answers none of the person's."""

    async def __call__(self, conversation: str, reply: Reply, language: str, key: str) -> Pushed:
        """Bring a message.

        Args:
            conversation: as it is stored: the channel, a colon, and the sender.
            reply: the message.
            language: the language that it is written in.
            key: names the message: the same when it is tried again.

        Raises:
            DeliveryError: it was not taken; `permanent` where the person cannot be reached here.
        """


Way = Literal["chat", "email"]


@dataclass(frozen=True)
class Awaited:
    """A lead that a message may answer staff about; `expressly` where the person replied to staff's very message."""

    lead: Lead
    expressly: bool = False


async def answer(
    uow: UnitOfWork, lead: Lead, text: str, language: str, actor: str, now: datetime, *, needs_information: bool
) -> Way:
    """Promise a message of staff to whoever sent a lead, with its audit record; says by which way it goes.

    Args:
        uow: the transaction; commit it.
        lead: the lead as staff saw it.
        text: staff's words.
        language: the language that they are written in.
        actor: who of staff, for the audit record.
        now: the present time.
        needs_information: whether the lead waits for the applicant's answer from now on.

    Raises:
        BotError: the text is empty or too long, the language is none of ours, or neither chat nor e-mail reaches the person.
        LeadStateError: the lead cannot come to wait for an answer, or somebody has changed its state.
    """
    text = _checked(text, language)
    conversation = await uow.conversations.get(lead.conversation) if lead.conversation else None
    email = lead.application.get("email")
    way: Way = "chat" if conversation and _takes_pushes(conversation) else "email"
    if way == "email" and not email:
        raise BotError(
            f"Nobody can be written to about {lead.reference}: its chat takes no messages, and no e-mail address was "
            "given. Please phone."
        )
    said = None
    if conversation:
        row = TranscriptRow(conversation.id, "out", text, now, language, author="staff", lead_reference=lead.reference)
        if way == "email":
            row = replace(row, delivered_at=now)
        [said] = await uow.messages.append([row])
    details = {"transcript": said, "way": way}
    await uow.leads.record(lead.reference, LeadEvent(now, actor, ANSWERED, details=details))
    # Counted after the record, which holds the lead: two answers at once have different numbers.
    number = sum(event.action == ANSWERED for event in await uow.leads.events(lead.reference))
    if way == "chat":
        suffix = key_suffix(STAFF_ANSWER, "message", str(number))
        message = promise("message", lead.conversation, STAFF_ANSWER, lead, language, suffix)
        told = {"transcript": said, "number": number, "needs_information": needs_information}
        message = replace(message, payload={**message.payload, **told}, conversation_id=lead.conversation)
    else:
        message = letter(lead, str(email), text, language, number)
    await uow.outbox.add(message)
    if needs_information and lead.state != "needs_information":
        await uow.leads.change_state(lead.reference, "needs_information", actor, expected=lead.state)
    return way


def _checked(text: str, language: str) -> str:
    if language not in i18n.languages():
        raise BotError(f"There is no language {language}: the bot speaks {', '.join(i18n.languages())}.")
    text = text.strip()
    if not text:
        raise BotError("The answer is empty.")
    if (length := len(text.encode("utf-16-le", "replace")) // 2) > LONGEST_ANSWER:
        raise BotError(f"The answer has {length} characters; at most {LONGEST_ANSWER} fit into a message.")
    return text


def _takes_pushes(conversation: ConversationRecord) -> bool:
    return conversation.channel in PUSHED_CHANNELS and conversation.blocked_at is None


def letter(lead: Lead, email: str, text: str, language: str, number: int) -> OutboxMessage:
    """The letter that carries an answer; the same one however often it is promised."""
    suffix = key_suffix(STAFF_ANSWER, "email", str(number))
    promised = promise("email", email, STAFF_ANSWER, lead, language, suffix)
    return replace(promised, payload={**promised.payload, "text": text})


def key_of(row: TranscriptRow) -> str:
    """What names a message of staff to its channel."""
    return f"staff-{row.id}"


def in_chat(lead: Lead, row: TranscriptRow, programme: Programme, *, needs_information: bool) -> Reply:
    """A message of staff as the person reads it in the chat."""
    language = row.language or lead.language
    partner = programme.partners.get(lead.partner, programme.lead)
    heading = i18n.translate(language, HEADING, partner=partner.name_for(language), reference=lead.reference)
    parts = [heading, row.text, *([i18n.translate(language, ANSWER_HERE)] if needs_information else [])]
    return Reply("\n\n".join(parts))


async def awaited(
    uow: UnitOfWork, conversation: str, leads: Sequence[Lead], in_reply_to: str | None = None
) -> Awaited | None:
    """About which of a conversation's leads staff wait for an answer: the last that was asked about.

    A question that has not reached the person yet is none. With `in_reply_to`, the channel's id of the message that the
    person answers expressly, the lead of that message counts, whatever its state.
    """
    waiting = {lead.reference: lead for lead in leads if lead.state == "needs_information"}
    if not leads or not (waiting or in_reply_to):
        return None
    asked = await uow.messages.by_staff(conversation)
    if in_reply_to:
        named = {row.ref: row.lead_reference for row in asked if row.ref}
        if found := [lead for lead in leads if lead.reference == named.get(in_reply_to)]:
            return Awaited(found[0], expressly=True)
    last = {row.lead_reference: row for row in asked if row.lead_reference in waiting}  # of each lead its last
    on_its_way = {reference for reference, row in last.items() if row.delivered_at is None}
    seen = [lead for reference, lead in waiting.items() if reference not in on_its_way]
    if not seen:
        return None
    # One that no message was written about was asked for in another way, when its state changed.
    return Awaited(max(seen, key=lambda lead: _asked_at(lead, last.get(lead.reference))))


def _asked_at(lead: Lead, row: TranscriptRow | None) -> tuple[datetime, int]:
    return (row.created_at, row.id or 0) if row else (lead.updated_at or lead.created_at, 0)


async def take_reply(uow: UnitOfWork, reference: str, transcript_id: int, programme: Programme, now: datetime) -> None:
    """Put on record that the applicant has answered, tell the lead's organisation, and let it look at the lead again.

    Raises:
        NotFoundError: the lead was erased meanwhile.
    """
    await uow.leads.record(reference, LeadEvent(now, "applicant", REPLIED, details={"transcript": transcript_id}))
    lead = await uow.leads.get(reference)
    assert lead is not None  # the record holds it
    if lead.state == "needs_information":
        with suppress(LeadStateError):  # where staff were faster, the answer counts all the same
            lead = await uow.leads.change_state(reference, "in_review", "applicant", expected="needs_information")
    for message in applicant_replied(lead, programme, transcript_id):
        await uow.outbox.add(message)


async def transcript_of(uow: UnitOfWork, reference: str, partner: str | None) -> tuple[Lead, list[TranscriptRow]]:
    """The conversation of a lead, as far as the organisation that has the lead may read it.

    What another organisation and the applicant write each other is left out. Where another organisation has a lead of the
    same conversation, only the correspondence is shown: the rest may tell of that one. What was said since an unfinished
    form was begun, which has been sent to nobody, is left out as well.

    Args:
        uow: the transaction to read in.
        reference: the lead's reference number.
        partner: the organisation that asks, which has to have the lead; None for the programme's admins.

    Raises:
        NotFoundError: there is no such lead, or it lies with another organisation: the two are not told apart.
    """
    lead = await uow.leads.get(reference)
    if lead is None or partner not in (None, lead.partner):
        raise NotFoundError(f"There is no lead {reference}.")
    rows = await uow.messages.transcript(lead.conversation) if lead.conversation else []
    siblings = await uow.leads.for_conversation(lead.conversation) if lead.conversation else []
    own = {one.reference for one in siblings if one.partner == lead.partner}
    alone = len(own) == len(siblings)
    begun = await uow.drafts.for_conversation(lead.conversation) if rows else []
    until = min((draft.created_at for draft in begun), default=None)

    def may_read(row: TranscriptRow) -> bool:
        if row.lead_reference:
            return row.lead_reference in own
        return alone and (until is None or row.created_at < until)

    return lead, [row for row in rows if may_read(row)]
