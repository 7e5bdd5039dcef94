"""Conversations as transcripts: what a person writes, what the bot says, and what comes of it.

A file in `tests/conversations/<lang>/` has a `title`, what is `given` (language, channel, site), the lines of `when`
(`user:` types, `press:` presses the button with that payload; `bot:` is a part of what is answered, `next:` the slot
that the form asks for then, `intents:` what was understood) and `then` (the lead: its `kind` where it is no application,
`partner`, `verdict` of an application, slots).
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot import i18n
from bot.exports import lead_as_json
from bot.model import IncomingMessage

HERE = Path(__file__).resolve().parent
FILES = sorted(HERE.glob("*/*.yml"))


def test_every_language_has_a_transcript():
    assert {file.parent.name for file in FILES} == set(i18n.languages())


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
async def test_transcript(file, engine, storage):
    script = yaml.safe_load(file.read_text(encoding="utf-8"))
    given, result = script["given"], None
    for number, line in enumerate(script["when"]):
        place = f"{file.name}, line {number + 1} {line}"
        if "user" in line or "press" in line:
            result = await engine.handle(
                IncomingMessage(
                    given["channel"],
                    "person",
                    str(number),
                    text=line.get("user"),
                    payload=line.get("press"),
                    locale=given.get("language"),
                    site=given.get("site"),
                )
            )
            assert result.language == line.get("language", file.parent.name), place
        else:
            said = "\n".join(reply.text for reply in result.replies)
            if "bot" in line:
                assert line["bot"] in said, f"{place}\nsaid: {said}"
            if "next" in line:
                assert result.form is not None and result.form.next == line["next"], f"{place}\nsaid: {said}"
            if "intents" in line:
                assert list(result.intents) == line["intents"], place
    async with storage.unit_of_work() as uow:
        leads = [lead_as_json(lead) for lead in await uow.leads.list()]
    assert len(leads) == script["then"]["leads"]
    for lead in leads:
        assert lead["kind"] == script["then"].get("kind", "application")
        assert lead["partner"] == script["then"]["partner"]
        # An enquiry has no verdict.
        assert (lead["eligibility"] or {}).get("verdict") == script["then"].get("verdict")
        assert lead["application"] | script["then"]["application"] == lead["application"]
