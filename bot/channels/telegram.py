"""The Telegram channel: keeps the connection to Telegram, by long polling in the running asyncio loop.

Telegram's Bot API: https://core.telegram.org/bots/api.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder

from bot.channels.base import Handler, Texts
from bot.channels.telegram_chats import Chats
from bot.channels.telegram_commands import publish_commands
from bot.channels.telegram_order import ChatOrder
from bot.channels.telegram_payloads import MemoryPayloads, PayloadStore
from bot.errors import SettingsError

logger = logging.getLogger(__name__)

#: Seconds that a request for updates stays open on Telegram's side (long polling).
POLL_SECONDS = 30
#: Seconds that messages under way may take when the channel stops.
GRACE_SECONDS = 30.0
#: Seconds until the next attempt while Telegram cannot be reached at the start: doubled up to the second.
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0
#: How often a call is repeated after "429 Too Many Requests", each time after the seconds Telegram names.
MOST_RETRIES = 5

_App: TypeAlias = Application[Any, Any, Any, Any, Any, Any]


class TelegramChannel:
    """The bot on Telegram."""

    name = "telegram"

    def __init__(
        self,
        token: str,
        *,
        texts: Texts,
        base_url: str | None = None,
        payloads: PayloadStore | None = None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Prepare the channel; nothing is sent before `start`.

        Args:
            token: the bot's token from @BotFather.
            texts: the channel's own texts in a language.
            base_url: a Bot API server, with or without the final `/bot`; Telegram's own where None.
            payloads: what the buttons stand for; in memory where None.
            pause: waits so many seconds between attempts to reach Telegram.

        Raises:
            SettingsError: `base_url` is no HTTP address.
        """
        self._token, self._texts, self._pause = token, texts, pause
        self._base_url = bot_address(base_url)
        self._payloads: PayloadStore = payloads or MemoryPayloads()
        self._app: _App | None = None
        self._beginning: asyncio.Task[None] | None = None

    async def start(self, handler: Handler) -> None:
        """Begin to fetch messages and hand each to `handler`.

        Where Telegram cannot be reached it is tried again in the background: the other channels go on.

        Raises:
            SettingsError: Telegram refuses the token.
        """
        _keep_logs_discreet()
        try:
            self._app = self._build()
            Chats(self.name, handler, self._texts, self._payloads).join(self._app)
            connected = await _connect(self._app)
        except InvalidToken:
            await self.stop()
            # Without its cause, whose text names the token.
            raise SettingsError(
                "Telegram refuses BOT_TELEGRAM_TOKEN; copy it anew from @BotFather. "
                "If BOT_TELEGRAM_API_URL is set, check that a Bot API server answers there."
            ) from None
        self._beginning = asyncio.create_task(self._begin(self._app, connected))

    async def stop(self) -> None:
        """Fetch no more messages, and finish those under way, for at most half a minute."""
        app, self._app = self._app, None
        if self._beginning:
            self._beginning.cancel()
            await asyncio.gather(self._beginning, return_exceptions=True)
        if app is None:
            return
        await _stop_polling(app)
        if app.running:
            await _finish(app)
        await app.shutdown()
        await app.bot.shutdown()  # it is open even where the application never came up

    def _build(self) -> _App:
        builder = ApplicationBuilder().token(self._token).job_queue(None)
        if self._base_url:
            files = f"{self._base_url.removesuffix('/bot')}/file/bot"
            builder = builder.base_url(self._base_url).base_file_url(files)
        limiter = AIORateLimiter(max_retries=MOST_RETRIES)
        return builder.rate_limiter(limiter).concurrent_updates(ChatOrder()).build()

    async def _begin(self, app: _App, connected: bool) -> None:
        seconds = FIRST_PAUSE
        while not connected:
            await self._pause(seconds)
            seconds = min(2 * seconds, LONGEST_PAUSE)
            try:
                connected = await _connect(app)
            except InvalidToken:
                logger.error("Telegram refuses BOT_TELEGRAM_TOKEN: Telegram stays off until the next start.")
                return
        await publish_commands(app.bot, self._texts)


async def _connect(app: _App) -> bool:
    """Begin to poll; False where Telegram cannot be reached, then to be called again."""
    try:
        await app.initialize()
        if not app.running:
            await app.start()
        if app.updater:
            await app.updater.start_polling(
                timeout=POLL_SECONDS,
                allowed_updates=[Update.MESSAGE, Update.CALLBACK_QUERY],
                error_callback=_log_polling_error,
            )
    except InvalidToken:
        raise
    except TelegramError as error:
        logger.warning("Telegram cannot be reached (%s); trying again.", type(error).__name__)
        return False
    return True


async def _stop_polling(app: _App) -> None:
    try:
        if app.updater and app.updater.running:
            await app.updater.stop()
    except TelegramError as error:  # polling had ended before, for instance because the token was revoked
        logger.warning("Fetching messages from Telegram had failed (%s).", type(error).__name__)


async def _finish(app: _App) -> None:
    try:
        await asyncio.wait_for(app.stop(), GRACE_SECONDS)
    except asyncio.TimeoutError:
        logger.warning("Messages from Telegram were still under way when the channel stopped.")


def bot_address(base_url: str | None) -> str | None:
    """The address that the library puts the token behind."""
    if not base_url:
        return None
    if not base_url.startswith(("http://", "https://")):
        raise SettingsError("BOT_TELEGRAM_API_URL is no address; write it like http://127.0.0.1:8081/bot.")
    return f"{base_url.rstrip('/').removesuffix('/bot')}/bot"


def _log_polling_error(error: TelegramError) -> None:
    logger.warning("Fetching messages from Telegram failed (%s); trying again.", type(error).__name__)


def _keep_logs_discreet() -> None:
    """Keep the token, which is part of every address, and people's words out of the logs."""
    for name, level in (("httpx", logging.WARNING), ("httpcore", logging.INFO), ("telegram", logging.INFO)):
        library = logging.getLogger(name)
        library.setLevel(max(level, library.level))
