"""The terminal channels carry the copy: a file beside, or a field of the JSON line."""

from __future__ import annotations

import io
import json
import re

from bot.console import chat_answer, save, talk
from bot.model import Document


async def test_a_json_line_holds_the_document_only_where_there_is_one(person) -> None:
    answer = chat_answer(person().engine.handle)
    plain = await answer({"conversation": "c", "text": "who can take part?"})
    assert all(set(reply) == {"text", "buttons"} for reply in plain["replies"])
    given = await answer({"conversation": "c", "payload": "/export_data"})
    [document] = [reply["document"] for reply in given["replies"]]
    assert (document["name"], document["media_type"]) == ("mobilisesme-2026-03-02.html", "text/html")
    assert "who can take part?" in document["text"]
    assert set(given) == {"conversation", "language", "intents", "replies", "form", "lead"}
    json.dumps(given)


async def test_the_terminal_writes_the_file_and_names_it(person, tmp_path, monkeypatch, capsys) -> None:
    class Typed:
        buffer = io.BytesIO(b"a copy of all my data please\n")

    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sys.stdin", Typed)
    await talk(person().engine.handle, "en")
    [file] = folder.iterdir()
    assert file.name == "mobilisesme-2026-03-02.html"
    assert re.search(rf"{file.name}: {file}", capsys.readouterr().out)
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_file_never_takes_the_place_of_another(tmp_path) -> None:
    saved = [save(Document("a.html", "text/html", text), tmp_path) for text in ("one", "two", "three")]
    assert [file.name for file in saved] == ["a.html", "a-2.html", "a-3.html"]
    assert [file.read_text() for file in saved] == ["one", "two", "three"]
