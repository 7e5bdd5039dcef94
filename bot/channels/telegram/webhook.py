"""The webhook: Telegram brings its updates to our own web server, and each is stored before we say that it came.

https://core.telegram.org/bots/api#setwebhook.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import StorageError

logger = logging.getLogger(__name__)

PATH = "/telegram/webhook"
#: Bytes of one update; the longest message has 4,096 characters.
LARGEST_UPDATE = 512 * 1024
_SECRET_HEADER = "x-telegram-bot-api-secret-token"

#: Keeps updates, or raises StorageError.
Store = Callable[[Iterable[Mapping[str, Any]]], Awaitable[None]]


def webhook_route(secret: str, store: Store) -> Route:
    """The route that takes updates; those without the secret are refused."""

    async def receive(request: Request) -> Response:
        given = request.headers.get(_SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return PlainTextResponse("the secret token is wrong", 403)
        update = _parsed(await _read(request))
        if update is None:
            return PlainTextResponse("not an update", 400)
        try:
            await store([update])
        except StorageError:
            logger.exception("An update could not be stored: Telegram brings it again")
            return PlainTextResponse("try again", 503)
        return Response(status_code=200)

    return Route(PATH, receive, methods=["POST"])


async def _read(request: Request) -> bytes:
    """The body; empty where it is too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_UPDATE:
            return b""
    return body


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    number = data.get("update_id") if isinstance(data, dict) else None
    return data if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**63 else None
