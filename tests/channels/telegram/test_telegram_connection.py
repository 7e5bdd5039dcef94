"""Telegram is busy, away or refuses us; people write at once; something in the bot breaks."""

from __future__ import annotations

import asyncio
import logging

import pytest
from bot_api import PATIENCE, TOKEN, BotApi
from telegram_engines import Echo, Menu, Start

from bot import i18n
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.commands import COMMANDS
from bot.channels.widget_texts import texts
from bot.errors import SettingsError
from bot.model import IncomingMessage, Reply, TurnResult

pytestmark = pytest.mark.asyncio


class Gate:
    """Answers a chat's message only when the test lets it."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.may_go = {"slow": asyncio.Event()}

    async def __call__(self, message: IncomingMessage) -> TurnResult:
        self.begun.append(message.text or "")
        if message.text in self.may_go:
            await self.may_go[message.text].wait()
        return TurnResult(message.conversation, "en", replies=(Reply(f"Done: {message.text}"),))


async def test_chats_are_answered_side_by_side_and_each_in_order(api: BotApi, start: Start) -> None:
    ana, boris, gate = api.person(), api.person(), Gate()
    await start(gate)
    ana.say("slow")
    ana.say("second")
    boris.say("quick")
    assert await boris.receives(1) == ["Done: quick"]
    assert gate.begun == ["slow", "quick"]
    gate.may_go["slow"].set()
    assert await ana.receives(2) == ["Done: slow", "Done: second"]


async def test_too_many_requests_is_obeyed_and_nothing_is_lost(api: BotApi, start: Start) -> None:
    ana = api.person()
    await start(Echo())
    api.refuse("sendMessage", retry_after=1)
    ana.say("Hello")
    assert await ana.receives(1) == ["You said: Hello"]
    refused, repeated = api.calls_of("sendMessage")
    assert repeated.at - refused.at >= 1
    assert repeated.params == refused.params


async def test_a_failure_is_apologised_for_and_logged_without_the_persons_words(
    api: BotApi, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(message: IncomingMessage) -> TurnResult:
        raise ValueError(f"cannot read {message.text}")

    ana = api.person("sl")
    with caplog.at_level(logging.DEBUG):
        await start(fail)
        ana.say("Moj e-naslov je ana@example.org")
        assert await ana.receives(1) == [texts("sl")["error"]]
    assert "ValueError" in caplog.text
    assert "ana@example.org" not in caplog.text
    assert TOKEN not in caplog.text


async def test_after_a_failure_the_chat_goes_on(api: BotApi, start: Start) -> None:
    echo = Echo()

    async def fail_once(message: IncomingMessage) -> TurnResult:
        if message.text == "bad":
            raise ValueError
        return await echo(message)

    ana = api.person()
    await start(fail_once)
    ana.say("bad")
    ana.say("good")
    assert await ana.receives(2) == [texts("en")["error"], "You said: good"]


async def test_a_person_who_blocked_the_bot_disturbs_nobody(api: BotApi, start: Start) -> None:
    ana, boris, echo = api.person(), api.person(), Echo()
    await start(echo)
    api.blocked.add(ana.id)
    ana.say("Hello")
    boris.say("Hello")
    assert await boris.receives(1) == ["You said: Hello"]
    await api.until(lambda: any(call.params["chat_id"] == ana.id for call in api.calls_of("sendMessage")))
    assert ana.texts == []


async def test_stopping_finishes_what_is_under_way_and_confirms_it(api: BotApi, start: Start) -> None:
    ana, gate = api.person(), Gate()
    channel = await start(gate)
    ana.say("slow")
    await api.until(lambda: bool(gate.begun))
    stopping = asyncio.create_task(channel.stop())
    gate.may_go["slow"].set()
    await asyncio.wait_for(stopping, PATIENCE)
    assert ana.texts == ["Done: slow"]
    await api.all_read()


async def test_messages_written_while_the_bot_was_off_are_answered(api: BotApi, start: Start) -> None:
    ana = api.person()
    ana.say("Is anybody there?")
    await start(Echo())
    assert await ana.receives(1) == ["You said: Is anybody there?"]


async def test_buttons_from_before_a_restart_are_answered_politely(api: BotApi, start: Start) -> None:
    ana, menu = api.person("el"), Menu()
    first = await start(menu)
    ana.say("Hello")
    await ana.receives(1)
    await first.stop()
    await start(menu)
    press = ana.press("Duration")
    await api.until(lambda: api.presses[press] is not None)
    assert (api.presses[press] or {})["text"] == texts("el")["telegram_old_button"]
    assert len(menu.given) == 1
    await api.until(lambda: "reply_markup" not in ana.messages[0])


async def test_the_menu_of_commands_is_set_in_every_language_telegram_knows(api: BotApi, start: Start) -> None:
    await start(Echo())
    wanted = {tag for tag in (language.html[:2] for language in i18n.languages().values()) if tag != "cn"}
    await api.until(lambda: set(api.commands) == {"", *wanted})
    assert [command["command"] for command in api.commands["sl"]] == list(COMMANDS)
    assert api.commands["sl"][1]["description"] == texts("sl")["command_apply"]
    assert api.commands[""][1]["description"] == texts("en")["command_apply"]


async def test_a_refused_token_is_said_without_showing_it(api: BotApi) -> None:
    channel = TelegramChannel("1:wrong", base_url=api.base_url, texts=texts)
    with pytest.raises(SettingsError, match="BOT_TELEGRAM_TOKEN") as refused:
        await channel.start(Echo())
    assert "wrong" not in str(refused.value)
    assert refused.value.__cause__ is None


async def test_an_address_without_http_is_refused() -> None:
    with pytest.raises(SettingsError, match="BOT_TELEGRAM_API_URL"):
        TelegramChannel(TOKEN, base_url="localhost:8081", texts=texts)


@pytest.mark.parametrize("end", ["", "/", "/bot", "/bot/"])
async def test_the_servers_address_may_end_in_bot_or_not(api: BotApi, end: str) -> None:
    channel = TelegramChannel(TOKEN, base_url=api.base_url.removesuffix("/bot") + end, texts=texts)
    ana = api.person()
    await channel.start(Echo())
    ana.say("Hello")
    assert await ana.receives(1) == ["You said: Hello"]
    await channel.stop()


async def test_while_telegram_is_away_it_is_tried_again(api: BotApi) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        api.offline = len(pauses) < 3

    ana = api.person()
    api.offline = True
    channel = TelegramChannel(TOKEN, base_url=api.base_url, texts=texts, pause=pause)
    await channel.start(Echo())
    ana.say("Hello")
    assert await ana.receives(1) == ["You said: Hello"]
    assert pauses == [2, 4, 8]
    await channel.stop()


async def test_stopping_while_telegram_is_away_is_quick(api: BotApi) -> None:
    waiting = asyncio.Event()

    async def pause(seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    api.offline = True
    channel = TelegramChannel(TOKEN, base_url=api.base_url, texts=texts, pause=pause)
    await channel.start(Echo())
    await asyncio.wait_for(waiting.wait(), PATIENCE)
    await asyncio.wait_for(channel.stop(), PATIENCE)


async def test_a_token_revoked_while_polling_does_not_spoil_the_stop(api: BotApi, start: Start) -> None:
    ana = api.person()
    channel = await start(Echo())
    api.revoked = True
    ana.say("Hello")  # ends the request for updates that is open; the next one is refused
    polls = len(api.calls_of("getUpdates"))
    await api.until(lambda: len(api.calls_of("getUpdates")) > polls)
    await asyncio.wait_for(channel.stop(), PATIENCE)
