"""Codes by which an unfinished application goes on in another conversation.

Written out and not taken from `bot.storage.tables`: those will change, and this stays what it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "handover_codes",
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("hash", name="pk_handover_codes"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_handover_codes_conversation_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_handover_codes_conversation_id", "handover_codes", ["conversation_id"])
    op.create_index("ix_handover_codes_expires_at", "handover_codes", ["expires_at"])


def downgrade() -> None:
    """Drop the table, with all codes."""
    op.drop_table("handover_codes")
