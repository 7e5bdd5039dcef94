"""The copy of somebody's data: a link in the chat, valid for a quarter of an hour, and the file behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.channels.downloads import Downloads
from bot.channels.widget_texts import texts
from bot.programme import load_programme

from .harness import API_KEY, Served, serve, with_rest_key


async def link(served: Served, visit: Any) -> str:
    """The link that a visitor gets who asks for their data."""
    visitor = await visit()
    await visitor.begin()
    await visitor.say("my data")
    event = await visitor.hear("bot_uttered")
    assert event["text"] == "Here it is."
    assert "the copy, whole" not in str(event)
    assert event["attachment"]["type"] == "file"
    assert event["attachment"]["payload"]["name"] == "data.html"
    return str(event["attachment"]["payload"]["src"])


async def test_the_link_in_the_chat_leads_to_the_file_of_that_conversation(
    served: Served, visit, http: httpx.AsyncClient
) -> None:
    answer = await http.get(await link(served, visit))
    conversation = served.engine.received[0].conversation
    assert answer.text == f"<p>web:{conversation} in en: čšž</p>"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''data%20%C3%A9.html"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_the_link_is_valid_for_a_quarter_of_an_hour(served: Served, visit, http: httpx.AsyncClient) -> None:
    path = await link(served, visit)
    served.now += timedelta(minutes=15) - timedelta(seconds=1)
    assert (await http.get(path)).status_code == 200
    served.now += timedelta(seconds=1)
    old = await http.get(path, headers={"Accept": "text/html", "Accept-Language": "de"})
    assert old.status_code == 404
    assert "attachment" not in old.headers.get("content-disposition", "")
    assert old.headers["content-language"] == "de"
    assert texts("de")["page_link_expired"] in old.text


@pytest.mark.parametrize(
    "token", ["", "x", "x.y", "MTpkZTp3ZWI6YQ.AAAA", "é.é", "%00.%00", "A" * 5000, "====.====", "%F0%9F.x"]
)
async def test_a_forged_link_leads_nowhere(served: Served, http: httpx.AsyncClient, token: str) -> None:
    assert (await http.get(f"/downloads/{token}")).status_code == 404


async def test_a_changed_link_leads_nowhere(served: Served, visit, http: httpx.AsyncClient) -> None:
    path = await link(served, visit)
    head, _, signature = path.rpartition(".")
    changed = head[:-1] + ("A" if head[-1] != "A" else "B")
    assert (await http.get(f"{changed}.{signature}")).status_code == 404
    session = await (await visit()).begin()
    assert (await http.get(f"/downloads/{session}")).status_code == 404


async def test_another_secret_does_not_open_it(served: Served, visit) -> None:
    path = await link(served, visit)
    other = Downloads("another secret", served.engine.make_file, lambda request: None, lambda: served.now)  # type: ignore[arg-type,return-value]
    assert other._named(path.rpartition("/")[2]) is None


async def test_who_comes_back_finds_the_link_again(served: Served, visit, http: httpx.AsyncClient) -> None:
    visitor = await visit()
    session = await visitor.begin()
    await visitor.say("my data")
    history = await visitor.client.call("history_request", {"session_id": session}, timeout=5)
    [message] = [message for message in history["messages"] if message["sender"] == "bot"]
    assert (await http.get(message["attachment"]["payload"]["src"])).status_code == 200


async def test_nothing_is_remembered_of_an_erased_chat(served: Served, visit, http: httpx.AsyncClient) -> None:
    visitor = await visit()
    session = await visitor.begin()
    path = (await visitor.say("my data")) and (await visitor.hear("bot_uttered"))["attachment"]["payload"]["src"]
    await visitor.say("erase")
    assert (await visitor.hear("bot_uttered"))["text"] == "You said: erase"
    history = await visitor.client.call("history_request", {"session_id": session}, timeout=5)
    assert history == {"messages": []}
    assert (await http.get(path)).status_code == 404


async def test_rest_gives_a_whole_link() -> None:
    async with (
        serve(with_rest_key(load_programme()), {"BSC_KEY": API_KEY}) as served,
        httpx.AsyncClient(base_url=served.url, trust_env=False) as client,
    ):
        body = {"sender": "anna", "message": "my data"}
        [reply] = (await client.post("/webhooks/rest/webhook", json=body, headers={"X-Api-Key": API_KEY})).json()
        assert (reply["recipient_id"], reply["text"]) == ("anna", "Here it is.")
        assert reply["attachment"].startswith(f"{served.url}/downloads/")
        answer = await client.get(reply["attachment"])
        assert answer.text == "<p>rest:bsc:anna in en: čšž</p>"
