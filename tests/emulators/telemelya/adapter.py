"""What telemelya 0.2.2 leaves out: the webhook's secret and `allowed_updates`, the person's language, error codes.

It stands on both sides of telemelya: the bot's calls pass through it, and so do the updates to the bot's webhook. It
mends two answers: a refusal comes with its HTTP status (telemelya says 200), and a sent message has only a keyboard of
its own (telemelya gives back whatever `reply_markup` was sent). All else goes on unchanged: a method that telemelya
lacks is answered with FastAPI's 404.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..processes import LOOPBACK, client


class Adapter:
    """Remembers what the bot asked for with `setWebhook`, and keeps to it."""

    def __init__(self, telemelya: httpx.AsyncClient, locale: str) -> None:
        self._telemelya, self._locale = telemelya, locale
        self.address = ""
        #: The parameters of the bot's last `setWebhook`.
        self.webhook: dict[str, str] = {}
        self._bot = client("")

    def app(self) -> Starlette:
        """Both sides."""
        routes = [
            Route("/deliver", self.deliver, methods=["POST"]),
            Route("/bot{token}/setWebhook", self.set_webhook, methods=["POST"]),
            Route("/{path:path}", self.pass_on, methods=["GET", "POST"]),
        ]
        return Starlette(routes=routes)

    async def set_webhook(self, request: Request) -> Response:
        """Remember the webhook; telemelya brings its updates here."""
        self.webhook = dict(parse_qsl((await request.body()).decode()))
        answer = await self._telemelya.post(request.url.path, data={**self.webhook, "url": f"{self.address}/deliver"})
        return _as_it_is(answer)

    async def pass_on(self, request: Request) -> Response:
        """Hand a call on to telemelya as it came."""
        headers = {"content-type": request.headers["content-type"]} if "content-type" in request.headers else {}
        answer = await self._telemelya.request(
            request.method, request.url.path, content=await request.body(), headers=headers
        )
        return _mended(answer)

    async def deliver(self, request: Request) -> Response:
        """Bring an update to the bot as Telegram does."""
        update: dict[str, Any] = await request.json()
        [(kind, content)] = [(key, value) for key, value in update.items() if key != "update_id"]
        allowed = json.loads(self.webhook.get("allowed_updates") or "[]")
        if allowed and kind not in allowed:
            return Response(status_code=200)
        content["from"]["language_code"] = self._locale
        secret = self.webhook.get("secret_token")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        answer = await self._bot.post(self.webhook["url"], json=update, headers=headers)
        return _as_it_is(answer)


def _mended(answer: httpx.Response) -> Response:
    """Telemelya's answer, with the HTTP status of a refusal, and without a keyboard that is not the message's own."""
    if answer.headers.get("content-type") != "application/json":
        return _as_it_is(answer)
    told = answer.json()
    result = told.get("result")
    if isinstance(result, dict) and "inline_keyboard" not in (result.get("reply_markup") or {}):
        result.pop("reply_markup", None)
    refused = told.get("ok") is False
    return JSONResponse(told, int(told.get("error_code") or 400) if refused else answer.status_code)


def _as_it_is(answer: httpx.Response) -> Response:
    return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))


@asynccontextmanager
async def adapted(telemelya_address: str, locale: str) -> AsyncIterator[Adapter]:
    """The adapter on a free port, in this process."""
    async with client(telemelya_address) as telemelya:
        adapter = Adapter(telemelya, locale)
        with socket.create_server((LOOPBACK, 0)) as listening:
            adapter.address = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
            server = _Server(uvicorn.Config(adapter.app(), ws="none", lifespan="off", log_level="critical"))
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            try:
                yield adapter  # the socket listens already: a request waits for the server
            finally:
                server.should_exit = True
                await serving
                await adapter._bot.aclose()


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Signals are the test run's."""
