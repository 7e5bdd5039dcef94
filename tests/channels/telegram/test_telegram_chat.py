"""People chat with the bot on Telegram: text, commands, buttons, pictures; and what Telegram must not do to us."""

from __future__ import annotations

from typing import Any

import pytest
from bot_api import BotApi
from telegram_engines import Echo, Menu, Start

from bot.channels.telegram_payloads import MemoryPayloads
from bot.channels.widget_texts import texts
from bot.model import Button, Document, IncomingMessage, Reply, TurnResult

pytestmark = pytest.mark.asyncio

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


async def test_a_press_that_is_delivered_again_after_a_restart_counts_as_the_same(api: BotApi, start: Start) -> None:
    ana, menu, store = api.person(), Menu(), MemoryPayloads()
    channel = await start(menu, store)
    ana.say("Hello")
    await ana.receives(1)
    ana.press("Send it")
    await ana.receives(2)
    await channel.stop()
    api.deliver_again(api.last_update)
    await start(menu, store)
    await ana.receives(3)
    pressed = menu.given[1:]
    assert [message.payload for message in pressed] == ['/inform{"confirm": "send"}'] * 2
    assert {message.message_id for message in pressed} == {str(api.last_update)}


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


@pytest.mark.parametrize("data", ["/apply", "nobody.0", "nobody.²", "", "."])
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
        {"video": {"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9, "duration": 3}},
        {"location": {"latitude": 46.05, "longitude": 14.5}},
    ],
    ids=["voice", "video", "location"],
)
async def test_what_is_no_text_is_politely_refused(api: BotApi, start: Start, content: dict[str, Any]) -> None:
    ana, echo = api.person("hr"), Echo()
    await start(echo)
    ana.send(**content)
    assert await ana.receives(1) == [texts("hr")["telegram_text_only"]]
    assert echo.given == []


async def test_the_channels_own_words_follow_the_language_of_the_chat(api: BotApi, start: Start) -> None:
    ana = api.person("en")
    await start(Echo(language="sl"))
    ana.say("Dober dan")
    await ana.receives(1)
    ana.send(dice={"emoji": "🎲", "value": 4})
    assert (await ana.receives(2))[-1] == texts("sl")["telegram_text_only"]


async def test_an_album_of_videos_is_refused_once(api: BotApi, start: Start) -> None:
    ana = api.person()
    await start(Echo())
    film = {"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9, "duration": 3}
    for _ in range(3):
        ana.send(media_group_id="77", video=film)
    ana.say("Hello")
    assert await ana.receives(2) == [texts("en")["telegram_text_only"], "You said: Hello"]


async def test_groups_edits_and_status_messages_are_left_alone(api: BotApi, start: Start) -> None:
    ana, echo = api.person(), Echo()
    await start(echo)
    group = {"id": -100_200, "type": "supergroup", "title": "Exporters"}
    ana.send(chat=group, text="Hello all")
    ana.send(kind="edited_message", text="Hello?", edit_date=1_772_444_060)
    ana.send(message_auto_delete_timer_changed={"message_auto_delete_time": 86_400})
    ana.say("Hello")
    assert await ana.receives(1) == ["You said: Hello"]
    await api.all_read()
    assert [message.text for message in echo.given] == ["Hello"]
    assert {call.params["chat_id"] for call in api.calls_of("sendMessage")} == {ana.id}


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


async def test_an_erased_chat_is_forgotten(api: BotApi, start: Start) -> None:
    ana, boris, menu, store = api.person(), api.person(), Menu(), MemoryPayloads()

    async def erase(message: IncomingMessage) -> TurnResult:
        result = await menu(message)
        return TurnResult(
            result.conversation, "de", replies=result.replies or (Reply("Erased."),), erased=bool(message.payload)
        )

    await start(erase, store)
    ana.say("Hello")
    boris.say("Hello")
    await ana.receives(1)
    await boris.receives(1)
    ana.say("Hello again")
    await ana.receives(2)
    ana.press("Send it")
    await ana.receives(3)
    assert {keyboard.conversation for keyboard in store._keyboards.values()} == {str(boris.id)}
    ana.press("Duration", message=ana.messages[0])
    await api.until(lambda: any(press and press.get("text") == OLD_BUTTON for press in api.presses.values()))
