"""People chat with the bot on Telegram: text, commands, buttons, pictures; and what Telegram must not do to us."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from bot_api import BotApi
from telegram_engines import Echo, Menu, Start

from bot.bootstrap import utc_now
from bot.channels.widget_texts import texts
from bot.model import Button, Document, IncomingMessage, Link, Reply, TurnResult
from bot.storage import Storage

pytestmark = pytest.mark.asyncio


def titles(message: dict[str, Any]) -> list[str]:
    """The titles of a message's buttons."""
    return [button["text"] for row in message["reply_markup"]["inline_keyboard"] for button in row]


OLD_BUTTON = texts("en")["telegram_old_button"]


async def test_a_text_is_handed_on_and_answered(api: BotApi, start: Start) -> None:
    ana, echo = api.person("sl"), Echo()
    await start(echo)
    update = ana.say("Kako dolgo traja bivanje?")
    assert await ana.receives(1) == ["You said: Kako dolgo traja bivanje?"]
    assert echo.given == [
        IncomingMessage(
            channel="telegram",
            conversation=str(ana.id),
            message_id=str(update),
            text="Kako dolgo traja bivanje?",
            locale="sl",
            ref=str(api.last_message(update)),
        )
    ]


async def test_typing_is_shown_before_the_answer(api: BotApi, start: Start) -> None:
    ana = api.person()
    await start(Echo())
    ana.say("Hello")
    await ana.receives(1)
    shown = [call.method for call in api.calls if call.method in ("sendChatAction", "sendMessage")]
    assert shown == ["sendChatAction", "sendMessage"]


@pytest.mark.parametrize(
    ("command", "payload"),
    [
        ("/start", "/greet"),
        ("/apply", "/apply"),
        ("/contact", "/ask_contact_point"),
        ("/status", "/ask_application_status"),
        ("/language", "/change_language"),
        ("/privacy", "/ask_data_privacy"),
        ("/cancel", "/cancel"),
        ("/help", "/help"),
        ("/start bsc", "/greet"),
    ],
)
async def test_a_command_stands_for_its_payload(api: BotApi, start: Start, command: str, payload: str) -> None:
    ana, echo = api.person(), Echo()
    await start(echo)
    ana.say(command)
    await ana.receives(1)
    assert [(message.text, message.payload) for message in echo.given] == [(None, payload)]


async def test_a_typed_payload_is_a_text_and_a_command_at_most(api: BotApi, start: Start) -> None:
    ana, echo = api.person(), Echo()
    await start(echo)
    ana.say('/inform{"confirm": "send"}')
    ana.say('/apply{"restart": true}')
    await ana.receives(2)
    assert [(message.text, message.payload) for message in echo.given] == [
        ('/inform{"confirm": "send"}', None),
        (None, "/apply"),
    ]


async def test_a_pressed_button_is_answered_and_its_keyboard_goes(api: BotApi, start: Start) -> None:
    ana, menu = api.person(), Menu()
    await start(menu)
    ana.say("Hello")
    await ana.receives(1)
    press = ana.press("Duration")
    assert (await ana.receives(2))[-1] == "You said: /ask_duration"
    assert menu.given[-1].payload == "/ask_duration"
    assert menu.given[-1].text is None
    assert "reply_markup" not in ana.messages[0]
    assert api.presses[press] is not None


async def test_a_button_pressed_twice_counts_once(api: BotApi, start: Start) -> None:
    ana, menu = api.person(), Menu()
    await start(menu)
    ana.say("Hello")
    await ana.receives(1)
    shown = ana.messages[0]
    ana.press("Send it", message=shown)
    again = ana.press("Send it", message=shown)
    other = ana.press("Duration", message=shown)
    await api.until(lambda: api.presses[other] is not None)
    assert [message.payload for message in menu.given] == [None, '/inform{"confirm": "send"}']
    for press in (again, other):
        assert (api.presses[press] or {}).get("text") == OLD_BUTTON


async def test_a_press_that_is_delivered_again_after_a_restart_is_answered_once(api: BotApi, start: Start) -> None:
    ana, menu = api.person(), Menu()
    channel = await start(menu)
    ana.say("Hello")
    await ana.receives(1)
    ana.press("Send it")
    await ana.receives(2)
    await channel.stop()
    api.deliver_again(api.last_update)
    await start(menu)
    ana.say("Hello again")
    assert (await ana.receives(3))[-1] == "What would you like to know?"
    assert [message.payload for message in menu.given] == [None, '/inform{"confirm": "send"}', None]


async def test_another_chats_token_opens_nothing(api: BotApi, start: Start) -> None:
    ana, boris, menu = api.person(), api.person(), Menu()
    await start(menu)
    ana.say("Hello")
    boris.say("Hello")
    await ana.receives(1)
    await boris.receives(1)
    stolen = ana.messages[0]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    press = boris.press_data(stolen)
    await api.until(lambda: api.presses[press] is not None)
    assert (api.presses[press] or {})["text"] == OLD_BUTTON
    ana.press("Duration")  # the owner's button still counts
    await ana.receives(2)
    assert [message.payload for message in menu.given] == [None, None, "/ask_duration"]


@pytest.mark.parametrize("data", ["/apply", "nobody.0", "nobody.²", "nobody.p1", "nobody.-1", "."])
async def test_an_invented_token_opens_nothing(api: BotApi, start: Start, data: str) -> None:
    ana, menu = api.person(), Menu()
    await start(menu)
    ana.say("Hello")
    await ana.receives(1)
    press = ana.press_data(data)
    await api.until(lambda: api.presses[press] is not None)
    assert (api.presses[press] or {})["text"] == OLD_BUTTON
    assert len(menu.given) == 1


async def test_a_press_too_old_for_an_answer_is_answered_by_a_message(api: BotApi, start: Start) -> None:
    ana, menu = api.person("hr"), Menu(language="hr")
    await start(menu)
    ana.say("Bok")
    await ana.receives(1)
    api.presses_are_old = True
    ana.press_data("nobody.0")
    assert (await ana.receives(2))[-1] == texts("hr")["telegram_old_button"]


async def test_callback_data_tells_nothing_of_the_payload(api: BotApi, start: Start) -> None:
    ana = api.person()
    await start(Menu())
    ana.say("Hello")
    await ana.receives(1)
    rows = ana.messages[0]["reply_markup"]["inline_keyboard"]
    data = [button["callback_data"] for row in rows for button in row]
    assert len(set(data)) == 2
    assert all(len(token.encode()) < 64 and "inform" not in token for token in data)


async def test_a_long_reply_arrives_whole_in_readable_pieces(api: BotApi, start: Start) -> None:
    sentence = "Ένα πρόγραμμα για μικρές επιχειρήσεις είναι αυτό που ζητάτε; "
    text = (sentence * 100)[:5000].strip()
    ana = api.person("el")
    await start(Echo(Reply(text)))
    ana.say("?")
    pieces = await ana.receives(2)
    assert len(pieces) == 2
    assert pieces[0].endswith(";")
    assert " ".join(pieces) == text


async def test_signs_of_html_come_back_as_they_were_written(api: BotApi, start: Start) -> None:
    ana = api.person()
    await start(Echo())
    ana.say('<b>A & B <script>alert("1")</script> &lt; 3 > 2')
    assert await ana.receives(1) == ['You said: <b>A & B <script>alert("1")</script> &lt; 3 > 2']


async def test_bold_print_is_bold_and_addresses_stay_plain(api: BotApi, start: Start) -> None:
    ana = api.person()
    await start(Echo(Reply("**Stay:** 1 to 6 months. https://example.org/a?b=1&c=2")))
    ana.say("?")
    await ana.receives(1)
    (call,) = api.calls_of("sendMessage")
    assert call.params["text"] == "<b>Stay:</b> 1 to 6 months. https://example.org/a?b=1&amp;c=2"


async def test_several_replies_come_in_their_order(api: BotApi, start: Start) -> None:
    ana = api.person()
    await start(Echo(Reply("One"), Reply(""), Reply("Two"), Reply("Three")))
    ana.say("?")
    assert await ana.receives(3) == ["One", "Two", "Three"]


@pytest.mark.parametrize(
    "content",
    [
        {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 3}},
        {"dice": {"emoji": "🎲", "value": 4}},
        {"video": {"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9, "duration": 3}},
    ],
    ids=["voice", "dice", "video"],
)
async def test_what_is_no_text_is_politely_refused(api: BotApi, start: Start, content: dict[str, Any]) -> None:
    ana, echo = api.person("hr"), Echo()
    await start(echo)
    ana.send(**content)
    assert await ana.receives(1) == [texts("hr")["telegram_text_only"]]
    assert echo.given == []


async def test_the_channels_own_words_follow_the_language_of_the_chat(
    api: BotApi, start: Start, storage: Storage
) -> None:
    ana = api.person("en")
    async with storage.unit_of_work() as uow:
        record = await uow.conversations.get_or_create(f"telegram:{ana.id}", "telegram", None, utc_now())
        await uow.conversations.save(replace(record, language="sl"))
        await uow.commit()
    await start(Echo())
    ana.send(dice={"emoji": "🎲", "value": 4})
    assert await ana.receives(1) == [texts("sl")["telegram_text_only"]]


async def test_an_album_of_videos_is_refused_once(api: BotApi, start: Start) -> None:
    ana = api.person()
    await start(Echo())
    film = {"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9, "duration": 3}
    for _ in range(3):
        ana.send(media_group_id="77", video=film)
    ana.say("Hello")
    assert await ana.receives(2) == [texts("en")["telegram_text_only"], "You said: Hello"]


async def test_status_messages_are_left_alone(api: BotApi, start: Start) -> None:
    ana, echo = api.person(), Echo()
    await start(echo)
    ana.send(message_auto_delete_timer_changed={"message_auto_delete_time": 86_400})
    ana.say("Hello")
    assert await ana.receives(1) == ["You said: Hello"]


async def test_an_edited_message_is_handed_on_as_such(api: BotApi, start: Start) -> None:
    ana, echo = api.person(), Echo()
    await start(echo)
    ana.say("12 people")
    await ana.receives(1)
    ana.send(kind="edited_message", message_id=7, text="13 people", edit_date=1_772_444_060)
    await ana.receives(2)
    assert [(one.text, one.edited) for one in echo.given] == [("12 people", False), ("13 people", True)]
    assert echo.given[1].ref == "7"


async def test_a_location_is_handed_on_as_a_place(api: BotApi, start: Start) -> None:
    ana, echo = api.person(), Echo()
    await start(echo)
    ana.send(location={"latitude": 46.05, "longitude": 14.5})
    await ana.receives(1)
    assert echo.given[0].location == (46.05, 14.5)


async def test_a_phone_number_is_asked_for_with_a_button_and_taken_as_typed(api: BotApi, start: Start) -> None:
    ana, echo = api.person("de"), Echo(Reply("Telefon?", (Button("Überspringen", "/x"),), expects="phone"))
    await start(echo)
    ana.say("Hallo")
    await ana.receives(1)
    assert ana.messages[0]["reply_markup"] == {
        "keyboard": [
            [{"text": texts("en")["telegram_share_phone"], "request_contact": True}],
            [{"text": "Überspringen"}],
        ],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }
    ana.send(contact={"phone_number": "4315551234", "first_name": "Ana", "user_id": ana.id})
    await ana.receives(2)
    assert echo.given[1].text == "+4315551234"


@pytest.mark.parametrize(
    ("link", "text", "payload", "site"),
    [
        ("site_bsc", None, "/greet", "bsc"),
        ("apply", None, "/apply", None),
        ("GO_AB2CD_EF3GH", "GO-AB2CD-EF3GH", None, None),
        ("whatever", None, "/greet", None),
        ("site_" + "x" * 70, None, "/greet", None),
    ],
)
async def test_a_link_brings_along_where_it_stood(
    api: BotApi, start: Start, link: str, text: str | None, payload: str | None, site: str | None
) -> None:
    ana, echo = api.person(), Echo()
    await start(echo)
    ana.say(f"/start {link}")
    await ana.receives(1)
    [given] = echo.given
    assert (given.text, given.payload, given.site) == (text, payload, site)


async def test_many_buttons_come_in_pages(api: BotApi, start: Start) -> None:
    countries = tuple(Button(f"Country number {n}", f"/choose{n}") for n in range(30))
    ana, echo = api.person(), Echo(Reply("Which country?", countries))
    await start(echo)
    ana.say("?")
    await ana.receives(1)
    assert titles(ana.messages[0])[:2] == ["Country number 0", "Country number 1"]
    assert titles(ana.messages[0])[-3:] == ["‹", "1 / 3", "›"]
    ana.press("›")
    await api.until(lambda: "2 / 3" in titles(ana.messages[0]))
    ana.press("›")
    await api.until(lambda: "3 / 3" in titles(ana.messages[0]))
    ana.press("Country number 29")
    await ana.receives(2)
    assert [message.payload for message in echo.given] == [None, "/choose29"]


async def test_a_summary_has_a_button_for_each_field(api: BotApi, start: Start) -> None:
    buttons = tuple(Button(t, f'/inform{{"confirm": "{t.lower()}"}}') for t in ("Send", "Change", "Cancel"))
    fields = (Button("Company", "/correct1"), Button("City", "/correct2"))
    ana = api.person()
    await start(Echo(Reply("Please check", buttons, fields=fields)))
    ana.say("?")
    await ana.receives(1)
    assert titles(ana.messages[0]) == ["Send", "✎ Company", "✎ City", "Cancel"]


async def test_links_open_in_the_browser_and_a_file_follows(api: BotApi, start: Start) -> None:
    ana = api.person()
    await start(Echo(Reply("Here", links=(Link("Map", "https://example.org/map"),))))
    ana.say("?")
    await ana.receives(1)
    assert ana.messages[0]["reply_markup"] == {"inline_keyboard": [[{"text": "Map", "url": "https://example.org/map"}]]}


async def test_a_group_is_answered_where_it_addresses_the_bot(api: BotApi, start: Start) -> None:
    ana, echo, group = api.person(), Echo(), api.group()
    await start(echo)
    ana.send(chat=group.chat, text="Hello all")
    ana.send(chat=group.chat, text="/help", entities=[{"type": "bot_command", "offset": 0, "length": 5}])
    ana.send(chat=group.chat, text="@mobilisesme_test_bot, how long is a stay?")
    us = {"id": 4242, "is_bot": True, "first_name": "MobiliseSME", "username": "mobilisesme_test_bot"}
    ours = {"message_id": 5, "date": 1_772_444_000, "chat": group.chat, "from": us, "text": "1 to 6 months"}
    ana.send(chat=group.chat, text="Straße @Mobilisesme_test_bot?")
    ana.send(chat=group.chat, text="@mobilisesme_test_bots, who pays?")  # another bot
    ana.send(chat=group.chat, text="And who pays?", reply_to_message=ours)
    named = "/contact@mobilisesme_test_bot"
    ana.send(chat=group.chat, text=named, entities=[{"type": "bot_command", "offset": 0, "length": len(named)}])
    await api.until(lambda: len(group.messages) == 4)
    assert [(one.text, one.payload) for one in echo.given] == [
        ("how long is a stay?", None),
        ("Straße  ?", None),
        ("And who pays?", None),
        (None, "/ask_contact_point"),
    ]
    assert all(one.public and one.conversation == str(group.id) for one in echo.given)


async def test_in_a_group_private_matters_get_the_way_to_the_private_chat(api: BotApi, start: Start) -> None:
    async def private(message: IncomingMessage) -> TurnResult:
        return TurnResult(message.conversation, "de", ("in_private",), (Reply("Bitte privat."),))

    ana, group = api.person(), api.group()
    await start(private)
    ana.send(chat=group.chat, text="@mobilisesme_test_bot I want to apply")
    await api.until(lambda: len(group.messages) == 1)
    [[way]] = group.messages[0]["reply_markup"]["inline_keyboard"]
    assert way == {"text": texts("de")["telegram_in_private"], "url": "https://t.me/mobilisesme_test_bot?start=apply"}


async def test_who_blocks_the_bot_is_noted_until_they_come_back(api: BotApi, start: Start, storage: Storage) -> None:
    ana = api.person()

    async def blocked() -> bool:
        async with storage.unit_of_work(read_only=True) as uow:
            record = await uow.conversations.get(f"telegram:{ana.id}")
        return record is not None and record.blocked_at is not None

    async with storage.unit_of_work() as uow:
        await uow.conversations.get_or_create(f"telegram:{ana.id}", "telegram", None, utc_now())
        await uow.commit()
    await start(Echo())
    for status, expected in (("kicked", True), ("member", False)):
        us = {"id": 4242, "is_bot": True, "first_name": "MobiliseSME"}
        old, new = ({"status": one, "user": us, "until_date": 0} for one in ("member", status))
        change = {"chat": ana.chat, "from": ana.user, "date": 1_772_444_000}
        api.deliver(my_chat_member={**change, "old_chat_member": old, "new_chat_member": new})
        ana.say("Hello")
        await ana.receives(1 + (status == "member"))
        assert await blocked() is expected


async def test_a_document_follows_its_text_as_a_file(api: BotApi, start: Start) -> None:
    ana = api.person("el")
    reply = Reply(
        "Here it is.", (Button("Delete my data", "/delete_data"),), Document("data.html", "text/html", "<p>Άννα")
    )
    await start(Echo(reply))
    ana.say("my data")
    await api.until(lambda: len(ana.messages) == 2)
    text, file = ana.messages
    assert (text["text"], "reply_markup" in text) == ("Here it is.", True)
    assert (file["document"]["file_name"], file["text"]) == ("data.html", "<p>Άννα")


async def test_a_forwarded_message_is_read_as_the_words_of_who_forwards_it(api: BotApi, start: Start) -> None:
    ana, echo = api.person("sl"), Echo()
    await start(echo)
    colleague = {"type": "hidden_user", "sender_user_name": "Boris", "date": 1_772_443_000}
    ana.send(text="Koliko časa traja?", forward_origin=colleague)
    assert await ana.receives(1) == ["You said: Koliko časa traja?"]
    assert (echo.given[0].conversation, echo.given[0].locale) == (str(ana.id), "sl")
