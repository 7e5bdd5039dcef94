"""`bot serve`: the web chat, the Telegram bot, the REST channel and the outbox in one asyncio loop."""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
from collections.abc import MutableMapping, Sequence

import uvicorn
from starlette.types import ASGIApp

from bot.applications.correspondence import Push
from bot.background import deliveries
from bot.bootstrap import Service, open_service, utc_now
from bot.channels import web
from bot.channels.base import Channel
from bot.channels.staff_answers import StaffAnswers
from bot.channels.widget_texts import texts
from bot.delivery.groups import Post
from bot.errors import SettingsError
from bot.settings import Settings

logger = logging.getLogger(__name__)


async def serve(settings: Settings) -> None:
    """Serve until interrupted; the address is printed once the page answers.

    Raises:
        SettingsError: a setting cannot be used, or the port is taken.
    """
    if settings.secret_key is None:
        logger.warning("BOT_SECRET_KEY is not set: a random one is used, and web chats end with this process.")
        settings = settings.model_copy(update={"secret_key": _random_secret()})
    async with open_service(settings) as service:
        if service.programme.privacy.controller is None:
            logger.warning("privacy.yml names no controller: the privacy notice says so. Set it before going public.")
        channels = _channels(service)
        pushes: dict[str, Push] = {channel.name: channel.push for channel in channels}
        app = _web_app(service, channels, pushes)
        try:
            for channel in channels:
                await channel.start(service.engine.handle)
            async with deliveries(service, _group_poster(settings), pushes=pushes):
                await _serve_web(app, settings)
        finally:
            for channel in channels:
                await channel.stop()


def _random_secret() -> object:
    from pydantic import SecretStr

    return SecretStr(secrets.token_urlsafe(32))


def _channels(service: Service) -> list[Channel]:
    settings = service.settings
    if settings.telegram_token is None:
        logger.info("BOT_TELEGRAM_TOKEN is not set: Telegram is off, everything else is served.")
        return []
    from bot.channels.telegram.channel import TelegramChannel, Webhook

    secret = settings.telegram_webhook_secret
    return [
        TelegramChannel(
            settings.telegram_token.get_secret_value(),
            texts=texts,
            storage=service.storage,
            clock=utc_now,
            base_url=settings.telegram_api_url,
            webhook=Webhook(settings.address, secret.get_secret_value()) if secret else None,
        )
    ]


def _group_poster(settings: Settings) -> Post | None:
    if settings.telegram_token is None:
        return None
    from bot.channels.telegram.groups import group_poster

    return group_poster(settings.telegram_token.get_secret_value(), settings.telegram_api_url)


class _Server(uvicorn.Server):
    """Uvicorn that says when the page answers and leaves signals to us."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list | None = None) -> None:  # type: ignore[type-arg]
        await super().startup(sockets)
        if self.started:
            print(f"MobiliseSME bot: {self._address}", flush=True)


def _web_app(service: Service, channels: Sequence[Channel], pushes: MutableMapping[str, Push]) -> ASGIApp:
    return web.create_app(
        service.engine.handle,
        programme=service.programme,
        texts=texts,
        settings=service.settings,
        ready=lambda: True,
        routes=[route for channel in channels for route in channel.routes()],
        make_file=service.engine.copies.of_conversation,
        clock=utc_now,
        pushes=pushes,
        answers=StaffAnswers(service.storage, service.programme).of,
    )


async def _serve_web(app: ASGIApp, settings: Settings) -> None:
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, ws="wsproto", log_level="warning", lifespan="off"
    )
    server = _Server(config, settings.address)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, setattr, server, "should_exit", True)
    try:
        await server.serve()
    except SystemExit as error:
        raise SettingsError(
            f"Port {settings.port} on {settings.host} cannot be used; set BOT_PORT to a free one."
        ) from error
