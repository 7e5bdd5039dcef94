"""A question is passed on to a person, with consent: once, to one organisation, and nothing else under way is lost."""

from __future__ import annotations

import csv
from collections.abc import Callable
from itertools import count

import pytest

from bot.applications.retention import purge
from bot.conversation.engine import Engine
from bot.exports import export_leads, list_leads
from bot.model import ENQUIRY_FORM, IncomingMessage, TurnResult
from bot.programme import load_programme
from bot.settings import Settings

START = '/talk_to_human{"enquiry": "start"}'
UNKNOWN = "Is the mentoring circle of 2019 coming back?"
QUESTION = "May we bring our machines along to the host?"


class Person:
    """Somebody who writes to the bot on a channel."""

    def __init__(self, engine: Engine, channel: str = "web", name: str = "anna") -> None:
        self._engine, self._channel, self._name, self._numbers = engine, channel, name, count(1)
        self.result = TurnResult(name, "en")

    @property
    def next(self) -> tuple[str, str | None] | None:
        """The form that is under way, and what it asks for."""
        return (self.result.form.name, self.result.form.next) if self.result.form else None

    async def say(self, text: str | None = None, press: str | None = None, number: str | None = None) -> str:
        number = number or str(next(self._numbers))
        message = IncomingMessage(self._channel, self._name, number, text, press, locale="en")
        self.result = await self._engine.handle(message)
        return "\n".join(reply.text for reply in self.result.replies)

    async def press(self, *payloads: str) -> str:
        said = ""
        for payload in payloads:
            said = await self.say(press=payload)
        return said

    def titles(self) -> list[str]:
        """What can be pressed under the last replies."""
        return [button.title for reply in self.result.replies for button in reply.buttons]

    async def asks(self, question: str = QUESTION, country: str = "IE") -> str:
        """Go as far as the question for consent."""
        await self.press(START)
        await self.say(question)
        return await self.press(f'/inform{{"country": "{country}"}}')


@pytest.fixture
def person(engine: Engine) -> Callable[..., Person]:
    return lambda *args: Person(engine, *args)


YES, NO = '/inform{"consent": true}', '/inform{"consent": false}'
NO_NAME, HERE = '/inform{"contact_name": "skipped"}', '/inform{"email": "skipped"}'


async def all_leads(storage):
    async with storage.unit_of_work(read_only=True) as uow:
        return [(lead, await uow.leads.events(lead.reference)) for lead in await uow.leads.list()]


async def test_an_enquiry_is_stored_with_its_consent_and_neither_verdict_nor_the_consent_among_its_slots(
    person, storage
):
    anna = person()
    assert "Dublin Chamber" in await anna.asks()
    await anna.press(YES, NO_NAME, HERE)
    [(lead, [consented])] = await all_leads(storage)
    assert (lead.kind, lead.partner, lead.state, lead.eligibility) == ("enquiry", "DCC", "new", None)
    assert lead.application == {"question": QUESTION, "country": "IE", "reply_in_chat": True}
    assert lead.routing.rule == "own_country"
    assert (consented.actor, consented.action) == ("applicant", "consented")
    assert consented.details.pop("at").startswith("2026-11-23T09:00")
    assert consented.details == {"version": 1, "language": "en", "channel": "web", "partner": "DCC", "country": "IE"}
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.drafts.get("web:anna", ENQUIRY_FORM) is None


async def test_the_last_answer_delivered_twice_makes_one_enquiry(person, storage):
    anna = person()
    await anna.asks()
    await anna.press(YES, NO_NAME)
    first = await anna.say(press=HERE, number="last")
    assert await anna.say(press=HERE, number="last") == first
    assert anna.result.lead == "MSME-TEST0001"
    assert len(await all_leads(storage)) == 1


async def test_a_button_is_offered_where_a_person_is_wanted_and_where_the_bot_does_not_know(person):
    anna = person()
    await anna.say("I want to speak to a real person please")
    assert "Pass on my question" in anna.titles()
    await anna.say(UNKNOWN)
    assert anna.result.intents == ("nlu_fallback",)
    assert "Pass my question on to a person" in anna.titles()
    await anna.say("Which documents do we need?")
    assert anna.result.intents == ("ask_documents",)
    assert "Pass my question on to a person" in anna.titles()
    await anna.say("How long does a stay last?")
    assert "Pass my question on to a person" not in anna.titles()


async def test_what_was_not_understood_is_the_question_also_after_a_wish_for_a_person(person):
    anna = person()
    await anna.say(UNKNOWN)
    await anna.say("I want to speak to a real person please")
    assert f"✓ Question: {UNKNOWN}" in await anna.press(START)
    assert anna.next == (ENQUIRY_FORM, "country")


async def test_a_question_that_was_answered_meanwhile_is_not_passed_on(person):
    anna = person()
    await anna.say(UNKNOWN)
    await anna.say("How long does a stay last?")
    assert UNKNOWN not in await anna.press(START)
    assert anna.next == (ENQUIRY_FORM, "question")


async def test_the_writers_country_is_taken_from_the_question_and_that_of_the_stay_is_not(person):
    anna = person()
    await anna.say("We are from Austria, can my dog come along to the host in Spain?")
    assert "✓ Country: Austria" in await anna.press(START)
    assert anna.next == (ENQUIRY_FORM, "consent")
    ben = person("web", "ben")
    await ben.say("Can my dog come along to the host in Spain?")
    await ben.press(START)
    assert ben.next == (ENQUIRY_FORM, "country")


@pytest.mark.parametrize(
    "typed",
    [
        "How long does a stay last?",
        "How can I cancel an application that my colleague has sent to you last week?",
        "I would like to talk to a person about our application",
        "apply",
        "Could somebody tell me who helps us to write the plan in German when our partner speaks Slovak only?",
    ],
)
async def test_what_is_typed_where_the_question_is_asked_for_is_the_question(person, typed):
    anna = person()
    await anna.press(START)
    await anna.say(typed)
    assert anna.result.form.slots == {"question": typed}


async def test_too_short_a_question_is_asked_for_again(person):
    anna = person()
    await anna.press(START)
    assert "write your question in a few words" in await anna.say("42")
    assert anna.next == (ENQUIRY_FORM, "question")


@pytest.mark.parametrize(("typed", "intent"), [("help", "help"), ("Please speak German", "change_language")])
async def test_a_command_at_the_question_is_no_question(person, typed, intent):
    anna = person()
    await anna.press(START)
    await anna.say(typed)
    assert anna.result.intents == (intent,)
    assert anna.next == (ENQUIRY_FORM, "question")


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
async def test_cancel_stops_it_at_any_question_and_sends_nothing(person, storage, steps):
    anna = person()
    await anna.press(START)
    for press in ['/inform{"question": "May we?"}', '/inform{"country": "IE"}', YES][:steps]:
        await anna.press(press)
    assert "nothing was sent" in await anna.say("cancel")
    assert anna.next is None
    assert await all_leads(storage) == []
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.drafts.get("web:anna", ENQUIRY_FORM) is None


async def test_an_answer_can_be_changed_before_it_is_sent_and_another_receiver_is_agreed_to_anew(person):
    anna = person()
    await anna.asks(country="IE")
    await anna.press(YES)
    await anna.say("no, Austria")
    assert anna.next == (ENQUIRY_FORM, "consent")
    assert anna.result.form.slots["country"] == "AT"
    await anna.press("/correct")
    assert anna.titles() == ["Country", "Question"]
    await anna.press('/correct{"slot": "question"}')
    await anna.say("May we bring a dog?")
    assert anna.next == (ENQUIRY_FORM, "consent")
    assert anna.result.form.slots["question"] == "May we bring a dog?"


async def test_a_receiver_outside_the_eea_is_named_with_the_basis_of_the_transfer(person):
    assert "Article 49(1)(a) GDPR" in await person().asks(country="RS")
    assert "Article 49" not in await person("web", "ben").asks(country="IE")


@pytest.mark.parametrize(
    ("country", "rule", "partner"),
    [("DE", "otherwise", "CAMARABELUX"), ("LU", "luxembourg", "CAMARABELUX"), (None, "country_unknown", "CAMARABELUX")],
)
async def test_without_a_partner_in_the_country_or_without_a_country_the_lead_partner_has_it(
    person, storage, country, rule, partner
):
    anna = person()
    await anna.asks(country=country or "skipped")
    await anna.press(YES, NO_NAME, HERE)
    [(lead, _)] = await all_leads(storage)
    assert (lead.routing.rule, lead.partner) == (rule, partner)
    assert lead.application.get("country") == country


async def test_where_no_answer_can_come_in_the_chat_an_address_is_needed(person, storage):
    anna = person("rest")
    await anna.asks()
    await anna.press(YES, NO_NAME)
    assert anna.titles() == []
    await anna.press(HERE)
    assert anna.next == (ENQUIRY_FORM, "email")
    await anna.say("skip")
    assert anna.next == (ENQUIRY_FORM, "email")
    await anna.say("anna@example.org")
    [(lead, _)] = await all_leads(storage)
    assert (lead.application["email"], lead.application["reply_in_chat"]) == ("anna@example.org", False)


#: An application as far as the question for the town.
APPLYING = (
    "/apply",
    '/inform{"side": "sending"}',
    '/inform{"company_name": "Corrib Joinery"}',
    '/inform{"country": "IE"}',
)


@pytest.mark.parametrize("end", ["sent", "cancelled", "refused"])
async def test_an_application_under_way_goes_on_after_the_enquiry(person, storage, end):
    anna = person()
    await anna.press(*APPLYING, START)
    assert anna.next == (ENQUIRY_FORM, "question")
    await anna.say(QUESTION)
    assert anna.next == (ENQUIRY_FORM, "consent")  # the application tells the country
    if end == "sent":
        said = await anna.press(YES, NO_NAME, HERE)
    else:
        said = await (anna.say("cancel") if end == "cancelled" else anna.press(NO))
    assert "Your application goes on" in said
    assert "In which city or town?" in said
    assert anna.next == ("application_form", "city")
    await anna.say("Galway")
    assert anna.next == ("application_form", "employees")
    assert anna.result.form.slots["company_name"] == "Corrib Joinery"
    assert len(await all_leads(storage)) == (1 if end == "sent" else 0)


async def test_the_application_can_be_gone_back_to_in_the_middle_of_the_enquiry(person):
    anna = person()
    await anna.press(*APPLYING, START)
    await anna.say(QUESTION)
    await anna.press("/apply")
    assert anna.next == ("application_form", "city")
    await anna.press(START)
    assert anna.next == (ENQUIRY_FORM, "consent")
    assert anna.result.form.slots["question"] == QUESTION


async def test_an_application_that_was_stopped_can_be_gone_on_with(person):
    anna = person()
    await anna.press(*APPLYING)
    await anna.say("cancel")
    await anna.press(START)
    await anna.say("cancel")
    assert anna.titles() == ["Go on with the application"]
    assert anna.next is None
    await anna.press("/apply")
    assert anna.next == ("application_form", "city")


async def test_the_consent_of_the_enquiry_is_not_that_of_the_application(person, storage):
    anna = person()
    await anna.press(*APPLYING, START)
    await anna.say(QUESTION)
    await anna.press(YES, NO_NAME, HERE)
    async with storage.unit_of_work(read_only=True) as uow:
        draft = await uow.drafts.get("web:anna", "application_form")
        record = await uow.conversations.get("web:anna")
    assert "consent" not in draft.slots
    assert record.state["consent"] == {}


async def test_a_refusal_erases_the_conversation_where_nothing_else_hangs_on_it(person, storage):
    anna = person()
    await anna.asks()
    assert "erased it together with this conversation" in await anna.press(NO)
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.messages.transcript("web:anna") == []
        assert await uow.conversations.get("web:anna") is None


async def test_a_refusal_leaves_an_enquiry_sent_before_reachable(person, storage):
    anna = person()
    await anna.asks()
    await anna.press(YES, NO_NAME, HERE)
    await anna.asks("And may we bring a dog?")
    assert "kept for 30 days" in await anna.press(NO)
    [(lead, _)] = await all_leads(storage)
    assert lead.conversation == "web:anna"
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.drafts.get("web:anna", ENQUIRY_FORM) is None


async def test_an_application_refused_erases_what_was_said_and_the_answer_to_an_enquiry_still_finds_the_chat(
    person, storage
):
    anna = person()
    await anna.asks()
    await anna.press(YES, NO_NAME, HERE, *APPLYING)
    await anna.press(NO)
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.messages.transcript("web:anna") == []
        assert await uow.drafts.get("web:anna", "application_form") is None
        assert (await uow.conversations.get("web:anna")).state == {}
    [(lead, _)] = await all_leads(storage)
    assert lead.conversation == "web:anna"


async def test_an_enquiry_is_no_earlier_application_of_the_company(person, storage):
    anna = person()
    await anna.asks()
    await anna.press(YES, NO_NAME)
    await anna.say("anna@example.org")
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.leads.of_company({"email": "anna@example.org"}) == []


@pytest.mark.parametrize("beside", ["nothing", "application", "lead"])
async def test_an_abandoned_enquiry_is_erased_after_a_day_and_an_application_is_not(person, storage, beside):
    anna = person()
    if beside == "application":
        await anna.press(*APPLYING)
    if beside == "lead":
        await anna.asks()
        await anna.press(YES, NO_NAME, HERE)
    await anna.press(START)
    await anna.say(QUESTION)
    programme = load_programme()
    async with storage.unit_of_work() as uow:
        draft = await uow.drafts.get("web:anna", ENQUIRY_FORM)
        application = await uow.drafts.get("web:anna", "application_form")
        if application:  # agreed to, and so kept for longer
            await uow.drafts.save(type(application)(**{**vars(application), "consented": True}))
            await uow.commit()
    later = draft.updated_at.replace(day=draft.updated_at.day + 2)
    assert (await purge(storage, programme, later))["drafts"] == 1
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.drafts.get("web:anna", ENQUIRY_FORM) is None
        assert (await uow.drafts.get("web:anna", "application_form") is not None) == (beside == "application")
        assert bool(await uow.messages.transcript("web:anna")) == (beside != "nothing")


async def test_an_enquiry_is_listed_and_exported_with_its_question_in_the_last_column(
    person, storage, tmp_path, capsys
):
    anna = person()
    await anna.asks("=May we bring our machines along to the host, and may the host keep them for as long as it likes?")
    await anna.press(YES, NO_NAME, HERE)
    settings = Settings(_env_file=None, database_url=f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    await list_leads(settings, None)
    assert "=May we bring our machines along to the host, and may the h…" in capsys.readouterr().out
    await export_leads(settings, None, "csv", tmp_path / "leads.csv")
    head, row = csv.reader((tmp_path / "leads.csv").open(encoding="utf-8", newline=""))
    assert head[-1] == "question"
    assert row[-1].startswith("'=May we bring")  # no formula
    assert dict(zip(head, row, strict=True))["kind"] == "enquiry"
