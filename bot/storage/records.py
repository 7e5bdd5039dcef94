"""What the repositories take and give: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.model import Button, LeadState

ClaimStatus = Literal["fresh", "done", "busy"]
Direction = Literal["in", "out"]
OutboxKind = Literal["message", "email", "webhook", "telegram_group"]


@dataclass(frozen=True)
class ConversationRecord:
    """A conversation; `id` is `<channel>:<sender>`, `state` what is remembered beside Rasa's tracker."""

    id: str
    channel: str
    site: str | None
    language: str | None
    state: dict[str, Any]
    created_at: datetime
    last_active_at: datetime
    blocked_at: datetime | None = None


@dataclass(frozen=True)
class Claim:
    """Whether a message is ours to process.

    `fresh`: process it. `done`: it was processed, with this `result`. `busy`: somebody processes it now.
    """

    status: ClaimStatus
    result: dict[str, Any] | None = None


@dataclass(frozen=True)
class TranscriptRow:
    """One message as the person sees it; `id` is given by the database, in the order of the conversation.

    `author` is "staff" where an organisation's staff wrote it; `lead_reference` is set on what staff and applicant write
    each other about a lead; `ref` is the channel's own id of what was pushed.
    """

    conversation_id: str
    direction: Direction
    text: str
    created_at: datetime
    language: str | None = None
    buttons: tuple[Button, ...] = ()
    intents: tuple[str, ...] = ()
    confidence: float | None = None
    message_id: str | None = None
    delivered_at: datetime | None = None
    author: Literal["staff"] | None = None
    lead_reference: str | None = None
    ref: str | None = None
    id: int | None = None


@dataclass(frozen=True)
class DraftRecord:
    """An unfinished form; `created_at` is kept from the first time it was saved."""

    conversation_id: str
    form: str
    slots: dict[str, Any]
    requested_slot: str | None
    consented: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class LeadEvent:
    """An audit record of a lead: who did what, when, from which state to which, and why.

    It outlives an erased conversation, so `actor` and `details` name no conversation ("applicant", no id).
    """

    at: datetime
    actor: str
    action: str
    from_state: LeadState | None = None
    to_state: LeadState | None = None
    reason: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OutboxMessage:
    """Something promised to the outside; `message_key` names it for good, so it is added only once.

    Set `conversation_id` on what goes to the person and `lead_reference` on what tells a partner of a lead:
    it is erased together with it. The fields from `id` on are the database's.
    """

    kind: OutboxKind
    destination: str
    payload: dict[str, Any]
    message_key: str
    conversation_id: str | None = None
    lead_reference: str | None = None
    id: int = 0
    attempts: int = 0
    next_attempt_at: datetime | None = None
    delivered_at: datetime | None = None
    failed_at: datetime | None = None
    last_error: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True)
class Attachment:
    """A file that an applicant sent; its content lies in a folder, under `name`.

    Of a draft until a lead is set, which keeps it when the conversation is erased. `filename` is the sender's, cleaned;
    `size` counts bytes; `id` is the database's.
    """

    name: str
    filename: str
    media_type: str
    size: int
    sha256: str
    created_at: datetime
    conversation_id: str | None = None
    lead_reference: str | None = None
    id: int = 0


@dataclass(frozen=True)
class HandoverCode:
    """A code by which the draft of a conversation goes on in another; only its hash is known."""

    hash: str
    conversation_id: str
    form: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True)
class OneTimeCode:
    """A code that a conversation asked for, to show that a lead is theirs; the lead need not exist.

    `promised` where a letter carries it. `hash` is set when that leaves; the code itself is stored nowhere.
    """

    purpose: str
    lead_reference: str
    conversation_id: str
    promised: bool
    created_at: datetime
    expires_at: datetime
    hash: str | None = None
    attempts: int = 0
    used_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True)
class TelegramUpdate:
    """An update that Telegram has brought, in its own words (`data`).

    `conversation_id` is None where it belongs to no chat. `sent` messages of its answer were accepted before.
    """

    update_id: int
    conversation_id: str | None
    data: dict[str, Any]
    attempts: int = 0
    sent: int = 0
