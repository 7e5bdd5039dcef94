"""What all tests share: the trained model is loaded once, each test gets a database of its own."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import datetime, timezone
from itertools import count
from pathlib import Path

import pytest

from bot.applications.attachment_files import AttachmentFiles
from bot.bootstrap import load_assistant, quieten
from bot.conversation.engine import Engine
from bot.programme import load_programme
from bot.settings import Settings
from bot.storage import create_storage

quieten()
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)


@pytest.fixture(scope="session")
def assistant():
    return load_assistant(Settings(_env_file=None))


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator:
    opened = create_storage(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}", lambda: NOW)
    await opened.upgrade()
    yield opened
    await opened.close()


@pytest.fixture
def files(tmp_path: Path) -> AttachmentFiles:
    """An empty folder of attachments."""
    return AttachmentFiles(tmp_path / "attachments")


@pytest.fixture
def engine(assistant, storage, files) -> Engine:
    numbers = count(1)
    return Engine(
        assistant,
        storage,
        load_programme(),
        files=files,
        clock=lambda: NOW,
        new_reference=lambda: f"MSME-TEST{next(numbers):04}",
    )


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter):
    """With TEST_NO_SKIPS set, a skipped test fails the run: there every service is present."""
    result = yield
    if os.environ.get("TEST_NO_SKIPS") and terminalreporter.stats.get("skipped"):
        terminalreporter.section("TEST_NO_SKIPS is set, but tests were skipped")
    return result


def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("TEST_NO_SKIPS") and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = 1
