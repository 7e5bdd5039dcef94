"""A lead is stored once, its contact in columns of its own, and every change of its state is checked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from sqlalchemy import select

from bot.errors import BotError, NotFoundError, StorageError
from bot.model import APPLICATION_SLOTS, Lead, LeadState
from bot.storage import TRANSITIONS, LeadEvent, LeadStateError, OutboxMessage, Storage, allowed_changes
from bot.storage.tables import leads as leads_table

from .examples import ANNA, CONTACT, NOW, SteppingClock, a_lead, begin_conversation

pytestmark = pytest.mark.asyncio


async def _add(storage: Storage, *leads: Lead) -> None:
    async with storage.unit_of_work() as uow:
        for lead in leads:
            await uow.leads.add(lead, f"key of {lead.reference}")
        await uow.commit()


async def test_a_lead_comes_back_as_it_was(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    lead = a_lead("MSME-1", NOW, conversation=ANNA)
    created = LeadEvent(NOW, "applicant", "create", None, "new", None, {"channel": "telegram"})
    async with storage.unit_of_work() as uow:
        assert await uow.leads.add(lead, "key", [created], site="feh") == lead
        await uow.commit()
    async with storage.unit_of_work(read_only=True) as uow:
        found = await uow.leads.get("MSME-1")
        assert await uow.leads.events("MSME-1") == [created]
    assert found == lead
    assert found and list(found.application) == [name for name in APPLICATION_SLOTS if name in lead.application]


async def test_an_enquiry_without_contact_or_verdict_comes_back_as_it_was(storage: Storage) -> None:
    lead = replace(a_lead("MSME-1", NOW), kind="enquiry", application={"country": "LU"}, eligibility=None)
    await _add(storage, lead)
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.leads.get("MSME-1") == lead
        assert await uow.leads.get("MSME-2") is None


async def test_contact_details_lie_in_their_columns_only(storage: Storage) -> None:
    await _add(storage, a_lead("MSME-1", NOW))
    async with storage.unit_of_work(read_only=True) as uow:
        row = (await uow.leads._connection.execute(select(leads_table))).one()
    columns = {name for name, value in row._mapping.items() if value in CONTACT.values()}
    elsewhere = str({name: value for name, value in row._mapping.items() if name not in CONTACT})
    assert columns == set(CONTACT)
    assert [value for value in CONTACT.values() if value in elsewhere] == []


async def test_one_submission_is_one_lead(storage: Storage) -> None:
    event = LeadEvent(NOW, "applicant", "create", None, "new")
    async with storage.unit_of_work() as uow:
        first = await uow.leads.add(a_lead("MSME-1", NOW), "same", [event])
        again = await uow.leads.add(a_lead("MSME-2", NOW), "same", [event])
        await uow.commit()
        assert len(await uow.leads.events("MSME-1")) == 1
        assert len(await uow.leads.list()) == 1
    assert again == first


async def test_one_submission_sent_at_the_same_time_is_one_lead(storage: Storage) -> None:
    async def submit(number: int) -> str:
        async with storage.unit_of_work() as uow:
            lead = await uow.leads.add(a_lead(f"MSME-{number}", NOW), "same")
            await uow.commit()
        return lead.reference

    references = await asyncio.gather(*(submit(number) for number in range(8)))
    assert len(set(references)) == 1


async def test_a_reference_is_not_given_twice(storage: Storage) -> None:
    await _add(storage, a_lead("MSME-1", NOW))
    with pytest.raises(StorageError, match="reference"):
        async with storage.unit_of_work() as uow:
            await uow.leads.add(a_lead("MSME-1", NOW), "another key")


async def test_lists_are_by_partner_and_state_newest_last(storage: Storage) -> None:
    hour = timedelta(hours=1)
    await _add(
        storage,
        a_lead("MSME-3", NOW + 2 * hour),
        a_lead("MSME-1", NOW),
        a_lead("MSME-2", NOW + hour, partner="LJ"),
        a_lead("MSME-4", NOW + 3 * hour, state="closed"),
    )
    async with storage.unit_of_work(read_only=True) as uow:
        everything = [lead.reference for lead in await uow.leads.list()]
        theirs = [lead.reference for lead in await uow.leads.list(partner="ATH")]
        open_ones = [lead.reference for lead in await uow.leads.list(partner="ATH", state="new")]
        closed = [lead.reference for lead in await uow.leads.list(state="closed")]
    assert everything == ["MSME-1", "MSME-2", "MSME-3", "MSME-4"]
    assert (theirs, open_ones) == (["MSME-1", "MSME-3", "MSME-4"], ["MSME-1", "MSME-3"])
    assert closed == ["MSME-4"]


async def test_a_stream_gives_every_lead_once_in_the_order_of_the_list(storage: Storage) -> None:
    # More than two chunks, most of them of the same moment, newest stored first.
    leads = [
        a_lead(f"MSME-{number}", NOW - timedelta(minutes=number // 150), partner="LJ" if number % 3 else "ATH")
        for number in range(450)
    ]
    await _add(storage, *leads)
    async with storage.unit_of_work(read_only=True) as uow:
        everything = [lead.reference async for lead in uow.leads.stream()]
        theirs = [lead.reference async for lead in uow.leads.stream(partner="ATH")]
        assert everything == [lead.reference for lead in await uow.leads.list()]
        assert theirs == [lead.reference for lead in await uow.leads.list(partner="ATH")]
    assert (len(everything), len(theirs)) == (450, 150)


async def test_a_stream_of_nothing_ends_at_once(storage: Storage) -> None:
    async with storage.unit_of_work(read_only=True) as uow:
        assert [lead async for lead in uow.leads.stream()] == []


async def test_a_person_finds_the_leads_of_the_conversation(storage: Storage) -> None:
    await begin_conversation(storage, NOW)
    await begin_conversation(storage, NOW, "web:other")
    later = NOW + timedelta(days=1)
    await _add(
        storage,
        a_lead("MSME-2", later, conversation=ANNA),
        a_lead("MSME-1", NOW, conversation=ANNA),
        a_lead("MSME-3", NOW, conversation="web:other"),
    )
    async with storage.unit_of_work(read_only=True) as uow:
        theirs = await uow.leads.for_conversation(ANNA)
    assert [lead.reference for lead in theirs] == ["MSME-1", "MSME-2"]


async def test_a_change_of_state_is_recorded(storage: Storage, clock: SteppingClock) -> None:
    await _add(storage, a_lead("MSME-1", NOW))
    first = clock.forward(3600)
    async with storage.unit_of_work() as uow:
        changed = await uow.leads.change_state("MSME-1", "in_review", "maria@example.org", "Looks complete")
        await uow.commit()
    second = clock.forward(3600)
    async with storage.unit_of_work() as uow:
        await uow.leads.change_state("MSME-1", "accepted", "maria@example.org", "Ταιριάζει")
        await uow.commit()
        events = await uow.leads.events("MSME-1")
        found = await uow.leads.get("MSME-1")
    assert (changed.state, found and found.state) == ("in_review", "accepted")
    assert events == [
        LeadEvent(first, "maria@example.org", "change_state", "new", "in_review", "Looks complete"),
        LeadEvent(second, "maria@example.org", "change_state", "in_review", "accepted", "Ταιριάζει"),
    ]


async def test_every_pair_of_states_is_allowed_or_refused_as_the_table_says(storage: Storage) -> None:
    states: tuple[LeadState, ...] = get_args(LeadState)
    assert set(TRANSITIONS) == set(states)
    async with storage.unit_of_work() as uow:
        for before in states:
            for after in states:
                reference = f"{before}-{after}"
                await uow.leads.add(a_lead(reference, NOW, state=before), reference)
                if after in allowed_changes(before):
                    assert (await uow.leads.change_state(reference, after, "staff", "why")).state == after
                    continue
                with pytest.raises(LeadStateError, match=f"{before} cannot become {after}"):
                    await uow.leads.change_state(reference, after, "staff", "why")
                assert await uow.leads.events(reference) == []


async def test_a_refused_change_is_an_error_of_the_bot() -> None:
    assert issubclass(LeadStateError, BotError)


async def test_a_change_by_who_saw_an_older_state_is_refused(storage: Storage) -> None:
    await _add(storage, a_lead("MSME-1", NOW, state="in_review"))
    with pytest.raises(LeadStateError, match="somebody else"):
        async with storage.unit_of_work() as uow:
            await uow.leads.change_state("MSME-1", "declined", "staff", "why", expected="new")


async def test_of_two_decisions_at_the_same_time_one_is_refused(storage: Storage) -> None:
    await _add(storage, a_lead("MSME-1", NOW, state="in_review"))

    async def decide(to: LeadState) -> None:
        async with storage.unit_of_work() as uow:
            await uow.leads.change_state("MSME-1", to, "staff", "why", expected="in_review")
            await uow.commit()

    outcomes = await asyncio.gather(decide("accepted"), decide("declined"), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LeadStateError", "NoneType"]
    async with storage.unit_of_work(read_only=True) as uow:
        assert len(await uow.leads.events("MSME-1")) == 1


async def test_a_lead_that_does_not_exist_cannot_change(storage: Storage) -> None:
    async with storage.unit_of_work() as uow:
        with pytest.raises(NotFoundError, match="MSME-9"):
            await uow.leads.change_state("MSME-9", "closed", "staff", "why")


async def test_other_events_are_recorded_too(storage: Storage) -> None:
    await _add(storage, a_lead("MSME-1", NOW))
    exported = LeadEvent(NOW, "maria@example.org", "export", details={"format": "xlsx"})
    async with storage.unit_of_work() as uow:
        await uow.leads.record("MSME-1", exported)
        assert await uow.leads.events("MSME-1") == [exported]
        with pytest.raises(NotFoundError):
            await uow.leads.record("MSME-9", exported)


async def test_untouched_leads_are_found_unless_a_promise_was_made(storage: Storage) -> None:
    await _add(
        storage,
        a_lead("MSME-1", NOW - timedelta(days=5)),
        a_lead("MSME-2", NOW - timedelta(days=4), partner="WKO"),
        a_lead("MSME-3", NOW - timedelta(days=3), state="in_review"),
        a_lead("MSME-4", NOW - timedelta(days=2)),
        a_lead("MSME-5", NOW),
    )
    before = NOW - timedelta(days=2)
    async with storage.unit_of_work() as uow:
        found = await uow.leads.untouched_since(before, "/reminder")
        assert [lead.reference for lead in found] == ["MSME-1", "MSME-2", "MSME-4"]
        await uow.outbox.add(OutboxMessage("email", "a@example.org", {}, "MSME-1/reminder"))
        await uow.commit()
        found = await uow.leads.untouched_since(before, "/reminder", ["ATH"])
        assert [lead.reference for lead in found] == ["MSME-4"]
        assert await uow.leads.untouched_since(before, "/reminder", []) == []


async def test_an_enquiry_keeps_the_order_of_its_questions_and_is_no_application_of_a_company(storage: Storage) -> None:
    slots = {"question": "May we?", "country": "GR", "contact_name": "Anna", "email": "a@b.gr", "reply_in_chat": False}
    lead = replace(a_lead("MSME-1", NOW), kind="enquiry", application=slots, eligibility=None)
    async with storage.unit_of_work() as uow:
        await uow.leads.add(lead, "key")
        await uow.commit()
    async with storage.unit_of_work(read_only=True) as uow:
        found = await uow.leads.get("MSME-1")
        assert await uow.leads.of_company({"email": "a@b.gr"}) == []
    assert found == lead
    assert list(found.application) == list(slots)
