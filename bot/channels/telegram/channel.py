"""The Telegram channel: keeps the connection to Telegram in the running asyncio loop, by polling or by a webhook.

Either way an update is stored before Telegram is told that it came (`telegram_inbox`). The library's own `Updater`
confirms updates before they are handled, so that a killed process would lose them: it is not used.
Telegram's Bot API: https://core.telegram.org/bots/api.
"""

from __future__ import annotations

import asyncio
import logging
import re
import warnings
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from starlette.routing import Route
from telegram import Update
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application, ApplicationBuilder

from bot.channels.base import Handler, Texts
from bot.channels.telegram.chats import Chats
from bot.channels.telegram.commands import publish_profile
from bot.channels.telegram.delivery import Chat, Delivery
from bot.channels.telegram.flood import FloodLimiter, retry_seconds
from bot.channels.telegram.inbox import LEASE_SECONDS, Inbox
from bot.channels.telegram.payloads import Payloads
from bot.channels.telegram.processing import ChatsSideBySide
from bot.channels.telegram.shape import well_formed
from bot.channels.telegram.webhook import PATH, webhook_route
from bot.errors import DeliveryError, SettingsError, StorageError
from bot.model import Pushed, Reply
from bot.storage import Storage, TelegramUpdate

logger = logging.getLogger(__name__)

#: Seconds that a request for updates stays open on Telegram's side (long polling), and that an answer may be late.
POLL_SECONDS, LATE_SECONDS = 30, 10
#: Seconds that messages under way may take when the channel stops.
GRACE_SECONDS = 30.0
#: Seconds until the next attempt while Telegram cannot be reached: doubled up to the second.
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0
#: What Telegram brings us.
ALLOWED_UPDATES = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)

_App: TypeAlias = Application[Any, Any, Any, Any, Any, Any]


@dataclass(frozen=True)
class Webhook:
    """Where Telegram brings updates: our public address, and the secret that it sends along."""

    address: str
    secret: str


class TelegramChannel:
    """The bot on Telegram."""

    name = "telegram"

    def __init__(
        self,
        token: str,
        *,
        texts: Texts,
        storage: Storage,
        clock: Callable[[], datetime],
        base_url: str | None = None,
        webhook: Webhook | None = None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        """Prepare the channel; nothing is sent before `start`.

        Args:
            token: the bot's token from @BotFather.
            texts: the channel's own texts in a language.
            storage: keeps updates until they are answered, keyboards, and each chat's language.
            clock: gives the present time.
            base_url: a Bot API server, with or without the final `/bot`; Telegram's own where None.
            webhook: where Telegram brings updates; they are fetched by polling where None.
            pause: waits so many seconds between attempts to reach Telegram.
            lease_seconds: after so many seconds an update that a dead process had is taken by another.

        Raises:
            SettingsError: `base_url` or the webhook's address cannot be used.
        """
        self._token, self._texts, self._storage, self._clock = token, texts, storage, clock
        self._pause, self._webhook = pause, webhook
        self._base_url = bot_address(base_url)
        if webhook and not self._base_url and not webhook.address.startswith("https://"):
            raise SettingsError("Telegram brings updates to https only: set BOT_PUBLIC_URL, or no webhook secret.")
        if webhook and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", webhook.secret):
            raise SettingsError("BOT_TELEGRAM_WEBHOOK_SECRET may hold 1 to 256 letters A-Z, a-z, digits, _ and - only.")
        self._inbox = Inbox(storage, clock, lambda update: conversation_of(self.name, update), lease_seconds)
        self._app: _App | None = None
        self._delivery: Delivery | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def routes(self) -> list[Route]:
        """What the web server has to serve for this channel."""
        return [webhook_route(self._webhook.secret, self._inbox.store)] if self._webhook else []

    async def start(self, handler: Handler) -> None:
        """Begin to take updates and hand each message to `handler`.

        Where Telegram cannot be reached it is tried again in the background: the other channels go on.

        Raises:
            SettingsError: Telegram refuses the token.
        """
        _keep_logs_discreet()
        app = self._app = self._build()
        payloads = Payloads(self._storage)
        delivery = Delivery(self._storage, self._clock, self._texts, payloads, self._inbox, self._pause)
        self._delivery = delivery
        Chats(self.name, handler, self._texts, self._storage, payloads, self._inbox, delivery).join(app)
        try:
            connected = await self._connect(app)
        except InvalidToken:
            await self.stop()
            # Without its cause, whose text names the token.
            raise SettingsError(
                "Telegram refuses BOT_TELEGRAM_TOKEN; copy it anew from @BotFather. "
                "If BOT_TELEGRAM_API_URL is set, check that a Bot API server answers there."
            ) from None
        self._tasks.append(asyncio.create_task(self._run(app, connected)))

    async def push(self, conversation: str, reply: Reply, language: str, key: str) -> Pushed:
        """Bring a message of staff into a chat (`applications.correspondence.Push`).

        Raises:
            DeliveryError: Telegram does not take it; for good where the person has blocked the bot, which is noted.
        """
        app, number = self._app, conversation.partition(":")[2]
        if app is None or not app.running or self._delivery is None:
            raise DeliveryError("Telegram is not connected")
        if not re.fullmatch(r"-?[0-9]{1,19}", number):
            raise DeliveryError("that is no chat on Telegram", permanent=True)
        sent = await self._delivery.push(app.bot, Chat(int(number), conversation, language), reply)
        return Pushed(str(sent) if sent else None)

    async def stop(self) -> None:
        """Take no more updates, and finish those under way, for at most half a minute."""
        app, self._app = self._app, None
        self._inbox.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if app is None:
            return
        if app.running:
            await _finish(app)
        await app.shutdown()
        await app.bot.shutdown()  # it is open even where the application never came up

    def _build(self) -> _App:
        builder = ApplicationBuilder().token(self._token).job_queue(None).updater(None)
        if self._base_url:
            builder = builder.base_url(self._base_url).base_file_url(file_address(self._base_url))
        return builder.rate_limiter(FloodLimiter()).concurrent_updates(ChatsSideBySide(self._inbox)).build()

    async def _connect(self, app: _App) -> bool:
        """Tell Telegram how updates are to come; False where it cannot be reached, then to be called again."""
        try:
            await app.initialize()
            if not app.running:
                await app.start()
            if self._webhook:
                await app.bot.set_webhook(
                    f"{self._webhook.address}{PATH}",
                    secret_token=self._webhook.secret,
                    allowed_updates=ALLOWED_UPDATES,
                )
            else:
                await app.bot.delete_webhook()
        except InvalidToken:
            raise
        except TelegramError as error:
            logger.warning("Telegram cannot be reached (%s); trying again.", type(error).__name__)
            return False
        return True

    async def _run(self, app: _App, connected: bool) -> None:
        seconds = FIRST_PAUSE
        while not connected:
            await self._pause(seconds)
            seconds = min(2 * seconds, LONGEST_PAUSE)
            try:
                connected = await self._connect(app)
            except InvalidToken:
                logger.error("Telegram refuses BOT_TELEGRAM_TOKEN: Telegram stays off until the next start.")
                return
        self._tasks.append(asyncio.create_task(self._inbox.run(lambda one: self._hand_over(app, one))))
        if self._webhook is None:
            self._tasks.append(asyncio.create_task(self._poll(app)))
        await publish_profile(app.bot, self._texts)

    async def _poll(self, app: _App) -> None:
        """Fetch updates, and store them before the next request tells Telegram that they came."""
        offset, seconds = 0, FIRST_PAUSE
        while True:
            try:
                updates = await self._fetch(app, offset)
                await self._inbox.store(updates)
            except InvalidToken:
                logger.error("Telegram refuses BOT_TELEGRAM_TOKEN now: Telegram stays off until the next start.")
                return
            except (TelegramError, StorageError) as error:
                logger.warning("Fetching messages from Telegram failed (%s); trying again.", type(error).__name__)
                await self._pause(retry_seconds(error) if isinstance(error, RetryAfter) else seconds)
                seconds = min(2 * seconds, LONGEST_PAUSE)
            else:
                seconds = FIRST_PAUSE
                offset = max([offset, *(number + 1 for one in updates if isinstance(number := one["update_id"], int))])

    async def _fetch(self, app: _App, offset: int) -> list[dict[str, Any]]:
        # In Telegram's own words: one update that the library cannot read must not hold up all others.
        wanted = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": ALLOWED_UPDATES}
        found = await app.bot.do_api_request("getUpdates", wanted, read_timeout=POLL_SECONDS + LATE_SECONDS)
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    async def _hand_over(self, app: _App, one: TelegramUpdate) -> None:
        update = None
        if well_formed(one.data):
            with suppress(Exception):  # whatever a stranger can put into an update
                update = Update.de_json(one.data, app.bot)
        if update is None:
            logger.warning("Update %s cannot be read, and is left out.", one.update_id)
            await self._inbox.finish(one.update_id)
            return
        await app.update_queue.put(update)


def conversation_of(channel: str, update: Mapping[str, Any]) -> str | None:
    """The conversation of an update in Telegram's own words: the one of its chat; None where it has none."""
    for content in update.values():
        holders = [content, content.get("message")] if isinstance(content, dict) else []
        for holder in holders:
            chat = holder.get("chat") if isinstance(holder, dict) else None
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return f"{channel}:{chat['id']}"
    return None


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


def file_address(address: str) -> str:
    """Where a Bot API server gives out files, by its address as `bot_address` writes it."""
    return f"{address.removesuffix('/bot')}/file/bot"


def _keep_logs_discreet() -> None:
    """Keep the token, which is part of every address, and people's words out of the logs."""
    warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'")  # on purpose: see `_fetch`
    for name, level in (("httpx", logging.WARNING), ("httpcore", logging.INFO), ("telegram", logging.INFO)):
        library = logging.getLogger(name)
        library.setLevel(max(level, library.level))
