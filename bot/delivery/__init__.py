"""Delivers what was promised: letters, webhooks and notices in Telegram groups, again until they are accepted."""

from bot.delivery.base import Sender
from bot.delivery.groups import GroupSender
from bot.delivery.letters import Letter, LetterWriter
from bot.delivery.smtp import SmtpSender
from bot.delivery.webhook import WebhookSender
from bot.delivery.worker import OutboxWorker

__all__ = [
    "GroupSender",
    "Letter",
    "LetterWriter",
    "OutboxWorker",
    "Sender",
    "SmtpSender",
    "WebhookSender",
]
