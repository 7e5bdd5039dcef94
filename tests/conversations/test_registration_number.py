"""A VAT number is stored in its usual form, whatever it is typed like; one that fails its check is kept, with a word."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.conversation import forms
from bot.conversation.form_texts import NUMBER_UNSURE
from bot.conversation.forms import Accepted, Refused
from bot.conversation.turn import ConversationState, Parse, Turn
from bot.model import IncomingMessage
from bot.programme import load_programme
from nlu.components.entities import shared_lexicons


def typed(country: str, text: str) -> forms.Checked:
    turn = Turn(
        message=IncomingMessage("web", "person", "1", text=text),
        language="en",
        programme=load_programme(),
        parse=Parse(text, "en", "inform", 1.0),
        state=ConversationState(),
        now=datetime(2026, 11, 25, tzinfo=timezone.utc),
        slots={"country": country},
    )
    return forms.check(turn, "registration_number", text, shared_lexicons())


@pytest.mark.parametrize(
    ("country", "text", "stored"),
    [
        ("BE", "BE 0403.170.701", "BE0403170701"),
        ("BE", "0403 170 701", "BE0403170701"),
        ("AT", "atu 13585627", "ATU13585627"),
        ("GR", "094259216", "EL094259216"),
        ("GR", "EL 094259216", "EL094259216"),
        ("HR", "33392005961", "HR33392005961"),
        ("SI", "SI 50223054", "SI50223054"),
        ("IE", "IE6433435F", "IE6433435F"),
        ("RS", "101134702", "101134702"),
        ("FR", "FR 40 303 265 045", "FR40303265045"),
        ("DE", "HRB 12345", "HRB 12345"),
    ],
)
def test_a_number_is_stored_in_its_usual_form(country: str, text: str, stored: str) -> None:
    assert typed(country, text) == Accepted(stored)


def test_one_that_fails_its_check_is_kept_as_typed_and_told() -> None:
    assert typed("BE", "BE 0403.170.702") == Accepted("BE 0403.170.702", remark=NUMBER_UNSURE)


@pytest.mark.parametrize("text", ["none of your business", "12", "@@@@", "x" * 40])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert isinstance(typed("BE", text), Refused)
