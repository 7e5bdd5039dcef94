"""Telegram: people's private chats with the bot, groups that address it, and notices in partners' groups."""
