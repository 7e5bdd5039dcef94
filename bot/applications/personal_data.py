"""Everything that is stored about a person, as plain data: for the copy of Article 15 GDPR and the file of Article 20.

What tells of other people is left out: staff's names and words, whoever else applied from the same company, and the
chat of a conversation in which applications of several people were sent, where an e-mail address asks for the copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.applications.correspondence import ANSWERED, BY_EMAIL, REPLIED
from bot.applications.erasure import CAME_FROM
from bot.model import Lead
from bot.storage import (
    Attachment,
    ConversationRecord,
    DraftRecord,
    HandoverCode,
    LeadEvent,
    OneTimeCode,
    OutboxMessage,
    TranscriptRow,
    UnitOfWork,
)

#: What is remembered of a conversation only to go on with it: it repeats the transcript, or names another chat.
_NOT_COPIED = frozenset({"offered", "last_replies", CAME_FROM})
#: Audit records that concern the person; of all others only the organisation's staff are told.
_PERSONS_EVENTS = frozenset(
    {
        "consented",
        "same_company",
        "change_state",
        "status_shown",
        "erasure_requested",
        "forwarded",
        ANSWERED,
        BY_EMAIL,
        REPLIED,
    }
)
#: Those whose details are the person's own, and name nobody else.
_OWN_DETAILS = frozenset({"consented", "status_shown", "erasure_requested"})
_OWN_ACTORS = frozenset({"applicant", "bot"})
ORGANISATION = "organisation"


@dataclass(frozen=True)
class Subject:
    """Whose data: exactly one is set. A conversation is named as it is stored, `<channel>:<sender>`."""

    conversation: str | None = None
    email: str | None = None
    reference: str | None = None


@dataclass(frozen=True)
class Found:
    """Conversations (by their ids) and leads of a person; `shared` conversations are also other people's."""

    conversations: tuple[str, ...] = ()
    leads: tuple[Lead, ...] = ()
    shared: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredConversation:
    """A conversation with all that lies in it."""

    record: ConversationRecord
    messages: tuple[TranscriptRow, ...]
    drafts: tuple[DraftRecord, ...]
    codes: tuple[OneTimeCode, ...]
    handovers: tuple[HandoverCode, ...]
    files: tuple[Attachment, ...]

    @property
    def remembered(self) -> dict[str, Any]:
        """What is remembered of it beside the transcript."""
        return {name: value for name, value in self.record.state.items() if name not in _NOT_COPIED}


@dataclass(frozen=True)
class StoredLead:
    """A lead, and its history as its applicant may see it."""

    lead: Lead
    history: tuple[LeadEvent, ...]
    files: tuple[Attachment, ...]


@dataclass(frozen=True)
class PersonalData:
    """Everything that is stored about a person."""

    made_at: datetime
    conversations: tuple[StoredConversation, ...]
    leads: tuple[StoredLead, ...]
    letters: tuple[OutboxMessage, ...]

    @property
    def language(self) -> str | None:
        """The language that the person spoke last."""
        spoken = [one.record.language for one in self.conversations] + [one.lead.language for one in self.leads]
        return next((language for language in spoken if language), None)


async def find(uow: UnitOfWork, subject: Subject) -> Found:
    """What is stored of a person, by name."""
    if subject.conversation:
        record = await uow.conversations.get(subject.conversation)
        leads = await uow.leads.for_conversation(subject.conversation)
        return Found((record.id,) if record else (), tuple(leads))
    if subject.reference:
        lead = await uow.leads.get(subject.reference)
        return Found(leads=(lead,) if lead else ())
    return await _of_email(uow, subject.email or "")


async def _of_email(uow: UnitOfWork, email: str) -> Found:
    leads, drafts = await uow.leads.with_email(email), await uow.drafts.with_email(email)
    named = dict.fromkeys([lead.conversation for lead in leads if lead.conversation])
    named |= dict.fromkeys([draft.conversation_id for draft in drafts])
    own: list[str] = []
    shared: list[str] = []
    for conversation in named:
        (own if await _is_of_one(uow, conversation, email) else shared).append(conversation)
    return Found(tuple(own), tuple(leads), tuple(shared))


async def _is_of_one(uow: UnitOfWork, conversation: str, email: str) -> bool:
    """Whether all that was sent from a conversation carries one e-mail address."""
    slots = [lead.application for lead in await uow.leads.for_conversation(conversation)]
    slots += [draft.slots for draft in await uow.drafts.for_conversation(conversation)]
    given = {str(each["email"]).lower() for each in slots if each.get("email")}
    return given <= {email.lower()}


async def collect(uow: UnitOfWork, found: Found, now: datetime) -> PersonalData:
    """Read everything about a person."""
    conversations = [await _conversation(uow, one) for one in found.conversations]
    letters = [letter for one in found.conversations for letter in await uow.outbox.to_conversation(one)]
    leads = []
    for lead in found.leads:
        files = tuple(await uow.attachments.of_lead(lead.reference))
        leads.append(StoredLead(lead, _history(await uow.leads.events(lead.reference)), files))
        if email := lead.application.get("email"):
            letters += await uow.outbox.about(lead.reference, str(email))
    return PersonalData(now, tuple(one for one in conversations if one), tuple(leads), tuple(letters))


async def _conversation(uow: UnitOfWork, conversation: str) -> StoredConversation | None:
    record = await uow.conversations.get(conversation)
    if record is None:
        return None
    return StoredConversation(
        record,
        tuple(await uow.messages.transcript(conversation)),
        tuple(await uow.drafts.for_conversation(conversation)),
        tuple(await uow.codes.asked_by(conversation)),
        tuple(await uow.handovers.asked_by(conversation)),
        tuple(await uow.attachments.of_draft(conversation)),
    )


def _history(events: Sequence[LeadEvent]) -> tuple[LeadEvent, ...]:
    """The events that concern the applicant, without the names and words of staff."""
    return tuple(
        LeadEvent(
            at=event.at,
            actor=event.actor if event.actor in _OWN_ACTORS else ORGANISATION,
            action=event.action,
            from_state=event.from_state,
            to_state=event.to_state,
            details=event.details if event.action in _OWN_DETAILS else {},
        )
        for event in events
        if event.action in _PERSONS_EVENTS
    )


def as_json(data: PersonalData) -> dict[str, Any]:
    """The data in names and values of JSON; times in ISO 8601."""
    return {
        "made_at": data.made_at.isoformat(),
        "conversations": [_conversation_as_json(one) for one in data.conversations],
        "leads": [_lead_as_json(one) for one in data.leads],
        "letters": [_letter_as_json(letter) for letter in data.letters],
    }


def _conversation_as_json(one: StoredConversation) -> dict[str, Any]:
    return {
        "id": one.record.id,
        "channel": one.record.channel,
        "site": one.record.site,
        "language": one.record.language,
        "begun_at": one.record.created_at.isoformat(),
        "last_message_at": one.record.last_active_at.isoformat(),
        "remembered": one.remembered,
        "messages": [
            {
                "at": row.created_at.isoformat(),
                "from": sender(row),
                "language": row.language,
                "text": row.text,
                "buttons": [asdict(button) for button in row.buttons],
                "understood_as": list(row.intents),
                "confidence": row.confidence,
            }
            for row in one.messages
        ],
        "unfinished_applications": [
            {
                "form": draft.form,
                "answers": draft.slots,
                "asked_next": draft.requested_slot,
                "consented": draft.consented,
                "begun_at": draft.created_at.isoformat(),
                "changed_at": draft.updated_at.isoformat(),
            }
            for draft in one.drafts
        ],
        "codes": [
            {
                "asked_at": code.created_at.isoformat(),
                "reference": code.lead_reference,
                "expires_at": code.expires_at.isoformat(),
                "used_at": code.used_at.isoformat() if code.used_at else None,
            }
            for code in one.codes
        ],
        "codes_for_another_chat": [
            {
                "asked_at": code.created_at.isoformat(),
                "expires_at": code.expires_at.isoformat(),
                "used_at": code.used_at.isoformat() if code.used_at else None,
            }
            for code in one.handovers
        ],
        "files": [_file_as_json(file) for file in one.files],
    }


def sender(row: TranscriptRow) -> str:
    """Who wrote a message: staff are told as their organisation, without a name."""
    if row.direction == "in":
        return "you"
    return ORGANISATION if row.author == "staff" else "assistant"


def _lead_as_json(one: StoredLead) -> dict[str, Any]:
    lead = one.lead
    return {
        "reference": lead.reference,
        "kind": lead.kind,
        "partner": lead.partner,
        "state": lead.state,
        "language": lead.language,
        "channel": lead.channel,
        "created_at": lead.created_at.isoformat(),
        "updated_at": lead.updated_at.isoformat() if lead.updated_at else None,
        "application": lead.application,
        "eligibility": asdict(lead.eligibility) if lead.eligibility else None,
        "routing": asdict(lead.routing),
        "history": [{**asdict(event), "at": event.at.isoformat()} for event in one.history],
        "files": [_file_as_json(file) for file in one.files],
    }


def _file_as_json(file: Attachment) -> dict[str, Any]:
    return {
        "name": file.filename,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "received_at": file.created_at.isoformat(),
    }


def _letter_as_json(letter: OutboxMessage) -> dict[str, Any]:
    return {
        "kind": letter.kind,
        "to": letter.destination,
        "template": letter.payload.get("template"),
        "reference": letter.lead_reference,
        "content": letter.payload.get("text") if "template" in letter.payload else letter.payload,
        "created_at": letter.created_at.isoformat() if letter.created_at else None,
        "delivered_at": letter.delivered_at.isoformat() if letter.delivered_at else None,
    }
