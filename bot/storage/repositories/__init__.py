"""The repositories: one for each subject, all on the connection of one unit of work."""

from __future__ import annotations

from bot.storage.repositories.attachments import Attachments
from bot.storage.repositories.codes import Codes
from bot.storage.repositories.conversations import Conversations
from bot.storage.repositories.drafts import Drafts
from bot.storage.repositories.handovers import Handovers
from bot.storage.repositories.keyboards import Keyboards
from bot.storage.repositories.leads import Leads
from bot.storage.repositories.messages import Messages
from bot.storage.repositories.outbox import Outbox
from bot.storage.repositories.telegram_updates import TelegramUpdates
from bot.storage.repositories.trackers import Trackers

__all__ = [
    "Attachments",
    "Codes",
    "Conversations",
    "Drafts",
    "Handovers",
    "Keyboards",
    "Leads",
    "Messages",
    "Outbox",
    "TelegramUpdates",
    "Trackers",
]
