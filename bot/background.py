"""What runs beside the channels: the outbox is emptied, reminders, data kept long enough and stray files are seen to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from types import MappingProxyType
from urllib.parse import urlsplit

from bot.applications.attachments import sweep
from bot.applications.correspondence import Push
from bot.applications.reminders import promise_reminders
from bot.applications.retention import purge
from bot.bootstrap import Clock, Service, utc_now
from bot.delivery import ChatSender, GroupSender, LetterWriter, OutboxWorker, Sender, SmtpSender, WebhookSender
from bot.delivery.groups import Post
from bot.delivery.worker import Rest
from bot.settings import Settings
from bot.storage.records import OutboxKind

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 15 * 60
#: Seconds that an attempt under way may take when the bot stops.
GRACE_SECONDS = 30.0


@asynccontextmanager
async def deliveries(
    service: Service, post: Post | None, clock: Clock = utc_now, pushes: Mapping[str, Push] = MappingProxyType({})
) -> AsyncIterator[None]:
    """Deliver what is promised, as long as the block runs.

    Args:
        service: the running bot.
        post: posts in Telegram groups; None where Telegram is off.
        clock: gives the present time.
        pushes: brings staff's messages into the chats, by channel.

    Raises:
        SettingsError: BOT_SMTP_URL or BOT_MAIL_FROM cannot be used.
    """
    stopping = asyncio.Event()

    async def rest(seconds: float) -> bool:
        if seconds:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(stopping.wait(), seconds)
        return not stopping.is_set()

    worker = OutboxWorker(service.storage, senders(service, post, clock, pushes), clock, rest)
    tasks = [asyncio.create_task(worker.run()), asyncio.create_task(look_after(service, clock, rest))]
    try:
        yield
    finally:
        stopping.set()
        _, unfinished = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def senders(
    service: Service, post: Post | None, clock: Clock, pushes: Mapping[str, Push] = MappingProxyType({})
) -> dict[OutboxKind, Sender]:
    """The senders that the settings allow; what has none stays in the outbox, which is said once."""
    settings, storage, programme = service.settings, service.storage, service.programme
    writer = LetterWriter(storage, programme, settings.address)
    found: dict[OutboxKind, Sender] = {}
    if settings.smtp_url:
        mail_from = settings.mail_from or default_mail_from(settings)
        found["email"] = SmtpSender(settings.smtp_url.get_secret_value(), mail_from, writer.write, clock=clock)
    else:
        logger.warning("BOT_SMTP_URL is not set: letters stay in the outbox until it is.")
    if settings.webhook_secret:
        found["webhook"] = WebhookSender(storage, settings.address, settings.webhook_secret.get_secret_value())
    elif any(partner.notify_webhook for partner in programme.partners.values()):
        logger.warning("BOT_WEBHOOK_SECRET is not set: what is for webhooks stays in the outbox until it is.")
    if post:
        found["telegram_group"] = GroupSender(post, writer.write)
    if pushes:
        found["message"] = ChatSender(storage, programme, pushes, clock)
    return found


def default_mail_from(settings: Settings) -> str:
    """Where letters come from when BOT_MAIL_FROM is not set: the mail server's user, or else the public address."""
    assert settings.smtp_url
    user = urlsplit(settings.smtp_url.get_secret_value()).username or ""
    host = urlsplit(settings.address).hostname or "localhost"
    with suppress(ValueError):
        ip_address(host)
        host = "localhost"
    address = user.replace("%40", "@") if "@" in user.replace("%40", "@") else f"no-reply@{host}"
    logger.warning("BOT_MAIL_FROM is not set: letters come from %s.", address)
    return f"MobiliseSME <{address}>"


async def look_after(service: Service, clock: Clock, rest: Rest) -> None:
    """Every quarter of an hour: promise reminders, erase what was kept long enough, and remove files that are nobody's,
    until `rest` tells to stop.
    """
    seconds = 0.0
    while await rest(seconds):
        seconds = LOOK_EVERY_SECONDS
        try:
            promised = await promise_reminders(service.storage, service.programme, clock())
            erased = sum((await purge(service.storage, service.programme, clock())).values())
            swept = await sweep(service.storage, service.files, clock())
        except Exception:  # the database may be away for a while
            logger.exception("Reminders, data to erase and files could not be looked for")
            continue
        if promised or erased:
            logger.info("%s reminders of untouched leads are promised, %s rows erased by age.", promised, erased)
        if swept:
            logger.info("%s files that belonged to nobody any more are removed.", swept)
