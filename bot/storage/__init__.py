"""Storage: conversations, messages, drafts, leads and the outbox, in SQLite or PostgreSQL."""

from __future__ import annotations

from bot.storage.errors import ClaimLostError, LeadStateError
from bot.storage.lead_states import TRANSITIONS, allowed_changes
from bot.storage.records import (
    Claim,
    ConversationRecord,
    DraftRecord,
    LeadEvent,
    OutboxMessage,
    TranscriptRow,
)
from bot.storage.storage import Storage, create_storage
from bot.storage.unit_of_work import UnitOfWork

__all__ = [
    "TRANSITIONS",
    "Claim",
    "ClaimLostError",
    "ConversationRecord",
    "DraftRecord",
    "LeadEvent",
    "LeadStateError",
    "OutboxMessage",
    "Storage",
    "TranscriptRow",
    "UnitOfWork",
    "allowed_changes",
    "create_storage",
]
