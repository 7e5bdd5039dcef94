"""An enquiry beside everything else that may be going on: an application, its files, another chat, a pause, erasure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from chats import AFTER_CONSENT, BEFORE_CONSENT, DAY, HOUR, PROGRAMME, Chat, leads
from sample_files import PDF
from storage.examples import SteppingClock

from bot.applications.retention import purge
from bot.model import APPLICATION_FORM, ENQUIRY_FORM, ReceivedFile
from bot.storage import Storage, create_storage

START = '/talk_to_human{"enquiry": "start"}'
QUESTION = "May we bring our machines along to the host?"
YES, NO = '/inform{"consent": true}', '/inform{"consent": false}'
NO_NAME, HERE = '/inform{"contact_name": "skipped"}', '/inform{"email": "skipped"}'
PLAN = ReceivedFile("plan.pdf", PDF)


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
def chat(assistant, storage, clock, files) -> Callable[..., Chat]:
    return lambda channel="web", name="anna", **given: Chat(
        assistant, storage, clock, channel, name, files=files, **given
    )


async def ask(chat: Chat, *presses: str, country: str = "IE") -> str:
    """Begin an enquiry and go as far as its consent, then press on."""
    await chat.say(press=START)
    said = await chat.say(QUESTION)
    if chat.asked == "country":
        said = await chat.say(press=f'/inform{{"country": "{country}"}}')
    for press in presses:
        said = await chat.say(press=press)
    return said


async def drafts(storage: Storage, conversation: str = "web:anna") -> dict[str, Any]:
    async with storage.unit_of_work(read_only=True) as uow:
        return {draft.form: draft for draft in await uow.drafts.for_conversation(conversation)}


def form(chat: Chat) -> tuple[str, str | None] | None:
    return (chat.result.form.name, chat.result.form.next) if chat.result.form else None


async def test_a_refused_enquiry_leaves_an_application_that_has_no_answer_yet(chat, storage, files):
    anna = chat()
    await anna.say(press="/apply")
    await anna.say(file=PLAN)
    said = await ask(anna, NO)
    assert "Your application goes on where it was interrupted." in said
    assert "together with this conversation" not in said
    assert not anna.result.erased
    assert form(anna) == (APPLICATION_FORM, "side")
    async with storage.unit_of_work(read_only=True) as uow:
        [kept] = await uow.attachments.of_draft("web:anna")
    assert await files.read(kept.name) == PDF


async def test_a_file_after_an_enquiry_goes_to_the_application_that_was_sent_before_it(chat, storage):
    anna = chat()
    await anna.answer({**BEFORE_CONSENT, **AFTER_CONSENT})
    await anna.say(press='/inform{"confirm": "send"}')
    application = anna.result.lead
    await ask(anna, YES, NO_NAME, HERE)
    enquiry = anna.result.lead
    assert f"Added to your application **{application}**" in await anna.say(file=PLAN)
    async with storage.unit_of_work(read_only=True) as uow:
        assert len(await uow.attachments.of_lead(application)) == 1
        assert len(await uow.attachments.of_lead(enquiry)) == 0


async def test_an_enquiry_takes_no_file(chat, files):
    anna = chat()
    await ask(anna, YES, NO_NAME, HERE)
    assert anna.result.lead
    assert "I can take files only together with an application." in await anna.say(file=PLAN)
    assert not files.folder.is_dir()


@pytest.mark.parametrize("upto", ["question", "country", "consent", "contact_name", "email"])
@pytest.mark.parametrize(
    "text", ["change the VAT number", "our VAT number is ATU12345675", "please change the registration number"]
)
async def test_a_company_number_is_nothing_that_an_enquiry_asks_for(chat, text, upto):
    anna = chat()
    await anna.say(press=START)
    for slot, press in {
        "question": QUESTION,
        "country": '/inform{"country": "IE"}',
        "consent": YES,
        "contact_name": NO_NAME,
    }.items():
        if slot == upto:
            break
        await anna.say(press=press) if press.startswith("/") else await anna.say(press)
    said = await anna.say(text)
    assert "something went wrong" not in said
    assert form(anna)[0] == ENQUIRY_FORM
    assert form(anna)[1] != "registration_number"


async def test_consent_of_an_old_button_does_not_count_before_it_is_asked_for(chat, storage):
    anna = chat()
    await anna.answer(BEFORE_CONSENT)
    assert anna.asked == "consent"
    await anna.say(press=START)
    await anna.say(press=YES)
    assert form(anna) == (ENQUIRY_FORM, "question")
    assert "consent" not in anna.slots
    said = await anna.say(QUESTION)
    assert "May I pass your question" in said
    assert form(anna) == (ENQUIRY_FORM, "consent")


@pytest.mark.parametrize("press", [NO_NAME, HERE, '/inform{"country": "skipped"}'])
async def test_old_buttons_of_an_enquiry_do_not_lead_the_application_astray(chat, press):
    anna = chat()
    await anna.answer(BEFORE_CONSENT, upto="city")
    await ask(anna, YES, NO_NAME, HERE)
    assert form(anna) == (APPLICATION_FORM, "city")
    said = await anna.say(press=press)
    assert form(anna) == (APPLICATION_FORM, "city")
    assert said.endswith("In which city or town?")


@pytest.mark.parametrize("upto", ["question", "country", "consent", "contact_name", "email"])
@pytest.mark.parametrize(
    "press", ['/inform{"confirm": "send"}', '/inform{"side": "host"}', '/inform{"phone": "skipped"}']
)
async def test_old_buttons_of_an_application_do_not_lead_the_enquiry_astray(chat, storage, press, upto):
    anna = chat()
    await anna.say(press=START)
    for slot, each in {
        "question": QUESTION,
        "country": '/inform{"country": "IE"}',
        "consent": YES,
        "contact_name": NO_NAME,
    }.items():
        if slot == upto:
            break
        await anna.say(press=each) if each.startswith("/") else await anna.say(each)
    await anna.say(press=press)
    assert form(anna) == (ENQUIRY_FORM, upto)
    assert await leads(storage) == []


async def test_an_answer_to_the_enquiry_counts_where_the_application_has_moved_on_meanwhile(chat, storage):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT, upto="city")
    code = await web.code()
    await web.say(press=START)
    await telegram.say(code)
    said = await web.say(QUESTION)
    assert "continued in another chat" in said
    assert f"✓ Question: {QUESTION}" in said
    assert form(web) == (ENQUIRY_FORM, "consent")
    for press in (YES, NO_NAME, HERE):
        await web.say(press=press)
    assert [lead.kind for lead in await leads(storage)] == ["enquiry"]
    assert telegram.asked == "city"


async def test_erasing_an_application_elsewhere_leaves_the_enquiry_reachable_here(chat, storage):
    web, telegram = chat("web"), chat("telegram")
    await ask(web, YES, NO_NAME, HERE)
    await web.answer(BEFORE_CONSENT)
    await telegram.say(await web.code())
    await telegram.say(press='/delete_data{"confirmed": true}')
    [enquiry] = await leads(storage)
    assert enquiry.conversation == "web:anna"
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.messages.transcript("web:anna") == []


@pytest.mark.parametrize("begun", ["enquiry", "application"])
async def test_erasing_an_application_elsewhere_leaves_what_is_under_way_here(chat, storage, begun):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT)
    await telegram.say(await web.code())
    await web.say("hello")
    await (ask(web, YES) if begun == "enquiry" else web.say(press="/apply"))
    under_way = form(web)
    await telegram.say(press='/delete_data{"confirmed": true}')
    await web.say("👋")
    assert form(web) == under_way


async def test_the_question_of_an_enquiry_is_not_covered_by_the_offer_to_go_on(chat, clock):
    anna = chat()
    await anna.answer(BEFORE_CONSENT, upto="city")
    clock.forward(7 * HOUR)
    said = await anna.say(press=START)
    assert said.endswith("What would you like to ask? Please write it as you would write it to a person.")
    assert form(anna) == (ENQUIRY_FORM, "question")


@pytest.mark.parametrize(
    ("presses", "text"),
    [
        *(((), text) for text in ("hello", "yes", "well, where were we")),
        *(((YES,), text) for text in ("hello", "yes", "no", "well, where were we")),
        *(((YES, NO_NAME), text) for text in ("hello", "yes", "no", "well, where were we")),
    ],
)
async def test_after_a_pause_words_are_no_answer_to_an_enquirys_question(chat, storage, clock, text, presses):
    anna = chat()
    await ask(anna, *presses)
    before, open_form = dict(anna.slots), form(anna)
    clock.forward(7 * HOUR)
    said = await anna.say(text)
    assert form(anna) == open_form
    assert anna.slots == before
    assert QUESTION in said
    assert await leads(storage) == []


async def test_after_a_pause_an_address_is_the_answer_and_a_button_too(chat, storage, clock):
    anna = chat()
    await ask(anna, YES, NO_NAME)
    clock.forward(3 * DAY)
    await anna.say("ana@alfa.example")
    [enquiry] = await leads(storage)
    assert enquiry.application["email"] == "ana@alfa.example"


async def test_a_new_text_of_consent_is_asked_for_while_the_enquiry_is_open(chat, storage, clock):
    anna = chat()
    await ask(anna, YES, NO_NAME)
    privacy = PROGRAMME.privacy.model_copy(update={"consent_version": PROGRAMME.privacy.consent_version + 1})
    later = chat(programme=replace(PROGRAMME, privacy=privacy))
    later._numbers = anna._numbers
    await later.say(press=HERE)
    assert form(later) == (ENQUIRY_FORM, "consent")
    assert await leads(storage) == []
    await later.say(press=YES)
    [enquiry] = await leads(storage)
    async with storage.unit_of_work(read_only=True) as uow:
        [consented] = await uow.leads.events(enquiry.reference)
    assert consented.details["version"] == privacy.consent_version


async def test_the_consent_of_an_enquiry_outlives_what_was_said(chat, storage, clock):
    anna = chat()
    await ask(anna, YES, NO_NAME)
    clock.forward(31 * DAY)
    await purge(storage, PROGRAMME, clock())
    await anna.say(press=HERE)
    [enquiry] = await leads(storage)
    assert enquiry.kind == "enquiry"


async def test_an_application_under_way_without_an_answer_is_not_forgotten_while_the_person_writes(
    chat, storage, clock
):
    anna = chat()
    await anna.say(press="/apply")
    clock.forward(DAY - HOUR)
    await anna.say(press=START)
    await anna.say(QUESTION)
    clock.forward(2 * HOUR)
    await purge(storage, PROGRAMME, clock())
    await anna.say(press='/inform{"country": "IE"}')
    assert form(anna) == (ENQUIRY_FORM, "consent")


async def test_changing_an_answer_of_an_enquiry_offers_no_file_to_remove(chat):
    anna = chat()
    await anna.answer(BEFORE_CONSENT, upto="city")
    await anna.say(file=PLAN)
    await ask(anna)
    await anna.say(press="/correct")
    assert "Remove: plan.pdf" not in anna.titles


async def test_cancelling_an_enquiry_in_the_middle_of_a_change_sends_nothing(chat, storage):
    anna = chat()
    await ask(anna, YES, NO_NAME)
    await anna.say(press='/correct{"slot": "question"}')
    assert form(anna) == (ENQUIRY_FORM, "question")
    await anna.say("cancel")
    assert form(anna) is None
    assert await leads(storage) == []
    assert await drafts(storage) == {}


async def test_an_enquiry_goes_on_in_another_language(chat, storage):
    anna = chat()
    await ask(anna)
    await anna.say(press='/change_language{"language": "de"}')
    assert form(anna) == (ENQUIRY_FORM, "consent")
    for press in (YES, NO_NAME, HERE):
        await anna.say(press=press)
    [enquiry] = await leads(storage)
    assert (enquiry.language, enquiry.application["question"]) == ("de", QUESTION)
    async with storage.unit_of_work(read_only=True) as uow:
        [consented] = await uow.leads.events(enquiry.reference)
    assert consented.details["language"] == "de"


async def test_the_copy_does_not_tell_the_chat_that_an_application_came_from(chat, storage):
    telegram, web = chat("telegram", "4711"), chat("web")
    await telegram.answer(BEFORE_CONSENT, upto="city")
    await web.say(await telegram.code())
    await web.say(press="/export_data")
    [page] = [reply.document.text for reply in web.result.replies if reply.document]
    assert "Alfa Bakery" in page
    assert "4711" not in page


async def test_files_that_went_on_elsewhere_outlive_the_erasure_that_was_under_way(
    chat, clock, assistant, storage, files, monkeypatch
):
    web, telegram = chat("web"), chat("telegram")
    await web.answer(BEFORE_CONSENT, upto="city")
    await web.say(file=PLAN)
    code = await web.code()
    respond = assistant.respond

    async def after_the_handover(turn):
        if turn.parse.intent == "delete_data" and turn.conversation == "web:anna":
            monkeypatch.undo()
            clock.forward(1)
            await telegram.say(code)
        return await respond(turn)

    monkeypatch.setattr(assistant, "respond", after_the_handover)
    assert "something went wrong" in await web.say(press='/delete_data{"confirmed": true}')
    await web.say(press='/delete_data{"confirmed": true}')
    assert web.result.erased
    async with storage.unit_of_work(read_only=True) as uow:
        [kept] = await uow.attachments.of_draft("telegram:anna")
    assert await files.read(kept.name) == PDF


async def test_the_copy_tells_of_a_code_for_another_chat(chat, storage):
    anna = chat()
    await anna.answer(BEFORE_CONSENT, upto="city")
    code = await anna.code()
    await anna.say(press="/export_data")
    [page] = [reply.document.text for reply in anna.result.replies if reply.document]
    assert code not in page
    data = json.loads(page.split('type="application/json"')[1].split(">", 1)[1].split("</script>")[0])
    [conversation] = data["conversations"]
    [told] = conversation["codes_for_another_chat"]
    assert told["used_at"] is None
