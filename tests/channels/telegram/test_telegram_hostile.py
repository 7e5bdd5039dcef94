"""Whatever is put into an update, the bot answers politely or not at all, and goes on; nobody gets at others' data."""

from __future__ import annotations

import copy
import logging
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from bot_api import NOW, BotApi, Person
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from telegram_engines import Echo, Menu, Start

from bot import i18n
from bot.channels.telegram import flood
from bot.channels.widget_texts import texts
from bot.conversation.engine import Engine
from bot.conversation.smalltalk import error_reply
from bot.model import Button, Reply

pytestmark = pytest.mark.asyncio

EXAMPLES = 500 if os.environ.get("LONG") else 30
hostile = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not os.environ.get("LONG"),
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
APOLOGIES = {texts(code)["error"] for code in i18n.languages()} | {error_reply(code).text for code in i18n.languages()}

#: Signs that did harm somewhere: controls, halves of surrogate pairs, bidi, zero width, combining, HTML, payloads.
NASTY = [
    "\x00", "\x1b[31m", "\ud800", "\udfff\ud83d", "\u202e\u2066", "\u200b\ufeff", "a" + "\u0301" * 200, "<b>", "</a>", "&amp;&#0;",
    "**", "/inform{\"confirm\": \"send\"}", "{text}", "%s%n", "'; DROP TABLE leads; --", "🏴‍☠️", "ﷺ", "ß@", "İ", "\u2028", "\r\n",
]  # fmt: skip
SCRIPTS = ["ab ", "жщ ", "αω; ", "שלום ", "مرحبا ", "你好", "नमस्ते ", "ไทย", "🙂", "ǆ", "𝕏"]
nasty_text = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=60),
    st.lists(st.sampled_from(NASTY + SCRIPTS), max_size=12).map("".join),
    st.sampled_from(SCRIPTS).map(lambda unit: (unit * 4096)[:4096]),
)
numbers = st.one_of(
    st.integers(),
    st.sampled_from([0, -1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**40, 1e999, 1e308, -0.0, 1.5, True]),
)


def nested(depth: int) -> Any:
    """A list in a list in a list."""
    tree: Any = []
    for _ in range(depth):
        tree = [tree]
    return tree


NAMES = [
    "message", "chat", "id", "type", "text", "from", "date", "entities", "message_id", "reply_to_message", "location",
    "latitude", "contact", "phone_number", "callback_query", "data", "offset", "length", "user", "is_bot", "language_code",
]  # fmt: skip
KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
trees = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, nasty_text, st.sampled_from(["private", "supergroup", "bot_command"])),
    lambda children: st.one_of(
        st.lists(children, max_size=4), st.dictionaries(st.sampled_from(NAMES) | nasty_text, children, max_size=5)
    ),
    max_leaves=12,
) | st.sampled_from([50, 300]).map(nested)


def examples(person: Person) -> list[dict[str, Any]]:
    """One right update of each kind."""
    head = {"message_id": 5, "from": person.user, "chat": person.chat, "date": NOW}
    command = {"type": "bot_command", "offset": 0, "length": 6}
    us = {"id": 4242, "is_bot": True, "first_name": "MobiliseSME", "username": "mobilisesme_test_bot"}
    group = {"id": -100_123, "type": "supergroup", "title": "Exporters"}
    member = {"user": us, "status": "member"}
    place = {"latitude": 46.05, "longitude": 14.5}
    return [
        {"message": {**head, "text": "How long is a stay?"}},
        {"message": {**head, "text": "/start site_bsc", "entities": [command]}},
        {"message": {**head, "text": "/help me", "entities": [{**command, "length": 5}]}},
        {"message": {**head, "text": "And?", "reply_to_message": {**head, "from": us, "text": "1 to 6 months"}}},
        {"message": {**head, "chat": group, "text": "@mobilisesme_test_bot and who pays?"}},
        {"message": {**head, "contact": {"phone_number": "+4315551234", "first_name": "Ana", "user_id": person.id}}},
        {"message": {**head, "location": place}},
        {"message": {**head, "venue": {"location": place, "title": "Office", "address": "Street 1"}}},
        {"message": {**head, "photo": [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]}},
        {"edited_message": {**head, "edit_date": NOW, "text": "No, 13 people"}},
        {"callback_query": {"id": "7", "from": person.user, "message": head, "chat_instance": "1", "data": "x.0"}},
        {"my_chat_member": {**head, "old_chat_member": member, "new_chat_member": member}},
    ]


def places_in(tree: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON tree: what holds it, and under which key."""
    keys = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [place for key, value in keys for place in [(tree, key), *places_in(value)]]


@pytest_asyncio.fixture
async def calm(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> AsyncIterator[None]:
    """No limits, and in the end no error in the logs."""
    monkeypatch.setattr(flood, "OVERALL_BURST", 10_000)
    monkeypatch.setattr(flood, "PRIVATE_BURST", 10_000)
    caplog.set_level(logging.WARNING)
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR] == []


class Running:
    """The channel, started by a test's first example for all of them."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._handler: Any = None

    async def __call__(self, handler: Any) -> Any:
        """Start it, if it does not run yet; gives the handler that it runs with."""
        if self._handler is None:
            self._handler = handler
            await self._start(handler)
        return self._handler


@pytest.fixture
def running(start: Start) -> Running:
    return Running(start)


@pytest_asyncio.fixture
async def goes_on(api: BotApi) -> Callable[[Person], Awaitable[None]]:
    """Writes "Hello" and waits for its answer, which is the last one."""

    async def check(person: Person) -> None:
        word = f"Hello {api.new_id()}"
        person.say(word)
        await api.until(lambda: any(word in text for text in person.texts))
        assert not APOLOGIES & set(person.texts)

    return check


GoesOn = Callable[[Person], Awaitable[None]]


@hostile
@given(
    changes=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 10**6), st.none() | trees), min_size=1, max_size=12)
)
async def test_updates_with_wrong_contents(
    api: BotApi, running: Running, goes_on: GoesOn, calm: None, changes: list[tuple[int, int, Any]]
) -> None:
    await running(Echo())
    ana = api.person("sl")
    for kind, place, value in changes:
        update = copy.deepcopy(examples(ana)[kind])
        places = places_in(update)
        holder, key = places[place % len(places)]
        if value is None and isinstance(holder, dict):
            del holder[key]
        else:
            holder[key] = value
        api.deliver(**update)
    await goes_on(ana)


@hostile
@given(
    contents=st.lists(st.dictionaries(st.sampled_from(KINDS), trees, min_size=1, max_size=2), min_size=1, max_size=6)
)
async def test_updates_that_are_anything(
    api: BotApi, running: Running, goes_on: GoesOn, calm: None, contents: list[dict[str, Any]]
) -> None:
    await running(Echo())
    ana = api.person("sl")
    for content in contents:
        api.deliver(**content)
    await goes_on(ana)


@hostile
@given(said=st.lists(nasty_text, min_size=1, max_size=6), junk=nasty_text)
async def test_texts_commands_and_links_of_any_kind(
    api: BotApi, running: Running, goes_on: GoesOn, calm: None, said: list[str], junk: str
) -> None:
    await running(Echo())
    ana = api.person("sl")
    say_all(ana, said, junk)
    await goes_on(ana)


def say_all(person: Person, said: list[str], junk: str) -> None:
    """Write texts, edit messages that were never seen, send commands and links with junk, odd numbers and places."""
    group = {"id": -100_123, "type": "supergroup", "title": junk}
    for text in said:
        person.send(text=text)
        person.send(kind="edited_message", text=text, edit_date=NOW)
        person.send(text=f"{junk}@mobilisesme_test_bot {text}", chat=group)
    for command in ("/start", "/start site_", "/start GO_", "/apply", "/language", "/unknown", "/start@other_bot"):
        person.say(f"{command} {junk}"[:4096])
    for number in (junk, "", "+", "0", "9" * 400, "+43 (1) 555"):
        person.send(contact={"phone_number": number, "first_name": junk})
    for latitude, longitude in ((999, 0), (-90.0001, 180), (0, 1e300), (90, -180), (2**70, 5)):
        person.send(location={"latitude": latitude, "longitude": longitude})


@hostile
@given(seed=st.integers(0, 2**32), junk=nasty_text)
async def test_callback_data_changed_by_hand_opens_nothing(
    api: BotApi, running: Running, calm: None, seed: int, junk: str
) -> None:
    menu = await running(Menu())
    drawn = random.Random(seed)
    ana, boris = api.person(), api.person()
    for person in (ana, boris):
        person.say("Hello")
        await person.receives(1)
    rows = ana.messages[0]["reply_markup"]["inline_keyboard"]
    token = rows[0][0]["callback_data"]
    keyboard, _, _ = token.partition(".")
    place = drawn.randrange(len(keyboard))
    flipped = keyboard[:place] + chr(ord(keyboard[place]) ^ 1 << drawn.randrange(7)) + keyboard[place + 1 :]
    mine = boris.messages[0]["reply_markup"]["inline_keyboard"][0][0]["callback_data"].partition(".")[0]
    presses = [boris.press_data(f"{keyboard}.{n}") for n in range(3)]
    presses += [ana.press_data(data) for data in (f"{flipped}.0", f"{keyboard}.2", f"{keyboard}.p0", f"{keyboard}.p1")]
    presses += [ana.press_data(f"{mine}.0"), ana.press_data(f"{keyboard}.999"), ana.press_data(f"{keyboard}.0 ")]
    presses += [ana.press_data(data) for data in (junk, f"{keyboard}.{junk}x", f"{junk}.0", keyboard, token * 3)]
    await api.until(lambda: all(api.presses[press] is not None for press in presses))
    assert {(api.presses[press] or {}).get("text") for press in presses} == {texts("en")["telegram_old_button"]}
    ana.press_data(token)  # the owner's own button counts all the same
    await ana.receives(2)
    chats = {str(person.id) for person in (ana, boris)}
    given_payloads = [
        (one.conversation, one.payload) for one in menu.given if one.conversation in chats and one.payload
    ]
    assert given_payloads == [(str(ana.id), "/ask_duration")]


async def test_a_page_of_a_keyboard_turns_in_its_own_chat_only(api: BotApi, start: Start, calm: None) -> None:
    many = tuple(Button(f"Country number {n}", f"/choose{n}") for n in range(30))
    ana, boris = api.person(), api.person()
    echo = Echo(Reply("Which country?", many))
    await start(echo)
    ana.say("?")
    await ana.receives(1)
    turning = ana.messages[0]["reply_markup"]["inline_keyboard"][-1][-1]["callback_data"]
    boris.say("?")
    await boris.receives(1)
    stolen = boris.press_data(turning)
    await api.until(lambda: api.presses[stolen] is not None)
    assert (api.presses[stolen] or {})["text"] == texts("en")["telegram_old_button"]
    assert all(call.params["chat_id"] != ana.id for call in api.calls_of("editMessageReplyMarkup"))
    assert len(echo.given) == 2


@settings(hostile, max_examples=60 if os.environ.get("LONG") else 8)
@given(said=st.lists(nasty_text, min_size=1, max_size=5), junk=nasty_text)
async def test_the_real_engine_answers_all_of_it(
    api: BotApi, running: Running, calm: None, engine: Engine, said: list[str], junk: str
) -> None:
    await running(engine.handle)
    ana, boris = api.person("en"), api.person("sl")
    boris.say("Koliko časa traja bivanje?")
    say_all(ana, said, junk)
    for data in (junk, "x.0", "x.p1"):
        ana.press_data(data, message={"message_id": 5, "date": NOW, "chat": ana.chat})
    ana.say("How long can a stay last?")
    await api.until(lambda: bool(boris.texts) and any("6 months" in text for text in ana.texts))
    assert not APOLOGIES & set(ana.texts + boris.texts)
    assert len(boris.texts) == 2  # who it is that answers, and the answer
