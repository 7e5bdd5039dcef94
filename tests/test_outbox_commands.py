"""`bot outbox list` shows what is not delivered without naming anybody; `bot outbox retry` has it sent again."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot import cli
from bot.bootstrap import open_storage
from bot.errors import BotError
from bot.outbox import list_undelivered, retry
from bot.settings import Settings
from bot.storage import OutboxMessage

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=timezone.utc)


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """A database with a letter that waits, one that was given up, and one that is delivered."""
    settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    async with open_storage(settings, lambda: NOW) as storage, storage.unit_of_work() as uow:
        for key in ("waits", "given up", "delivered"):
            payload = {"template": "application_received", "reference": "MSME-1", "language": "de"}
            await uow.outbox.add(OutboxMessage("email", "anna@example.org", payload, key))
        await uow.outbox.due(NOW)
        await uow.outbox.mark_failed(2, "the mail server refuses the receiver (SMTP 550)", NOW)
        await uow.outbox.mark_delivered(3, NOW)
        await uow.commit()
    return settings


async def test_what_is_not_delivered_is_listed_without_its_receiver(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await list_undelivered(settings)
    shown = capsys.readouterr().out
    waits, given_up = shown.splitlines()
    assert waits.split() == ["1", "email", "application_received", "-", "due", "2026-11-25", "09:01", "1", "attempts"]
    assert "given up 2026-11-25 09:00  1 attempts  the mail server refuses the receiver (SMTP 550)" in given_up
    assert "anna" not in shown


async def test_what_was_given_up_is_sent_again_when_told(settings: Settings) -> None:
    await retry(settings, [2])
    async with open_storage(settings) as storage, storage.unit_of_work(read_only=True) as uow:
        assert await uow.outbox.failed() == []
        assert [message.id for message in await uow.outbox.undelivered()] == [1, 2]


@pytest.mark.parametrize("number", [1, 3, 99])
async def test_what_was_not_given_up_cannot_be_sent_again(settings: Settings, number: int) -> None:
    with pytest.raises(BotError, match=f"No message {number} was given up"):
        await retry(settings, [2, number])
    async with open_storage(settings) as storage, storage.unit_of_work(read_only=True) as uow:
        assert [message.id for message in await uow.outbox.failed()] == [2]


def test_the_commands_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    assert cli.main(["outbox", "list"]) == 0
    assert cli.main(["outbox", "retry", "1"]) == 1
    assert "No message 1 was given up" in capsys.readouterr().err
