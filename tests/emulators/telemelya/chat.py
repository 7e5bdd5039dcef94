"""Starts telemelya with its Redis and S3, and talks to the bot by its control API as its client does."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from delivery.mail_server import free_port
from redis.asyncio import Redis
from redis.exceptions import RedisError

from ..person import CHAT_ID, TOKEN, Shown, shown
from ..processes import INSTALLED, LOOPBACK, answers_at, client, running

ENVIRONMENT = INSTALLED / "telemelya"
#: Any key will do where none is configured.
KEY = "Bearer any"


@asynccontextmanager
async def emulator(folder: Path) -> AsyncIterator[str]:
    """Telemelya on ports of its own; gives its address."""
    redis = shutil.which("redis-server")
    if not (ENVIRONMENT / ".lock").exists():
        pytest.skip("telemelya is not installed: run tests/emulators/install")
    if not redis:
        pytest.skip("telemelya needs redis-server")
    folder.mkdir()
    redis_port, s3_port, port = free_port(), free_port(), free_port()
    redis_url = f"redis://{LOOPBACK}:{redis_port}/0"
    keeps_nothing = [redis, "--bind", LOOPBACK, "--port", str(redis_port), "--save", "", "--appendonly", "no"]
    s3 = [ENVIRONMENT / "bin" / "moto_server", "-H", LOOPBACK, "-p", str(s3_port)]
    settings = {
        "MOCK_SERVER_HOST": LOOPBACK,
        "MOCK_SERVER_PORT": str(port),
        "REDIS_URL": redis_url,
        "MINIO_ENDPOINT": f"{LOOPBACK}:{s3_port}",
        "STRICT_EDIT": "true",
        "NO_PROXY": LOOPBACK,
    }
    address = f"http://{LOOPBACK}:{port}"
    health = answers_at(f"{address}/api/v1/test/health", Authorization=KEY)
    async with (
        running(keeps_nothing, folder / "redis", lambda: _pings(redis_url)),
        running(s3, folder / "s3", answers_at(f"http://{LOOPBACK}:{s3_port}/moto-api/")),
        running([ENVIRONMENT / "bin" / "telemelya-server"], folder / "telemelya", health, settings),
    ):
        yield address


async def _pings(url: str) -> bool:
    async with Redis.from_url(url) as asking:
        try:
            return bool(await asking.ping())
        except RedisError:
            return False


class TelemelyaChat:
    """A private chat, by the requests that the package's own client makes."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def write(self, text: str) -> None:
        """Write to the bot."""
        await self._send({"command" if text.startswith("/") else "text": text})

    async def press(self, message: Shown, data: str) -> None:
        """Press a button of a message."""
        await self._send({"callback_data": data, "callback_message_id": message.message_id})

    async def messages(self) -> Sequence[Shown]:
        """What the bot has sent so far, with the keyboards as later edits left them."""
        records = (await self._http.get("/api/v1/test/responses")).raise_for_status().json()["responses"]
        sent = {one["message_id"]: one["raw"] for one in records if one["method"] == "sendMessage"}
        markup = {number: raw.get("reply_markup") for number, raw in sent.items()}
        for one in records:
            if one["method"] == "editMessageReplyMarkup":
                markup[one["message_id"]] = one["raw"].get("reply_markup")
        return [shown(number, raw, markup[number]) for number, raw in sent.items()]

    async def _send(self, update: dict[str, Any]) -> None:
        someone = {"id": CHAT_ID, "first_name": "Anna"}
        body = {"chat_id": CHAT_ID, "from_user": someone, **update}
        answer = await self._http.post("/api/v1/test/send_update", params={"bot_token": TOKEN}, json=body)
        delivery = answer.raise_for_status().json()["delivery"]
        assert delivery["status_code"] == 200, delivery


@asynccontextmanager
async def chat(address: str) -> AsyncIterator[TelemelyaChat]:
    """A chat in a session of its own."""
    async with client(address, **{"Authorization": KEY, "X-Test-Session": uuid.uuid4().hex}) as http:
        yield TelemelyaChat(http)
