"""Who comes back to an unfinished application after hours or days is offered to go on, and nothing is taken by mistake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from chats import AFTER_CONSENT, BEFORE_CONSENT, DAY, HOUR, Chat, leads
from storage.examples import SteppingClock

from bot.storage import create_storage

OFFER = "Shall we go on?"
CHOICES = ["Go on", "Start again from the beginning", "Go on on another device", "Erase my answers"]


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
async def storage(tmp_path: Path, clock: SteppingClock):
    opened = create_storage(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}", clock)
    await opened.upgrade()
    yield opened
    await opened.close()


@pytest.fixture
def chat(assistant, storage, clock) -> Callable[..., Chat]:
    return lambda channel="web", name="anna": Chat(assistant, storage, clock, channel, name)


async def test_a_greeting_after_a_pause_brings_the_offer_and_not_an_answer(chat, clock):
    anna = chat()
    await anna.answer(BEFORE_CONSENT, upto="city")
    clock.forward(20 * HOUR)
    said = await anna.say("hello")
    assert "Questions answered: 3 of 16." in said
    assert "The last answer was “Country: Austria”." in said
    assert "until 4 March 2026" in said
    assert said.endswith(OFFER)
    assert anna.titles == CHOICES
    assert "In which city" not in said
    assert (anna.asked, "city" in anna.slots) == ("city", False)
    said = await anna.press("Go on")
    assert "✓ Company: Alfa Bakery" in said
    assert said.endswith("In which city or town?")
    await anna.say("Graz")
    assert anna.slots["city"] == "Graz"


@pytest.mark.parametrize("text", ["hello", "thanks", "yes", "Hi, it's me again", "👋", "well, where were we"])
@pytest.mark.parametrize("upto", ["company_name", "city", "duration", "objectives", "consent"])
async def test_what_is_no_answer_is_not_taken_for_one(chat, clock, text, upto):
    anna = chat()
    await anna.answer(BEFORE_CONSENT, upto=upto)
    before = dict(anna.slots)
    clock.forward(2 * DAY)
    assert OFFER in await anna.say(text)
    assert (anna.slots, anna.asked) == (before, upto)


async def test_an_answer_after_a_pause_is_taken(chat, clock):
    anna = chat()
    await anna.answer(BEFORE_CONSENT, upto="duration")
    clock.forward(2 * DAY)
    said = await anna.say("2 to 3 months")
    assert "✓ Length of the stay" in said and OFFER not in said
    assert anna.slots["duration"] == {"min_months": 2.0, "max_months": 3.0}


async def test_a_pressed_answer_after_a_pause_is_taken(chat, clock):
    anna = chat()
    await anna.answer(BEFORE_CONSENT, upto="country")
    clock.forward(2 * DAY)
    await anna.say(press='/inform{"country": "SI"}')
    assert anna.slots["country"] == "SI"


async def test_a_question_after_a_pause_is_answered_and_the_offer_follows(chat, clock):
    anna = chat()
    await anna.answer(BEFORE_CONSENT, upto="employees")
    clock.forward(2 * DAY)
    said = await anna.say("How long does a stay last?")
    assert "6 months" in said
    assert said.endswith(OFFER)
    assert "How many people work" not in said
    said = await anna.say("Who can take part in the programme?")  # it is offered once
    assert OFFER not in said and said.endswith("yourself included.")


async def test_free_text_is_not_swallowed_and_said_so(chat, clock):
    anna = chat()
    await anna.answer(BEFORE_CONSENT, upto="company_name")
    clock.forward(2 * DAY)
    said = await anna.say("Beta GmbH")
    assert "I have not taken your last message as an answer. Shall we go on?" in said
    said = await anna.say("Beta GmbH")
    assert said.endswith("What is the name of your company?")
    assert "company_name" not in anna.slots
    await anna.say("Beta GmbH")
    assert anna.slots["company_name"] == "Beta GmbH"


@pytest.mark.parametrize(
    ("locale", "hello", "yes"), [("en", "hello", "yes"), ("de", "Guten Tag", "ja"), ("sl", "dober dan", "da")]
)
async def test_a_yes_to_the_offer_goes_on(chat, clock, locale, hello, yes):
    anna = chat()
    await anna.say("/apply", press="/apply", locale=locale)
    await anna.answer(BEFORE_CONSENT, upto="city")
    clock.forward(2 * DAY)
    await anna.say(hello, locale=locale)
    assert anna.titles[0] and len(anna.titles) == 4
    said = await anna.say(yes, locale=locale)
    assert "✓" in said and "Alfa Bakery" in said
    assert (anna.asked, "city" in anna.slots) == ("city", False)
    assert anna.result.language == locale


async def test_a_no_to_the_offer_stops_and_keeps(chat, clock):
    anna = chat()
    await anna.answer(BEFORE_CONSENT, upto="city")
    clock.forward(2 * DAY)
    await anna.say("hello")
    assert "I have stopped the application" in await anna.say("no")
    assert anna.result.form is None
    assert (await anna.draft()).slots["company_name"] == "Alfa Bakery"


async def test_days_later_after_consent_a_yes_neither_agrees_nor_sends(chat, clock, storage):
    anna = chat()
    await anna.answer({**BEFORE_CONSENT, **AFTER_CONSENT})
    assert anna.asked == "confirm"
    clock.forward(30 * DAY)
    said = await anna.say("yes")
    assert "until 30 June 2026" in said
    assert "Questions answered: 16 of 16." in said
    assert await leads(storage) == []
    assert "Please check your application" in await anna.say("yes")
    await anna.say("send")
    assert len(await leads(storage)) == 1


async def test_a_word_that_sends_is_taken_also_after_a_pause(chat, clock, storage):
    anna = chat()
    await anna.answer({**BEFORE_CONSENT, **AFTER_CONSENT})
    clock.forward(2 * DAY)
    await anna.say("send")
    assert len(await leads(storage)) == 1


async def test_a_stopped_application_is_offered_with_the_greeting(chat, clock):
    anna = chat()
    await anna.answer(BEFORE_CONSENT, upto="city")
    await anna.say("cancel")
    assert anna.titles == ["Go on with the application", "Go on on another device", "Erase my answers"]
    assert OFFER not in await anna.say("hello")
    clock.forward(20 * HOUR)
    assert OFFER in await anna.say("hello")
    assert anna.result.form is None
    said = await anna.say("yes")
    assert "✓ Company: Alfa Bakery" in said
    assert anna.asked == "city"


async def test_without_a_pause_or_an_answer_nothing_is_offered(chat, clock):
    anna = chat()
    await anna.say("hello")
    clock.forward(2 * DAY)
    assert OFFER not in await anna.say("hello")
    await anna.say(press="/apply")
    clock.forward(2 * DAY)
    assert OFFER not in await anna.say("hello")
    assert anna.asked == "side"
    await anna.say(press='/inform{"side": "host"}')
    clock.forward(5 * HOUR)
    await anna.say("Alfa Bakery")
    assert anna.slots["company_name"] == "Alfa Bakery"


async def test_starting_again_forgets_the_answers(chat, clock):
    anna = chat()
    await anna.answer(BEFORE_CONSENT, upto="city")
    clock.forward(2 * DAY)
    await anna.say("hello")
    await anna.press("Start again from the beginning")
    assert (anna.asked, anna.slots) == ("side", {})


async def test_the_start_button_of_a_channel_counts_as_a_greeting(chat, clock):
    anna = chat("telegram")
    await anna.answer(BEFORE_CONSENT, upto="city")
    clock.forward(2 * DAY)
    assert (await anna.say(press="/greet")).endswith(OFFER)
    assert anna.asked == "city"
