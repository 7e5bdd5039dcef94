"""Staff's messages in the transcript: who wrote them, about which lead, and what the channel calls them.

Written out and not taken from `bot.storage.tables`: those will change, and this stays what it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COLUMNS = ("author", "lead_reference", "ref")


def upgrade() -> None:
    """Add the columns."""
    for name in COLUMNS:
        op.add_column("transcript", sa.Column(name, sa.Text, nullable=True))


def downgrade() -> None:
    """Drop the columns; staff's messages then look like the bot's."""
    for name in COLUMNS:
        op.drop_column("transcript", name)
