"""Killed at any step between an application that is sent and its letters' delivery: one lead, no letter missing."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from .runs import (
    NOW,
    Nursery,
    Outcome,
    Remains,
    Victim,
    WatchedMailServer,
    create_storage,
    judge,
    later,
    prepare,
    remains,
)

LONG = bool(os.environ.get("LONG"))
#: On two databases: 3 times 26 steps and 22 random moments are 200 kills.
ROUNDS, RANDOM_KILLS = (3, 22) if LONG else (1, 3)
SEED = 20261125
MOST_MILLISECONDS = 10.0

#: The mail server has taken a letter, and its answer is not sent yet.
ANSWER_ON_ITS_WAY = "acceptance not read yet"
#: Between the mail server's acceptance and our record of it.
REPEATING = frozenset({ANSWER_ON_ITS_WAY, "acceptance read", "delivery noted"})
ONCE = (
    "started",
    "claim written",
    "claim committed",
    "lead computed",
    "lead added",
    "message finished",
    "lead and promises committed",
    "done",
)
#: There are two letters: to the organisation and to the applicant.
TWICE = (
    "letter promised",
    "letter taken",
    "taking committed",
    "letter written",
    "connected",
    ANSWER_ON_ITS_WAY,
    "acceptance read",
    "delivery noted",
    "delivery committed",
)
STEPS = [(step, 1) for step in ONCE] + [(step, time) for step in TWICE for time in (1, 2)]
CONVERSATION = "aoife"
MESSAGE = "m-send"


class Scene:
    """A database with an application ready to be sent, a mail server, and processes."""

    def __init__(self, nursery: Nursery, database: str, mail_server: WatchedMailServer) -> None:
        self.nursery, self.database, self.mail_server = nursery, database, mail_server

    async def prepare(self) -> None:
        """Let there be an application."""
        storage = create_storage(self.database, lambda: NOW)
        await prepare(storage, CONVERSATION)
        await storage.close()

    async def start(self, seconds: float, *, hold: bool = False) -> Victim:
        """Start a process so many seconds after the application was sent."""
        smtp = f"smtp://127.0.0.1:{self.mail_server.port}"
        return await self.nursery.start(self.database, smtp, later(seconds), CONVERSATION, MESSAGE, hold=hold)

    async def run(self, seconds: float) -> str | None:
        """Let a process live until it ends by itself; gives the lead that it answers with."""
        victim = await self.start(seconds)
        while await victim.hear() not in ("done", None):
            pass
        assert victim.told["step"] == "done", "it ended with an error"
        lead: str | None = victim.told["lead"]
        victim.go()
        await victim.buried()
        return lead

    async def remains(self) -> Remains:
        """What there is in the database."""
        return await remains(self.database, f"web:{CONVERSATION}")

    async def judged(self, step: str) -> Outcome:
        """Deliver the message again after a death, at once and when all leases have run out, and judge."""
        self.mail_server.before_answer = None
        await self.mail_server.settle()
        at_death, before = await self.remains(), self.mail_server.accepted()
        answered_at_once = await self.run(1)
        answered = await self.run(61)
        end = await self.remains()
        outcome = judge(step, self.database.split("+")[0], at_death, end, before, self.mail_server.accepted())
        assert answered == end.references[0]
        assert answered_at_once == answered  # the engine waits for the claim that the dead process held
        return replace(outcome, unanswered=int(answered_at_once is None))


@pytest.fixture
def scene(nursery: Nursery, url: str, mail_server: WatchedMailServer) -> Scene:
    return Scene(nursery, url, mail_server)


async def kill_at(scene: Scene, step: str, time: int) -> None:
    victim = await scene.start(0, hold=True)

    async def interrupt(letters: int) -> None:
        if letters == time:
            victim.kill()
            await asyncio.sleep(0.02)  # the answer must not be faster

    if step == ANSWER_ON_ITS_WAY:
        scene.mail_server.before_answer = interrupt
    reached: str | None = "started"
    while reached:
        if reached == step:
            time -= 1
            if not time:
                victim.kill()
                await victim.buried()
                return
        assert reached != "done", f"{step} was never reached"
        victim.go()
        reached = await victim.hear()
    assert step == ANSWER_ON_ITS_WAY
    await victim.buried()


async def test_when_nobody_dies_each_letter_arrives_once(scene: Scene) -> None:
    await scene.prepare()
    assert await scene.run(0)
    outcome = await scene.judged("nowhere")
    assert (outcome.accepted, outcome.repeats, outcome.unanswered) == (2, 0, 0)


@pytest.mark.parametrize("number", range(ROUNDS))
@pytest.mark.parametrize(("step", "time"), STEPS)
async def test_killed_at_a_step(
    scene: Scene, report: Callable[[Outcome], None], step: str, time: int, number: int
) -> None:
    await scene.prepare()
    await kill_at(scene, step, time)
    outcome = await scene.judged(step)
    assert outcome.repeats == (1 if step in REPEATING else 0)
    report(outcome)


@pytest.mark.parametrize("number", range(RANDOM_KILLS))
async def test_killed_at_a_random_moment(scene: Scene, report: Callable[[Outcome], None], number: int) -> None:
    drawn = random.Random(f"{SEED}/{scene.database.split('+')[0]}/{number}")
    steps, milliseconds = drawn.randrange(len(STEPS)), drawn.uniform(0, MOST_MILLISECONDS)
    await scene.prepare()
    victim = await scene.start(0)
    for _ in range(steps):
        if await victim.hear() == "done":
            break
    await asyncio.sleep(milliseconds / 1000)
    victim.kill()
    await victim.buried()
    report(await scene.judged("a random moment"))
