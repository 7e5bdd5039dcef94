"""Posts notices in Telegram groups that the bot is a member of."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from telegram import Bot, LinkPreviewOptions
from telegram.error import ChatMigrated, TelegramError

from bot.channels.telegram.channel import bot_address
from bot.errors import DeliveryError

logger = logging.getLogger(__name__)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def group_poster(token: str, base_url: str | None = None) -> Callable[[str, str], Awaitable[None]]:
    """What posts a plain text in a group, named by its number or its `@name`.

    Args:
        token: the bot's token from @BotFather.
        base_url: a Bot API server, with or without the final `/bot`; Telegram's own where None.
    """
    address = bot_address(base_url)

    async def post(group: str, text: str) -> None:
        try:
            async with Bot(token, base_url=address) if address else Bot(token) as bot:
                try:
                    await bot.send_message(group, text, link_preview_options=_NO_PREVIEW)
                except ChatMigrated as moved:  # it became a supergroup, which has another number
                    logger.warning("Group %s has the number %s now: change partners.yml.", group, moved.new_chat_id)
                    await bot.send_message(moved.new_chat_id, text, link_preview_options=_NO_PREVIEW)
        except TelegramError as error:
            # Without its cause, whose text may name the token.
            raise DeliveryError(f"Telegram does not take it ({type(error).__name__})") from None

    return post
