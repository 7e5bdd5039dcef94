"""Rasa's REST channel."""

from __future__ import annotations

import httpx
import pytest

from bot.channels.widget_texts import texts
from bot.programme import load_programme

from .harness import API_KEY, serve, with_rest_key

PATH = "/webhooks/rest/webhook"


async def test_rest_does_not_exist_unless_a_site_has_a_key(http: httpx.AsyncClient) -> None:
    answer = await http.post(PATH, json={"sender": "a", "message": "hello"})
    assert answer.status_code == 404
    async with (
        serve(with_rest_key(load_programme()), {}) as served,
        httpx.AsyncClient(base_url=served.url, trust_env=False) as client,
    ):
        answer = await client.post(PATH, json={"sender": "a", "message": "hi"})
        assert answer.status_code == 404


@pytest.fixture
async def rest():
    async with (
        serve(with_rest_key(load_programme()), {"BSC_KEY": API_KEY}) as served,
        httpx.AsyncClient(base_url=served.url, trust_env=False) as client,
    ):
        client.headers["X-Api-Key"] = API_KEY
        yield served, client


async def test_rest_answers_as_rasa_does(rest) -> None:
    served, client = rest
    body = {"sender": "anna", "message": "Dober dan", "metadata": {"language": "sl", "message_id": "m1"}}
    answer = await client.post(PATH, json=body)
    assert answer.json() == [
        {"recipient_id": "anna", "text": "You said: Dober dan"},
        {
            "recipient_id": "anna",
            "text": "Anything else?",
            "buttons": [
                {"title": "Who can take part?", "payload": "/ask_eligibility"},
                {"title": "Apply", "payload": "/apply"},
            ],
        },
    ]
    (message,) = served.engine.received
    assert (message.channel, message.conversation, message.message_id) == ("rest", "bsc:anna", "m1")
    assert (message.locale, message.site) == ("sl", "bsc")


async def test_rest_takes_the_key_as_a_bearer_token_too(rest) -> None:
    _, client = rest
    del client.headers["X-Api-Key"]
    headers = {"Authorization": f"Bearer {API_KEY}"}
    answer = await client.post(PATH, json={"sender": "a", "message": "x"}, headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "wrong"}, {"Authorization": "Basic abc"}])
async def test_rest_refuses_a_wrong_key(rest, headers) -> None:
    served, client = rest
    del client.headers["X-Api-Key"]
    answer = await client.post(PATH, json={"sender": "a", "message": "x"}, headers=headers)
    assert answer.status_code == 401
    assert served.engine.received == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b'{"message": "x"}', b'{"sender": "a"}', b'{"sender": "", "message": "x"}',
     b'{"sender": "a\\ud800", "message": "x"}', b'{"sender": 7, "message": "x"}', b"\xff", b"[" * 60_000],
)  # fmt: skip
async def test_rest_refuses_what_it_cannot_read(rest, body: bytes) -> None:
    served, client = rest
    assert (await client.post(PATH, content=body)).status_code == 400
    assert served.engine.received == []


async def test_rest_reads_at_most_64_kilobytes(rest) -> None:
    served, client = rest
    large = {"sender": "a", "message": "x" * 65_536}
    assert (await client.post(PATH, json=large)).status_code == 413
    assert (await client.get(PATH)).status_code == 405
    assert served.engine.received == []


async def test_rest_apologises_when_the_engine_fails(rest) -> None:
    _, client = rest
    body = {"sender": "a", "message": "fail", "metadata": {"language": "fr-BE"}}
    answer = await client.post(PATH, json=body)
    assert answer.json() == [{"recipient_id": "a", "text": texts("fr")["error"]}]
