"""`bot serve` killed after an application was sent: started again on the same database, one lead, no letter missing.

Only in the long form: each kill takes a start with the trained model, and leases run out in real time.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import yaml
from delivery.mail_server import free_port

from .runs import Outcome, WatchedMailServer, eventually, judge, remains

#: An applicant for each kill, of a company of their own: an application of a known one has another audit record more.
COMPANIES = ("Boyne Brewing", "Corrib Brewing", "Liffey Brewing", "Shannon Brewing", "Slaney Brewing")
SEED = 20261125
#: The kill comes so long after the message was posted, or after a letter's connection; they take turns.
LONGEST_AFTER_POST, LONGEST_AFTER_CONNECTION = 0.12, 0.03
START_SECONDS = 300.0
#: A claim and a letter’s lease last 60 seconds; a busy machine takes its time beside.
LEASES_SECONDS = 180.0
KEY = "the key of the kill tests"
SCRIPT = Path(__file__).resolve().parents[1] / "conversations" / "en" / "applies_and_changes_the_length.yml"
SEND = '/inform{"confirm": "send"}'


class Server:
    """`bot serve` on a database, to be killed and started again."""

    def __init__(self, folder: Path, programme: Path, database: str, smtp_port: int) -> None:
        self.port = free_port()
        own = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
        self._environment = {
            **own,
            "BOT_DATABASE_URL": database,
            "BOT_PORT": str(self.port),
            "BOT_PROGRAMME_DIR": str(programme),
            "BOT_SECRET_KEY": "secret of the kill tests",
            "BOT_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            "BOT_MAIL_FROM": "bot@example.org",
            "DCC_KEY": KEY,
        }
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it; it answers when this returns."""
        self._process = self._launch()
        await eventually(self._answers, START_SECONDS, 0.2)

    def _launch(self) -> subprocess.Popen[bytes]:
        command = [str(Path(sys.executable).with_name("bot")), "serve"]
        with (self._folder / "serve.log").open("ab") as log:
            return subprocess.Popen(
                command, cwd=self._folder, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )

    async def _answers(self) -> bool:
        assert self._process and self._process.poll() is None, (self._folder / "serve.log").read_text()
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                return (await client.get(f"http://127.0.0.1:{self.port}/healthz")).is_success
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """`kill -9`."""
        if self._process:
            self._process.kill()
            self._process.wait()


class Applicant:
    """Applies over the REST channel, in a conversation of their own."""

    def __init__(self, client: httpx.AsyncClient, name: str, company: str) -> None:
        self._client, self._name, self._company = client, name, company
        self.conversation = f"rest:dcc:{name}"

    async def say(self, message: str, message_id: str) -> list[dict[str, Any]]:
        """Post a message; gives the replies."""
        metadata = {"language": "en", "message_id": message_id}
        body = {"sender": self._name, "message": message, "metadata": metadata}
        answer = await self._client.post("/webhooks/rest/webhook", json=body)
        replies: list[dict[str, Any]] = answer.raise_for_status().json()
        return replies

    async def apply(self) -> None:
        """Walk through the transcript's application up to the button that sends it."""
        for number, line in enumerate(yaml.safe_load(SCRIPT.read_text(encoding="utf-8"))["when"]):
            message = line.get("user") or line.get("press")
            if message == SEND:
                return
            if message:
                message = message.replace("aoife@", f"{self._name}@").replace("Liffey Brewing", self._company)
                await self.say(message, f"m{number}")

    async def send(self) -> list[dict[str, Any]] | None:
        """Press the button; None when the server dies meanwhile."""
        try:
            return await self.say(SEND, "m-send")
        except httpx.TransportError:
            return None


async def kill_and_judge(
    number: int, drawn: random.Random, server: Server, applicant: Applicant, database: str, mail: WatchedMailServer
) -> Outcome:
    await applicant.apply()
    mail.connected.clear()
    sending = asyncio.create_task(applicant.send())
    if number % 2:
        step = "`bot serve`: after a letter's connection"
        await asyncio.wait_for(mail.connected.wait(), LEASES_SECONDS)
        await asyncio.sleep(drawn.uniform(0, LONGEST_AFTER_CONNECTION))
    else:
        step = "`bot serve`: after “send” was posted"
        await asyncio.sleep(drawn.uniform(0, LONGEST_AFTER_POST))
    server.kill()
    await sending
    await mail.settle()
    at_death, before = await remains(database, applicant.conversation), mail.accepted()
    await server.start()
    unanswered = 0

    async def is_answered() -> bool:
        nonlocal unanswered
        replies = await applicant.send()
        unanswered += not replies
        return bool(replies)

    async def is_recorded() -> bool:
        end = await remains(database, applicant.conversation, alone=False)
        return len(end.promised) == 2 and not end.unrecorded

    await eventually(is_answered, LEASES_SECONDS, 2.0)
    await eventually(is_recorded, LEASES_SECONDS, 0.5)
    replies = await applicant.send()
    end = await remains(database, applicant.conversation, alone=False)
    assert replies and end.references[0] in replies[0]["text"]
    outcome = judge(step, database.split("+")[0], at_death, end, before, mail.accepted())
    return replace(outcome, unanswered=int(unanswered > 0))


async def test_bot_serve_is_killed_and_started_again(
    url: str,
    tmp_path: Path,
    programme_folder: Path,
    mail_server: WatchedMailServer,
    report: Callable[[Outcome], None],
) -> None:
    kind = url.split("+")[0]
    drawn = random.Random(f"{SEED}/serve/{kind}")
    server = Server(tmp_path, programme_folder, url, mail_server.port)
    headers = {"X-Api-Key": KEY}
    address = f"http://127.0.0.1:{server.port}"
    try:
        await server.start()
        async with httpx.AsyncClient(base_url=address, headers=headers, trust_env=False, timeout=30) as client:
            for number, company in enumerate(COMPANIES):
                applicant = Applicant(client, f"aoife{number}", company)
                report(await kill_and_judge(number, drawn, server, applicant, url, mail_server))
    finally:
        server.kill()
