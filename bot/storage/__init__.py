"""Storage: conversations, messages, drafts, leads, attachments, one-time codes and the outbox, in SQLite or PostgreSQL."""

from __future__ import annotations

from bot.storage.errors import ClaimLostError, LeadStateError
from bot.storage.lead_states import TRANSITIONS, allowed_changes
from bot.storage.records import (
    Attachment,
    Claim,
    ConversationRecord,
    DraftRecord,
    HandoverCode,
    LeadEvent,
    OneTimeCode,
    OutboxMessage,
    TelegramUpdate,
    TranscriptRow,
)
from bot.storage.storage import Storage, create_storage
from bot.storage.unit_of_work import UnitOfWork

__all__ = [
    "TRANSITIONS",
    "Attachment",
    "Claim",
    "ClaimLostError",
    "ConversationRecord",
    "DraftRecord",
    "HandoverCode",
    "LeadEvent",
    "LeadStateError",
    "OneTimeCode",
    "OutboxMessage",
    "Storage",
    "TelegramUpdate",
    "TranscriptRow",
    "UnitOfWork",
    "allowed_changes",
    "create_storage",
]
