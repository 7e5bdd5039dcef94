"""Staff ask in the chat, the person answers there: what counts as the answer, and where it goes."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from sample_files import PDF
from storage.examples import a_lead

from bot.applications import correspondence
from bot.conversation.engine import Engine
from bot.model import IncomingMessage, ReceivedFile, TurnResult
from bot.programme import load_programme
from bot.storage import LeadEvent, Storage

PROGRAMME = load_programme()
LEAD, OTHER = "MSME-7KQ2XW9D", "MSME-3M3M3M3M"


class Person:
    """Somebody in a Telegram chat who has applied, and the staff who write to them."""

    def __init__(self, engine: Engine, storage: Storage, language: str) -> None:
        self._engine, self._storage, self._language = engine, storage, language
        self._numbers = count(1)
        self.result = TurnResult("anna", language)

    async def applied(self, reference: str = LEAD, partner: str = "STHEV") -> None:
        async with self._storage.unit_of_work() as uow:
            now = uow.leads._clock()
            await uow.conversations.get_or_create("telegram:anna", "telegram", None, now)
            lead = a_lead(reference, now, partner=partner, conversation="telegram:anna")
            await uow.leads.add(replace(lead, language=self._language), reference)
            await uow.commit()

    async def staff_ask(self, text: str, reference: str = LEAD, *, ref: str = "501", waits: bool = True) -> None:
        """Staff write, and the message has arrived in the chat under that ref."""
        async with self._storage.unit_of_work() as uow:
            lead = await uow.leads.get(reference)
            now = uow.leads._clock()
            await correspondence.answer(uow, lead, text, self._language, "eva", now, needs_information=waits)
            row = (await uow.messages.by_staff("telegram:anna"))[-1]
            await uow.messages.mark_pushed(row.id, ref, now)
            await uow.commit()

    async def say(self, text: str | None, *files: ReceivedFile, to: str | None = None, press: str | None = None) -> str:
        number = str(next(self._numbers))
        message = IncomingMessage(
            "telegram", "anna", number, text, press, locale=self._language, files=files, ref=number, in_reply_to=to
        )
        self.result = await self._engine.handle(message)
        return "\n".join(reply.text for reply in self.result.replies)

    async def state(self, reference: str = LEAD) -> str:
        async with self._storage.unit_of_work(read_only=True) as uow:
            return (await uow.leads.get(reference)).state

    async def events(self, reference: str = LEAD) -> list[LeadEvent]:
        async with self._storage.unit_of_work(read_only=True) as uow:
            return [e for e in await uow.leads.events(reference) if e.action == correspondence.REPLIED]

    async def replies_of(self, reference: str = LEAD) -> list[str]:
        """The texts that the lead's audit records of replies name."""
        texts = []
        async with self._storage.unit_of_work(read_only=True) as uow:
            for event in await self.events(reference):
                texts.append((await uow.messages.row(event.details["transcript"])).text)
        return texts


@pytest.fixture
async def anna(engine, storage):
    person = Person(engine, storage, "en")
    await person.say(None, press="/greet")
    await person.applied()
    return person


@pytest.mark.parametrize(
    ("language", "asked", "greeting", "answer", "passed_on"),
    [
        ("en", "What is your VAT number?", "Hello", "It is EL094259216, sorry.", "Passed on to"),
        ("de", "Wie lautet Ihre USt-IdNr.?", "Guten Tag", "Das ist EL094259216, Verzeihung.", "Weitergeleitet an"),
        ("el", "Ποιος είναι ο ΑΦΜ σας;", "Καλημέρα", "Είναι το EL094259216, συγγνώμη.", "Διαβιβάστηκε"),
    ],
)
async def test_staff_ask_and_the_next_words_are_the_answer(
    engine, storage, language, asked, greeting, answer, passed_on
):
    person = Person(engine, storage, language)
    await person.applied()
    await person.staff_ask(asked)
    assert await person.state() == "needs_information"
    assert LEAD not in await person.say(greeting)
    said = await person.say(answer)
    assert f"({LEAD})" in said
    assert await person.state() == "in_review"
    assert await person.replies_of() == [answer]
    assert passed_on in said
    again = await person.say(greeting)
    assert LEAD not in again


async def test_a_clear_question_or_command_is_answered_by_the_bot_and_staff_wait_on(anna):
    await anna.staff_ask("When would you like to begin?")
    assert "month" in await anna.say("How long can a secondment last?")
    assert LEAD in await anna.say("Where is my application?")
    await anna.say("Thank you!")
    assert await anna.state() == "needs_information"
    assert await anna.events() == []
    assert f"({LEAD})" in await anna.say("In March, if that suits the host company.")
    assert await anna.state() == "in_review"


async def test_a_clear_wish_to_apply_begins_an_application_while_staff_wait(anna):
    await anna.staff_ask("When would you like to begin?")
    await anna.say("I want to apply")
    assert anna.result.form is not None
    assert await anna.events() == []
    assert await anna.state() == "needs_information"


async def test_a_yes_or_a_thumb_can_be_the_answer(anna):
    await anna.staff_ask("May we phone you?")
    assert f"({LEAD})" in await anna.say("👍")
    await anna.staff_ask("Today?")
    assert f"({LEAD})" in await anna.say("yes")
    assert await anna.replies_of() == ["👍", "yes"]


async def test_after_the_answer_only_express_replies_go_to_staff(anna):
    await anna.staff_ask("When would you like to begin?", ref="77")
    await anna.say("In March.")
    assert f"({LEAD})" not in await anna.say("Or in April, we do not mind.")
    assert f"({LEAD})" in await anna.say("How long can a secondment last?", to="77")
    assert await anna.replies_of() == ["In March.", "How long can a secondment last?"]
    assert await anna.state() == "in_review"


async def test_an_express_reply_to_a_mere_message_counts_and_changes_no_state(anna):
    await anna.staff_ask("We have found a host for you.", ref="78", waits=False)
    assert f"({LEAD})" not in await anna.say("Our office is on the second floor.")
    assert f"({LEAD})" in await anna.say("cancel", to="78")
    assert await anna.state() == "new"
    assert f"({LEAD})" not in await anna.say("Hello", to="9999")  # a reply to another message of the bot


async def test_in_the_middle_of_a_form_only_an_express_reply_is_the_answer(anna):
    await anna.staff_ask("What is your VAT number?", ref="79")
    question = await anna.say(None, press="/apply")
    assert anna.result.form is not None
    asked = anna.result.form.next
    said = await anna.say("EL094259216", to="79")
    assert f"({LEAD})" in said
    assert said.splitlines()[-1] in question
    assert anna.result.form.next == asked
    assert await anna.replies_of() == ["EL094259216"]


async def test_the_last_that_asked_gets_the_answer_and_nobody_else_reads_it(anna, storage):
    await anna.applied(OTHER, partner="WKO")
    await anna.staff_ask("Greek question", LEAD)
    await anna.staff_ask("Austrian question", OTHER, ref="502")
    assert f"({OTHER})" in await anna.say("The answer for Vienna is 42.")
    assert f"({LEAD})" in await anna.say("The answer for Thessaloniki is 43.")
    async with storage.unit_of_work(read_only=True) as uow:
        shown = {}
        for reference in (LEAD, OTHER):
            _, rows = await correspondence.transcript_of(uow, reference, None)
            shown[reference] = " | ".join(row.text for row in rows)
    assert "43" in shown[LEAD] and "Greek question" in shown[LEAD]
    assert "42" in shown[OTHER] and "Austrian question" in shown[OTHER]
    assert not {"42", "Austrian", OTHER} & {word for word in ("42", "Austrian", OTHER) if word in shown[LEAD]}
    assert "43" not in shown[OTHER] and "Greek" not in shown[OTHER]


async def test_files_go_to_the_lead_that_asked_and_those_that_follow_too(anna, storage):
    await anna.applied(OTHER, partner="WKO")
    await anna.staff_ask("Please send the extract.", LEAD)
    assert f"({LEAD})" in await anna.say(None, ReceivedFile("extract.pdf", PDF))
    await anna.say(None, ReceivedFile("page2.pdf", PDF + b"\n% 2"))
    async with storage.unit_of_work(read_only=True) as uow:
        assert [file.filename for file in await uow.attachments.of_lead(LEAD)] == ["extract.pdf", "page2.pdf"]
        assert await uow.attachments.of_lead(OTHER) == []
    assert len(await anna.events()) == 1


async def test_a_file_that_is_refused_is_no_answer(anna):
    await anna.staff_ask("Please send the extract.")
    assert "could not take" in await anna.say(None, ReceivedFile("extract.docx", b"PK\x03\x04 no"))
    assert await anna.state() == "needs_information"


async def test_the_record_of_the_answer_names_where_it_lies_and_not_what_it_says(anna, storage):
    await anna.staff_ask("When?")
    await anna.say("In the spring of next year, from the first of March on.")
    events = await anna.events()
    assert [event.details.keys() for event in events] == [{"transcript"}]
    assert "spring" not in str(events)


async def test_a_question_that_has_not_arrived_yet_is_no_question(anna, storage):
    async with storage.unit_of_work() as uow:
        lead = await uow.leads.get(LEAD)
        now = uow.leads._clock()
        await correspondence.answer(uow, lead, "When?", "en", "eva", now, needs_information=True)
        await uow.commit()
    assert f"({LEAD})" not in await anna.say("Our office is on the second floor.")
    assert await anna.events() == []
