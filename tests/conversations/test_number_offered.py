"""The summary offers to add the company's number, which no question of the form asks for; then it comes again."""

from __future__ import annotations

import pytest
from conversations.applicant import Applicant

from bot.conversation.engine import Engine
from bot.model import Reply

ADD = "Add VAT or company number"
SUMMARY = "Please check your application:"


def titles(reply: Reply) -> list[str]:
    return [button.title for button in reply.buttons]


@pytest.fixture
async def applicant(engine: Engine) -> Applicant:
    """Somebody who reads the summary of an Austrian company's application."""
    applicant = Applicant(engine)
    await applicant.fill(country="AT", destinations=["SI"])
    return applicant


async def press(applicant: Applicant, title: str) -> str:
    [payload] = [button.payload for button in applicant.result.replies[-1].buttons if button.title == title]
    return await applicant.press(payload)


async def test_the_number_is_offered_and_asked_for(applicant: Applicant) -> None:
    summary = applicant.result.replies[-1]
    assert summary.text.startswith(SUMMARY)
    assert titles(summary) == ["Send", "Change something", ADD, "Cancel"]
    assert "What is your VAT or company number?" in await press(applicant, ADD)
    assert applicant.result.form.next == "registration_number"


async def test_a_number_is_taken_and_the_summary_comes_again_without_the_offer(applicant: Applicant, storage) -> None:
    await press(applicant, ADD)
    said = await applicant.say("atu 13585627")
    assert "✓ VAT or company number: ATU13585627" in said
    assert "• VAT or company number: ATU13585627" in said
    assert titles(applicant.result.replies[-1]) == ["Send", "Change something", "Cancel"]
    await press(applicant, "Send")
    async with storage.unit_of_work(read_only=True) as uow:
        [lead] = await uow.leads.list()
    assert lead.application["registration_number"] == "ATU13585627"


@pytest.mark.parametrize("typed", [True, False])
async def test_who_skips_it_reads_the_summary_again_and_sends(applicant: Applicant, storage, typed: bool) -> None:
    await press(applicant, ADD)
    said = await applicant.say("skip") if typed else await press(applicant, "Skip")
    assert SUMMARY in said
    assert applicant.result.form.next == "confirm"
    assert ADD not in titles(applicant.result.replies[-1])
    await press(applicant, "Send")
    async with storage.unit_of_work(read_only=True) as uow:
        [lead] = await uow.leads.list()
    assert "registration_number" not in lead.application


async def test_a_title_that_is_typed_counts_as_pressed(applicant: Applicant) -> None:
    await applicant.say(ADD.lower())
    assert applicant.result.form.next == "registration_number"


async def test_a_number_that_is_none_is_asked_for_again(applicant: Applicant) -> None:
    await press(applicant, ADD)
    said = await applicant.say("12")
    assert "4 to 30 letters and digits" in said
    assert applicant.result.form.next == "registration_number"


async def test_a_number_told_by_itself_is_not_offered_again(applicant: Applicant) -> None:
    await applicant.press('/correct{"slot": "registration_number"}')
    await applicant.say("FN 12345a")
    said = await press(applicant, "Change something")
    assert "Which answer" in said
    assert "VAT or company number" in titles(applicant.result.replies[-1])
