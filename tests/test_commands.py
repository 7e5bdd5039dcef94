"""The commands as a person or a script runs them: in a process of their own, on a database of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot import i18n
from bot.settings import ROOT

TRANSCRIPTS = sorted((ROOT / "tests" / "conversations").glob("*/applies_and_changes_the_length.yml"))


def bot(*arguments: str, database: Path, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        cwd=ROOT,
        env={**os.environ, "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{database}", **environment},
        check=False,
    )


def lines_of(transcript: Path) -> list[dict]:
    """A transcript's user lines as `bot chat --jsonl` takes them."""
    script = yaml.safe_load(transcript.read_text(encoding="utf-8"))
    language = transcript.parent.name
    shared = {"conversation": language, "channel": "web", "language": language, "site": None}
    return [
        {**shared, "text": line["user"]} if "user" in line else {**shared, "payload": line["press"]}
        for line in script["when"]
        if "user" in line or "press" in line
    ]


def test_an_application_in_every_language_lies_with_the_right_partner(tmp_path):
    assert {transcript.parent.name for transcript in TRANSCRIPTS} == set(i18n.languages())
    asked = [line for transcript in TRANSCRIPTS for line in lines_of(transcript)]
    chat = bot(
        "chat", "--jsonl", database=tmp_path / "bot.db", stdin="\n".join(json.dumps(line) for line in asked) + "\n"
    )
    assert chat.returncode == 0, chat.stderr
    answered = [json.loads(line) for line in chat.stdout.splitlines()]
    assert [line["conversation"] for line in answered] == [line["conversation"] for line in asked]
    assert all(set(line) == {"conversation", "language", "intents", "replies", "form", "lead"} for line in answered)
    assert all(line["language"] == line["conversation"] for line in answered)
    exported = bot("leads", "export", "--format", "jsonl", database=tmp_path / "bot.db")
    leads = {lead["language"]: lead for lead in map(json.loads, exported.stdout.splitlines())}
    wanted = {file.parent.name: yaml.safe_load(file.read_text(encoding="utf-8"))["then"] for file in TRANSCRIPTS}
    assert {code: lead["partner"] for code, lead in leads.items()} == {
        code: then["partner"] for code, then in wanted.items()
    }
    assert {lead["reference"] for lead in leads.values()} == {line["lead"] for line in answered if line["lead"]}
    listed = bot("leads", "list", "--partner", "STHEV", database=tmp_path / "bot.db")
    assert listed.stdout.count("MSME-") == 1


def test_parse_answers_a_line_with_a_line(tmp_path):
    requests = [
        {"text": "Ποιος μπορεί να συμμετάσχει;", "language": None},
        {"text": "koliko dugo traje boravak?", "language": "cnr"},
        {"text": ""},
    ]
    stdin = "\n".join([*(json.dumps(request) for request in requests), "no json"]) + "\n"
    parsed = bot("parse", "--jsonl", database=tmp_path / "bot.db", stdin=stdin)
    first, second, empty, broken = [json.loads(line) for line in parsed.stdout.splitlines()]
    assert set(first) == {"text", "language", "ranking", "asked", "choices", "entities"}
    assert (first["language"], first["asked"]) == ("el", ["ask_eligibility"])
    assert (second["language"], second["asked"]) == ("cnr", ["ask_duration"])
    assert empty["asked"] == []
    assert "no JSON" in broken["error"]


def test_a_mistake_in_the_programme_data_is_named_with_file_line_and_remedy(tmp_path):
    shutil.copytree(ROOT / "bot" / "programme", tmp_path / "programme")
    file = tmp_path / "programme" / "programme.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("min_months: 1", "min_months: one"), encoding="utf-8")
    line = next(
        number for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if "months: one" in text
    )
    stopped = bot("chat", "--jsonl", database=tmp_path / "bot.db", BOT_PROGRAMME_DIR=str(tmp_path / "programme"))
    assert stopped.returncode == 1
    assert f"{file}:{line}" in stopped.stderr
    assert "Remedy" in stopped.stderr
    assert "Traceback" not in stopped.stderr


@pytest.mark.parametrize("command", ["serve", "train", "evaluate", "chat", "parse", "leads export", "db upgrade"])
def test_every_command_explains_itself(command, tmp_path):
    shown = bot(*command.split(), "--help", database=tmp_path / "bot.db")
    assert shown.returncode == 0
    assert "usage: bot" in shown.stdout
