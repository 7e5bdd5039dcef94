"""Files sent in a chat: kept with the application under way or sent, named, taken away, erased; never lost, never twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count

import pytest
from sample_files import PDF, pdf, picture

from bot.applications.attachment_files import AttachmentFiles
from bot.applications.attachment_types import LARGEST
from bot.conversation.engine import Engine
from bot.model import IncomingMessage, ReceivedFile, TurnResult
from bot.storage import Attachment, Storage
from bot.storage.repositories import Messages

PLAN = ReceivedFile("plan.pdf", PDF)
PHOTO = ReceivedFile("Our workshop.png", picture("JPEG"))
COMPANY = "What is the name of your company?"
SIDE = "Would your company like to send someone abroad"
ANSWERS = {
    "side": "sending",
    "company_name": "Corrib Joinery",
    "country": "IE",
    "city": "Galway",
    "employees": 12,
    "sector": "C",
    "role": "employee",
    "participants": 2,
    "destinations": ["AT"],
    "duration": {"min_months": 2, "max_months": 2},
    "start": "2027-03",
    "objectives": ["skills"],
    "counterpart": "search",
    "consent": True,
    "contact_name": "Aoife Byrne",
    "email": "aoife@example.ie",
    "phone": "skipped",
}


class Person:
    """Somebody who writes to the bot and sends files."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine, self._name, self._numbers = engine, name, count(1)
        self.result = TurnResult(name, "en")

    async def say(self, text: str | None = None, *files: ReceivedFile, press: str | None = None) -> str:
        number = str(next(self._numbers))
        self.message = IncomingMessage("web", self._name, number, text, press, locale="en", files=files)
        return await self.again()

    async def again(self) -> str:
        """The last message once more."""
        self.result = await self._engine.handle(self.message)
        return "\n".join(reply.text for reply in self.result.replies)

    async def send(self, *files: ReceivedFile) -> str:
        return await self.say(None, *files)

    def buttons(self) -> dict[str, str]:
        return {button.title: button.payload for reply in self.result.replies for button in reply.buttons}

    async def press(self, title: str) -> str:
        return await self.say(press=self.buttons()[title])

    async def fill(self, until: str = "confirm") -> str:
        """Answer every question up to the summary, or up to a slot."""
        said = ""
        while self.asked != until:
            said = await self.say(press="/inform" + json.dumps({self.asked: ANSWERS[self.asked]}))
        return said

    @property
    def asked(self) -> str | None:
        return self.result.form.next if self.result.form else None


@pytest.fixture
def person(engine: Engine) -> Callable[..., Person]:
    return lambda name="anna": Person(engine, name)


async def rows(storage: Storage, *, conversation: str = "web:anna", lead: str = "") -> list[Attachment]:
    async with storage.unit_of_work(read_only=True) as uow:
        return list(await (uow.attachments.of_lead(lead) if lead else uow.attachments.of_draft(conversation)))


def on_disk(files: AttachmentFiles) -> set[str]:
    return {file.name for file in files.folder.iterdir()} if files.folder.is_dir() else set()


async def test_a_file_is_kept_with_the_application_and_the_question_asked_again(person, storage, files):
    anna = person()
    assert SIDE in await anna.say(press="/apply")
    said = await anna.send(PLAN)
    assert said.startswith("Kept with your application: plan.pdf (PDF, 1 kB)\n")
    assert SIDE in said
    assert anna.asked == "side"
    assert "Send someone abroad" in anna.buttons()
    assert COMPANY in await anna.press("Send someone abroad")
    [kept] = await rows(storage)
    assert (kept.filename, kept.media_type, kept.size) == ("plan.pdf", "application/pdf", len(PDF))
    assert on_disk(files) == {kept.name}
    assert await files.read(kept.name) == PDF


async def test_several_files_of_one_message_are_each_told_of(person, storage):
    anna = person()
    await anna.say(press="/apply")
    said = await anna.send(PLAN, ReceivedFile("cv.pdf", b"MZ"), PHOTO)
    assert "Kept with your application: plan.pdf (PDF, 1 kB)" in said
    assert "I could not take cv.pdf: it is damaged, or of a kind that I do not take." in said
    assert "Kept with your application: Our workshop.jpg (JPEG, 1 kB)" in said
    assert [kept.filename for kept in await rows(storage)] == ["plan.pdf", "Our workshop.jpg"]


async def test_words_beside_a_file_are_the_answer_that_they_would_be_alone(person, storage):
    anna = person()
    await anna.say(press="/apply")
    await anna.press("Send someone abroad")
    said = await anna.say("Corrib Joinery", PHOTO)
    assert "Kept with your application: Our workshop.jpg" in said
    assert "✓ Company: Corrib Joinery" in said
    assert anna.asked == "country"


async def test_a_question_beside_a_file_is_answered(person, storage):
    anna = person()
    await anna.say(press="/apply")
    said = await anna.say("How long does a stay last?", PLAN)
    assert "Kept with your application: plan.pdf" in said
    assert "6 months" in said
    assert SIDE in said
    assert len(await rows(storage)) == 1


async def test_who_begins_to_apply_with_a_file_has_it_kept(person, storage):
    anna = person()
    said = await anna.say("I would like to apply", PLAN)
    assert "Kept with your application: plan.pdf" in said
    assert SIDE in said
    assert len(await rows(storage)) == 1


async def test_without_an_application_a_file_is_declined_and_one_offered(person, storage, files):
    anna = person()
    said = await anna.send(PLAN)
    assert "only together with an application" in said
    assert "I am the automatic assistant" in said  # the first message of the conversation
    assert await anna.say("How long does a stay last?", PLAN)
    assert "6 months" in "\n".join(reply.text for reply in anna.result.replies)
    assert await rows(storage) == []
    assert on_disk(files) == set()
    await anna.send(PLAN)
    assert anna.buttons()[next(iter(anna.buttons()))] == "/apply"
    assert SIDE in await anna.say(press="/apply")


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (ReceivedFile("plan.pdf", b""), "plan.pdf: the file is empty."),
        (ReceivedFile("plan.pdf", bytes(LARGEST + 1)), "plan.pdf: a file may have at most 10 MB."),
        (ReceivedFile("../photo.png", picture("PNG")[:50]), "take photo.png: it is damaged, or of a kind"),
        (ReceivedFile("page.png", b"<!doctype html>"), "I take PDF documents, and pictures in the formats JPEG, PNG"),
    ],
    ids=["empty", "too large", "cut", "another kind"],
)
async def test_what_cannot_be_taken_is_told_why(person, storage, files, file, told):
    anna = person()
    await anna.say(press="/apply")
    said = await anna.send(file)
    assert told in said
    assert SIDE in said
    assert await rows(storage) == []
    assert on_disk(files) == set()


async def test_an_application_has_ten_files_at_most(person, storage):
    anna = person()
    await anna.say(press="/apply")
    assert "could not" not in await anna.send(*(ReceivedFile(f"{n}.pdf", pdf(n)) for n in range(10)))
    assert "11.pdf: the application has as many files as it can have. The limit is: 10." in await anna.send(
        ReceivedFile("11.pdf", pdf(11))
    )
    assert len(await rows(storage)) == 10


async def test_the_same_file_is_kept_once(person, storage, files):
    anna = person()
    await anna.say(press="/apply")
    said = await anna.send(PLAN, ReceivedFile("copy.pdf", PDF))
    assert said.count("Kept with your application: plan.pdf") == 2
    assert "Kept with your application: plan.pdf" in await anna.send(PLAN)
    assert len(await rows(storage)) == len(on_disk(files)) == 1


async def test_a_file_delivered_twice_gets_its_first_answer(person, storage, files):
    anna = person()
    await anna.say(press="/apply")
    await anna.send(PLAN)
    first = anna.result
    await anna.again()
    assert anna.result == first
    assert len(await rows(storage)) == len(on_disk(files)) == 1


async def test_the_summary_names_the_files_and_each_can_be_taken_away(person, storage, files):
    anna = person()
    await anna.say(press="/apply")
    await anna.send(PLAN, PHOTO)
    assert "• Files: plan.pdf and Our workshop.jpg" in await anna.fill()
    await anna.press("Change something")
    said = await anna.press("Remove: plan.pdf")
    assert "Removed from your application: plan.pdf" in said
    assert "• Files: Our workshop.jpg" in said
    assert [kept.filename for kept in await rows(storage)] == ["Our workshop.jpg"]
    assert len(on_disk(files)) == 1
    await anna.press("Change something")
    assert "• Files" not in await anna.press("Remove: Our workshop.jpg")
    assert on_disk(files) == set()


async def test_an_old_remove_button_removes_nothing_and_loses_nothing(person, storage):
    anna = person()
    await anna.say(press="/apply")
    await anna.send(PLAN, PHOTO)
    await anna.fill()
    await anna.press("Change something")
    old = anna.buttons()["Remove: plan.pdf"]
    await anna.say(press=old)
    assert "Which answer would you like to change?" in await anna.say(press=old)
    assert [kept.filename for kept in await rows(storage)] == ["Our workshop.jpg"]


async def test_what_is_sent_goes_with_its_files(person, storage, files):
    anna = person()
    await anna.say(press="/apply")
    await anna.send(PLAN)
    await anna.fill()
    said = await anna.press("Send")
    assert anna.result.lead in said
    assert await rows(storage) == []
    [kept] = await rows(storage, lead=anna.result.lead)
    assert (kept.filename, kept.conversation_id) == ("plan.pdf", "web:anna")
    assert on_disk(files) == {kept.name}


async def test_a_file_sent_with_the_word_send_goes_with_the_application(person, storage):
    anna = person()
    await anna.say(press="/apply")
    await anna.fill()
    said = await anna.say("Send", PLAN)
    assert "Kept with your application: plan.pdf" in said
    assert anna.result.lead is not None
    assert [kept.filename for kept in await rows(storage, lead=anna.result.lead)] == ["plan.pdf"]


async def test_after_sending_a_file_is_added_to_the_application_and_recorded(person, storage):
    anna = person()
    await anna.say(press="/apply")
    await anna.fill()
    await anna.press("Send")
    reference = anna.result.lead
    said = await anna.send(PLAN)
    assert said.startswith(f"Added to your application **{reference}**, which lies with Dublin Chamber")
    assert said.endswith(": plan.pdf (PDF, 1 kB)")
    await anna.send(PLAN)  # the same once more
    [kept] = await rows(storage, lead=reference)
    async with storage.unit_of_work(read_only=True) as uow:
        added = [event for event in await uow.leads.events(reference) if event.action == "attachment_added"]
    assert [(event.actor, event.details) for event in added] == [
        ("applicant", {"attachment": kept.id, "media_type": "application/pdf", "size": len(PDF)})
    ]


async def test_a_sent_application_has_ten_files_at_most(person, storage):
    anna = person()
    await anna.say(press="/apply")
    await anna.fill()
    await anna.press("Send")
    reference = anna.result.lead
    await anna.send(*(ReceivedFile(f"{n}.pdf", pdf(n)) for n in range(9)))
    said = await anna.send(ReceivedFile("10.pdf", pdf(10)), ReceivedFile("11.pdf", pdf(11)))
    assert "lies with" in said
    assert "I could not take 11.pdf" in said
    assert len(await rows(storage, lead=reference)) == 10


async def test_a_refused_consent_erases_the_files(person, storage, files):
    anna = person()
    await anna.say(press="/apply")
    await anna.send(PLAN)
    await anna.fill(until="consent")
    said = await anna.press("No")
    assert "I have erased your answers" in said
    assert await rows(storage) == []
    assert on_disk(files) == set()


async def test_a_refusal_with_a_file_keeps_neither(person, storage, files):
    anna = person()
    await anna.say(press="/apply")
    await anna.send(PLAN)
    await anna.fill(until="consent")
    said = await anna.say("no", PHOTO)
    assert "I have erased your answers" in said
    assert "Kept" not in said
    assert on_disk(files) == set()


async def test_erasing_the_conversation_leaves_what_was_sent_and_nothing_else(person, storage, files):
    anna = person()
    await anna.say(press="/apply")
    await anna.send(PLAN)
    await anna.fill()
    await anna.press("Send")
    reference = anna.result.lead
    await anna.say(press="/apply")
    await anna.send(PHOTO)
    assert "• Files: Our workshop.jpg" in await anna.say(press="/export_data")
    assert len(on_disk(files)) == 2
    await anna.say(press='/delete_data{"confirmed": true}')
    [kept] = await rows(storage, lead=reference)
    assert kept.conversation_id is None
    assert await rows(storage) == []
    assert on_disk(files) == {kept.name}


async def test_beginning_anew_forgets_the_files(person, storage, files):
    anna = person()
    await anna.say(press="/apply")
    await anna.send(PLAN)
    await anna.press("Send someone abroad")
    await anna.say(press="/cancel")
    assert "only together with an application" in await anna.send(PHOTO)
    assert len(await rows(storage)) == 1
    await anna.say(press="/apply")
    await anna.press("Start again from the beginning")
    assert await rows(storage) == []
    assert on_disk(files) == set()


async def test_nobody_elses_files_are_seen_or_removed(person, storage):
    anna, boris = person("anna"), person("boris")
    for someone in (anna, boris):
        await someone.say(press="/apply")
    await anna.send(PLAN)
    await boris.send(ReceivedFile("mine.pdf", pdf(1)))
    assert "plan.pdf" not in await boris.fill()
    await anna.say(press="/correct{}")
    remove = anna.buttons()["Remove: plan.pdf"]
    await boris.say(press=remove)
    assert len(await rows(storage)) == len(await rows(storage, conversation="web:boris")) == 1


async def test_a_turn_that_fails_leaves_no_row_and_is_answered_when_sent_again(person, storage, files, monkeypatch):
    anna = person()
    await anna.say(press="/apply")

    async def fails(*_: object) -> None:
        raise RuntimeError("on purpose")

    with monkeypatch.context() as patched:
        patched.setattr(Messages, "finish", fails)
        assert "something went wrong" in await anna.send(PLAN)
    assert await rows(storage) == []
    assert len(on_disk(files)) == 1  # swept after an hour
    assert "Kept with your application: plan.pdf" in await anna.again()
    assert len(await rows(storage)) == 1


async def test_the_transcript_names_the_files_that_were_sent(person, storage):
    anna = person()
    await anna.say(press="/apply")
    await anna.say("How long does a stay last?", PLAN, PHOTO)
    async with storage.unit_of_work(read_only=True) as uow:
        said = [row.text for row in await uow.messages.transcript("web:anna") if row.direction == "in"]
    assert said[-1] == "📎 plan.pdf\n📎 Our workshop.png\nHow long does a stay last?"
