"""Processes that a test starts and ends: emulators, what they need, and the bot."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from kill.runs import eventually

import bot
from bot.settings import ROOT, Settings

#: Seconds until something answers; the bot loads its model first.
PATIENCE = 300.0
#: Seconds that the bot may take to finish what is under way.
GRACE = 60.0
INSTALLED = ROOT / ".cache" / "emulators"
LOOPBACK = "127.0.0.1"


def client(base_url: str, **headers: str) -> httpx.AsyncClient:
    """A client for loopback."""
    return httpx.AsyncClient(base_url=base_url, headers=headers, trust_env=False, timeout=30)


def answers_at(url: str, **headers: str) -> Callable[[], Awaitable[bool]]:
    """Whether a GET is answered well."""

    async def is_up() -> bool:
        async with client("", **headers) as asking:
            try:
                return (await asking.get(url)).is_success
            except httpx.TransportError:
                return False

    return is_up


@asynccontextmanager
async def running(
    command: Sequence[str | Path],
    folder: Path,
    is_up: Callable[[], Awaitable[bool]],
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Path]:
    """A process in a folder of its own, up while the block runs; gives its log."""
    folder.mkdir()
    own = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    log = folder / "log"
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: ASYNC220  # it waits for nothing
            command, cwd=folder, env={**own, **(settings or {})}, stdout=output, stderr=output
        )

    async def is_up_or_dead() -> bool:
        assert process.poll() is None, f"{command[0]} ended:\n{log.read_text()}"
        return await is_up()

    try:
        await eventually(is_up_or_dead, PATIENCE, 0.1)
        yield log
    finally:
        process.terminate()
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@asynccontextmanager
async def bot_serve(folder: Path, port: int, settings: Mapping[str, str]) -> AsyncIterator[Path]:
    """`bot serve` with these settings; gives its log."""
    environment = {
        "PYTHONPATH": str(Path(bot.__file__).resolve().parents[1]),
        "BOT_PORT": str(port),
        "BOT_SECRET_KEY": "secret of the journeys",
        "BOT_MODEL_DIR": str(Settings(_env_file=None).model_dir),
        **settings,
    }
    command = [sys.executable, "-m", "bot.cli", "serve"]
    async with running(command, folder, answers_at(f"http://{LOOPBACK}:{port}/healthz"), environment) as log:
        yield log
