"""What chats bring besides new words: edited messages, places, and groups in which others read along."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from bot.model import IncomingMessage, TurnResult
from nlu.components.cities import nearest_country

SENDING = '/inform{"side": "sending"}'


class Chat:
    """A chat on Telegram; each message has a number that stays when it is edited."""

    def __init__(self, engine: Any, *, public: bool = False, locale: str | None = "en") -> None:
        self._engine, self._public, self._locale, self._ids = engine, public, locale, count(1)
        self.result = TurnResult("1", "en")

    async def _send(self, **content: Any) -> str:
        message = IncomingMessage(
            "telegram", "1", str(next(self._ids)), locale=self._locale, public=self._public, **content
        )
        self.result = await self._engine.handle(message)
        return "\n".join(reply.text for reply in self.result.replies)

    async def say(self, text: str, ref: str | None = None) -> str:
        return await self._send(text=text, ref=ref)

    async def edit(self, ref: str, text: str) -> str:
        return await self._send(text=text, ref=ref, edited=True)

    async def press(self, payload: str) -> str:
        return await self._send(payload=payload)

    async def share(self, latitude: float, longitude: float) -> str:
        return await self._send(location=(latitude, longitude))

    @property
    def slots(self) -> dict[str, Any]:
        return self.result.form.slots if self.result.form else {}

    @property
    def asked(self) -> str | None:
        return self.result.form.next if self.result.form else None


@pytest.fixture
async def applying(engine) -> Chat:
    """Somebody who has told their company's name, country, town and number of people."""
    chat = Chat(engine)
    await chat.press("/apply")
    await chat.press(SENDING)
    await chat.say("Alfa d.o.o.", ref="m1")
    await chat.say("Slovenia", ref="m2")
    await chat.say("Kranj", ref="m3")
    await chat.say("12", ref="m4")
    assert chat.asked == "sector"
    return chat


async def test_an_edited_answer_is_taken_anew_and_the_open_question_stays(applying):
    said = await applying.edit("m4", "15 people")
    assert "✓ Employees: 15" in said
    assert applying.slots["employees"] == 15
    assert applying.asked == "sector"
    await applying.edit("m1", "Beta d.o.o.")
    assert applying.slots["company_name"] == "Beta d.o.o."
    assert applying.slots["employees"] == 15


async def test_an_edited_answer_that_does_not_fit_is_asked_again_and_the_old_one_kept(applying):
    said = await applying.edit("m4", "many")
    assert "whole number" in said
    assert applying.asked == "employees"
    assert applying.slots["employees"] == 12


async def test_an_edited_question_is_answered_and_fills_nothing(applying):
    before = dict(applying.slots)
    await applying.say("How long does a stay last?", ref="q")
    said = await applying.edit("q", "How much does it pay?")
    assert "ask_funding" in applying.result.intents
    assert "grant" in said.casefold() or "euro" in said.casefold() or "€" in said
    assert applying.slots == before


async def test_a_message_that_gave_no_answer_is_not_taken_for_one_when_it_is_edited(applying):
    before = dict(applying.slots)
    await applying.edit("hello", "Construction")
    assert applying.slots == before


async def test_outside_the_form_an_edited_question_is_answered_as_a_new_one(engine):
    chat = Chat(engine)
    await chat.say("How long dos a stay", ref="q")
    said = await chat.edit("q", "How long does a stay last?")
    assert "6 months" in said


async def test_a_shared_place_names_the_contact_point_of_its_country(engine):
    chat = Chat(engine)
    said = await chat.share(46.2389, 14.3556)  # Kranj
    assert "BSC" in said
    assert chat.result.intents == ("ask_contact_point",)


async def test_in_the_form_a_shared_place_answers_the_question_for_the_country_only(engine):
    chat = Chat(engine)
    await chat.press("/apply")
    await chat.press(SENDING)
    await chat.say("Alfa d.o.o.")
    await chat.share(46.2389, 14.3556)
    assert (chat.slots["country"], chat.asked) == ("SI", "city")
    said = await chat.share(37.98, 23.73)  # Athens
    assert "Greece" in said
    assert (chat.slots["country"], chat.asked) == ("SI", "city")


@pytest.mark.parametrize("place", [(0.0, -30.0), (999.0, 0.0), (-91.0, 10.0)])
async def test_a_place_in_no_country_is_politely_not_understood(engine, place):
    chat = Chat(engine)
    said = await chat.share(*place)
    assert "no words that I can read" in said


@pytest.mark.parametrize(
    ("place", "country"),
    [((48.2, 16.37), "AT"), ((45.26, 19.83), "RS"), ((42.44, 19.26), "ME"), ((-33.9, 18.4), "ZA"), ((0, -30), None)],
)
def test_the_nearest_town_tells_the_country(place, country):
    assert nearest_country(*place) == country


async def test_a_group_gets_answers_and_no_form(engine, storage):
    group = Chat(engine, public=True)
    assert "6 months" in await group.say("How long does a stay last?")
    for text in ("I want to apply", "delete my data", "where is my application MSME-7KQ2XW9D?"):
        assert "private chat" in await group.say(text), text
    await group.say("GO-7KQ2X-W9DAB")
    assert group.result.form is None
    await group.press("/apply")
    assert group.result.intents == ("in_private",)
    await group.press('/talk_to_human{"enquiry": "start"}')
    assert group.result.intents == ("in_private",)
    await group.say("we are a Graz bakery with 12 people, my manager wants to go to Italy for 3 months")
    async with storage.unit_of_work(read_only=True) as uow:
        record = await uow.conversations.get("telegram:1")
        assert await uow.drafts.for_conversation("telegram:1") == []
        assert await uow.codes.asked_by("telegram:1") == []
    assert record.state["mentioned"] == {}


async def test_who_comes_without_a_language_is_offered_all_of_them(engine):
    chat = Chat(engine, locale="ja")
    await chat.press("/greet")
    titles = [button.title for reply in chat.result.replies for button in reply.buttons]
    assert {"Ελληνικά", "Српски", "Deutsch"} <= set(titles)


async def test_who_comes_with_a_language_is_greeted_in_it_at_once(engine):
    chat = Chat(engine, locale="el")
    await chat.press("/greet")
    assert chat.result.language == "el"
    assert len(chat.result.replies) == 1


async def test_more_countries_than_those_with_a_partner_are_a_press_away(engine):
    chat = Chat(engine)
    await chat.press("/apply")
    await chat.press(SENDING)
    await chat.say("Alfa d.o.o.")
    few = [button.title for button in chat.result.replies[-1].buttons]
    assert "Poland" not in few
    await chat.press('/correct{"slot": "country", "more": true}')
    assert "Poland" in [button.title for button in chat.result.replies[-1].buttons]
    await chat.press('/inform{"country": "PL"}')
    assert chat.slots["country"] == "PL"
