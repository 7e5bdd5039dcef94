"""Staff's messages in the web chat: at once to whoever is there, and in the history of whoever comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import socketio
from pydantic import SecretStr

from bot.applications.correspondence import Push
from bot.bootstrap import utc_now
from bot.channels.web import create_app
from bot.channels.widget_texts import texts
from bot.model import Reply
from bot.programme import load_programme
from bot.settings import Settings

from .engine import EchoEngine
from .harness import Visitor, running

QUESTION = Reply("**STHEV** writes about MSME-7KQ2XW9D:\n\nΠοιος είναι ο ΑΦΜ σας;")


class Server:
    """A web server that can be started anew, as after a deployment; the database outlives it."""

    def __init__(self) -> None:
        self.pushes: dict[str, Push] = {}
        self.stored: list[tuple[str, Reply, str]] = []

    async def answers(self, conversation: str) -> Sequence[tuple[str, Reply, str]]:
        return self.stored

    def app(self) -> Any:
        return create_app(
            EchoEngine().handle,
            programme=load_programme(),
            texts=texts,
            settings=Settings(_env_file=None, secret_key=SecretStr("secret of the tests")),
            ready=lambda: True,
            make_file=EchoEngine().make_file,
            clock=utc_now,
            pushes=self.pushes,
            answers=self.answers,
        )

    async def push(self, session: str, key: str = "staff-1") -> Any:
        return await self.pushes["web"](f"web:{session.rpartition('.')[0]}", QUESTION, "el", key)


@pytest.fixture
async def visit() -> AsyncIterator[Any]:
    opened: list[socketio.AsyncClient] = []

    async def connect(url: str) -> Visitor:
        client = socketio.AsyncClient(reconnection=False)
        visitor = Visitor(client)
        opened.append(client)
        await client.connect(url, transports=["websocket"])
        return visitor

    yield connect
    for client in opened:
        await client.disconnect()


async def texts_of(visitor: Visitor, session: str) -> list[str]:
    history = await visitor.client.call("history_request", {"session_id": session})
    return [message["text"] for message in history["messages"]]


async def test_a_visitor_who_is_there_reads_it_at_once_and_others_do_not(visit) -> None:
    server = Server()
    async with running(server.app()) as url:
        visitor, stranger = await visit(url), await visit(url)
        session, other = await visitor.begin(), await stranger.begin()
        assert (await server.push(session)).seen_now
        heard = await visitor.hear("bot_uttered")
        assert heard["text"] == QUESTION.text
        assert heard["metadata"] == {"lang": "el", "id": "staff-1.1"}
        assert await texts_of(stranger, other) == []
        assert stranger.heard.qsize() == 1  # the history that was asked for


async def test_a_visitor_who_is_away_finds_it_in_the_history_once(visit) -> None:
    server = Server()
    async with running(server.app()) as url:
        first = await visit(url)
        session = await first.begin()
        await first.say("hello", message_id="m1")
        await first.client.disconnect()
        for _ in range(1000):  # the same message, until the server knows that nobody is there
            if not (await server.push(session)).seen_now:
                break
            await asyncio.sleep(0)
        else:
            pytest.fail("The server still takes the visitor for present.")
        second = await visit(url)
        assert await second.begin(session_id=session) == session
        assert (await texts_of(second, session)).count(QUESTION.text) == 1


async def test_a_visitor_who_comes_back_to_another_process_finds_it_too(visit) -> None:
    server = Server()
    async with running(server.app()) as url:
        session = await (await visit(url)).begin()
        await server.push(session)
    server.stored = [("staff-1", QUESTION, "el")]
    async with running(server.app()) as url:
        visitor = await visit(url)
        await visitor.begin(session_id=session)
        assert await texts_of(visitor, session) == [QUESTION.text]
        await server.push(session, "staff-2")
        assert await texts_of(visitor, session) == [QUESTION.text, QUESTION.text]
