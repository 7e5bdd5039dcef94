"""Databases, a mail server, the programme with a mailbox, and the table of what came of the kills."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from storage.conftest import (  # noqa: F401  # fixtures
    postgres_database,
    postgres_server,
    sqlite_template,
    url,
)

from bot.programme.loader import PROGRAMME_DIR

from .runs import MAILBOX, Nursery, Outcome, WatchedMailServer

#: Each kill of `bot serve` takes a minute: these run in the long form only.
collect_ignore = [] if os.environ.get("LONG") else ["test_kill_serve.py", "test_kill_telegram_serve.py"]
_OUTCOMES = pytest.StashKey[list[Outcome]]()
_TELEGRAM = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def programme_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programme's data, with a mailbox for the Dublin Chamber and Rasa's REST channel on its site."""
    folder = tmp_path_factory.mktemp("programme")
    for file in PROGRAMME_DIR.glob("*.yml"):
        shutil.copy(file, folder)
    _change(folder / "partners.yml", r"(- code: DCC\n.*?notify_email: )null", rf'\g<1>"{MAILBOX}"')
    _change(folder / "sites.yml", r"(\ndcc:\n.*?rest_api_key_env: )null", r"\g<1>DCC_KEY")
    return folder


def _change(file: Path, pattern: str, to: str) -> None:
    text, changes = re.subn(pattern, to, file.read_text(encoding="utf-8"), count=1, flags=re.DOTALL)
    assert changes == 1, file
    file.write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def nursery(programme_folder: Path) -> Iterator[Nursery]:
    """Starts victims."""
    started = Nursery(programme_folder)
    yield started
    started.close()


@pytest_asyncio.fixture
async def mail_server() -> AsyncIterator[WatchedMailServer]:
    """A mail server that is up."""
    server = WatchedMailServer()
    await server.up()
    yield server
    await server.down()


@pytest.fixture
def report(pytestconfig: pytest.Config) -> Callable[[Outcome], None]:
    """Keeps an outcome for the table at the end."""
    return pytestconfig.stash.setdefault(_OUTCOMES, []).append


@pytest.fixture
def report_line(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Keeps a line for the table of the runs on Telegram."""
    return pytestconfig.stash.setdefault(_TELEGRAM, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what came of the kills: all of them in the long form, the sum otherwise."""
    lines = config.stash.get(_TELEGRAM, [])
    if lines:
        terminalreporter.section("kills on Telegram")
    for line in [*_TELEGRAM_HEAD.splitlines(), *lines] if lines else ():
        terminalreporter.write_line(line)
    outcomes = config.stash.get(_OUTCOMES, [])
    if not outcomes:
        return
    terminalreporter.section("kills")
    steps = dict.fromkeys(outcome.step for outcome in outcomes) if os.environ.get("LONG") else ()
    for line in (
        _HEAD,
        *(_row(step, [o for o in outcomes if o.step == step]) for step in steps),
        _row("all", outcomes),
    ):
        terminalreporter.write_line(line)


_HEAD = (
    "| killed at | kills (SQLite + PostgreSQL) | leads | letters promised | letters missing | letters accepted | repeats "
    "| sent again at once: no answer |\n|---|---|---|---|---|---|---|---|"
)


_TELEGRAM_HEAD = (
    "| way | updates (presses) | brought | kills | handled | unanswered | messages accepted | repeats | seconds |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def _row(step: str, outcomes: list[Outcome]) -> str:
    kinds = [sum(outcome.database == kind for outcome in outcomes) for kind in ("sqlite", "postgresql")]
    sums = [
        sum(getattr(outcome, name) for outcome in outcomes)
        for name in ("leads", "promised", "accepted", "repeats", "unanswered")
    ]
    leads, promised, accepted, repeats, unanswered = sums
    missing = promised - (accepted - repeats)
    cells = (
        step,
        f"{len(outcomes)} ({kinds[0]} + {kinds[1]})",
        leads,
        promised,
        missing,
        accepted,
        repeats,
        unanswered,
    )
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
