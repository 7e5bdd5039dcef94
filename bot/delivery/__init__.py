"""Delivers what was promised: letters, webhooks, notices in Telegram groups and staff's messages, until accepted."""

from bot.delivery.base import Sender
from bot.delivery.chats import ChatSender
from bot.delivery.groups import GroupSender
from bot.delivery.letters import Letter, LetterWriter
from bot.delivery.smtp import SmtpSender
from bot.delivery.webhook import WebhookSender
from bot.delivery.worker import OutboxWorker

__all__ = [
    "ChatSender",
    "GroupSender",
    "Letter",
    "LetterWriter",
    "OutboxWorker",
    "Sender",
    "SmtpSender",
    "WebhookSender",
]
