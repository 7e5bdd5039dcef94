"""One-time codes, by which a person shows that an application is theirs.

Written out and not taken from `bot.storage.tables`: those will change, and this stays what it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("lead_reference", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("promised", sa.Boolean, nullable=False),
        sa.Column("hash", sa.Text, nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_codes"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_one_time_codes_conversation_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_one_time_codes_conversation", "one_time_codes", ["conversation_id", "id"])
    op.create_index("ix_one_time_codes_lead", "one_time_codes", ["lead_reference", "created_at"])
    op.create_index("ix_one_time_codes_created_at", "one_time_codes", ["created_at"])


def downgrade() -> None:
    """Drop the table, with all codes."""
    op.drop_table("one_time_codes")
