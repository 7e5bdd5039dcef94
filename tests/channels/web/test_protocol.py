"""Rasa's socket.io protocol, as a foreign client speaks it."""

from __future__ import annotations

import asyncio

import pytest
import socketio

from bot.channels.socketio import MOST_WAITING
from bot.channels.widget_texts import texts

from .engine import ANSWER, CHOICES, GREETING
from .harness import PARTNER_ORIGIN, Served


async def test_a_fresh_session_of_our_widget_is_greeted_once(served: Served, visit) -> None:
    visitor = await visit()
    session = await visitor.begin(customData={"language": "sl", "site": "bsc"})
    greeting = await visitor.hear("bot_uttered")
    assert greeting["text"] == GREETING
    assert greeting["quick_replies"] == [
        {"content_type": "text", "title": b.title, "payload": b.payload} for b in CHOICES
    ]
    assert greeting["metadata"]["lang"] == "en"
    again = await visitor.begin(session_id=session, customData={"language": "sl"})
    assert again == session
    (message,) = served.engine.received
    assert (message.channel, message.payload, message.locale, message.site) == ("web", "/greet", "sl", "bsc")
    assert session.startswith(message.conversation + ".")


async def test_a_client_that_sends_an_init_payload_is_greeted_by_it(served: Served, visit) -> None:
    visitor = await visit()
    session = await visitor.begin()
    await visitor.say("/get_started", customData={"language": "de"}, session_id=session)
    assert (await visitor.hear("bot_uttered"))["text"] == GREETING
    assert [(m.payload, m.locale) for m in served.engine.received] == [("/greet", "de")]


async def test_replies_come_one_by_one_before_the_acknowledgement(served: Served, visit) -> None:
    visitor = await visit()
    await visitor.begin()
    answer = await visitor.say("Dober dan, kako ste? Ž", message_id="m1")
    assert answer == {"ok": True, "id": "m1"}
    first, second = await visitor.hear("bot_uttered"), await visitor.hear("bot_uttered")
    assert first == {"text": "You said: Dober dan, kako ste? Ž", "metadata": {"lang": "en", "id": "m1.1"}}
    assert second["metadata"]["id"] == "m1.2"
    assert [q["payload"] for q in second["quick_replies"]] == ["/ask_eligibility", "/apply"]


async def test_only_an_offered_payload_is_a_pressed_button(served: Served, visit) -> None:
    visitor = await visit()
    await visitor.begin()
    await visitor.say("/ask_eligibility")
    await visitor.say("/ask_eligibility")
    assert [(m.text, m.payload) for m in served.engine.received] == [
        ("/ask_eligibility", None),
        (None, "/ask_eligibility"),
    ]
    heard = [await visitor.hear("bot_uttered") for _ in range(3)]
    assert heard[2]["text"] == ANSWER


async def test_a_tampered_or_foreign_session_gets_a_new_one(served: Served, visit) -> None:
    visitor = await visit()
    session = await visitor.begin()
    conversation, _, signature = session.rpartition(".")
    forged = [f"{conversation}x.{signature}", f"{conversation}.{signature[:-2]}AA", conversation, "ž", 7, {}]
    forged.append("x" * 9999)
    for session_id in forged:
        assert (await visitor.begin(session_id=session_id)).rpartition(".")[0] != conversation
    await visitor.say("hello", session_id=forged[0])
    assert served.engine.received[-1].conversation != conversation


async def test_messages_of_one_session_are_answered_one_at_a_time_in_order(served: Served, visit) -> None:
    visitor = await visit()
    await visitor.begin()
    served.engine.gate.clear()
    calls = [asyncio.create_task(visitor.say(str(number))) for number in range(5)]
    await asyncio.wait_for(served.engine.arrived.wait(), 5)
    assert len(served.engine.received) == 1
    served.engine.gate.set()
    await asyncio.gather(*calls)
    assert served.engine.finished == ["0", "1", "2", "3", "4"]


async def test_a_slow_answer_holds_up_nobody_else(served: Served, visit) -> None:
    slow, quick = await visit(), await visit()
    await slow.begin()
    await quick.begin()
    served.engine.gate.clear()
    waiting = asyncio.create_task(slow.say("slow"))
    await asyncio.wait_for(served.engine.arrived.wait(), 5)
    served.engine.arrived.clear()
    other = asyncio.create_task(quick.say("quick"))
    await asyncio.wait_for(served.engine.arrived.wait(), 5)
    assert [m.text for m in served.engine.received] == ["slow", "quick"]
    served.engine.gate.set()
    await asyncio.gather(waiting, other)


async def test_too_many_waiting_messages_are_refused(served: Served, visit) -> None:
    visitor = await visit()
    await visitor.begin()
    served.engine.gate.clear()
    calls = [asyncio.create_task(visitor.say("x", message_id=str(n))) for n in range(MOST_WAITING + 2)]
    done, _ = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    assert next(call.result() for call in done) == {"ok": False, "error": "busy"}
    served.engine.gate.set()
    answers = await asyncio.gather(*calls)
    assert sum(answer["ok"] for answer in answers) == MOST_WAITING


async def test_after_a_lost_connection_the_history_has_what_was_missed(served: Served, visit) -> None:
    first = await visit()
    session = await first.begin(customData={})
    await first.hear("bot_uttered")
    await first.say("hello", message_id="m1")
    assert (await first.hear("bot_uttered"))["metadata"]["id"] == "m1.1"
    await first.client.disconnect()
    second = await visit()
    assert await second.begin(session_id=session) == session
    history = await second.client.call("history_request", {"session_id": session, "after": "m1.1"})
    assert history == await second.hear("history")
    assert [(m["sender"], m["text"]) for m in history["messages"]] == [("bot", "Anything else?")]
    whole = await second.client.call("history_request", {"session_id": session})
    assert [m["sender"] for m in whole["messages"]] == ["bot", "user", "bot", "bot"]


async def test_a_message_sent_again_stands_in_the_history_once(served: Served, visit) -> None:
    visitor = await visit()
    session = await visitor.begin()
    await visitor.say("hello", message_id="m1")
    await visitor.say("hello", message_id="m1")
    history = await visitor.client.call("history_request", {"session_id": session})
    assert [m["id"] for m in history["messages"]] == ["m1", "m1.1", "m1.2"]
    assert [m.message_id for m in served.engine.received] == ["m1", "m1"]


async def test_nobody_reads_a_conversation_without_its_signature(visit) -> None:
    visitor, stranger = await visit(), await visit()
    session = await visitor.begin()
    await visitor.say("my secret")
    conversation = session.rpartition(".")[0]
    for guess in (conversation, f"{conversation}.", None):
        history = await stranger.client.call("history_request", {"session_id": guess})
        assert history == {"messages": []}


@pytest.mark.parametrize("data", [None, "hello", 7, [], {}, {"message": None}, {"message": {"text": "x"}}])
async def test_a_message_of_the_wrong_shape_gets_a_polite_error(served: Served, visit, data) -> None:
    visitor = await visit(**{"Accept-Language": "sl-SI,sl;q=0.9"})
    answer = await visitor.client.call("user_uttered", data, timeout=5)
    assert answer == {"ok": False, "error": "bad_message"}
    assert (await visitor.hear("bot_error"))["text"] == texts("sl")["error"]
    assert (await visitor.say("hello"))["ok"]
    assert [m.text for m in served.engine.received] == ["hello"]


async def test_odd_custom_data_and_ids_do_no_harm(served: Served, visit) -> None:
    visitor = await visit()
    await visitor.client.emit("session_request", 7)
    await visitor.hear("session_confirm")
    for custom in (None, 7, [], {"language": {}, "site": []}, {"language": "tlh", "site": "nowhere"}):
        assert (await visitor.say("hello", customData=custom, message_id={"a": 1}))["ok"]
    assert {(m.locale, m.site) for m in served.engine.received} == {(None, "home")}
    assert len({m.message_id for m in served.engine.received}) == 5


async def test_half_a_surrogate_pair_is_replaced(served: Served, visit) -> None:
    visitor = await visit()
    assert (await visitor.say("a\ud800b"))["ok"]
    assert served.engine.received[0].text == "a?b"


async def test_a_megabyte_ends_the_connection_and_not_the_server(served: Served, visit, caplog) -> None:
    visitor, other = await visit(), await visit()
    gone = asyncio.Event()
    visitor.client.on("disconnect", lambda *_: gone.set())
    await visitor.client.emit("user_uttered", {"message": "x" * 1_000_000})
    await asyncio.wait_for(gone.wait(), 5)
    assert (await other.say("hello"))["ok"]
    assert [m.text for m in served.engine.received] == ["hello"]
    assert "Traceback" not in caplog.text


async def test_a_failing_engine_gives_a_polite_reply_and_no_words_in_the_log(visit, caplog) -> None:
    visitor = await visit()
    await visitor.begin()
    answer = await visitor.say("fail", customData={"language": "el"})
    assert answer["ok"]
    reply = await visitor.hear("bot_uttered")
    assert reply["text"] == texts("el")["error"]
    assert reply["metadata"]["lang"] == "el"
    assert "on the channel web" in caplog.text


async def test_a_language_can_be_set(served: Served, visit) -> None:
    visitor = await visit()
    await visitor.begin()
    answer = await visitor.client.call("set_language", {"language": "sr-Cyrl"})
    assert answer["ok"]
    assert (await visitor.hear("bot_uttered"))["metadata"]["lang"] == "sr-Cyrl"
    assert served.engine.received[0].payload == '/change_language{"language": "sr_Cyrl"}'
    refused = await visitor.client.call("set_language", {"language": "tlh"})
    assert refused == {"ok": False, "error": "bad_language"}


async def test_the_browsers_language_counts_where_the_page_names_none(served: Served, visit) -> None:
    visitor = await visit(**{"Accept-Language": "pt-BR,pt;q=0.9,sk;q=0.8"})
    await visitor.say("hello")
    assert served.engine.received[0].locale == "sk"


async def test_a_partner_page_may_connect_and_names_its_own_site_only(served: Served, visit) -> None:
    visitor = await visit(Origin=PARTNER_ORIGIN)
    await visitor.begin()
    await visitor.say("hello", customData={"site": "dcc"})
    assert served.engine.received[0].site == "bsc"


async def test_our_own_page_may_show_any_site(served: Served, visit) -> None:
    visitor = await visit(Origin=served.url)
    await visitor.say("hello", customData={"site": "dcc"})
    assert served.engine.received[0].site == "dcc"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://www.bsc-kranj.si.evil.example"])
@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_foreign_page_may_not_connect(visit, served: Served, origin: str, transport: str) -> None:
    client = socketio.AsyncClient(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(served.url, headers={"Origin": origin}, transports=[transport])


async def test_the_forgotten_oldest_messages_of_a_long_chat(visit) -> None:
    visitor = await visit()
    session = await visitor.begin()
    for number in range(40):
        await visitor.say(str(number), message_id=str(number))
    history = (await visitor.client.call("history_request", {"session_id": session}))["messages"]
    assert len(history) == 100
    assert history[-1]["id"] == "39.2"
