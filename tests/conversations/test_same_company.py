"""A company that applies again is told so, staff see the link, and nothing is merged; a new consent text asks again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import yaml

from bot.bootstrap import utc_now
from bot.conversation.engine import Engine
from bot.model import IncomingMessage, TurnResult
from bot.programme import load_programme

SCRIPT = Path(__file__).resolve().parent / "en" / "volunteers_goes_back_and_corrects.yml"
TOLD = "An earlier application of your company"


async def apply(engine: Engine, conversation: str, until: str = "send") -> TurnResult:
    """Walk through the transcript's application, in a conversation of its own."""
    result = TurnResult(conversation, "en")
    for number, line in enumerate(yaml.safe_load(SCRIPT.read_text(encoding="utf-8"))["when"]):
        if until in str(line.get("press")):
            break
        if "user" in line or "press" in line:
            message = IncomingMessage(
                "web", conversation, str(number), line.get("user"), line.get("press"), locale="en"
            )
            result = await engine.handle(message)
    return result


async def send(engine: Engine, conversation: str) -> str:
    sent = await engine.handle(
        IncomingMessage("web", conversation, "send", payload='/inform{"confirm": "send"}', locale="en")
    )
    return "\n".join(reply.text for reply in sent.replies)


async def test_a_second_application_of_a_company_is_told_and_linked_not_merged(engine, storage):
    await apply(engine, "one")
    first = await send(engine, "one")
    await apply(engine, "two")
    second = await send(engine, "two")
    assert TOLD not in first
    assert TOLD in second
    async with storage.unit_of_work() as uow:
        leads = {lead.conversation: lead.reference for lead in await uow.leads.list()}
        events = await uow.leads.events(leads["web:two"])
    assert len(leads) == 2
    linked = next(event for event in events if event.action == "same_company")
    assert linked.details == {"references": [leads["web:one"]]}
    assert leads["web:one"] not in second  # the second person may be somebody else


async def test_a_consent_is_recorded_with_its_text_language_channel_and_receiver(engine, storage):
    await apply(engine, "one")
    await send(engine, "one")
    async with storage.unit_of_work() as uow:
        lead = (await uow.leads.list())[0]
        events = await uow.leads.events(lead.reference)
    consent = next(event for event in events if event.action == "consented").details
    assert consent.pop("at").startswith("20")
    assert consent == {"version": 1, "language": "en", "channel": "web", "partner": "DCC", "country": "IE"}


async def test_a_new_text_asks_for_consent_again(engine, assistant, storage, files):
    assert (await apply(engine, "one")).form.next == "confirm"
    programme = load_programme()
    newer = replace(programme, privacy=programme.privacy.model_copy(update={"consent_version": 2}))
    later = Engine(assistant, storage, newer, files=files, clock=utc_now, new_reference=lambda: "MSME-LATER")
    await send(later, "one")
    async with storage.unit_of_work() as uow:
        assert await uow.leads.list() == []
    agreed = await later.handle(IncomingMessage("web", "one", "yes", payload='/inform{"consent": true}', locale="en"))
    assert agreed.form.next == "confirm"


async def test_a_refusal_erases_the_answers_and_the_transcript_that_holds_them(engine, storage):
    await apply(engine, "refuses", until="nothing")
    async with storage.unit_of_work() as uow:
        assert await uow.messages.transcript("web:refuses")
    await engine.handle(IncomingMessage("web", "refuses", "again", payload="/apply", locale="en"))
    refused = await engine.handle(
        IncomingMessage("web", "refuses", "no", payload='/inform{"consent": false}', locale="en")
    )
    assert "I have erased your answers" in refused.replies[-1].text
    async with storage.unit_of_work() as uow:
        assert await uow.messages.transcript("web:refuses") == []
        assert await uow.drafts.get("web:refuses", "application_form") is None
