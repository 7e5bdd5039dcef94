"""`bot leads attachments`, as the operator runs it, and where the folder lies."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sample_files import PDF, pdf
from storage.examples import a_lead

from bot.applications.attachment_files import AttachmentFiles
from bot.settings import ROOT, Settings
from bot.storage import Attachment, LeadEvent, create_storage

LEAD = "MSME-7KQ2XW9D"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)


def address(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'bot.db'}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A database with a lead that has two files of the same name."""

    async def fill() -> None:
        storage, files = create_storage(address(tmp_path), lambda: NOW), AttachmentFiles(tmp_path / "attachments")
        await storage.upgrade()
        async with storage.unit_of_work() as uow:
            await uow.leads.add(a_lead(LEAD, NOW, partner="STHEV"), LEAD)
            for content in (PDF, pdf(1)):
                name = await files.keep(content)
                row = Attachment(name, "plan.pdf", "application/pdf", len(content), name, NOW, None, LEAD)
                await uow.attachments.add(row)
            await uow.commit()
        await storage.close()

    asyncio.run(fill())
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", "leads", "attachments", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        env={**os.environ, "BOT_DATABASE_URL": address(folder)},
        check=False,
    )


def events(folder: Path) -> list[LeadEvent]:
    async def read() -> list[LeadEvent]:
        storage = create_storage(address(folder), lambda: NOW)
        async with storage.unit_of_work(read_only=True) as uow:
            found = list(await uow.leads.events(LEAD))
        await storage.close()
        return found

    return asyncio.run(read())


def test_the_files_of_a_lead_are_listed(folder):
    listed = run(folder, LEAD.lower(), "--partner", "STHEV")
    assert listed.returncode == 0, listed.stderr
    assert [line.split()[-1] for line in listed.stdout.splitlines()] == ["plan.pdf", "plan.pdf"]
    assert f"application/pdf        {len(PDF)}" in listed.stdout
    assert events(folder) == []


def test_the_files_are_copied_out_and_that_is_recorded(folder):
    output = folder / "out"
    for _ in range(2):
        assert run(folder, LEAD, "--output", str(output)).returncode == 0
    assert {file.name for file in output.iterdir()} == {f"plan{end}.pdf" for end in ("", " (2)", " (3)", " (4)")}
    assert [(output / f"plan{end}.pdf").read_bytes() for end in ("", " (2)")] == [PDF, pdf(1)]
    assert [(event.actor, event.action) for event in events(folder)] == [("operator", "attachment_opened")] * 4


def test_another_organisation_gets_the_answer_for_an_unknown_lead(folder):
    unknown = run(folder, "MSME-9ZZ9ZZ9Z", "--partner", "BSC")
    foreign = run(folder, LEAD, "--partner", "BSC", "--output", str(folder / "out"))
    assert (unknown.returncode, unknown.stderr) == (1, "bot: There is no lead MSME-9ZZ9ZZ9Z.\n")
    assert (foreign.returncode, foreign.stderr) == (1, f"bot: There is no lead {LEAD}.\n")
    assert not (folder / "out").exists()


def test_a_folder_that_cannot_be_written_is_named(folder):
    (folder / "out").write_text("no folder")
    failed = run(folder, LEAD, "--output", str(folder / "out"))
    assert failed.returncode == 1
    assert failed.stderr.startswith(f"bot: {folder / 'out'} cannot be written")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ROOT / "data" / "attachments"),
        ({"database_url": "sqlite+aiosqlite:////srv/bot/bot.db?timeout=5"}, Path("/srv/bot/attachments")),
        ({"database_url": "postgresql+asyncpg://bot@db/bot"}, ROOT / "data" / "attachments"),
        ({"attachment_dir": Path("/srv/files")}, Path("/srv/files")),
    ],
)
def test_the_folder_lies_beside_the_database_unless_it_is_set(settings, expected, monkeypatch):
    monkeypatch.delenv("BOT_DATABASE_URL", raising=False)
    assert Settings(_env_file=None, **settings).attachment_folder == expected
