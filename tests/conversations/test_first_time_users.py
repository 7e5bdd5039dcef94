"""What first-time users type, and stumbled over: one answer for several questions, corrections, a no in other words."""

from __future__ import annotations

from pathlib import Path

import pytest
from chats import Chat
from storage.examples import SteppingClock

from bot.storage import create_storage

SENDING = {"side": "sending", "company_name": "Holzwerk", "country": "AT", "city": "Graz", "employees": "9"}
STAY = {"sector": "C", "role": "employee", "participants": "2", "destinations": ["IT"]}


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
def chat(assistant, storage, clock) -> Chat:
    return Chat(assistant, storage, clock)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("de", "haben wir leider keinen"),
        ("de", "haben leider keinen"),
        ("el", "οχι δεν εχω"),
        ("fr", "non pas encore"),
        ("hr", "nemamo, tražite vi"),
        ("sr-Cyrl", "нађите ви"),
    ],
)
async def test_having_no_partner_company_is_no_company_s_name(chat, locale, text):
    await chat.say(press="/apply", locale=locale)
    await chat.answer({**SENDING, **STAY, "duration": {"min_months": 2, "max_months": 2}, "start": "2026-06"})
    await chat.answer({"objectives": ["skills"]})
    assert chat.asked == "counterpart"
    await chat.say(text, locale=locale)
    assert chat.slots["counterpart"] == "search"


async def test_a_company_s_name_with_a_no_in_it_stays_one(chat):
    await chat.say(press="/apply", locale="fr")
    await chat.answer({**SENDING, **STAY, "duration": {"min_months": 2, "max_months": 2}, "start": "2026-06"})
    await chat.answer({"objectives": ["skills"]})
    await chat.say("sans souci sarl", locale="fr")
    assert chat.slots["counterpart"] == "sans souci sarl"


async def test_not_this_month_but_that_one(chat):
    await chat.say(press="/apply", locale="de")
    await chat.answer({**SENDING, "sector": "C", "role": "employee", "start": "2026-04"})
    await chat.say("ach und nicht april sondern mai", locale="de")
    assert chat.slots["start"].endswith("-05")
    assert chat.asked == "participants"

    async with chat.storage.unit_of_work(read_only=True) as uow:
        rows = await uow.messages.transcript(chat.id)
    assert "ach und nicht april sondern mai" in [row.text for row in rows]


async def test_not_this_number_but_that_one(chat):
    await chat.say(press="/apply", locale="sr-Cyrl")
    await chat.answer({**SENDING, "employees": "15"})
    await chat.say("не 15 него 16", locale="sr-Cyrl")
    assert chat.slots["employees"] == 16


async def test_a_length_is_nobody_s_head_count(chat):
    await chat.say(press="/apply", locale="sr-Cyrl")
    await chat.answer({**SENDING}, upto="employees")
    await chat.say("два месеца", locale="sr-Cyrl")
    assert "employees" not in chat.slots
    assert chat.slots["duration"] == {"min_months": 2.0, "max_months": 2.0}
    assert chat.asked == "employees"


async def test_a_length_that_was_remarked_on_is_changed_by_saying_another(chat):
    await chat.answer({**SENDING, **STAY, "duration": {"min_months": 9, "max_months": 9}})
    assert chat.asked == "start"
    said = await chat.say("6 months")
    assert "Length of the stay: 6 months" in said
    assert chat.asked == "start"


async def test_the_field_and_its_new_number_are_taken_in_one_sentence(chat):
    await chat.say(press="/apply", locale="el")
    await chat.answer({**SENDING, **STAY, "duration": {"min_months": 2, "max_months": 2}})
    await chat.say("αλλαξε την διαρκεια σε 4 μηνες", locale="el")
    assert chat.slots["duration"] == {"min_months": 4.0, "max_months": 4.0}
    assert chat.asked == "start"


async def test_a_sentence_answers_more_than_the_question(chat):
    await chat.say(press="/apply", locale="fr")
    said = await chat.say("on est à nantes et on veut envoyer notre apprenti en italie", locale="fr")
    assert "Nantes" in said
    assert (chat.slots["country"], chat.slots["destinations"]) == ("FR", ["IT"])
    assert chat.asked == "company_name"


async def test_towns_are_written_with_a_capital(chat):
    await chat.say("wir sind eine tischlerei mit 8 leuten in graz und wollen für 3 monate nach italien", locale="de")
    assert "Stadt: Graz" in await chat.say(press="/apply", locale="de")


async def test_a_sector_is_told_by_a_piece_of_its_name_that_is_a_country_s_too(chat):
    await chat.say(press="/apply", locale="el")
    await chat.answer(SENDING)
    await chat.say("γεωργια", locale="el")
    assert chat.slots["sector"] == "A"


async def test_a_bare_number_at_the_summary_is_the_company_s(chat):
    await to_the_summary(chat)
    said = await chat.say("ATU12345675")
    assert "VAT or company number: ATU12345675" in said
    assert chat.asked == "confirm"


async def test_a_phone_number_at_the_summary_is_no_company_s(chat):
    await to_the_summary(chat)
    await chat.say("0664 1234567")
    assert "registration_number" not in chat.slots


async def test_send_it_please(chat):
    await to_the_summary(chat)
    await chat.say("abschicken bitte", locale="de")
    assert chat.result.lead


async def test_who_does_not_know_the_number_by_heart_skips_it(chat):
    await to_the_summary(chat)
    await chat.press("Add VAT or company number")
    await chat.say("i don't know it by heart sorry")
    assert chat.asked == "confirm"


@pytest.mark.parametrize(
    ("locale", "text"),
    [("en", "continue my application"), ("de", "weiter"), ("fr", "reprendre"), ("hr", "nastavi"), ("el", "συνεχεια")],
)
async def test_a_stopped_application_goes_on_by_saying_so(chat, locale, text):
    await chat.say(press="/apply", locale=locale)
    await chat.answer(SENDING)
    await chat.say(press="/cancel")
    assert chat.result.form is None
    await chat.say(text, locale=locale)
    assert chat.asked == "sector"


async def test_an_organisation_that_ends_in_a_full_stop_has_one(chat):
    await to_the_summary(chat, country="HR", city="Zagreb")
    said = await chat.say("send")
    assert "It lies with TERA Tehnopolis d.o.o. It is" in said


async def test_who_applied_is_not_asked_for_the_country_again(chat):
    await to_the_summary(chat)
    await chat.say("send")
    said = await chat.say("I want to talk to a human")
    assert "In which country" not in said
    assert "Wirtschaftskammer Österreich" in said


async def test_in_the_form_no_menu_hides_its_question(chat):
    await chat.answer(SENDING)
    said = await chat.say("???")
    assert "type your question" not in said
    assert "Apply" not in chat.titles
    await chat.say("How long is a stay?")
    assert chat.result.intents == ("ask_duration",)
    assert "Apply" not in chat.titles
    said = await chat.say("auf Deutsch bitte")
    assert "Wie kann ich helfen?" not in said
    assert chat.asked == "sector"


async def test_a_question_that_is_no_answer_can_be_passed_on(chat):
    await chat.answer({**SENDING}, upto="employees")
    await chat.say("which plane do I have to take?")
    assert chat.asked == "employees"
    await chat.press("Pass my question on to a person")
    assert chat.slots["question"] == "which plane do I have to take?"


@pytest.mark.parametrize(("text", "intent"), [("ναι", "affirm"), ("οχι", "deny")])
async def test_a_yes_is_no_no(chat, text, intent):
    await chat.say(text, locale="el")
    assert chat.result.intents == (intent,)


async def to_the_summary(chat: Chat, **changes: str) -> None:
    stay = {**STAY, "duration": {"min_months": 2, "max_months": 2}, "start": "2026-06"}
    await chat.answer({**SENDING, **changes, **stay, "objectives": ["skills"], "counterpart": "search"})
    await chat.answer({"consent": True, "contact_name": "Ana Novak", "email": "ana@holzwerk.example"})
    await chat.answer({"phone": "skipped"})
    assert chat.asked == "confirm"
