"""Bad input gets a clear answer in the person's language, and no answer already given is lost."""

from __future__ import annotations

from itertools import count

import pytest

from bot import i18n
from bot.conversation.form_texts import REFUSALS
from bot.model import IncomingMessage

#: An answer to each question that can be taken, and one that cannot.
ANSWERS: list[tuple[str, str, str]] = [
    ("side", '/inform{"side": "sending"}', "purple"),
    ("company_name", "Gasthaus Enzian", "!"),
    ("country", "Austria", "Atlantis"),
    ("city", "Graz", "12345"),
    ("employees", "60", "-4"),
    ("sector", '/inform{"sector": "I"}', "xyzzy"),
    ("role", '/inform{"role": "owner"}', "a penguin"),
    ("participants", "2", "0"),
    ("destinations", "Italy", "the moon"),
    ("duration", "3 months", "0 months"),
    ("start", "April 2027", "January 2020"),
    ("objectives", "find new customers", "1"),
    ("counterpart", "Trattoria Rossi", "?"),
    ("consent", '/inform{"consent": true}', "perhaps"),
    ("contact_name", "Eva Gruber", "007"),
    ("email", "eva@enzian.example", "eva at enzian"),
    ("phone", "+43 316 601 400", "call me"),
    ("turnover", '/inform{"turnover": "up_to_10"}', "a lot"),
]


class Person:
    """Somebody who writes to the bot on one channel."""

    def __init__(self, engine, locale: str = "en") -> None:
        self._engine, self._locale, self._numbers = engine, locale, count(1)

    async def says(self, text: str):
        return await self._send(text=text)

    async def presses(self, payload: str):
        return await self._send(payload=payload)

    async def answers(self, answer: str):
        return await (self.presses(answer) if answer.startswith("/") else self.says(answer))

    async def _send(self, **said):
        return await self._engine.handle(
            IncomingMessage("web", "person", str(next(self._numbers)), locale=self._locale, **said)
        )


def said(result) -> str:
    return "\n".join(reply.text for reply in result.replies)


async def test_an_impossible_answer_to_every_question_is_refused_and_nothing_is_lost(engine):
    person = Person(engine)
    result = await person.presses("/apply")
    given: dict = {}
    for slot, good, bad in ANSWERS:
        assert result.form.next == slot
        refused = await person.says(bad)
        assert refused.form is not None, f"{slot}: the form ended at {bad!r}"
        assert refused.form.next == slot, f"{slot}: {bad!r} was taken: {said(refused)}"
        assert len(said(refused)) > 20
        assert {name: refused.form.slots.get(name) for name in given} == given
        result = await person.answers(good)
        given = {name: result.form.slots.get(name) for name in result.form.slots}
        assert slot in given, f"{slot}: {good!r} was not taken: {said(result)}"
    assert result.form.next == "confirm"


@pytest.mark.parametrize("language", list(i18n.languages()))
async def test_a_refusal_is_in_the_language_of_the_conversation(engine, language):
    person = Person(engine, language)
    await person.presses("/apply")
    await person.presses('/inform{"side": "host"}')
    result = await person.says("x")
    assert i18n.translate(language, REFUSALS["company_name"]) in said(result)


@pytest.mark.parametrize("language", list(i18n.languages()))
@pytest.mark.parametrize("text", ["", "   ", "😀🎉", "\x00\x07\x1b", "?!…"])
async def test_a_message_without_words_is_answered_politely(engine, language, text):
    result = await Person(engine, language).says(text)
    assert result.language == language
    assert i18n.translate(
        language, "I received no words that I can read. Please type your question in a sentence."
    ) in said(result)


async def test_five_thousand_characters_are_answered_and_said_to_be_too_long(engine):
    result = await Person(engine).says("who can take part? " * 270)
    assert "very long" in said(result)
    assert len(result.replies) == 3  # who speaks, that it was too long, and an answer to what was read


async def test_markup_is_text(engine):
    result = await Person(engine).says("<script>alert(1)</script> who can take part?")
    assert "<script>" not in said(result)


@pytest.mark.parametrize("payload", ["/evil", "/inform{broken", "/inform{}", '/inform{"side": 7}', "nonsense", "/"])
async def test_a_payload_that_no_button_carries_does_nothing(engine, payload):
    person = Person(engine)
    await person.presses("/apply")
    result = await person.presses(payload)
    assert result.form.next == "side"
    assert result.form.slots == {}


@pytest.mark.parametrize("typed", ["/apply", '/apply{"restart": true}', "/restart", "/session_start", " //apply"])
async def test_typed_payloads_that_were_not_offered_are_not_executed(engine, assistant, typed):
    parsed = await assistant.parse(typed, language="en", today="2026-11-23")
    words = await assistant.parse(typed.lstrip(" /"), language="en", today="2026-11-23")
    assert parsed["intent_ranking"] == words["intent_ranking"]
    assert parsed["intent"]["confidence"] < 1.0


async def test_a_typed_erasure_still_asks_before_it_erases(engine):
    result = await Person(engine).says('/delete_data{"confirmed": true}')
    assert "Done" not in said(result)


async def test_entities_stand_where_they_were_typed(assistant):
    parsed = await assistant.parse("// how long in Italy?", language="en", today="2026-11-23")
    country = next(entity for entity in parsed["entities"] if entity["entity"] == "country")
    assert (country["start"], country["end"]) == (15, 20)


async def test_a_message_delivered_twice_is_answered_once(engine, storage):
    message = IncomingMessage("web", "person", "m1", text="who can take part?", locale="en")
    first = await engine.handle(message)
    assert await engine.handle(message) == first
    async with storage.unit_of_work() as uow:
        rows = await uow.messages.transcript("web:person")
    assert [row.direction for row in rows].count("in") == 1


async def test_refused_consent_erases_the_draft(engine, storage):
    person = Person(engine)
    await person.presses("/apply")
    for slot, good, _ in ANSWERS:
        if slot == "consent":
            break
        await person.answers(good)
    result = await person.presses('/inform{"consent": false}')
    assert result.form is None
    async with storage.unit_of_work() as uow:
        assert await uow.drafts.get("web:person", "application_form") is None
        assert list(await uow.leads.list()) == []


async def test_cancelling_keeps_the_answers_for_going_on(engine):
    person = Person(engine)
    await person.presses("/apply")
    await person.presses('/inform{"side": "host"}')
    await person.says("Gasthaus Enzian")
    stopped = await person.says("cancel")
    assert stopped.form is None
    again = await person.presses("/apply")
    assert again.form.next == "country"
    assert again.form.slots["company_name"] == "Gasthaus Enzian"


async def test_after_a_question_in_the_middle_the_same_slot_is_asked_for_again(engine):
    person = Person(engine)
    result = await person.presses("/apply")
    for slot, good, _ in ANSWERS:
        asked = result.replies[-1]
        for interruption in ("/ask_duration", "/help", "/repeat"):
            result = await person.presses(interruption)
            assert result.form.next == slot
            assert result.replies[-1] == asked, f"{slot}, after {interruption}"
        result = await person.answers(good)


async def test_an_unclear_correction_offers_the_fields_and_the_form_goes_on(engine):
    person = Person(engine)
    await person.presses("/apply")
    await person.presses('/inform{"side": "sending"}')
    await person.says("Gasthaus Enzian")
    offered = await person.presses("/correct")
    assert [button.payload for button in offered.replies[-1].buttons][:2] == [
        '/correct{"slot": "side"}',
        '/correct{"slot": "company_name"}',
    ]
    assert (await person.says("Austria")).form.slots["country"] == "AT"


async def test_a_correction_in_words_changes_the_field_that_its_value_belongs_to(engine):
    person = Person(engine)
    await person.presses("/apply")
    for answer in ('/inform{"side": "sending"}', "Gasthaus Enzian", "Austria", "Graz"):
        result = await person.answers(answer)
    assert result.form.next == "employees"
    result = await person.says("no wait, the city is Linz")
    assert result.form.slots["city"] == "Linz"
    assert result.form.next == "employees"


async def test_an_old_send_button_does_not_send_an_unfinished_application(engine):
    person = Person(engine)
    await person.presses("/apply")
    result = await person.presses('/inform{"confirm": "send"}')
    assert result.lead is None
    assert result.form.next == "side"


async def test_a_correction_that_fits_two_answers_changes_neither_and_asks(engine):
    person = Person(engine)
    result = await person.presses("/apply")
    for slot, good, _ in ANSWERS:
        if slot == "duration":
            break
        result = await person.answers(good)
    before = result.form.slots
    result = await person.says("no wait, I meant Slovenia")
    assert result.form.slots == before
    assert '/correct{"slot": "destinations"}' in [button.payload for button in result.replies[-1].buttons]


async def test_a_wish_that_names_a_country_is_no_follow_up(engine):
    person = Person(engine)
    await person.says("whom do I contact in Ireland?")
    assert (await person.says("and in Greece?")).intents == ("ask_contact_point",)
    assert (await person.says("I want to apply, Austria")).form is not None
