"""A person asks in the chat for their data, and for its erasure."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from bot.delivery import LetterWriter
from bot.model import Document
from bot.storage.tables import leads as leads_table

from .people import MAILBOX, bring, data_of, everything, read

MARKER = "Zqxmarkval"


async def letters(storage, programme, clock):
    """What leaves the outbox now, by receiver."""
    writer = LetterWriter(storage, programme, "https://bot.example.org")
    async with storage.unit_of_work() as uow:
        due = await uow.outbox.due(clock())
        await uow.commit()
    return [(message.destination, await writer.write(message)) for message in due]


async def test_everything_that_was_told_is_in_the_file_and_nothing_of_others(person, storage):
    other, anna = person("other"), person()
    await other.applies("Foreignword")
    reference = await anna.applies(MARKER)
    await bring(storage, reference, "in_review")
    said = await anna.say(press="/export_data")
    assert "Here is a file with everything that is stored about this conversation" in said
    assert f"Application **{reference}** lies with" in said
    page = anna.file
    async with storage.unit_of_work(read_only=True) as uow:
        lead = await uow.leads.get(reference)
        said_rows = await uow.messages.transcript("web:anna")
    told = read(page)
    for value in (str(lead.application[slot]) for slot in ("company_name", "email", "phone", "contact_name")):
        assert value in told
    assert f"learn how {MARKER} finishes its oak tables" in told
    stored = data_of(page)
    assert [row["text"] for row in stored["conversations"][0]["messages"]] == [row.text for row in said_rows]
    assert stored["leads"][0]["application"] == lead.application
    assert stored["leads"][0]["history"][-1]["actor"] == "organisation"
    assert [word for word in ("Foreignword", "MSME-TEST0001", "maria@", "inner words") if word in page] == []
    assert [letter["to"] for letter in stored["letters"]] == [lead.application["email"]]


async def test_what_is_stored_of_a_turn_holds_no_second_copy(person, storage):
    anna = person()
    await anna.applies(MARKER)
    await anna.say(press="/export_data")
    rows = await everything(storage)
    assert "<!doctype" not in str(rows)
    assert "mobilisesme-2026-03-02.html" in rows["processed_messages"]


async def test_a_repeated_request_gives_the_file_of_now(person):
    anna = person()
    await anna.say("who can take part?")
    await anna.say(press="/export_data")
    assert "export_data" in anna.file
    first = data_of(anna.file)
    await anna.again()
    assert data_of(anna.file) == first
    await anna.say(press="/repeat")
    assert len(data_of(anna.file)["conversations"][0]["messages"]) > len(first["conversations"][0]["messages"])


async def test_the_file_is_named_by_the_day_and_is_a_page(person):
    anna = person()
    await anna.say(press="/export_data")
    [document] = [reply.document for reply in anna.result.replies if reply.document]
    assert document == Document("mobilisesme-2026-03-02.html", "text/html", document.text)


async def test_without_an_application_there_is_one_button_to_erase(person, storage):
    anna = person()
    await anna.say("who can take part?")
    asked = await anna.say(press="/delete_data")
    assert "They go at once and for good." in asked
    assert anna.buttons == ["Yes, erase everything", "No, keep it"]
    await anna.press("No, keep it")
    assert "web:anna" in (await everything(storage))["conversations"]
    await anna.say(press="/delete_data")
    done = await anna.press("Yes, erase everything")
    assert done == "Done: this conversation and any unfinished application are erased."
    assert anna.result.erased
    assert "anna" not in str(await everything(storage))


async def test_the_chat_alone_goes_and_the_application_stays(person, storage):
    anna = person()
    reference = await anna.applies()
    asked = await anna.say(press="/delete_data")
    assert f"I can withdraw and erase them too: {reference}." in asked
    assert anna.buttons == ["Erase the chat only", "Erase also my applications (1)", "No, keep it"]
    done = await anna.press("Erase the chat only")
    assert f"Please keep their reference numbers: {reference}." in done
    async with storage.unit_of_work(read_only=True) as uow:
        assert (await uow.leads.get(reference)).conversation == ""
    assert "web:anna" not in str(await everything(storage))


@pytest.mark.parametrize("states", [(), ("in_review",), ("needs_information",)])
async def test_with_the_applications_nothing_is_left_and_the_organisation_is_told(
    person, storage, programme, clock, url, tmp_path: Path, states
):
    other, anna = person("other"), person()
    kept = await other.applies("Foreignword")
    await other.say("who can take part?")
    before = {name: rows for name, rows in (await everything(storage)).items()}
    reference = await anna.applies(MARKER)
    await bring(storage, reference, *states)
    await letters(storage, programme, clock)
    await anna.say(f"what does it cost, asks {MARKER}")
    await anna.say(press="/delete_data")
    done = await anna.press("Erase also my applications (1)")
    assert f"Withdrawn and erased: {reference}." in done
    rows = await everything(storage)
    gone = [word for word in (MARKER, MARKER.lower(), "web:anna", "91555110", "91 555 110", "Aoife Zqx")]
    assert [(name, word) for name, text in rows.items() for word in gone if word in text] == []
    untouched = {name: text for name, text in before.items() if name not in ("outbox", "processed_messages")}
    assert {name: rows[name] for name in untouched} == untouched
    [(to, letter)] = await letters(storage, programme, clock)
    assert (to, letter.subject, letter.link) == (MAILBOX, f"{reference} was withdrawn", None)
    assert MARKER not in letter.text
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.leads.get(kept)
    if url.startswith("sqlite"):
        await storage.close()
        file = Path(str(make_url(url).database))
        left = b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
        assert b"Foreignword" in left
        assert [word for word in gone if word.encode() in left] == []


@pytest.mark.parametrize(
    "states", [("in_review", "accepted"), ("declined",), ("forwarded",), ("closed",)], ids=lambda states: states[-1]
)
async def test_a_decided_application_stays_and_the_request_is_on_record(person, storage, programme, clock, states):
    anna = person()
    reference = await anna.applies()
    await letters(storage, programme, clock)
    await bring(storage, reference, *states)
    asked = await anna.say(press="/delete_data")
    assert f"{reference} has been decided on or passed on, so I may not erase it: Dublin" in asked
    assert "24 months after it was closed" in asked
    done = await anna.press("Erase also my applications (1)")
    assert f"{reference}: your request for erasure is on record." in done
    async with storage.unit_of_work(read_only=True) as uow:
        lead, events = await uow.leads.get(reference), await uow.leads.events(reference)
    assert lead.state == states[-1]
    assert [(event.actor, event.action) for event in events][-1] == ("applicant", "erasure_requested")
    [(to, letter)] = await letters(storage, programme, clock)
    assert (to, letter.subject) == (MAILBOX, f"Request for erasure: {reference}")
    assert "within one month (Article 12(3) GDPR)" in letter.text
    assert "Requested on: 2 March 2026" in letter.text
    assert [
        word for word in ("Corrib", "Aoife", "example.org/") if word in letter.text.replace("bot.example.org/", "")
    ] == []


async def test_of_two_applications_each_goes_its_way(person, storage):
    anna = person()
    decided, open_one = await anna.applies(), await anna.applies("Second")
    await bring(storage, decided, "declined")
    await anna.say(press="/delete_data")
    done = await anna.press("Erase also my applications (2)")
    assert f"Withdrawn and erased: {open_one}." in done
    assert f"{decided}: your request" in done
    async with storage.unit_of_work(read_only=True) as uow:
        assert [lead.reference for lead in await uow.leads.list()] == [decided]


async def test_a_repeated_erasure_gets_its_first_answer_and_begins_nothing(person, storage):
    anna = person()
    await anna.applies(MARKER)
    await anna.say(press="/delete_data")
    first = await anna.press("Erase also my applications (1)")
    assert await anna.again() == first
    assert anna.result.conversation == "anna"
    rows = await everything(storage)
    assert rows["conversations"] == ""
    assert "anna" not in str(rows)
    assert "automatic assistant" in await anna.say("who can take part?")  # a new conversation


async def test_a_refused_consent_that_is_delivered_twice_is_answered_alike(person, storage):
    anna = person()
    await anna.say(press="/apply")
    first = await anna.say(press='/inform{"consent": false}')
    assert "I have erased your answers" in first
    assert await anna.again() == first
    assert (await everything(storage))["conversations"] == ""


async def test_an_erasure_that_is_delivered_twice_at_once_happens_once(person, storage, programme, clock):
    anna = person()
    await anna.applies()
    await letters(storage, programme, clock)
    await anna.say(press="/delete_data")
    [button] = [b for reply in anna.result.replies for b in reply.buttons if b.title.startswith("Erase also")]
    await anna.say(press=button.payload)
    answers = await asyncio.gather(*(anna.engine.handle(anna.last) for _ in range(3)))
    assert {answer.replies for answer in answers} == {anna.result.replies}
    assert len(await letters(storage, programme, clock)) == 1


async def test_a_lead_that_was_decided_meanwhile_is_not_erased(person, storage, monkeypatch):
    anna = person()
    reference = await anna.applies()
    await anna.say(press="/delete_data")
    original = anna.engine._store

    async def after_the_decision(*arguments):
        await bring(storage, reference, "declined")
        await original(*arguments)

    monkeypatch.setattr(anna.engine, "_store", after_the_decision)
    assert "something went wrong" in await anna.press("Erase also my applications (1)")
    monkeypatch.undo()
    async with storage.unit_of_work(read_only=True) as uow:
        assert (await uow.leads.get(reference)).state == "declined"
    assert "is on record" in await anna.again()


async def test_the_file_of_a_company_that_is_named_like_markup_is_harmless(person):
    anna = person()
    name = "<script>alert(1)</script>&amp;"
    await anna.say(press="/apply")
    await anna.say(press='/inform{"side": "sending"}')
    await anna.say(name)
    await anna.say(press="/export_data")
    assert anna.file.count("<script") == 1
    assert "alert(1)</script>" not in anna.file
    assert name in read(anna.file)
    assert data_of(anna.file)["conversations"][0]["unfinished_applications"][0]["answers"]["company_name"] == name


async def test_the_file_speaks_the_language_of_the_conversation(person):
    anna = person()
    await anna.say("Wer kann teilnehmen?", locale="de")
    await anna.say(press="/export_data", locale="de")
    assert '<html lang="de"' in anna.file
    assert "2. März 2026" in read(anna.file) or "02.03.2026" in read(anna.file)


async def test_erased_leads_leave_no_key_that_tells_the_conversation(person, storage):
    anna = person()
    await anna.applies()
    await anna.say(press="/delete_data")
    await anna.press("Erase the chat only")
    async with storage.unit_of_work(read_only=True) as uow:
        keys = (await uow.codes._connection.execute(select(leads_table.c.submission_key))).scalars().all()
    assert keys == [None]


async def test_in_the_form_no_question_covers_the_buttons_or_asks_for_what_is_erased(person, storage):
    anna = person()
    await anna.say(press="/apply")
    await anna.say(press='/inform{"side": "sending"}')
    await anna.say(f"{MARKER} Ltd")
    await anna.say(press="/delete_data")
    assert anna.buttons == ["Yes, erase everything", "No, keep it"]
    kept = await anna.press("No, keep it")
    assert "In which country is your company registered?" in kept
    await anna.say(press="/delete_data")
    done = await anna.press("Yes, erase everything")
    assert done == "Done: this conversation and any unfinished application are erased."
    assert anna.result.form is None
    assert MARKER not in str(await everything(storage))
