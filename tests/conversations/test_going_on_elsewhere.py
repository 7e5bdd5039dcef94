"""An application goes on in another chat by a code: whole, once, and nobody learns anything from a wrong one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from chats import AFTER_CONSENT, BEFORE_CONSENT, DAY, HOUR, Chat, leads
from sqlalchemy import select
from storage.examples import SteppingClock

from bot.applications import handover as codes
from bot.applications.retention import purge
from bot.conversation.handover import code_in
from bot.conversation.status import reference_in
from bot.programme import load_programme
from bot.storage import create_storage, tables

EVERYTHING = {**BEFORE_CONSENT, **AFTER_CONSENT}
WRONG = "GO-22222-AAAAA"
REFUSED = "This code cannot be used."
MOVED = "Your application was continued in another chat."


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


async def test_an_application_goes_from_the_web_to_telegram_and_back(chat, storage):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT, upto="city")
    said = await web.say(press='/apply{"handover": true}')
    assert "within 24 hours" in said
    assert said.endswith("In which city or town?")
    code = said.split("**")[1]
    said = await telegram.say(code)
    assert "Your application goes on here" in said
    assert "✓ Sending or hosting: Host someone from abroad\n✓ Company: Alfa Bakery\n✓ Country: Austria" in said
    assert said.endswith("In which city or town?")
    assert telegram.asked == "city"
    await telegram.say("Linz")
    back = await telegram.code()
    said = await web.say(back)
    assert "✓ City: Linz" in said and MOVED not in said
    assert web.asked == "employees"
    await web.answer({slot: value for slot, value in EVERYTHING.items() if slot not in telegram.slots})
    await web.press("Send")
    [lead] = await leads(storage)
    assert (lead.channel, lead.conversation) == ("web", "web:anna")
    assert (lead.application["city"], lead.application["company_name"]) == ("Linz", "Alfa Bakery")
    assert MOVED in await telegram.say(press='/inform{"confirm": "send"}')
    assert len(await leads(storage)) == 1


async def test_the_lead_belongs_to_the_chat_that_sent_it_and_the_old_button_sends_no_second_one(chat, storage):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(EVERYTHING)
    assert web.asked == "confirm"
    old_send = next(b for r in web.result.replies for b in r.buttons if b.title == "Send")
    code = await web.code()
    said = await telegram.say(f"my code is {code.lower()}")
    assert "Please check your application" in said
    assert telegram.asked == "confirm"
    said = await web.say(press=old_send.payload)
    assert said.startswith(MOVED)
    assert (web.result.form, web.result.lead, await leads(storage)) == (None, None, [])
    await telegram.press("Send")
    [lead] = await leads(storage)
    assert (lead.channel, lead.conversation) == ("telegram", "telegram:anna")
    async with storage.unit_of_work(read_only=True) as uow:
        consented = (await uow.leads.events(lead.reference))[0].details
    assert consented["channel"] == "web"  # where it was given
    for payload in (old_send.payload, '/inform{"consent": true}', '/correct{"slot": "city"}', "/cancel"):
        said = await web.say(press=payload)
        assert MOVED not in said  # it is told once
    assert len(await leads(storage)) == 1


@pytest.mark.parametrize("press", ["/apply", '/inform{"city": "Graz"}', "/cancel", '/correct{"slot": "company_name"}'])
async def test_buttons_of_the_old_chat_do_nothing_but_tell(chat, press):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT, upto="city")
    await telegram.say(await web.code())
    said = await web.say(press=press)
    assert said.startswith(MOVED)
    assert (web.result.form, web.titles) == (None, ["Begin a new application"])
    assert (await telegram.draft()).slots["company_name"] == "Alfa Bakery"
    await web.press("Begin a new application")
    assert (web.asked, web.slots) == ("side", {})


async def test_a_question_in_the_old_chat_is_answered_too(chat):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT, upto="city")
    await telegram.say(await web.code())
    said = await web.say("How long does a stay last?")
    assert said.startswith(MOVED) and "6 months" in said


async def test_a_stopped_application_goes_on_at_its_open_question(chat):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT, upto="sector")
    await web.say("cancel")
    said = await web.press("Go on on another device")
    assert web.result.form is None
    await telegram.say(said.split("**")[1])
    assert telegram.asked == "sector"


async def test_without_an_application_there_is_no_code(chat, storage):
    anna = chat()
    assert "There is no application under way here" in await anna.say(press='/apply{"handover": true}')
    assert anna.result.form is None
    async with storage.unit_of_work(read_only=True) as uow:
        assert (await uow.codes._connection.execute(select(tables.handover_codes))).all() == []


async def test_a_code_is_valid_once(chat):
    web, telegram, other = chat("web"), chat("telegram"), chat("web", "berta")
    await web.answer(BEFORE_CONSENT, upto="city")
    code = await web.code()
    await telegram.say(code)
    assert REFUSED in await other.say(code)
    assert other.result.form is None
    said = await telegram.say(code)
    assert REFUSED in said and said.endswith("In which city or town?")


async def test_a_code_ends_after_a_day_or_with_the_next_one(chat, clock):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(EVERYTHING, upto="email")
    first = await web.code()
    second = await web.code()
    assert REFUSED in await telegram.say(first)
    clock.forward(DAY)
    assert REFUSED in await telegram.say(second)
    assert (await web.draft()).slots["company_name"] == "Alfa Bakery"
    await telegram.say(await web.code())
    assert telegram.asked == "email"


async def test_wrong_expired_and_used_codes_are_answered_alike(chat, clock):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(EVERYTHING, upto="email")
    used = await web.code()
    await telegram.say(used)
    expired = await telegram.code()
    clock.forward(DAY)
    heard = [await chat("web", name).say(code) for name, code in (("w", WRONG), ("u", used), ("e", expired))]
    assert len(set(heard)) == 1 and REFUSED in heard[0]
    assert "type “cancel” in the chat where your application is" in heard[0]


async def test_after_ten_wrong_codes_the_right_one_has_to_wait(chat, clock):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT, upto="city")
    code = await web.code()
    for _ in range(10):
        assert REFUSED in await telegram.say(WRONG)
    assert "Please try again in an hour." in await telegram.say(code)
    assert telegram.result.form is None
    clock.forward(HOUR)
    await telegram.say(code)
    assert telegram.asked == "city"


@pytest.mark.parametrize("slot", ["company_name", "objectives", "contact_name"])
async def test_in_the_form_a_code_is_never_an_answer(chat, slot):
    anna = chat()
    await anna.answer(EVERYTHING, upto=slot)
    assert REFUSED in await anna.say(f"we are {WRONG}")
    assert anna.asked == slot and slot not in anna.slots


async def test_the_own_code_just_goes_on(chat):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT, upto="city")
    await web.say("cancel")
    code = await web.code()
    said = await web.say(code)
    assert "✓ Company: Alfa Bakery" in said and web.asked == "city"
    await telegram.say(code)
    assert telegram.asked == "city"


async def test_an_application_here_is_kept_until_the_person_chooses(chat, storage):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT, upto="city")
    await telegram.answer({"side": "sending", "company_name": "Beta GmbH"})
    code = await web.code()
    said = await telegram.say(code)
    assert said.endswith("the answers that you gave here are erased.")  # the form asks nothing beside
    assert telegram.titles == ["Take the one from the other chat", "Keep the one here"]
    await telegram.press("Keep the one here")
    assert telegram.slots["company_name"] == "Beta GmbH"
    assert telegram.asked == "country"
    await telegram.say(code)
    said = await telegram.press("Take the one from the other chat")
    assert "✓ Company: Alfa Bakery" in said
    assert (telegram.asked, telegram.slots["side"]) == ("city", "host")
    assert (await web.draft()).slots == {}
    assert MOVED in await web.say("hello")


async def test_an_application_that_was_stopped_here_is_kept_too(chat):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT, upto="city")
    await telegram.answer({"side": "sending", "company_name": "Beta GmbH"})
    await telegram.say("cancel")
    await telegram.say(await web.code())
    assert telegram.titles == ["Take the one from the other chat", "Keep the one here"]
    assert telegram.result.form is None
    await telegram.press("Keep the one here")
    assert telegram.slots["company_name"] == "Beta GmbH"


async def test_what_is_typed_at_the_choice_is_no_answer(chat):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT, upto="city")
    await telegram.answer({"side": "sending"})
    await telegram.say(await web.code())
    assert telegram.asked == "company_name"
    await telegram.say("the other one please")
    assert "company_name" not in telegram.slots


@pytest.mark.parametrize(("locale", "expected"), [(None, "de"), ("sl", "sl")])
async def test_the_language_is_taken_over_only_where_none_is_known(chat, locale, expected):
    web, telegram = chat("web"), chat("telegram")
    await web.say(press="/apply", locale="de")
    await web.say(press='/inform{"side": "host"}', locale="de")
    await telegram.say(await web.code(), locale=locale)
    assert telegram.result.language == expected
    await telegram.say("Alfa", locale=locale)
    assert telegram.result.language == expected


async def test_the_language_of_a_chat_stays(chat):
    web, telegram = chat("web"), chat("telegram")
    await web.say(press="/apply", locale="de")
    await web.say(press='/inform{"side": "host"}', locale="de")
    await telegram.say(press='/change_language{"language": "el"}')
    await telegram.say(await web.code(), locale=None)
    assert telegram.result.language == "el"


async def test_consent_goes_along_and_is_not_asked_again(chat):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(EVERYTHING, upto="email")
    await telegram.say(await web.code())
    assert (telegram.asked, telegram.slots["consent"]) == ("email", True)
    await telegram.say("ana@alfa.example")
    assert telegram.asked == "phone"
    assert (await web.draft()) is None


async def test_of_two_that_type_it_at_once_one_goes_on(chat, storage):
    web, one, two = chat("web"), chat("telegram"), chat("rest")
    await web.answer(BEFORE_CONSENT, upto="city")
    code = await web.code()
    said = await asyncio.gather(one.say(code), two.say(code))
    assert sorted("Your application goes on here" in words for words in said) == [False, True]
    async with storage.unit_of_work(read_only=True) as uow:
        drafts = (await uow.drafts._connection.execute(select(tables.drafts))).all()
    assert sum("Alfa Bakery" in str(draft.slots) for draft in drafts) == 1


async def test_sending_and_going_on_at_once_make_one_application(chat, storage):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(EVERYTHING)
    code = await web.code()
    await asyncio.gather(web.say(press='/inform{"confirm": "send"}'), telegram.say(code))
    if telegram.result.form:
        await telegram.say(press='/inform{"confirm": "send"}')
    await web.say(press='/inform{"confirm": "send"}')
    assert len(await leads(storage)) == 1


async def test_a_repeated_message_gets_its_first_answer(chat):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT, upto="city")
    web._numbers = iter(["one", "one"])
    code = await web.code()
    assert await web.code() == code
    telegram._numbers = iter(["one", "one"])
    assert await telegram.say(code) == await telegram.say(code)
    assert telegram.asked == "city"


async def test_the_code_stands_in_no_table_but_for_the_answer_that_may_be_sent_again(chat, storage):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT, upto="city")
    code = await web.code()
    await telegram.answer({"side": "sending"})
    await telegram.say(f"here: {code.lower()}")
    async with storage.unit_of_work(read_only=True) as uow:
        connection = uow.codes._connection
        held = {
            name: str([tuple(row) for row in await connection.execute(select(table))])
            for name, table in tables.metadata.tables.items()
        }
    assert [name for name, rows in held.items() if code in rows.upper()] == ["conversations", "processed_messages"]
    assert codes.hashed(code) in held["handover_codes"]


async def test_erasing_deletes_codes_and_the_conversation_that_the_answers_came_from(chat, storage):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT, upto="city")
    await telegram.say(await web.code())
    await telegram.code()
    await telegram.say(press='/delete_data{"confirmed": true}')
    assert await everything(storage) == {}


async def test_refusing_consent_erases_the_answers_in_both_chats(chat, storage):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT)
    await telegram.say(await web.code())
    assert "I have erased your answers" in await telegram.say(press='/inform{"consent": false}')
    assert await everything(storage) == {}


async def test_another_application_in_the_chat_that_was_left_is_not_erased(chat):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT)
    await telegram.say(await web.code())
    await web.say("hello")
    await web.say(press="/apply")
    await web.say(press='/inform{"side": "sending"}')
    await telegram.say(press='/inform{"consent": false}')
    assert (await web.draft()).slots == {"side": "sending"}


async def test_words_of_the_chat_that_was_left_are_forgotten_as_early_as_its_application(chat, storage, clock):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT)
    await telegram.say(await web.code())
    await telegram.answer(AFTER_CONSENT)
    clock.forward(DAY)
    await purge(storage, load_programme(), clock())
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.conversations.get("web:anna") is None
        assert await uow.messages.transcript("web:anna") == []
    assert (await telegram.draft()).slots["company_name"] == "Alfa Bakery"


async def test_expired_codes_are_forgotten(chat, storage, clock):
    web = chat("web")
    await web.answer(BEFORE_CONSENT, upto="city")
    await web.code()
    assert (await purge(storage, load_programme(), clock()))["handover_codes"] == 0
    clock.forward(DAY)
    assert (await purge(storage, load_programme(), clock()))["handover_codes"] == 1


async def _rows(connection: Any, table: Any) -> list[Any]:
    return [row for row in await connection.execute(select(table)) if row[0] != "erased"]


async def everything(storage) -> dict[str, list[Any]]:
    """Every row of every table that holds any, but for farewells, which name no conversation."""
    async with storage.unit_of_work(read_only=True) as uow:
        connection = uow.codes._connection
        rows = {name: await _rows(connection, t) for name, t in tables.metadata.tables.items()}
    return {name: found for name, found in rows.items() if found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GO-7KQ2X-W9DAB", "GO-7KQ2X-W9DAB"),
        ("go-7kq2x-w9dab", "GO-7KQ2X-W9DAB"),
        (" GO 7KQ2X W9DAB. ", "GO-7KQ2X-W9DAB"),
        ("go7kq2xw9dab", "GO-7KQ2X-W9DAB"),
        ("GO_7KQ2X_W9DAB", "GO-7KQ2X-W9DAB"),
        ("hello, my code is GO–7KQ2X – W9DAB, thanks", "GO-7KQ2X-W9DAB"),
        ("ＧＯ－７ＫＱ２Ｘ－Ｗ９ＤＡＢ", "GO-7KQ2X-W9DAB"),
        ("go right ahead", None),
        ("we go 10000 miles", None),
        ("GO-RIGHT-AHEAD", None),
        ("MSME-7KQ2XW9D", None),
        ("AGO-7KQ2X-W9DAB", None),
        ("GO-7KQ2X-W9DABC", None),
    ],
)
def test_codes_are_read_as_people_type_them(text, expected):
    found = code_in(text)
    assert (found and found[0]) == expected


def test_drawn_codes_are_read_and_are_no_reference_numbers():
    drawn = {codes.new_code() for _ in range(500)}
    assert len(drawn) == 500
    for code in drawn:
        assert code_in(f"my code: {code}") == (code, code)
        assert reference_in(code) is None
        assert code_in(f"MSME-{code[3:8]}ABC") is None
