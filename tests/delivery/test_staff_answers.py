"""Staff's answers: into the chat in order and once, by e-mail where the chat cannot be reached, to the right eyes only."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from storage.examples import ANNA, NOW, SteppingClock, begin_conversation

from bot.applications import correspondence, erasure, retention
from bot.delivery import ChatSender, LetterWriter, OutboxWorker
from bot.errors import BotError, DeliveryError
from bot.model import Lead, Pushed, Reply
from bot.storage import DraftRecord, LeadStateError, OutboxMessage, Storage, TranscriptRow

from .examples import ADDRESS, PROGRAMME, greek_lead, no_rest, programme_with

REFERENCE = "MSME-AB23CD45"


class Chat:
    """A channel: takes messages, or says why not."""

    def __init__(self, *problems: DeliveryError, seen_now: bool = True) -> None:
        self.problems, self.seen_now = list(problems), seen_now
        self.taken: list[tuple[str, str, str]] = []

    async def __call__(self, conversation: str, reply: Reply, language: str, key: str) -> Pushed:
        if self.problems:
            raise self.problems.pop(0)
        self.taken.append((conversation, reply.text, key))
        return Pushed(str(len(self.taken)), self.seen_now)


async def a_lead(storage: Storage, *, conversation: str = ANNA, reference: str = REFERENCE, **slots) -> Lead:
    lead = replace(greek_lead(reference, **slots), conversation=conversation)
    if conversation:
        await begin_conversation(storage, NOW, conversation)
    async with storage.unit_of_work() as uow:
        await uow.leads.add(lead, reference)
        await uow.commit()
    return lead


async def answer(storage: Storage, text: str = "Παρακαλώ στείλτε τον ΑΦΜ.", *, waits: bool = False, **more) -> str:
    async with storage.unit_of_work() as uow:
        lead = await uow.leads.get(more.get("reference", REFERENCE))
        way = await correspondence.answer(
            uow, lead, text, more.get("language", "el"), "eva@sthev.example.org", NOW, needs_information=waits
        )
        await uow.commit()
    return way


async def undelivered(storage: Storage) -> list[OutboxMessage]:
    async with storage.unit_of_work(read_only=True) as uow:
        return await uow.outbox.undelivered()


async def actions(storage: Storage) -> list[str]:
    async with storage.unit_of_work(read_only=True) as uow:
        return [event.action for event in await uow.leads.events(REFERENCE)]


def worker(storage: Storage, clock: SteppingClock, chat: Chat) -> OutboxWorker:
    return OutboxWorker(storage, {"message": ChatSender(storage, PROGRAMME, {"telegram": chat}, clock)}, clock, no_rest)


async def test_an_answer_is_brought_with_who_writes_and_recorded_without_its_text(storage, clock):
    await a_lead(storage)
    assert await answer(storage, waits=True) == "chat"
    [promised] = await undelivered(storage)
    assert "ΑΦΜ" not in str(promised.payload)
    chat = Chat()
    assert await worker(storage, clock, chat).deliver_due() == 1
    [(conversation, text, _)] = chat.taken
    assert conversation == ANNA
    assert text.startswith("**") and REFERENCE in text.splitlines()[0]
    assert "Παρακαλώ στείλτε τον ΑΦΜ." in text
    async with storage.unit_of_work(read_only=True) as uow:
        [row] = await uow.messages.by_staff(ANNA)
        lead = await uow.leads.get(REFERENCE)
        events = await uow.leads.events(REFERENCE)
    assert (row.author, row.lead_reference, row.ref, row.language) == ("staff", REFERENCE, "1", "el")
    assert row.delivered_at == clock()
    assert lead.state == "needs_information"
    assert events[0].actor == "eva@sthev.example.org"
    assert events[0].details == {"transcript": row.id, "way": "chat"}
    assert "ΑΦΜ" not in str(events)


async def test_answers_come_in_their_order_also_after_a_failure_and_each_once(storage, clock):
    await a_lead(storage)
    for number in range(3):
        await answer(storage, f"No. {number}")
    chat = Chat(DeliveryError("Telegram is not connected"))
    run = worker(storage, clock, chat)
    assert await run.deliver_due() == 0
    clock.forward(61)
    assert await run.deliver_due() == 3
    assert [text.splitlines()[-1] for _, text, _ in chat.taken] == ["No. 0", "No. 1", "No. 2"]
    assert await run.deliver_due() == 0


async def test_killed_after_the_record_nothing_is_sent_again(storage, clock):
    await a_lead(storage)
    await answer(storage)
    chat = Chat()
    sender = ChatSender(storage, PROGRAMME, {"telegram": chat}, clock)
    async with storage.unit_of_work() as uow:
        [taken] = await uow.outbox.due(clock())
        await uow.commit()
    await sender.send(taken)  # and here the process dies: the worker notes nothing
    clock.forward(120)
    assert await worker(storage, clock, chat).deliver_due() == 0
    assert await undelivered(storage) == []
    await sender.send(taken)  # should a late replica still hold it
    assert len(chat.taken) == 1


async def test_who_has_blocked_the_bot_meanwhile_gets_a_letter_once(storage, clock):
    await a_lead(storage)
    await answer(storage, "Ο ΑΦΜ λείπει.\nΕυχαριστώ!")
    chat = Chat(DeliveryError("the bot is blocked in that chat", permanent=True))
    await worker(storage, clock, chat).deliver_due()
    failed, letter = await undelivered(storage)
    assert failed.failed_at and "by e-mail instead" in failed.last_error
    assert (letter.kind, letter.destination) == ("email", "anna@example.org")
    assert await actions(storage) == ["answered", "answered_by_email"]
    written = await LetterWriter(storage, PROGRAMME, ADDRESS).write(letter)
    assert "Ο ΑΦΜ λείπει." in written.paragraphs and "Ευχαριστώ!" in written.paragraphs
    assert REFERENCE in written.subject
    assert written.reply_to == (PROGRAMME.partners["STHEV"].contact or PROGRAMME.facts.support_email)
    assert "Ο ΑΦΜ λείπει." in written.html
    async with storage.unit_of_work() as uow:  # staff try it again by hand
        assert await uow.outbox.retry(failed.id, clock())
        await uow.commit()
    await worker(storage, clock, chat).deliver_due()
    assert len(await undelivered(storage)) == 1
    assert chat.taken == []


async def test_without_an_address_staff_are_told_to_phone(storage, clock):
    await a_lead(storage, email=None)
    await answer(storage)
    await worker(storage, clock, Chat(DeliveryError("blocked", permanent=True))).deliver_due()
    [failed] = await undelivered(storage)
    assert "please phone" in failed.last_error
    assert await actions(storage) == ["answered", "answer_not_delivered"]


async def test_a_chat_that_is_never_reached_gives_way_to_a_letter(storage, clock):
    await a_lead(storage)
    await answer(storage)
    run = worker(storage, clock, Chat(*[DeliveryError("away")] * 200))
    for _ in range(200):
        await run.deliver_due()
        clock.forward(3601)
    assert [message.kind for message in await undelivered(storage)] == ["message", "email"]


async def test_a_visitor_who_is_away_gets_a_letter_as_well(storage, clock):
    await a_lead(storage)
    await answer(storage)
    await worker(storage, clock, Chat(seen_now=False)).deliver_due()
    assert [message.kind for message in await undelivered(storage)] == ["email"]


@pytest.mark.parametrize("conversation", ["", "rest:key/anna", "console:anna"])
async def test_where_there_is_no_chat_to_push_to_a_letter_goes(storage, conversation):
    await a_lead(storage, conversation=conversation)
    assert await answer(storage, waits=True) == "email"
    [letter] = await undelivered(storage)
    assert letter.payload["text"].startswith("Παρακαλώ")
    async with storage.unit_of_work(read_only=True) as uow:
        assert (await uow.leads.get(REFERENCE)).state == "needs_information"


async def test_who_is_known_to_have_blocked_the_bot_gets_a_letter_at_once(storage):
    await a_lead(storage)
    async with storage.unit_of_work() as uow:
        await uow.conversations.mark_blocked(ANNA, NOW)
        await uow.commit()
    assert await answer(storage) == "email"


async def test_who_cannot_be_written_to_has_to_be_phoned_and_nothing_is_kept(storage):
    await a_lead(storage, conversation="rest:key/anna", email=None)
    with pytest.raises(BotError, match="Please phone"):
        await answer(storage, waits=True)
    assert await actions(storage) == []


@pytest.mark.parametrize(("text", "language"), [(" \n", "el"), ("x" * 3001, "el"), ("Hi", "tlh")])
async def test_an_answer_that_cannot_be_shown_is_refused(storage, text, language):
    await a_lead(storage)
    with pytest.raises(BotError):
        await answer(storage, text, language=language)


async def test_an_accepted_lead_cannot_wait_for_information(storage):
    await a_lead(storage)
    async with storage.unit_of_work() as uow:
        await uow.leads.change_state(REFERENCE, "in_review", "eva")
        await uow.leads.change_state(REFERENCE, "accepted", "eva")
        await uow.commit()
    with pytest.raises(LeadStateError):
        await answer(storage, waits=True)
    assert await answer(storage) == "chat"


async def test_two_answers_at_once_are_both_promised(storage):
    await a_lead(storage)
    await asyncio.gather(answer(storage, "one"), answer(storage, "two"))
    assert len({message.message_key for message in await undelivered(storage)}) == 2


async def test_the_letter_limit_does_not_count_for_staff(storage):
    await a_lead(storage, conversation="")
    for number in range(9):
        await answer(storage, f"No. {number}")
    assert len(await undelivered(storage)) == 9


async def test_a_reply_is_told_by_its_reference_each_time(storage, clock):
    programme = programme_with(STHEV={"notify_email": "leads@sthev.example.org", "notify_telegram_group": "-100"})
    await a_lead(storage)
    await answer(storage, waits=True)
    async with storage.unit_of_work() as uow:
        for text in ("EL094259216", "and more"):
            [row] = await uow.messages.append([TranscriptRow(ANNA, "in", text, NOW, lead_reference=REFERENCE)])
            await correspondence.take_reply(uow, REFERENCE, row, programme, NOW)
        await uow.commit()
    told = [message for message in await undelivered(storage) if message.payload["template"] == "applicant_replied"]
    assert [message.kind for message in told] == ["email", "telegram_group"] * 2
    assert "EL094259216" not in str(told)
    letter = await LetterWriter(storage, programme, ADDRESS).write(told[0])
    assert "EL094259216" not in letter.text and REFERENCE in letter.subject
    replied = ["applicant_replied", "change_state", "applicant_replied"]
    assert await actions(storage) == ["answered", "change_state", *replied]


async def test_beside_another_organisations_lead_only_the_correspondence_is_shown(storage):
    await a_lead(storage)
    await a_lead(storage, reference="MSME-OTHER234")
    async with storage.unit_of_work() as uow:
        await uow.messages.append([TranscriptRow(ANNA, "in", "our turnover is secret", NOW)])
        await uow.commit()
    await answer(storage, "For both")

    async def shown(reference: str = REFERENCE) -> list[str]:
        async with storage.unit_of_work(read_only=True) as uow:
            return [row.text for row in (await correspondence.transcript_of(uow, reference, None))[1]]

    assert await shown() == ["our turnover is secret", "For both"]  # both leads are of one organisation
    third = replace(greek_lead("MSME-THIRD234"), partner="WKO", conversation=ANNA)
    async with storage.unit_of_work() as uow:
        await uow.leads.add(third, "third")
        await uow.commit()
    assert await shown() == ["For both"]
    assert await shown("MSME-THIRD234") == []
    async with storage.unit_of_work(read_only=True) as uow:
        with pytest.raises(BotError, match="There is no lead"):
            await correspondence.transcript_of(uow, REFERENCE, "WKO")


async def test_what_is_said_since_a_form_was_begun_anew_is_not_shown(storage):
    await a_lead(storage)
    later = NOW + timedelta(minutes=5)
    async with storage.unit_of_work() as uow:
        await uow.messages.append([TranscriptRow(ANNA, "in", "send it", NOW), TranscriptRow(ANNA, "in", "new", later)])
        await uow.drafts.save(DraftRecord(ANNA, "application_form", {"side": "host"}, "country", False, later, later))
        await uow.commit()
    async with storage.unit_of_work(read_only=True) as uow:
        _, rows = await correspondence.transcript_of(uow, REFERENCE, "STHEV")
    assert [row.text for row in rows] == ["send it"]


async def test_an_answer_on_its_way_goes_with_the_chat_that_is_erased(storage, clock):
    await a_lead(storage)
    await answer(storage)
    async with storage.unit_of_work() as uow:
        await erasure.erase(uow, PROGRAMME, erasure.Erasure((ANNA,)), NOW)
        await uow.commit()
    assert await undelivered(storage) == []


async def test_an_answer_on_its_way_outlives_what_was_said_where_the_chat_still_waits_for_it(storage, clock):
    await a_lead(storage)
    await answer(storage)
    async with storage.unit_of_work() as uow:
        await erasure.erase(uow, PROGRAMME, erasure.Erasure((ANNA,), keep_address=True), NOW)
        await uow.commit()
    chat = Chat()
    assert await worker(storage, clock, chat).deliver_due() == 1
    assert len(chat.taken) == 1


async def test_a_late_answer_is_kept_as_long_as_any_message(storage, clock):
    await a_lead(storage)
    clock.forward(40 * 86400)
    async with storage.unit_of_work() as uow:
        lead = await uow.leads.get(REFERENCE)
        await correspondence.answer(uow, lead, "Late", "el", "eva", clock(), needs_information=True)
        await uow.commit()
    await retention.purge(storage, PROGRAMME, clock())
    async with storage.unit_of_work(read_only=True) as uow:
        assert [row.text for row in await uow.messages.transcript(ANNA)] == ["Late"]
    clock.forward(31 * 86400)
    await retention.purge(storage, PROGRAMME, clock())
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.messages.transcript(ANNA) == []
