"""The commands of the Telegram bot, and the menu that shows them in each person's language."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import TelegramError

from bot import i18n
from bot.channels.base import Texts

logger = logging.getLogger(__name__)

#: Command -> the payload it stands for, in the order of the menu. A command's description is the text
#: `command_<command>`.
COMMANDS: dict[str, str] = {
    "start": "/greet",
    "apply": "/apply",
    "contact": "/ask_contact_point",
    "status": "/ask_application_status",
    "language": "/change_language",
    "privacy": "/ask_data_privacy",
    "cancel": "/cancel",
    "help": "/help",
}


async def publish_commands(bot: Bot, texts: Texts) -> None:
    """Set the menu for every language that Telegram knows, and in English for all others.

    The bot works without the menu, so a refusal is logged and nothing more.
    """
    try:
        for tag, language in _menu_languages():
            await bot.set_my_commands(
                [BotCommand(name, texts(language)[f"command_{name}"]) for name in COMMANDS],
                scope=BotCommandScopeAllPrivateChats(),
                language_code=tag,
            )
    except TelegramError as error:
        logger.warning("Telegram did not take the menu of commands (%s).", type(error).__name__)


def _menu_languages() -> Iterator[tuple[str | None, str]]:
    """Telegram's two-letter tags (ISO 639-1 only, so no Montenegrin) and our language for each."""
    yield None, i18n.FALLBACK
    tags = {language.html.partition("-")[0] for language in i18n.languages().values()}
    for tag in sorted(tag for tag in tags if len(tag) == 2):
        yield tag, i18n.match_locale(tag) or i18n.FALLBACK
