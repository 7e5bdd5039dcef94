"""The tables. Personal data lies in few, named columns, so that export and erasure can be proven.

Personal data: `conversations.id`, `state` and `tracker_snapshot`; `processed_messages.result`;
`tracker_events.data`; `transcript.text`, `buttons` and `ref`; `drafts.slots`; `leads.application` (of an enquiry: with the
`question`), `contact_name`, `email`, `phone` and `company_name`; `outbox.destination` and `payload`;
`one_time_codes.conversation_id`; `attachments.filename` and `sha256`; `handover_codes.conversation_id`;
`telegram_updates.conversation_id` and `data`, which go when the update is answered; `keyboards.conversation_id` and
`buttons`. What applicants sent lies in files, under `attachments.name`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, Table, text

from bot.storage.types import CleanText, Json, RowId, UtcDateTime

metadata = MetaData(
    # Names that are the same on every database, so that a later migration can change what it names.
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def _conversation_key(*, primary_key: bool = False) -> Column[str]:
    """A conversation's id: a row of an erased conversation cannot come back, as its parent is gone."""
    parent = ForeignKey("conversations.id", ondelete="CASCADE")
    return Column("conversation_id", CleanText, parent, primary_key=primary_key, nullable=False)


conversations = Table(
    "conversations",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("channel", CleanText, nullable=False),
    Column("site", CleanText),
    Column("language", CleanText),
    Column("state", Json, nullable=False),
    Column("tracker_snapshot", Json),
    Column("tracker_seq", Integer, nullable=False, default=0),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_active_at", UtcDateTime, nullable=False, index=True),
    # Since when the person takes no messages from us.
    Column("blocked_at", UtcDateTime),
)

# Without a foreign key: a message is claimed before its conversation exists.
processed_messages = Table(
    "processed_messages",
    metadata,
    Column("conversation_id", CleanText, primary_key=True),
    Column("message_id", CleanText, primary_key=True),
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("result", Json),
)

tracker_events = Table(
    "tracker_events",
    metadata,
    _conversation_key(primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("type", CleanText, nullable=False),
    Column("data", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

transcript = Table(
    "transcript",
    metadata,
    Column("id", RowId, primary_key=True),
    _conversation_key(),
    Column("direction", CleanText, nullable=False),
    Column("language", CleanText),
    Column("text", CleanText, nullable=False),
    Column("buttons", Json, nullable=False),
    Column("intents", Json, nullable=False),
    Column("confidence", Float),
    Column("message_id", CleanText),
    Column("created_at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),
    # "staff" where an organisation's staff wrote it.
    Column("author", CleanText),
    # Of the lead that staff and applicant write each other about. Without a foreign key: it stays told that a row is
    # not for everybody's eyes.
    Column("lead_reference", CleanText),
    # The channel's own id of what was pushed.
    Column("ref", CleanText),
    Index("ix_transcript_conversation", "conversation_id", "id"),
)

drafts = Table(
    "drafts",
    metadata,
    _conversation_key(primary_key=True),
    Column("form", CleanText, primary_key=True),
    Column("slots", Json, nullable=False),
    Column("requested_slot", CleanText),
    Column("consented", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False, index=True),
)

leads = Table(
    "leads",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("reference", CleanText, nullable=False, unique=True),
    Column("kind", CleanText, nullable=False),
    Column("partner", CleanText, nullable=False),
    Column("state", CleanText, nullable=False),
    Column("language", CleanText, nullable=False),
    Column("channel", CleanText, nullable=False),
    Column("site", CleanText),
    # Null once the conversation is erased and the lead kept; so is the key, which may tell the conversation.
    Column("conversation_id", CleanText, ForeignKey("conversations.id", ondelete="SET NULL"), index=True),
    Column("submission_key", CleanText, unique=True),
    Column("application", Json, nullable=False),
    Column("contact_name", CleanText),
    Column("email", CleanText),
    Column("phone", CleanText),
    Column("company_name", CleanText),
    Column("eligibility", Json),
    Column("routing", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_leads_queue", "partner", "state", "created_at"),
    Index("ix_leads_age", "created_at", "id"),
)

lead_events = Table(
    "lead_events",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("lead_id", RowId, ForeignKey("leads.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", CleanText, nullable=False),
    Column("action", CleanText, nullable=False),
    Column("from_state", CleanText),
    Column("to_state", CleanText),
    Column("reason", CleanText),
    Column("details", Json, nullable=False),
)

# Of a draft, and from the submission on of a lead: then the conversation may be erased, and is null.
attachments = Table(
    "attachments",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
    Column("lead_reference", CleanText, ForeignKey("leads.reference", ondelete="CASCADE"), index=True),
    # The file's in the folder of attachments: random.
    Column("name", CleanText, nullable=False, unique=True),
    Column("filename", CleanText, nullable=False),
    Column("media_type", CleanText, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", CleanText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# Codes that were asked for, also for numbers that no lead has: these must not be told apart.
one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("purpose", CleanText, nullable=False),
    Column("lead_reference", CleanText, nullable=False),
    _conversation_key(),
    # Whether a letter carries it: not where there is no such lead, or too many were sent.
    Column("promised", Boolean, nullable=False),
    # Salted; null until the letter leaves, as only then the code is drawn.
    Column("hash", CleanText),
    Column("attempts", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index("ix_one_time_codes_conversation", "conversation_id", "id"),
    Index("ix_one_time_codes_lead", "lead_reference", "created_at"),
)

_UNANSWERED = text("done_at IS NULL")

# Updates are stored before Telegram is told that they came; their conversation need not exist yet.
telegram_updates = Table(
    "telegram_updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("conversation_id", CleanText),
    Column("data", Json),
    Column("received_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("attempts", Integer, nullable=False, default=0),
    # How many messages of the answer Telegram has accepted.
    Column("sent", Integer, nullable=False, default=0),
    Column("done_at", UtcDateTime),
    Index(
        "ix_telegram_updates_unanswered",
        "conversation_id",
        "update_id",
        sqlite_where=_UNANSWERED,
        postgresql_where=_UNANSWERED,
    ),
)

# What the buttons under a message stand for, where a channel carries no payload. A message may be sent after its
# conversation was erased, so there is no foreign key.
keyboards = Table(
    "keyboards",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("conversation_id", CleanText, nullable=False, index=True),
    Column("buttons", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    # The press that spent the keyboard, and the place of its button.
    Column("spent_by", CleanText),
    Column("spent_place", Integer),
)

# Codes by which a draft goes on in another conversation.
handover_codes = Table(
    "handover_codes",
    metadata,
    # Of a code that is not to be guessed: unsalted, so that it is found by what is typed.
    Column("hash", CleanText, primary_key=True),
    Column(
        "conversation_id", CleanText, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("form", CleanText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("used_at", UtcDateTime),
)

_UNDELIVERED = text("delivered_at IS NULL AND failed_at IS NULL")

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", CleanText, nullable=False),
    Column("destination", CleanText, nullable=False),
    Column("payload", Json, nullable=False),
    Column("message_key", CleanText, nullable=False, unique=True),
    # Without a foreign key: the last word to a person is sent after the conversation was erased.
    Column("conversation_id", CleanText, index=True),
    Column("lead_reference", CleanText, ForeignKey("leads.reference", ondelete="CASCADE"), index=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),
    Column("failed_at", UtcDateTime),
    Column("last_error", CleanText),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_outbox_due", "next_attempt_at", sqlite_where=_UNDELIVERED, postgresql_where=_UNDELIVERED),
    Index(
        "ix_outbox_pending",
        "kind",
        "destination",
        "id",
        sqlite_where=_UNDELIVERED,
        postgresql_where=_UNDELIVERED,
    ),
)
