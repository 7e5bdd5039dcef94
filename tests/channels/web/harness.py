"""A real web server on loopback with a small engine behind it, and a foreign client of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

import socketio
import uvicorn
from pydantic import SecretStr
from starlette.types import ASGIApp

from bot.channels.web import create_app
from bot.channels.widget_texts import texts
from bot.programme import Programme, load_programme
from bot.settings import Settings

from .engine import EchoEngine

PARTNER_ORIGIN = "https://www.bsc-kranj.si"
API_KEY = "a-long-api-key"


@dataclass
class Served:
    """A running server."""

    url: str
    engine: EchoEngine
    programme: Programme
    ready: bool = True
    now: datetime = datetime(2026, 11, 25, 12, 0, tzinfo=timezone.utc)


def with_rest_key(programme: Programme) -> Programme:
    site = programme.sites["bsc"].model_copy(update={"rest_api_key_env": "BSC_KEY"})
    return replace(programme, sites={**programme.sites, "bsc": site})


def with_origin(programme: Programme, origin: str) -> Programme:
    site = programme.sites["bsc"].model_copy(update={"allowed_origins": (origin,)})
    return replace(programme, sites={**programme.sites, "bsc": site})


class _Server(uvicorn.Server):
    """Uvicorn that says when it listens and leaves signals to the tests."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host="127.0.0.1",
                port=0,
                ws="wsproto",
                log_level="warning",
                lifespan="off",
                timeout_graceful_shutdown=1,
            )
        )
        self.listening = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def running(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an application on a free port; gives its address."""
    server = _Server(app)
    task = asyncio.create_task(server.serve())
    await asyncio.wait_for(server.listening.wait(), 10)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@contextlib.asynccontextmanager
async def serve(programme: Programme | None = None, environ: dict[str, str] | None = None) -> AsyncIterator[Served]:
    engine = EchoEngine()
    served = Served("", engine, programme or load_programme())
    app = create_app(
        engine.handle,
        programme=served.programme,
        texts=texts,
        settings=Settings(_env_file=None, secret_key=SecretStr("secret of the tests")),
        ready=lambda: served.ready,
        environ=environ or {},
        make_file=engine.make_file,
        clock=lambda: served.now,
    )
    async with running(app) as served.url:
        yield served
        engine.gate.set()


class Visitor:
    """A foreign socket.io client that keeps what it hears."""

    def __init__(self, client: socketio.AsyncClient) -> None:
        self.client = client
        self.heard: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        for event in ("session_confirm", "bot_uttered", "history", "bot_error"):
            client.on(event, self._listener(event))

    def _listener(self, event: str) -> Any:
        async def listen(data: Any) -> None:
            await self.heard.put((event, data))

        return listen

    async def hear(self, event: str) -> Any:
        """The next event, which has to be of this kind."""
        kind, data = await asyncio.wait_for(self.heard.get(), 5)
        assert kind == event, (kind, data)
        return data

    async def begin(self, **request: Any) -> str:
        await self.client.emit("session_request", {"session_id": None, **request})
        return str(await self.hear("session_confirm"))

    async def say(self, message: Any, **more: Any) -> Any:
        """Send a message; gives the acknowledgement."""
        return await self.client.call("user_uttered", {"message": message, **more}, timeout=5)
