"""How fast the bot writes, as the Bot API server sees it: never faster than Telegram allows."""

from __future__ import annotations

import asyncio

import pytest
from bot_api import BotApi, Call
from telegram_engines import Echo, Start

from bot.channels.telegram import flood
from bot.model import Button, Reply

pytestmark = pytest.mark.asyncio

#: Telegram's limits: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this.
A_SECOND, A_MINUTE_IN_A_GROUP = 30, 20
#: Seconds by which a request comes earlier or later than it was sent, on a busy machine.
SLACK = 0.25


def messages(api: BotApi, chat: int | None = None) -> list[Call]:
    """The requests that add a message, all of them or one chat's."""
    return [call for call in api.calls_of("sendMessage") if chat is None or call.params["chat_id"] == chat]


def most_within(calls: list[Call], seconds: float) -> int:
    """The most requests that came in any stretch of so many seconds."""
    return max(sum(first.at <= call.at < first.at + seconds for call in calls) for first in calls)


async def test_a_hundred_chats_get_no_more_than_thirty_messages_in_any_second(api: BotApi, start: Start) -> None:
    people = [api.person() for _ in range(100)]
    for person in people:
        person.say("Hello")
    await start(Echo())
    await api.until(lambda: all(person.messages for person in people))
    assert len(messages(api)) == len(people)
    assert most_within(messages(api), 1) <= A_SECOND


async def test_a_private_chat_gets_three_messages_at_once_and_then_one_a_second(api: BotApi, start: Start) -> None:
    ana = api.person()
    await start(Echo(*(Reply(f"Part {number}") for number in range(1, 8))))
    ana.say("?")
    assert await ana.receives(7) == [f"Part {number}" for number in range(1, 8)]
    first, *later = [call.at for call in messages(api)]
    assert later[1] - first < 1
    for number, at in enumerate(later[2:], start=1):
        assert at - first >= number - SLACK


async def test_a_group_gets_its_messages_at_the_pace_of_its_limit(
    api: BotApi, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert flood.GROUP_BURST + 60 / (flood.GROUP_SECONDS / flood.GROUP_BURST) <= A_MINUTE_IN_A_GROUP
    monkeypatch.setattr(flood, "GROUP_SECONDS", 5.0)  # a pace of one a second, not of one in four
    ana, group = api.person(), api.group()
    await start(Echo(*(Reply(f"Part {number}") for number in range(1, 9))))
    ana.send(chat=group.chat, text="@mobilisesme_test_bot tell me everything")
    await api.until(lambda: len(group.messages) == 8)
    first, *later = [call.at for call in messages(api)]
    assert later[3] - first < 0.7  # the fifth message; showing "typing" counts for nothing
    for number, at in enumerate(later[4:], start=1):
        assert at - first >= number - SLACK


async def test_all_chats_are_silent_while_telegram_wants_a_pause(api: BotApi, start: Start) -> None:
    people = [api.person() for _ in range(60)]
    await start(Echo())
    api.refuse("sendMessage", retry_after=2)
    for person in people:
        person.say("Hello")
    await api.until(lambda: all(person.messages for person in people))
    refused = messages(api)[0].at
    # What was on its way when Telegram asked for the pause comes within the slack.
    early = [call.at - refused for call in messages(api) if refused + SLACK < call.at < refused + 2]
    assert early == []
    assert most_within([call for call in messages(api) if call.at >= refused + 2], 1) <= A_SECOND


async def test_turning_a_page_does_not_wait_for_the_pace_of_messages(api: BotApi, start: Start) -> None:
    many = tuple(Button(f"Country number {n}", f"/choose{n}") for n in range(30))
    ana = api.person()
    await start(Echo(*(Reply(f"Part {number}") for number in range(4)), Reply("Which country?", many)))
    ana.say("?")
    await ana.receives(5)
    press = ana.press("›")
    await api.until(lambda: bool(api.calls_of("editMessageReplyMarkup")) and api.presses[press] is not None)
    pressed = messages(api)[-1].at
    turned, answered = api.calls_of("editMessageReplyMarkup")[0].at, api.calls_of("answerCallbackQuery")[0].at
    assert max(turned, answered) - pressed < 0.9  # a sixth message would come a second after the fifth
    ana.say("And?")
    await ana.receives(6)
    assert messages(api)[-1].at - pressed > 1 - SLACK


async def test_a_message_refused_for_a_pause_again_and_again_comes_in_the_end(api: BotApi, start: Start) -> None:
    ana, boris = api.person(), api.person()
    await start(Echo())
    for _ in range(2):
        api.refuse("sendMessage", retry_after=1)
    ana.say("Hello")
    boris.say("Hello")
    await asyncio.gather(ana.receives(1), boris.receives(1))
    assert ana.texts == boris.texts == ["You said: Hello"]
