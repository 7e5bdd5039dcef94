"""A lead that lies untouched is recalled after three working days, and told to the lead partner after three more."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from delivery.examples import MAILBOX, greek_lead, programme_with, take_in
from storage.examples import SteppingClock

from bot.applications.reminders import promise_reminders, working_days_before
from bot.programme import Programme
from bot.storage import Storage

#: 2 March 2026 is a Monday.
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(2, 9)
LEAD_MAILBOX = "lead@example.org"


def march(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=timezone.utc)


@pytest.fixture
def programme() -> Programme:
    return programme_with(STHEV={"notify_email": MAILBOX}, CAMARABELUX={"notify_email": LEAD_MAILBOX})


async def reminded(storage: Storage) -> list[tuple[str, str, str]]:
    """The reminders that are promised: template, reference, receiver."""
    async with storage.unit_of_work(read_only=True) as uow:
        return [
            (str(message.payload["template"]), str(message.lead_reference), message.destination)
            for message in await uow.outbox.undelivered()
            if message.payload["template"] in ("reminder", "escalation")
        ]


@pytest.mark.parametrize(
    ("now", "days", "expected"),
    [
        (march(THURSDAY), 3, march(MONDAY)),
        (march(FRIDAY), 1, march(THURSDAY)),
        (march(MONDAY + 7), 1, march(FRIDAY)),
        (march(WEDNESDAY + 7), 3, march(FRIDAY)),
        (march(TUESDAY + 7), 6, march(MONDAY)),
        (march(SATURDAY), 1, march(FRIDAY, 0)),
        (march(SUNDAY, 23), 3, march(WEDNESDAY, 0)),
        (march(THURSDAY, 0).astimezone(timezone(timedelta(hours=-5))), 3, march(MONDAY, 0)),
    ],
)
def test_working_days_are_counted_back_over_weekends(now: datetime, days: int, expected: datetime) -> None:
    assert working_days_before(now, days) == expected


@pytest.mark.parametrize(
    ("came", "due"),
    [
        (march(MONDAY), march(THURSDAY)),
        (march(FRIDAY), march(WEDNESDAY + 7)),
        (march(SATURDAY), march(THURSDAY + 7, 0)),
        (march(SUNDAY, 22), march(THURSDAY + 7, 0)),
        (march(WEDNESDAY, 23), march(MONDAY + 7, 23)),
    ],
)
async def test_a_reminder_comes_after_three_working_days_and_no_sooner(
    storage: Storage, programme: Programme, came: datetime, due: datetime
) -> None:
    await take_in(storage, programme, greek_lead(created_at=came))
    assert await promise_reminders(storage, programme, due - timedelta(minutes=1)) == 0
    assert await promise_reminders(storage, programme, due) == 1
    assert await reminded(storage) == [("reminder", "MSME-AB23CD45", MAILBOX)]


async def test_each_reminder_is_promised_once_over_two_weeks(
    storage: Storage, programme: Programme, clock: SteppingClock
) -> None:
    await take_in(storage, programme, greek_lead(created_at=march(FRIDAY)))
    promised = {}
    now = march(FRIDAY)
    while now < march(FRIDAY + 14):
        if count := await promise_reminders(storage, programme, now):
            promised[now] = count
        now += timedelta(hours=6)
    assert promised == {march(WEDNESDAY + 7): 1, march(MONDAY + 14): 1}
    assert await reminded(storage) == [
        ("reminder", "MSME-AB23CD45", MAILBOX),
        ("escalation", "MSME-AB23CD45", LEAD_MAILBOX),
    ]


async def test_a_lead_that_was_taken_up_is_not_recalled(storage: Storage, programme: Programme) -> None:
    await take_in(storage, programme, greek_lead(created_at=march(MONDAY)))
    async with storage.unit_of_work() as uow:
        await uow.leads.change_state("MSME-AB23CD45", "in_review", "reviewer")
        await uow.commit()
    assert await promise_reminders(storage, programme, march(MONDAY + 21)) == 0


async def test_where_no_mailbox_is_set_only_the_lead_partner_is_told(storage: Storage) -> None:
    programme = programme_with(CAMARABELUX={"notify_email": LEAD_MAILBOX})
    await take_in(storage, programme, greek_lead(created_at=march(MONDAY)))
    assert await promise_reminders(storage, programme, march(MONDAY + 7)) == 0
    assert await promise_reminders(storage, programme, march(TUESDAY + 7)) == 1
    assert await reminded(storage) == [("escalation", "MSME-AB23CD45", LEAD_MAILBOX)]


async def test_without_any_mailbox_nobody_is_told(storage: Storage) -> None:
    programme = programme_with()
    await take_in(storage, programme, greek_lead(created_at=march(MONDAY)))
    assert await promise_reminders(storage, programme, march(MONDAY + 21)) == 0


async def test_many_leads_are_found_at_once(storage: Storage, programme: Programme) -> None:
    leads = [greek_lead(f"MSME-{day}", march(day)) for day in range(MONDAY, SATURDAY)]
    await take_in(storage, programme, *leads)
    assert await promise_reminders(storage, programme, march(MONDAY + 7)) == 3
    assert [reference for _, reference, _ in await reminded(storage)] == ["MSME-2", "MSME-3", "MSME-4"]
