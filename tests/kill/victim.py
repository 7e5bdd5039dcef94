"""Bots that are there to be killed: `victim.py SOCKET PROGRAMME` starts one for each order that the socket brings.

An order is JSON, and comes with a socket of the new process's own. The process is forked from this one, which has only
imported and read what all need: no connection, no thread, no event loop. It sends one application with the real engine,
storage, promises, worker and mail sender; the Rasa agent alone is left away. What it reaches it tells on its socket, a
line of JSON each; where the order says `hold`, it stops there until it is sent a byte, or killed.

The steps are watched from outside: methods are wrapped here, and the bot's own code knows nothing of it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import types
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

# The engine names the Rasa agent's class in its annotations only; importing Rasa takes ten seconds.
_left_away: Any = types.ModuleType("bot.conversation.assistant")
_left_away.Assistant = object
sys.modules["bot.conversation.assistant"] = _left_away

import aiosmtplib  # noqa: E402

from bot.applications.attachment_files import AttachmentFiles  # noqa: E402
from bot.applications.leads import new_reference  # noqa: E402
from bot.conversation import application, consent  # noqa: E402
from bot.conversation.engine import Engine  # noqa: E402
from bot.conversation.turn import Turn  # noqa: E402
from bot.delivery import LetterWriter, OutboxWorker, SmtpSender  # noqa: E402
from bot.model import IncomingMessage, Reply  # noqa: E402
from bot.programme import Programme, load_programme  # noqa: E402
from bot.storage import UnitOfWork, create_storage  # noqa: E402
from bot.storage.repositories import Leads, Messages, Outbox  # noqa: E402
from nlu.components.entities import shared_lexicons  # noqa: E402

SEND = '/inform{"confirm": "send"}'
MAIL_FROM = "MobiliseSME <bot@example.org>"
ADDRESS = "https://bot.example.org"


class Steps:
    """Tells what is reached, and waits there if it has to."""

    def __init__(self, line: socket.socket, hold: bool) -> None:
        self._line, self._hold = line, hold
        self._when_committed: str | None = None

    def reach(self, step: str, *, wait: bool = False, **more: Any) -> None:
        """Tell a step; nothing else runs in this process until the other side lets it go on."""
        self._line.sendall(json.dumps({"step": step, **more}).encode() + b"\n")
        if (self._hold or wait) and not self._line.recv(1):
            os._exit(0)

    def watch(self, owner: type, method: str, step: str, when_committed: str | None = None) -> None:
        """Tell a step when a method has done something, and another one when that is committed."""
        original = getattr(owner, method)

        @wraps(original)
        async def watched(*args: Any, **kwargs: Any) -> Any:
            result = await original(*args, **kwargs)
            if result != []:  # nothing was due
                self.reach(step)
                self._when_committed = when_committed
            return result

        setattr(owner, method, watched)

    def watch_commits(self) -> None:
        """Tell the steps that follow from a commit."""
        original = UnitOfWork.commit

        async def watched(unit: UnitOfWork) -> None:
            await original(unit)
            step, self._when_committed = self._when_committed, None
            if step:
                self.reach(step)

        UnitOfWork.commit = watched  # type: ignore[method-assign,assignment]


class Sends:
    """In the Rasa agent's place: runs the form's own code for the button that sends the application."""

    intents = frozenset({"inform"})
    lexicons = shared_lexicons()

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    async def respond(self, turn: Turn) -> list[Reply]:
        """Take the answer and end the form, as the actions do it."""
        consent.renew(turn)
        replies = [*application.take_answer(turn, self.lexicons), *application.submit(turn)]
        self._steps.reach("lead computed")
        return replies


def watch_all(steps: Steps) -> None:
    """Watch everything between the application that is sent and the letters' delivery."""
    steps.watch(Messages, "claim", "claim written", "claim committed")
    steps.watch(Leads, "add", "lead added")
    steps.watch(Outbox, "add", "letter promised")
    steps.watch(Messages, "finish", "message finished", "lead and promises committed")
    steps.watch(Outbox, "due", "letter taken", "taking committed")
    steps.watch(LetterWriter, "write", "letter written")
    steps.watch(aiosmtplib.SMTP, "connect", "connected")
    steps.watch(aiosmtplib.SMTP, "send_message", "acceptance read")
    steps.watch(Outbox, "mark_delivered", "delivery noted", "delivery committed")
    steps.watch_commits()


async def live(order: dict[str, Any], steps: Steps, programme: Programme) -> None:
    """Handle the message and deliver what is due, then wait to be let go."""
    now = datetime.fromisoformat(order["now"])

    def clock() -> datetime:
        return now

    async def rest(seconds: float) -> None:
        nonlocal now
        now += timedelta(seconds=seconds)

    async def go_on(seconds: float) -> bool:
        return True

    steps.reach("started", pid=os.getpid())
    watch_all(steps)
    storage = create_storage(order["database"], clock)
    assistant: Any = Sends(steps)
    files = AttachmentFiles(Path("unused"))
    engine = Engine(assistant, storage, programme, files=files, clock=clock, new_reference=new_reference, rest=rest)
    message = IncomingMessage("web", order["conversation"], order["message_id"], payload=SEND, locale="en")
    result = await engine.handle(message)
    sender = SmtpSender(order["smtp"], MAIL_FROM, LetterWriter(storage, programme, ADDRESS).write, clock=clock)
    await OutboxWorker(storage, {"email": sender}, clock, go_on).deliver_due()
    steps.reach("done", wait=True, lead=result.lead)
    await storage.close()


def main(descriptor: str, programme_folder: str) -> None:
    """Start a process for each order until the socket is closed."""
    orders = socket.socket(fileno=int(descriptor))
    programme = load_programme(Path(programme_folder))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    while True:
        content, descriptors, _, _ = socket.recv_fds(orders, 10_000, 1)
        if not content:
            return
        with socket.socket(fileno=descriptors[0]) as line:
            if os.fork():
                continue
            orders.close()
            order = json.loads(content)
            try:
                asyncio.run(live(order, Steps(line, order["hold"]), programme))
            except BaseException:
                sys.excepthook(*sys.exc_info())
            os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
