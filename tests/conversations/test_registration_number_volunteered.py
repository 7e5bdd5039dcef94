"""A VAT or company number is never asked for, but noted wherever a message of the application gives it."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import pytest

from bot.conversation import application
from bot.conversation.interpretation import interpret
from bot.conversation.turn import ConversationState, Parse, Turn
from bot.conversation.volunteered import volunteered
from bot.model import IncomingMessage
from bot.programme import load_programme
from nlu.components.entities import shared_lexicons
from nlu.components.extract import extract_entities


def turn_of(language: str, text: str, asked: str | None, **slots: Any) -> Turn:
    found = extract_entities(text, language, lexicons=shared_lexicons(), today=date(2026, 11, 25))
    return Turn(
        message=IncomingMessage("web", "person", "1", text=text),
        language=language,
        programme=load_programme(),
        parse=Parse(text, language, "out_of_scope", 0.9, asked=("out_of_scope",), entities=tuple(found)),
        state=ConversationState(),
        now=datetime(2026, 11, 25, tzinfo=timezone.utc),
        slots=slots,
        requested_slot=asked,
    )


@pytest.mark.parametrize(
    ("language", "country", "text", "number"),
    [
        ("en", "AT", "our VAT is ATU13585627", "ATU13585627"),
        ("hr", "HR", "OIB 33392005961", "HR33392005961"),
        ("el", "GR", "ΑΦΜ 094259216", "EL094259216"),
        ("sr_Cyrl", "RS", "ПИБ нам је 101134702", "101134702"),
        ("fr", "BE", "BE 0403.170.701", "BE0403170701"),
        ("it", "IT", "la nostra partita IVA è 00743110157", "IT00743110157"),
    ],
)
def test_it_is_noted_at_another_question_which_is_asked_again(
    language: str, country: str, text: str, number: str
) -> None:
    turn = turn_of(language, text, "city", country=country, side="sending", company_name="X")
    turn.parse = interpret(turn, shared_lexicons())
    assert turn.parse.intent == "inform"
    application.take_answer(turn, shared_lexicons())
    assert turn.slots["registration_number"] == number
    assert "city" not in turn.slots
    assert turn.requested_slot == "city"


def test_it_is_noted_beside_the_answer_that_was_asked_for() -> None:
    turn = turn_of("de", "Tischlerei Plankenau GmbH, UID ATU13585627", "company_name", country="AT", side="sending")
    application.take_answer(turn, shared_lexicons())
    assert turn.slots["company_name"] == "Tischlerei Plankenau GmbH"
    assert turn.slots["registration_number"] == "ATU13585627"


def test_it_is_noted_beside_a_town() -> None:
    turn = turn_of("en", "VAT IE6433435F, we are in Galway", "city", country="IE", side="sending", company_name="X")
    application.take_answer(turn, shared_lexicons())
    assert (turn.slots["city"], turn.slots["registration_number"]) == ("Galway", "IE6433435F")


def test_it_is_taken_from_a_sentence_before_the_form() -> None:
    turn = turn_of("en", "Bakery in Graz, 12 people, VAT no. ATU13585627, two of us would go to Italy", None)
    assert volunteered(turn, shared_lexicons())["registration_number"] == "ATU13585627"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "we are 12 people and pay VAT"),
        ("en", "call me on 0664 1234567"),
        ("de", "im Mai 2027 oder 15.06.2027"),
        ("en", "is VAT 20 percent?"),
        ("it", "it 12345678"),
    ],
)
def test_other_numbers_are_none(language: str, text: str) -> None:
    assert "registration_number" not in volunteered(turn_of(language, text, None), shared_lexicons())
