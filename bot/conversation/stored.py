"""What of a turn is stored: its drafts and its lead, the transcript, and its result as JSON for a repeated message."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from bot.applications import letter_limit
from bot.conversation import attachments, handover
from bot.conversation.replies import from_json as reply_from_json
from bot.conversation.turn import Turn
from bot.model import Button, FormState, Lead, Reply, TurnResult
from bot.storage import DraftRecord, LeadEvent, TranscriptRow, UnitOfWork


async def store_drafts(uow: UnitOfWork, turn: Turn) -> None:
    """Keep the drafts of all forms, but for those that have ended."""
    for form, draft in turn.drafts().items():
        if draft.ended:
            await uow.drafts.delete(turn.conversation, form)
        elif draft.changed or draft.is_begun:
            await uow.drafts.save(
                DraftRecord(
                    conversation_id=turn.conversation,
                    form=form,
                    slots=draft.slots,
                    requested_slot=draft.requested_slot,
                    consented=draft.slots.get("consent") is True,
                    created_at=turn.now,
                    updated_at=turn.now,
                )
            )


async def store_lead(uow: UnitOfWork, turn: Turn) -> None:
    """Keep the lead that the turn leads to, and promise what follows from it."""
    if turn.lead:
        key = f"{turn.conversation}/{turn.message.message_id}"
        lead = await uow.leads.add(turn.lead, key, _audit(turn, turn.lead), site=turn.message.site)
        await letter_limit.promise_all(uow, lead, turn.programme, turn.now)


def _audit(turn: Turn, lead: Lead) -> list[LeadEvent]:
    """The first audit records of a lead: what was agreed to, and which other leads the same company has."""
    agreed = turn.state.enquiry_consent if lead.kind == "enquiry" else turn.state.consent
    events = [LeadEvent(turn.now, "applicant", "consented", details=agreed)]
    if turn.same_company and lead.kind == "application":
        linked = {"references": turn.same_company}
        events.append(LeadEvent(turn.now, "bot", "same_company", details=linked))
    return events


def transcript(turn: Turn, replies: list[Reply]) -> list[TranscriptRow]:
    """The message and its answers, without what nobody shall read in a transcript."""
    about = turn.answers_about.reference if turn.answers_about else None
    said = TranscriptRow(
        conversation_id=turn.conversation,
        direction="in",
        language=turn.parse.language,
        text=attachments.as_said(turn, handover.masked(turn, turn.parse.text or turn.message.payload or "")),
        intents=turn.parse.asked or (turn.parse.intent,),
        confidence=turn.parse.confidence,
        message_id=turn.message.message_id,
        created_at=turn.now,
        lead_reference=about,
    )
    answered = [
        TranscriptRow(
            conversation_id=turn.conversation,
            direction="out",
            language=turn.language,
            text=handover.masked(turn, reply.text),
            buttons=tuple(Button(b.title, handover.masked(turn, b.payload)) for b in reply.buttons),
            message_id=turn.message.message_id,
            created_at=turn.now,
            lead_reference=about,
        )
        for reply in replies
    ]
    return [said, *answered]


def as_json(result: TurnResult) -> dict[str, Any]:
    """A result as it is kept, should its message be delivered again."""
    return dict(json.loads(json.dumps(asdict(result), ensure_ascii=False)))


def from_json(stored: dict[str, Any], conversation: str) -> TurnResult:
    """The result that was kept."""
    form = stored.get("form")
    return TurnResult(
        conversation=conversation,
        language=stored["language"],
        intents=tuple(stored["intents"]),
        replies=tuple(reply_from_json(reply) for reply in stored["replies"]),
        form=FormState(**form) if form else None,
        lead=stored.get("lead"),
        erased=bool(stored.get("erased")),
    )
