"""Telegram's updates, kept until they are answered, what its buttons stand for, and who blocked the bot.

Written out and not taken from `bot.storage.tables`: those will change, and this stays what it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "telegram_updates",
        sa.Column("update_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("conversation_id", sa.Text, nullable=True),
        sa.Column("data", sa.JSON, nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("update_id", name="pk_telegram_updates"),
    )
    unanswered = sa.text("done_at IS NULL")
    op.create_index(
        "ix_telegram_updates_unanswered",
        "telegram_updates",
        ["conversation_id", "update_id"],
        sqlite_where=unanswered,
        postgresql_where=unanswered,
    )
    op.create_table(
        "keyboards",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("buttons", sa.JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("spent_by", sa.Text, nullable=True),
        sa.Column("spent_place", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_keyboards"),
    )
    op.create_index("ix_keyboards_conversation_id", "keyboards", ["conversation_id"])
    op.create_index("ix_keyboards_created_at", "keyboards", ["created_at"])
    op.add_column("conversations", sa.Column("blocked_at", MOMENT, nullable=True))


def downgrade() -> None:
    """Drop the tables, with all that waits to be answered."""
    op.drop_column("conversations", "blocked_at")
    op.drop_table("keyboards")
    op.drop_table("telegram_updates")
