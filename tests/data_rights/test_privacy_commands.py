"""`bot privacy export`, `erase` and `purge`, by conversation, e-mail address and reference."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from storage.examples import CONTACT, a_lead

from bot import cli
from bot.bootstrap import open_storage, utc_now
from bot.settings import Settings
from bot.storage import DraftRecord, TranscriptRow

from .people import data_of, everything

EMAIL = CONTACT["email"]


@pytest.fixture
async def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Two people, one of them with an open and a decided application from one chat, and a shared chat."""
    database = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    monkeypatch.setenv("BOT_DATABASE_URL", database)
    monkeypatch.chdir(tmp_path)
    settings = Settings(_env_file=None)
    now = utc_now()
    async with open_storage(settings) as storage, storage.unit_of_work() as uow:
        for conversation in ("web:anna", "web:shared", "web:draft"):
            await uow.conversations.get_or_create(conversation, "web", None, now)
            row = TranscriptRow(conversation, "in", f"words of {conversation}", now)
            await uow.messages.append([row])
        for reference, conversation, email in (
            ("MSME-OPEN", "web:anna", EMAIL.upper()),
            ("MSME-DECIDED", "web:anna", EMAIL),
            ("MSME-SHARED", "web:shared", EMAIL),
            ("MSME-OTHER", "web:shared", "boris@example.org"),
        ):
            lead = a_lead(reference, now, conversation=conversation, email=email, partner="STHEV")
            await uow.leads.add(lead, reference)
        await uow.leads.change_state("MSME-DECIDED", "declined", "staff")
        slots = {"email": EMAIL, "company_name": "draft company"}
        await uow.drafts.save(DraftRecord("web:draft", "application_form", slots, "phone", True, now, now))
        await uow.commit()
    return settings


async def run(*arguments: str) -> int:
    """A command, as a process of its own would run it."""
    import asyncio

    return await asyncio.to_thread(cli.main, ["privacy", *arguments])


def names(page: str) -> tuple[set[str], set[str]]:
    """Conversations and leads of a page."""
    data = data_of(page)
    return {one["id"] for one in data["conversations"]}, {one["reference"] for one in data["leads"]}


@pytest.mark.parametrize(
    ("whose", "conversations", "leads"),
    [
        (("--conversation", "web:anna"), {"web:anna"}, {"MSME-OPEN", "MSME-DECIDED"}),
        (("--email", f" {EMAIL.title()} "), {"web:anna", "web:draft"}, {"MSME-OPEN", "MSME-DECIDED", "MSME-SHARED"}),
        (("--reference", "msme-open"), set(), {"MSME-OPEN"}),
    ],
)
async def test_export_writes_what_belongs_to_a_person(settings, capsys, whose, conversations, leads) -> None:
    assert await run("export", *whose) == 0
    page, said = capsys.readouterr()
    assert names(page) == (conversations, leads)
    assert "boris" not in page
    assert "words of web:shared" not in page
    assert ("web:shared is left out" in said) == (whose[0] == "--email")


async def test_export_writes_a_new_file_in_a_chosen_language(settings, capsys, tmp_path: Path) -> None:
    file = tmp_path / "copy.html"
    assert await run("export", "--reference", "MSME-OPEN", "--language", "de", "--output", str(file)) == 0
    assert '<html lang="de"' in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o077 == 0
    assert await run("export", "--reference", "MSME-OPEN", "--output", str(file)) == 1
    assert "cannot be written: File exists" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["export", "erase"])
async def test_nothing_stored_is_said(settings, capsys, command) -> None:
    assert await run(command, "--email", "nobody@example.org") == 1
    assert "Nothing is stored about that." in capsys.readouterr().err


async def test_one_subject_has_to_be_named(settings) -> None:
    with pytest.raises(SystemExit):
        await run("export")
    with pytest.raises(SystemExit):
        await run("export", "--email", "a@b.eu", "--reference", "MSME-1")


@pytest.mark.parametrize(("typed", "code"), [("yes\n", 0), ("no\n", 1), ("", 1)])
async def test_erase_shows_what_goes_and_asks(settings, capsys, monkeypatch, typed, code) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert await run("erase", "--conversation", "web:anna") == code
    shown = capsys.readouterr()
    assert "web:anna: the chat, its drafts and all that is remembered go." in shown.out
    assert "MSME-OPEN (STHEV, new): goes; STHEV is told." in shown.out
    assert "MSME-DECIDED (STHEV, declined): stays; STHEV is told to answer within one month." in shown.out
    async with open_storage(settings) as storage:
        rows = await everything(storage)
    assert ("MSME-OPEN" in rows["leads"]) == bool(code)
    assert "MSME-DECIDED" in rows["leads"]
    assert ("erasure_requested" in rows["lead_events"]) == (not code)
    assert ("Nothing was erased." in shown.err) == bool(code)


async def test_erase_by_email_leaves_other_people_alone(settings, capsys) -> None:
    assert await run("erase", "--email", EMAIL, "--yes", "--also-decided") == 0
    async with open_storage(settings) as storage:
        rows = await everything(storage)
    left = "".join(rows.values())
    assert EMAIL not in left.lower()
    assert "draft company" not in left
    assert "words of web:shared" in rows["transcript"]
    assert "MSME-OTHER" in rows["leads"]
    assert "leads                      3" in capsys.readouterr().out


async def test_purge_prints_counts_and_a_dry_run_erases_nothing(settings, capsys) -> None:
    old = datetime.now(timezone.utc) - timedelta(days=31)
    async with open_storage(settings) as storage, storage.unit_of_work() as uow:
        await uow.conversations.get_or_create("web:old", "web", None, old)
        await uow.commit()
    assert await run("purge", "--dry-run") == 0
    counted = capsys.readouterr().out
    assert counted.split() == ["conversations", "1"]
    assert await run("purge") == 0
    assert capsys.readouterr().out == counted
    assert await run("purge") == 0
    assert capsys.readouterr().out == "nothing\n"
