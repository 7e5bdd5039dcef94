"""The first tables.

Written out and not taken from `bot.storage.tables`: those will change, and this stays what it was.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A text column."""
    return sa.Column(name, sa.Text, nullable=nullable)


def json(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A JSON column."""
    return sa.Column(name, sa.JSON, nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A column for a time in UTC."""
    return sa.Column(name, MOMENT, nullable=nullable)


def upgrade() -> None:
    """Create all tables."""
    _create_conversations()
    _create_processed_messages()
    _create_tracker_events()
    _create_transcript()
    _create_drafts()
    _create_leads()
    _create_lead_events()
    _create_outbox()


def downgrade() -> None:
    """Drop all tables, with all data."""
    for table in (
        "outbox",
        "lead_events",
        "leads",
        "drafts",
        "transcript",
        "tracker_events",
        "processed_messages",
        "conversations",
    ):
        op.drop_table(table)


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_conversation_id"
    return sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=name, ondelete="CASCADE")


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        text("id"),
        text("channel"),
        text("site", nullable=True),
        text("language", nullable=True),
        json("state"),
        json("tracker_snapshot", nullable=True),
        sa.Column("tracker_seq", sa.Integer, nullable=False),
        moment("created_at"),
        moment("last_active_at"),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_last_active_at", "conversations", ["last_active_at"])


def _create_processed_messages() -> None:
    op.create_table(
        "processed_messages",
        text("conversation_id"),
        text("message_id"),
        moment("claimed_at"),
        moment("lease_until"),
        moment("done_at", nullable=True),
        json("result", nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", "message_id", name="pk_processed_messages"),
    )


def _create_tracker_events() -> None:
    op.create_table(
        "tracker_events",
        text("conversation_id"),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        text("type"),
        json("data"),
        moment("created_at"),
        _of_conversation("tracker_events"),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name="pk_tracker_events"),
    )


def _create_transcript() -> None:
    op.create_table(
        "transcript",
        sa.Column("id", ROW_ID, nullable=False),
        text("conversation_id"),
        text("direction"),
        text("language", nullable=True),
        text("text"),
        json("buttons"),
        json("intents"),
        sa.Column("confidence", sa.Float, nullable=True),
        text("message_id", nullable=True),
        moment("created_at"),
        moment("delivered_at", nullable=True),
        _of_conversation("transcript"),
        sa.PrimaryKeyConstraint("id", name="pk_transcript"),
    )
    op.create_index("ix_transcript_conversation", "transcript", ["conversation_id", "id"])


def _create_drafts() -> None:
    op.create_table(
        "drafts",
        text("conversation_id"),
        text("form"),
        json("slots"),
        text("requested_slot", nullable=True),
        sa.Column("consented", sa.Boolean, nullable=False),
        moment("created_at"),
        moment("updated_at"),
        _of_conversation("drafts"),
        sa.PrimaryKeyConstraint("conversation_id", "form", name="pk_drafts"),
    )
    op.create_index("ix_drafts_updated_at", "drafts", ["updated_at"])


def _create_leads() -> None:
    op.create_table(
        "leads",
        sa.Column("id", ROW_ID, nullable=False),
        *(text(name) for name in ("reference", "kind", "partner", "state", "language", "channel")),
        text("site", nullable=True),
        text("conversation_id", nullable=True),
        text("submission_key", nullable=True),
        json("application"),
        *(text(name, nullable=True) for name in ("contact_name", "email", "phone", "company_name")),
        json("eligibility", nullable=True),
        json("routing"),
        moment("created_at"),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_leads"),
        sa.UniqueConstraint("reference", name="uq_leads_reference"),
        sa.UniqueConstraint("submission_key", name="uq_leads_submission_key"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_leads_conversation_id", ondelete="SET NULL"
        ),
    )
    op.create_index("ix_leads_conversation_id", "leads", ["conversation_id"])
    op.create_index("ix_leads_queue", "leads", ["partner", "state", "created_at"])
    op.create_index("ix_leads_age", "leads", ["created_at", "id"])


def _create_lead_events() -> None:
    op.create_table(
        "lead_events",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("lead_id", ROW_ID, nullable=False),
        moment("at"),
        text("actor"),
        text("action"),
        text("from_state", nullable=True),
        text("to_state", nullable=True),
        text("reason", nullable=True),
        json("details"),
        sa.PrimaryKeyConstraint("id", name="pk_lead_events"),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_lead_events_lead_id", ondelete="CASCADE"),
    )
    op.create_index("ix_lead_events_lead_id", "lead_events", ["lead_id"])


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", ROW_ID, nullable=False),
        text("kind"),
        text("destination"),
        json("payload"),
        text("message_key"),
        text("conversation_id", nullable=True),
        text("lead_reference", nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        moment("next_attempt_at"),
        moment("delivered_at", nullable=True),
        moment("failed_at", nullable=True),
        text("last_error", nullable=True),
        moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("message_key", name="uq_outbox_message_key"),
        sa.ForeignKeyConstraint(
            ["lead_reference"], ["leads.reference"], name="fk_outbox_lead_reference", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_outbox_conversation_id", "outbox", ["conversation_id"])
    op.create_index("ix_outbox_lead_reference", "outbox", ["lead_reference"])
    undelivered = sa.text("delivered_at IS NULL AND failed_at IS NULL")
    for name, columns in (
        ("ix_outbox_due", ["next_attempt_at"]),
        ("ix_outbox_pending", ["kind", "destination", "id"]),
    ):
        op.create_index(name, "outbox", columns, sqlite_where=undelivered, postgresql_where=undelivered)
