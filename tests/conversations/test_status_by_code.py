"""An application of another conversation: its state is told for a code from its mailbox, and nothing else tells of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from storage.examples import SteppingClock, a_lead

from bot.applications import codes
from bot.applications.attachment_files import AttachmentFiles
from bot.conversation.engine import Engine
from bot.conversation.status import code_in, look_up, reference_in
from bot.conversation.turn import ConversationState, Parse, Turn
from bot.delivery import Letter, LetterWriter
from bot.errors import DeliveryError
from bot.model import IncomingMessage, TurnResult
from bot.outbox import line
from bot.programme import load_programme
from bot.storage import ClaimLostError, Storage, create_storage
from bot.storage.tables import metadata
from nlu.components.entities import shared_lexicons

KNOWN, WITHOUT_EMAIL, UNKNOWN = "MSME-7KQ2XW9D", "MSME-3M3M3M3M", "MSME-9ZZ9ZZ9Z"
CODE, WRONG = "482913", "000000"
PROGRAMME = load_programme()


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
async def storage(tmp_path: Path, clock: SteppingClock):
    """A database with an application that holds an e-mail address, and one that holds none."""
    opened = create_storage(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}", clock)
    await opened.upgrade()
    async with opened.unit_of_work() as uow:
        for reference, email in ((KNOWN, "anna@example.org"), (WITHOUT_EMAIL, None)):
            lead = replace(a_lead(reference, clock(), partner="STHEV", email=email), language="de")
            await uow.leads.add(lead, reference)
        await uow.commit()
    yield opened
    await opened.close()


class Person:
    """Somebody who writes to the bot, and who may read the application's mailbox."""

    def __init__(self, assistant, storage: Storage, files: AttachmentFiles, clock: SteppingClock, name: str) -> None:
        references = count(1)
        self._engine = Engine(
            assistant,
            storage,
            PROGRAMME,
            files=files,
            clock=clock,
            new_reference=lambda: f"MSME-TEST{next(references):04}",
        )
        self.storage, self._clock, self.name, self._numbers = storage, clock, name, count(1)
        self.result = TurnResult(name, "en")

    async def say(self, text: str | None = None, press: str | None = None, locale: str = "en") -> str:
        message = IncomingMessage("web", self.name, str(next(self._numbers)), text, press, locale=locale)
        self.result = await self._engine.handle(message)
        return "\n".join(reply.text for reply in self.result.replies)

    async def press(self, title: str) -> str:
        [button] = [b for reply in self.result.replies for b in reply.buttons if b.title == title]
        return await self.say(press=button.payload)

    async def letters(self, new_code: Callable[[], str] = lambda: CODE) -> list[Letter]:
        """What the outbox sends now; what fails is given up."""
        writer = LetterWriter(self.storage, PROGRAMME, "https://bot.example.org", new_code)
        async with self.storage.unit_of_work() as uow:
            due = await uow.outbox.due(self._clock())
            await uow.commit()
        written = []
        for message in due:
            assert message.destination == "anna@example.org"
            try:
                written.append(await writer.write(message))
                error = None
            except DeliveryError as failed:
                error = str(failed)
            async with self.storage.unit_of_work() as uow:
                if error:
                    await uow.outbox.mark_failed(message.id, error, self._clock())
                else:
                    await uow.outbox.mark_delivered(message.id, self._clock())
                await uow.commit()
        return written


@pytest.fixture
def person(assistant, storage, files, clock) -> Callable[..., Person]:
    return lambda name="someone": Person(assistant, storage, files, clock, name)


async def rows(storage: Storage) -> str:
    """Everything that the database holds."""
    async with storage.unit_of_work(read_only=True) as uow:
        connection = uow.codes._connection
        return str([[tuple(row) for row in await connection.execute(select(t))] for t in metadata.tables.values()])


async def test_the_state_is_told_for_the_code_from_the_mailbox(person, storage, clock):
    anna = person()
    said = await anna.say(f"Hi, where is my application {KNOWN.lower()}?")
    assert f"If there is an application with the number {KNOWN}" in said
    assert "within 15 minutes" in said
    assert anna.result.intents == ("ask_application_status",)
    [letter] = await anna.letters()
    assert letter.language == "de"  # the applicant's, not the chat's
    assert CODE in letter.text
    assert CODE not in letter.subject
    clock.forward(14 * 60)
    told = await anna.say("482 913")
    assert f"Application **{KNOWN}** lies with" in told
    assert "Σύνδεσμος" in told
    assert "State: received, not yet looked at. Since: 2 March 2026." in told
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.leads.for_conversation("web:someone") == []
        [event] = await uow.leads.events(KNOWN)
    assert (event.actor, event.action) == ("applicant", "status_shown")


async def test_a_changed_state_is_told_with_its_day(person, storage, clock):
    clock.forward(3 * 24 * 3600)
    async with storage.unit_of_work() as uow:
        await uow.leads.change_state(KNOWN, "in_review", "staff")
        await uow.commit()
    anna = person()
    await anna.say(KNOWN)
    await anna.letters()
    assert "State: being looked at. Since: 5 March 2026." in await anna.say(CODE)


#: What somebody may do who does not read the mailbox: lines, seconds that pass, and whether letters leave.
WITHOUT_THE_CODE: list[list[Any]] = [
    [f"where is {UNKNOWN}", WRONG, "1 2 3 4 5 6", WRONG, WRONG, WRONG, WRONG, "/new"],
    [UNKNOWN, 16 * 60, WRONG, "/new", WRONG],
    [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, WRONG, 3601, UNKNOWN, 2 * 3600, WRONG],
    [f"please tell me about application {UNKNOWN}", "Where is my application?", "thanks", WRONG],
    ["/apply", UNKNOWN, WRONG, "sending", "How long does a stay last?", UNKNOWN, 16 * 60, WRONG],
]


@pytest.mark.parametrize("reference", [KNOWN, WITHOUT_EMAIL])
@pytest.mark.parametrize("steps", WITHOUT_THE_CODE)
async def test_without_the_code_nothing_tells_whether_an_application_exists(person, clock, steps, reference):
    async def talk(someone: Person, typed: str) -> list[Any]:
        heard: list[Any] = []
        for step in steps:
            if isinstance(step, int):
                clock.forward(step)
                continue
            if step == "/new":
                await someone.press("Send a new code")
            elif step.startswith("/"):
                await someone.say(press=step)
            else:
                await someone.say(step.replace(UNKNOWN, typed))
            await someone.letters()
            heard.append(repr(replace(someone.result, conversation="")).replace(typed, UNKNOWN))
        return heard

    started = clock.now
    known = await talk(person("knows"), reference)
    clock.now = started
    assert await talk(person("guesses"), UNKNOWN) == known


async def test_others_that_asked_for_the_same_number_are_not_told_of(person):
    owner, stranger, guesser = person("owner"), person("stranger"), person("guesser")
    for _ in range(3):
        await owner.say(KNOWN)
    asked = await stranger.say(KNOWN)
    assert (await guesser.say(UNKNOWN)).replace(UNKNOWN, KNOWN) == asked
    assert len(await owner.letters()) == 1  # the others are overtaken by a later request


async def test_at_most_three_codes_an_hour_leave_for_an_application(person, storage, clock):
    numbers = count(1)
    for _ in range(5):
        asking = person(f"conversation {next(numbers)}")
        await asking.say(KNOWN)
        clock.forward(60)
    assert len(await asking.letters()) == 3
    clock.forward(3600)
    await asking.say(KNOWN)
    assert len(await asking.letters()) == 1


async def test_who_asks_too_often_is_told_so(person, clock):
    anna = person()
    for _ in range(3):
        assert "a six-digit code has been sent" in await anna.say(KNOWN)
    assert "as many codes as are sent within an hour" in await anna.say(KNOWN)
    await anna.letters()
    assert "State:" in await anna.say(CODE)  # the last code is still valid
    clock.forward(3600)
    assert "a six-digit code has been sent" in await anna.say(KNOWN)


async def test_a_wrong_code_says_how_many_tries_are_left(person):
    anna = person()
    await anna.say(KNOWN)
    await anna.letters()
    for left in (4, 3, 2, 1):
        assert f"Tries left: {left}." in await anna.say(WRONG)
    assert "no tries are left" in await anna.say(WRONG)
    assert "no tries are left" in await anna.say(CODE)  # the right one comes too late
    assert "a six-digit code has been sent" in await anna.press("Send a new code")
    await anna.letters(lambda: "111222")
    assert "Tries left: 4." in await anna.say(CODE)
    assert "State:" in await anna.say("111222")


async def test_a_code_works_once(person):
    anna = person()
    await anna.say(KNOWN)
    await anna.letters()
    await anna.say(CODE)
    assert "State:" not in await anna.say(CODE)
    assert "no application has been sent" in await anna.say("Where is my application?")


async def test_a_code_works_only_in_the_conversation_that_asked(person):
    anna, other = person("anna"), person("other")
    await anna.say(KNOWN)
    await anna.letters()
    assert "State:" not in await other.say(CODE)
    await other.say(KNOWN)
    assert "Tries left: 4." in await other.say(CODE)
    assert "State:" in await anna.say(CODE)


async def test_an_expired_code_offers_a_new_one(person, clock):
    anna = person()
    await anna.say(KNOWN)
    await anna.letters()
    clock.forward(15 * 60)
    assert "expired" in await anna.say(CODE)
    await anna.press("Send a new code")
    await anna.letters(lambda: "111222")
    assert "State:" in await anna.say("111222")


async def test_a_letter_that_leaves_too_late_does_not_leave(person, storage, clock):
    anna = person()
    await anna.say(KNOWN)
    clock.forward(15 * 60)
    assert await anna.letters() == []
    async with storage.unit_of_work(read_only=True) as uow:
        [message] = await uow.outbox.failed()
    assert "expired" in (message.last_error or "")


async def test_a_letter_sent_again_carries_a_code_that_works(person, storage):
    anna = person()
    await anna.say(KNOWN)
    async with storage.unit_of_work(read_only=True) as uow:
        [message] = await uow.outbox.undelivered()
    drawn = iter(["111111", "222222"])
    writer = LetterWriter(storage, PROGRAMME, "https://bot.example.org", lambda: next(drawn))
    assert "111111" in (await writer.write(message)).text
    assert "222222" in (await writer.write(message)).text
    assert "Tries left: 4." in await anna.say("111111")
    assert "State:" in await anna.say("222222")


async def test_the_code_lies_nowhere_in_clear_before_it_is_typed(person, storage):
    anna = person()
    await anna.say(KNOWN)
    await anna.letters()
    assert CODE not in await rows(storage)
    async with storage.unit_of_work(read_only=True) as uow:
        code = await uow.codes.latest("web:someone", codes.APPLICATION_STATUS)
    assert code and codes.matches(CODE, code.hash)
    assert not codes.matches(WRONG, code.hash)
    assert codes.hashed(CODE) != codes.hashed(CODE)  # salted


async def test_the_outbox_list_shows_neither_code_nor_receiver(person, storage):
    anna = person()
    await anna.say(KNOWN)
    async with storage.unit_of_work(read_only=True) as uow:
        [message] = await uow.outbox.undelivered()
    assert message.payload == {"template": "status_code", "reference": KNOWN, "language": "de", "code_id": 1}
    assert "status_code" in line(message)
    assert "anna@" not in line(message)


async def test_an_erased_conversation_gets_no_code_any_more(person, storage):
    anna = person()
    await anna.say(KNOWN)
    await anna.say(press='/delete_data{"confirmed": true}')
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.codes.latest("web:someone", codes.APPLICATION_STATUS) is None
    assert await anna.letters() == []
    assert "State:" not in await anna.say(CODE)


async def test_a_repeated_message_asks_and_tries_once(person, storage):
    anna = person()
    for _ in range(2):
        anna._numbers = iter(["one"])
        await anna.say(KNOWN)
    assert len(await anna.letters()) == 1
    for _ in range(2):
        anna._numbers = iter(["two"])
        assert "Tries left: 4." in await anna.say(WRONG)


async def test_a_turn_that_lost_a_race_says_nothing(person, storage, monkeypatch):
    anna = person()
    await anna.say(KNOWN)
    await anna.letters()

    async def lost(*args: Any) -> None:
        raise ClaimLostError("tried elsewhere")

    monkeypatch.setattr("bot.storage.repositories.codes.Codes.use", lost)
    assert KNOWN not in await anna.say(CODE)


async def test_the_form_goes_on_in_the_middle_of_an_application(person, storage):
    anna = person()
    await anna.say(press="/apply")
    await anna.say(press='/inform{"side": "sending"}')
    asked = anna.result.form.next
    said = await anna.say(f"and where is {KNOWN}?")
    assert "a six-digit code has been sent" in said
    assert "What is the name of your company?" in said
    await anna.letters()
    told = await anna.say("48 29 13")
    assert "State:" in told
    assert "What is the name of your company?" in told
    assert anna.result.form.next == asked
    assert set(anna.result.form.slots) == {"side"}
    await anna.say("Alfa Bakery")
    assert anna.result.form.slots["company_name"] == "Alfa Bakery"


@pytest.mark.parametrize(("intent", "outcome"), [("inform", None), ("ask_application_status", "asked")])
async def test_an_answer_of_the_form_that_names_an_application_stays_an_answer(storage, clock, intent, outcome):
    text = f"We want to go on with what {KNOWN} was about, and learn to bake"
    turn = Turn(
        message=IncomingMessage("web", "someone", "1", text),
        language="en",
        programme=PROGRAMME,
        parse=Parse(text, "en", intent, 0.9, asked=(intent,)),
        state=ConversationState(),
        now=clock(),
        requested_slot="objectives",
    )
    question = await look_up(turn, storage, shared_lexicons())
    assert (question and question.outcome) == outcome


async def test_digits_are_the_form_s_again_once_the_code_has_expired(person, clock):
    anna = person()
    await anna.say(KNOWN)
    await anna.say(press="/apply")
    await anna.say(press='/inform{"side": "sending"}')
    clock.forward(16 * 60)
    await anna.say("123456")
    assert anna.result.form.slots.get("company_name") == "123456"


async def test_six_digits_mean_nothing_special_where_no_code_is_waited_for(person, storage):
    anna = person()
    said = await anna.say("482913")
    assert "code" not in said


async def test_the_own_application_is_told_of_by_its_number(person, storage, clock):
    anna = person()
    await anna.say("hello")
    async with storage.unit_of_work() as uow:
        for number in (1, 2):
            lead = a_lead(f"MSME-2222222{number + 1}", clock(), partner="STHEV", conversation="web:someone")
            await uow.leads.add(lead, f"own {number}")
        await uow.commit()
    both = await anna.say("Where is my application?")
    assert "MSME-22222222" in both and "MSME-22222223" in both
    one = await anna.say("msme 22222223")
    assert "MSME-22222223" in one and "MSME-22222222" not in one
    assert await anna.letters() == []


async def test_who_asks_without_a_number_is_told_to_type_it(person):
    said = await person().say("Where is my application?")
    assert "please type the reference number" in said


async def test_other_requests_that_name_an_application_are_no_question_about_its_state(person):
    anna = person()
    await anna.say(f"Please delete all my personal data, also those of {KNOWN}")
    assert anna.result.intents == ("delete_data",)
    assert await anna.letters() == []


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("de", "Wo ist meine Bewerbung MSME-7KQ2XW9D?"),
        ("sl", "Kje je moja prijava MSME-7KQ2XW9D?"),
        ("el", "Πού βρίσκεται η αίτησή μου MSME-7KQ2XW9D;"),
        ("sr-Cyrl", "Где је моја пријава MSME-7KQ2XW9D?"),
    ],
)
async def test_it_is_asked_and_answered_in_other_languages(person, locale, text):
    anna = person()
    await anna.say(text, locale=locale)
    assert anna.result.intents == ("ask_application_status",)
    language = anna.result.language
    assert language == locale.replace("-", "_")
    await anna.letters()
    await anna.say(CODE, locale=locale)
    assert anna.result.language == language
    assert KNOWN in anna.result.replies[0].text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MSME-7KQ2XW9D", KNOWN),
        ("msme7kq2xw9d", KNOWN),
        ("my number is MSME 7kq2xw9d.", KNOWN),
        ("MSME–7KQ2XW9D", KNOWN),
        ("ＭＳＭＥ－７ＫＱ２ＸＷ９Ｄ", KNOWN),
        ("(MSME-ABCDEFGH)", "MSME-ABCDEFGH"),
        ("MSME exchange", None),
        ("MSME-7KQ2XW9", None),
        ("MSME-7KQ2XW9DD", None),
        ("XMSME-7KQ2XW9D", None),
        ("mobiliseSME 12345678", None),
    ],
)
def test_reference_numbers_are_read_as_people_type_them(text, expected):
    assert reference_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("482913", CODE),
        (" 482 913 ", CODE),
        ("4 8 2 9 1 3.", CODE),
        ("４８２９１３", CODE),
        ("482\u00a0913", CODE),
        ("48291", None),
        ("4829131", None),
        ("48.29.13", None),
        ("482913 people", None),
        ("", None),
    ],
)
def test_six_digits_and_nothing_else_are_a_code(text, expected):
    assert code_in(text) == expected


def test_codes_are_six_digits_of_any_value():
    drawn = {codes.new_code() for _ in range(200)}
    assert len(drawn) > 190
    assert all(len(code) == 6 and code.isdigit() for code in drawn)
