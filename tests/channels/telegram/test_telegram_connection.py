"""Telegram is busy, away or refuses us; people write at once; something in the bot breaks."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import httpx
import pytest
from bot_api import NOW, PATIENCE, TOKEN, BotApi
from starlette.applications import Starlette
from telegram_engines import Echo, Menu, Start

from bot import i18n
from bot.bootstrap import utc_now
from bot.channels.telegram.channel import Webhook
from bot.channels.telegram.commands import COMMANDS
from bot.channels.widget_texts import texts
from bot.errors import SettingsError
from bot.model import IncomingMessage, Reply, TurnResult
from bot.storage import Storage

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


async def test_buttons_from_before_a_restart_still_count(api: BotApi, start: Start) -> None:
    ana, menu = api.person("el"), Menu()
    first = await start(menu)
    ana.say("Hello")
    await ana.receives(1)
    await first.stop()
    await start(menu)
    ana.press("Duration")
    assert (await ana.receives(2))[-1] == "You said: /ask_duration"


async def test_the_menu_of_commands_is_set_in_every_language_telegram_knows(api: BotApi, start: Start) -> None:
    await start(Echo())
    wanted = {tag for tag in (language.html[:2] for language in i18n.languages().values()) if tag != "cn"}
    kinds = ("commands", "name", "description", "short_description")
    await api.until(lambda: set(api.profile) == {(kind, tag) for kind in kinds for tag in ("", *wanted)})
    assert [command["command"] for command in api.profile["commands", "sl"]] == list(COMMANDS)
    assert api.profile["commands", "sl"][1]["description"] == texts("sl")["command_apply"]
    assert api.profile["commands", ""][1]["description"] == texts("en")["command_apply"]
    assert api.profile["description", "el"] == texts("el")["telegram_description"]


async def test_a_profile_that_is_set_already_is_left_alone(api: BotApi, start: Start) -> None:
    last = ("short_description", "sr")
    channel = await start(Echo())
    await api.until(lambda: last in api.profile)
    await channel.stop()
    api.calls.clear()
    ana = api.person()
    await start(Echo())
    await api.until(lambda: any(c.params.get("language_code") == "sr" for c in api.calls_of("getMyShortDescription")))
    ana.say("Hello")
    await ana.receives(1)
    assert [call.method for call in api.calls if call.method.startswith("setMy")] == []


async def test_a_profile_refused_for_a_day_holds_nobody_up(api: BotApi, start: Start) -> None:
    ana = api.person()
    api.refuse("setMyName", retry_after=86_400)
    await start(Echo())
    await api.until(lambda: bool(api.calls_of("setMyName")))
    ana.say("Hello")
    assert await ana.receives(1) == ["You said: Hello"]


async def test_a_refused_token_is_said_without_showing_it(start: Start) -> None:
    with pytest.raises(SettingsError, match="BOT_TELEGRAM_TOKEN") as refused:
        await start(Echo(), token="1:wrong")
    assert "wrong" not in str(refused.value)
    assert refused.value.__cause__ is None


async def test_an_address_without_http_is_refused(start: Start) -> None:
    with pytest.raises(SettingsError, match="BOT_TELEGRAM_API_URL"):
        await start(Echo(), base_url="localhost:8081")


@pytest.mark.parametrize("end", ["", "/", "/bot", "/bot/"])
async def test_the_servers_address_may_end_in_bot_or_not(api: BotApi, start: Start, end: str) -> None:
    ana = api.person()
    await start(Echo(), base_url=api.base_url.removesuffix("/bot") + end)
    ana.say("Hello")
    assert await ana.receives(1) == ["You said: Hello"]


async def test_while_telegram_is_away_it_is_tried_again(api: BotApi, start: Start) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        api.offline = len(pauses) < 3

    ana = api.person()
    api.offline = True
    await start(Echo(), pause=pause)
    ana.say("Hello")
    assert await ana.receives(1) == ["You said: Hello"]
    assert pauses == [2, 4, 8]


async def test_stopping_while_telegram_is_away_is_quick(api: BotApi, start: Start) -> None:
    waiting = asyncio.Event()

    async def pause(seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    api.offline = True
    channel = await start(Echo(), pause=pause)
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


SECRET = "a-secret_42"


async def test_a_webhook_takes_updates_with_the_secret_only_and_answers_them(api: BotApi, start: Start) -> None:
    ana, echo = api.person(), Echo()
    webhook = Webhook("https://bot.example.org", SECRET)
    channel = await start(echo, webhook=webhook)
    await api.until(lambda: api.webhook is not None)
    assert (api.webhook or {})["url"] == "https://bot.example.org/telegram/webhook"
    assert (api.webhook or {})["secret_token"] == SECRET
    update = {
        "update_id": 7,
        "message": {"message_id": 1, "date": NOW, "chat": ana.chat, "from": ana.user, "text": "Hi"},
    }
    right = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    transport = httpx.ASGITransport(Starlette(routes=channel.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as telegram:
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}):
            assert (await telegram.post("/telegram/webhook", json=update, headers=headers)).status_code == 403
        for body in (b"", b"[]", b"{", b'{"update_id": "7"}', b'{"update_id": true}', b"x" * 600_000, b"[" * 99_999):
            refused = await telegram.post("/telegram/webhook", content=body, headers=right)
            assert refused.status_code == 400
        for _ in range(2):  # Telegram brings it again where our answer was lost
            assert (await telegram.post("/telegram/webhook", json=update, headers=right)).status_code == 200
    assert await ana.receives(1) == ["You said: Hi"]
    ana_later = {**update, "update_id": 8, "message": {**update["message"], "text": "Bye"}}
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as telegram:
        await telegram.post("/telegram/webhook", json=ana_later, headers=right)
    assert await ana.receives(2) == ["You said: Hi", "You said: Bye"]
    assert api.calls_of("getUpdates") == []


async def test_a_webhook_without_https_or_with_an_odd_secret_is_refused(start: Start) -> None:
    with pytest.raises(SettingsError, match="BOT_PUBLIC_URL"):
        await start(Echo(), base_url=None, webhook=Webhook("http://bot.example.org", SECRET))
    with pytest.raises(SettingsError, match="BOT_TELEGRAM_WEBHOOK_SECRET"):
        await start(Echo(), webhook=Webhook("https://bot.example.org", "with a space"))


async def test_an_answer_that_telegram_does_not_take_is_brought_later_from_where_it_stopped(
    api: BotApi, start: Start, storage: Storage
) -> None:
    async def no_pause(seconds: float) -> None:
        """Tries at once."""

    ana, echo = api.person(), Echo(Reply("One"), Reply("Two"), Reply("Three"))
    channel = await start(echo, pause=no_pause)
    api.fails_after("sendMessage", 1, times=3)
    ana.say("?")
    await api.until(lambda: len(api.calls_of("sendMessage")) == 4)
    await channel.stop()
    assert ana.texts == ["One"]
    await start(echo, clock=lambda: utc_now() + timedelta(minutes=5))
    assert await ana.receives(3) == ["One", "Two", "Three"]


async def test_an_update_that_cannot_be_read_holds_nobody_up(api: BotApi, start: Start) -> None:
    ana = api.person()
    await start(Echo())
    for content in ("text", None, {"chat": 7}, {"chat": {"id": "x"}, "message_id": []}, {"poll": {"id": 1}}, [1]):
        api.deliver(message=content)
    api.deliver(something_new={"chat": ana.chat})
    ana.say("Hello")
    assert await ana.receives(1) == ["You said: Hello"]
