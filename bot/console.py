"""The terminal channels: a conversation to type, and the line-by-line JSON of `bot chat` and `bot parse`."""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from bot.model import Document, IncomingMessage, Reply, TurnResult

Handler = Callable[[IncomingMessage], Awaitable[TurnResult]]
LineAnswer = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


async def lines_of_stdin() -> AsyncIterator[str]:
    """Lines as they come, without blocking the loop; bytes that are no UTF-8 are replaced."""
    while line := await asyncio.to_thread(sys.stdin.buffer.readline):
        yield line.decode("utf-8", errors="replace").rstrip("\r\n")


async def answer_json_lines(answer: LineAnswer) -> None:
    """One JSON object in, one out, each flushed at once; a line that is none gets an `error` object."""
    async for line in lines_of_stdin():
        if not line.strip():
            continue
        try:
            request = json.loads(line)
            result = await answer(request) if isinstance(request, dict) else {"error": "a JSON object is expected"}
        except json.JSONDecodeError as error:
            result = {"error": f"no JSON: {error}"}
        print(json.dumps(result, ensure_ascii=False), flush=True)


def chat_answer(handle: Handler) -> LineAnswer:
    """How `bot chat --jsonl` answers a line."""

    async def answer(request: dict[str, Any]) -> dict[str, Any]:
        text, payload = request.get("text"), request.get("payload")
        result = await handle(
            IncomingMessage(
                channel=str(request.get("channel") or "console"),
                conversation=str(request.get("conversation") or "default"),
                message_id=str(request.get("message_id") or uuid.uuid4()),
                text=None if text is None else str(text),
                payload=None if payload is None else str(payload),
                locale=request.get("language"),
                site=request.get("site"),
            )
        )
        return turn_as_json(result)

    return answer


def turn_as_json(result: TurnResult) -> dict[str, Any]:
    """A turn as `bot chat --jsonl` prints it."""
    return {
        "conversation": result.conversation,
        "language": result.language,
        "intents": list(result.intents),
        "replies": [_reply_as_json(reply) for reply in result.replies],
        "form": asdict(result.form) if result.form else None,
        "lead": result.lead,
    }


def _reply_as_json(reply: Reply) -> dict[str, Any]:
    said: dict[str, Any] = {"text": reply.text, "buttons": [asdict(button) for button in reply.buttons]}
    return {**said, "document": asdict(reply.document)} if reply.document else said


def save(document: Document, folder: Path) -> Path:
    """Write a document into a folder, beside whatever lies there of the same name; gives the file."""
    wanted = folder / document.name
    names = (wanted if number == 1 else wanted.with_stem(f"{wanted.stem}-{number}") for number in count(1))
    for file in names:
        try:
            with file.open("x", encoding="utf-8") as opened:
                opened.write(document.text)
        except FileExistsError:
            continue
        return file
    raise AssertionError("names never end")


async def talk(handle: Handler, language: str | None) -> None:
    """A conversation in the terminal; a number presses the button of that number."""
    conversation = uuid.uuid4().hex
    offered: list[str] = []

    async def say(**said: Any) -> None:
        nonlocal offered
        result = await handle(IncomingMessage("console", conversation, uuid.uuid4().hex, locale=language, **said))
        offered = []
        for reply in result.replies:
            print(f"\n{reply.text}")
            for button in reply.buttons:
                offered.append(button.payload)
                print(f"  [{len(offered)}] {button.title}")
            if reply.document:
                print(f"  {reply.document.name}: {save(reply.document, Path.cwd())}")
        print("\n> ", end="", flush=True)

    await say(payload="/greet")
    async for line in lines_of_stdin():
        number = int(line) if line.strip().isdigit() else 0
        if 0 < number <= len(offered):
            await say(payload=offered[number - 1])
        else:
            await say(text=line)
