"""The commands of the Telegram bot, and what its profile says, in each person's language."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence

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

#: Links may carry so many characters of A-Z, a-z, 0-9, _ and - (https://core.telegram.org/bots/features#deep-linking).
_START = re.compile(r"(?:site_(?P<site>[\w-]{1,60})|(?P<code>GO[_-][\w-]{1,40})|(?P<apply>apply))")


def started_with(args: Sequence[str]) -> dict[str, str | None]:
    """What a deep link brings along: the partner site that it stood on, a code to go on with, or the wish to apply."""
    found = _START.fullmatch(args[0]) if args else None
    if found is None:
        return {}
    if found["code"]:
        return {"text": found["code"].replace("_", "-"), "payload": None}
    return {"payload": COMMANDS["apply"]} if found["apply"] else {"site": found["site"]}


async def publish_profile(bot: Bot, texts: Texts) -> None:
    """Set the menu, the name and the descriptions for every language that Telegram knows, and in English for others.

    What is set already is left alone: Telegram takes few changes a day. The bot works without, so a refusal is logged
    and nothing more.
    """
    for tag, language in _menu_languages():
        said = texts(language)
        try:
            await _publish_commands(bot, tag, said)
            await _publish_descriptions(bot, tag, said)
        except TelegramError as error:
            logger.warning("Telegram did not take the bot's profile (%s).", type(error).__name__)
            return


async def _publish_commands(bot: Bot, tag: str | None, said: Mapping[str, str]) -> None:
    menu = tuple(BotCommand(name, said[f"command_{name}"]) for name in COMMANDS)
    scope = BotCommandScopeAllPrivateChats()
    if await bot.get_my_commands(scope=scope, language_code=tag) != menu:
        await bot.set_my_commands(menu, scope=scope, language_code=tag)


async def _publish_descriptions(bot: Bot, tag: str | None, said: Mapping[str, str]) -> None:
    name, long, short = (said[f"telegram_{key}"] for key in ("name", "description", "short_description"))
    if (await bot.get_my_name(language_code=tag)).name != name:
        await bot.set_my_name(name, language_code=tag)
    if (await bot.get_my_description(language_code=tag)).description != long:
        await bot.set_my_description(long, language_code=tag)
    if (await bot.get_my_short_description(language_code=tag)).short_description != short:
        await bot.set_my_short_description(short, language_code=tag)


def _menu_languages() -> Iterator[tuple[str | None, str]]:
    """Telegram's two-letter tags (ISO 639-1 only, so no Montenegrin) and our language for each."""
    yield None, i18n.FALLBACK
    tags = {language.html.partition("-")[0] for language in i18n.languages().values()}
    for tag in sorted(tag for tag in tags if len(tag) == 2):
        yield tag, i18n.match_locale(tag) or i18n.FALLBACK
