"""A real web server on loopback, with a small engine behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import socketio

from .harness import Served, Visitor, serve


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serve() as running:
        yield running


@pytest.fixture
async def http(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as client:
        yield client


@pytest.fixture
async def visit(served: Served) -> AsyncIterator[Any]:
    opened: list[socketio.AsyncClient] = []

    async def connect(**headers: str) -> Visitor:
        client = socketio.AsyncClient(reconnection=False)
        visitor = Visitor(client)
        opened.append(client)
        await client.connect(served.url, headers=headers, transports=["websocket"])
        return visitor

    yield connect
    for client in opened:
        await client.disconnect()
