"""`bot leads answer` and `bot leads transcript`, as staff run them; and what the person's copy of their data says of it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from storage.examples import a_lead

from bot import cli
from bot.applications.personal_data import Subject, as_json, collect, find
from bot.bootstrap import open_storage, utc_now
from bot.conversation.data_file import DataFiles
from bot.correspondence import ACTOR
from bot.programme import load_programme
from bot.settings import Settings
from bot.storage import TranscriptRow

LEAD, LONELY = "MSME-7KQ2XW9D", "MSME-3M3M3M3M"


@pytest.fixture
async def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A lead of a web chat in which something was said, and one without chat and e-mail."""
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    monkeypatch.chdir(tmp_path)
    settings = Settings(_env_file=None)
    now = utc_now()
    async with open_storage(settings) as storage, storage.unit_of_work() as uow:
        await uow.conversations.get_or_create("web:anna", "web", None, now)
        await uow.messages.append(
            [
                TranscriptRow("web:anna", "in", "Καλημέρα", now, "el"),
                TranscriptRow("web:anna", "out", "Γεια σας!\nΕίμαι μηχανή.", now, "el"),
            ]
        )
        await uow.leads.add(a_lead(LEAD, now, partner="STHEV", conversation="web:anna"), LEAD)
        await uow.leads.add(a_lead(LONELY, now, partner="STHEV", email=None), LONELY)
        await uow.commit()
    return settings


async def run(*arguments: str) -> int:
    """A command, as a process of its own would run it."""
    return await asyncio.to_thread(cli.main, ["leads", *arguments])


async def test_staff_ask_by_a_command_and_read_the_conversation(settings, capsys):
    assert await run("answer", LEAD.lower(), "--text", "Ποιος είναι ο ΑΦΜ σας;", "--needs-information") == 0
    assert "goes to the chat" in capsys.readouterr().out
    assert await run("transcript", LEAD, "--partner", "STHEV") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[1] for line in lines if not line.startswith(" ")] == [
        "applicant (el)",
        "assistant (el)",
        f"STAFF about {LEAD} (el, not delivered yet)",
    ]
    assert "    Ποιος είναι ο ΑΦΜ σας;" in lines
    assert await run("list") == 0
    assert "needs_information" in capsys.readouterr().out


@pytest.mark.parametrize("command", [("transcript", LEAD), ("answer", LEAD, "--text", "Hello")])
async def test_another_organisation_gets_nothing(settings, capsys, command):
    assert await run(*command, "--partner", "WKO") == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err == f"bot: There is no lead {LEAD}.\n"
    async with open_storage(settings) as storage, storage.unit_of_work(read_only=True) as uow:
        assert await uow.leads.events(LEAD) == []


async def test_who_cannot_be_written_to_is_named_for_the_phone(settings, capsys):
    assert await run("answer", LONELY, "--text", "Hello") == 1
    assert "Please phone" in capsys.readouterr().err
    assert await run("transcript", LONELY) == 0
    assert "Nothing is kept" in capsys.readouterr().out


async def test_the_copy_of_the_data_shows_staffs_words_as_the_organisations(settings):
    await run("answer", LEAD, "--text", "Ποιος είναι ο ΑΦΜ σας;", "--needs-information")
    async with open_storage(settings) as storage:
        async with storage.unit_of_work(read_only=True) as uow:
            data = await collect(uow, await find(uow, Subject(conversation="web:anna")), utc_now())
        document = await DataFiles(storage, load_programme(), utc_now).of(Subject(conversation="web:anna"), "en")
    copy = as_json(data)
    assert [(one["from"], one["text"]) for one in copy["conversations"][0]["messages"]][-1] == (
        "organisation",
        "Ποιος είναι ο ΑΦΜ σας;",
    )
    history = [(event["actor"], event["action"]) for event in copy["leads"][0]["history"]]
    assert history == [("organisation", "answered"), ("organisation", "change_state")]
    assert ACTOR not in json.dumps(copy)
    assert "The organisation wrote to you" in document.text
    assert "Ποιος είναι ο ΑΦΜ σας;" in document.text


async def test_the_copy_holds_the_letter_that_staff_wrote(settings):
    async with open_storage(settings) as storage, storage.unit_of_work() as uow:
        await uow.conversations.mark_blocked("web:anna", utc_now())
        await uow.commit()
    await run("answer", LEAD, "--text", "Στείλτε τον ΑΦΜ.")
    async with open_storage(settings) as storage, storage.unit_of_work(read_only=True) as uow:
        data = as_json(await collect(uow, await find(uow, Subject(reference=LEAD)), utc_now()))
    assert [(letter["template"], letter["content"]) for letter in data["letters"]] == [
        ("staff_answer", "Στείλτε τον ΑΦΜ.")
    ]
