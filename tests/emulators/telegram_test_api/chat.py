"""Starts the emulator, and talks to the bot as its client does."""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from delivery.mail_server import free_port

from ..person import CHAT_ID, TOKEN, Shown, shown
from ..processes import INSTALLED, LOOPBACK, answers_at, client, running

MODULES = INSTALLED / "telegram_test_api"
ADAPTER = Path(__file__).with_name("adapter.mjs")


@asynccontextmanager
async def emulator(folder: Path) -> AsyncIterator[str]:
    """The emulator behind its adapter; gives the address for BOT_TELEGRAM_API_URL."""
    node = shutil.which("node")
    if not node or not (MODULES / ".lock").exists():
        pytest.skip("telegram-test-api is not installed: run tests/emulators/install (it needs Node and npm)")
    port = free_port()
    address = f"http://{LOOPBACK}:{port}"
    command = [node, ADAPTER, MODULES, str(port), str(free_port())]
    async with running(command, folder, answers_at(f"{address}/calls")):
        yield address


class TelegramTestApiChat:
    """A private chat, by the requests that the package's own client makes."""

    def __init__(self, http: httpx.AsyncClient, locale: str) -> None:
        self._http = http
        self._person = {"id": CHAT_ID, "is_bot": False, "first_name": "Anna", "language_code": locale}
        self._chat = {"id": CHAT_ID, "type": "private", "first_name": "Anna"}

    async def write(self, text: str) -> None:
        """Write to the bot."""
        message: dict[str, Any] = {"from": self._person, "chat": self._chat, "date": int(time.time()), "text": text}
        if not text.startswith("/"):
            await self._post("sendMessage", {"botToken": TOKEN, **message})
            return
        command = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
        await self._post("sendCommand", {"botToken": TOKEN, **message, "entities": [command]})

    async def press(self, message: Shown, data: str) -> None:
        """Press a button of a message."""
        pressed = {"message_id": message.message_id, "chat": self._chat, "date": int(time.time()), "text": message.text}
        query = {"botToken": TOKEN, "from": self._person, "message": pressed, "data": data}
        await self._post("sendCallback", query)

    async def messages(self) -> Sequence[Shown]:
        """What the bot has sent to this chat so far."""
        history = await self._post("getUpdatesHistory", {"token": TOKEN})
        sent = [one for one in history if one.get("message", {}).get("chat_id") == CHAT_ID]
        return [shown(one["messageId"], one["message"], one["message"].get("reply_markup")) for one in sent]

    async def calls(self, method: str) -> list[dict[str, Any]]:
        """The parameters of the bot's calls of a method so far; a file is `{name, type, content}`, in base64."""
        calls = (await self._http.get("/calls")).raise_for_status().json()
        return [call["parameters"] for call in calls if call["method"] == method]

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        return (await self._http.post(f"/{path}", json=body)).raise_for_status().json()["result"]


@asynccontextmanager
async def chat(address: str, locale: str) -> AsyncIterator[TelegramTestApiChat]:
    """A chat of a person whose app speaks a language."""
    async with client(address) as http:
        yield TelegramTestApiChat(http, locale)
