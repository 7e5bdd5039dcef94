"""Files sent to the web chat over a real server: by whom, from where, how large, and where the replies arrive."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from sample_files import PDF

from bot.applications.attachment_types import LARGEST
from bot.channels import uploads
from bot.channels.socketio import MOST_WAITING
from bot.model import IncomingMessage, ReceivedFile

from .harness import PARTNER_ORIGIN, Served

MARK = b"POST /attachments HTTP/1.1\r\nHost: localhost\r\n"


def head(session: str, name: str = "plan.pdf", **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {session}", "X-File-Name": name, **more}


@pytest.fixture
async def visitor(visit) -> Any:
    opened = await visit()
    opened.session = await opened.begin(customData={"language": "sl", "site": "bsc"})
    await opened.hear("bot_uttered")
    return opened


async def test_a_file_is_handed_on_and_the_replies_come_over_the_connection(
    served: Served, http: httpx.AsyncClient, visitor
) -> None:
    name = "Na%C4%8Drt%20dela.pdf"
    answer = await http.post(
        "/attachments?message_id=f1&language=sl&site=bsc", content=PDF, headers=head(visitor.session, name)
    )
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "id": "f1"})
    assert served.engine.received[-1] == IncomingMessage(
        "web",
        visitor.session.rpartition(".")[0],
        "f1",
        locale="sl",
        site="bsc",
        files=(ReceivedFile("Načrt dela.pdf", PDF),),
    )
    assert (await visitor.hear("bot_uttered"))["metadata"]["id"] == "f1.1"
    history = await visitor.client.call("history_request", {"session_id": visitor.session})
    said = [(message["id"], message["text"]) for message in history["messages"] if message["sender"] == "user"]
    assert said == [("f1", "📎 Načrt dela.pdf")]


async def test_a_file_sent_again_stands_in_the_history_once(served: Served, http: httpx.AsyncClient, visitor) -> None:
    for _ in range(2):
        await http.post("/attachments?message_id=f1", content=PDF, headers=head(visitor.session))
    history = await visitor.client.call("history_request", {"session_id": visitor.session})
    assert [m["text"] for m in history["messages"] if m["sender"] == "user"] == ["📎 plan.pdf"]
    assert [m.message_id for m in served.engine.received[1:]] == ["f1", "f1"]


async def test_without_a_session_of_ours_nothing_is_taken(served: Served, http: httpx.AsyncClient, visitor) -> None:
    conversation, _, signature = visitor.session.rpartition(".")
    for session in (
        "nobody",
        conversation,
        f"{conversation}x.{signature}",
        f"{conversation}.{signature[:-2]}AA",
        "x" * 999,
    ):
        answer = await http.post("/attachments", content=PDF, headers=head(session))
        assert (answer.status_code, answer.json()["error"]) == (403, "bad_session")
    assert (await http.post("/attachments", content=PDF)).status_code == 403
    assert [message.files for message in served.engine.received] == [()]


async def test_a_page_of_another_origin_may_send_nothing(served: Served, http: httpx.AsyncClient, visitor) -> None:
    headers = head(visitor.session, Origin="https://evil.example")
    for answer in (
        await http.post("/attachments", content=PDF, headers=headers),
        await http.options("/attachments", headers={"Origin": "https://evil.example"}),
    ):
        assert (answer.status_code, answer.json()["error"]) == (403, "bad_origin")
        assert "access-control-allow-origin" not in answer.headers
    assert len(served.engine.received) == 1


async def test_a_partners_page_may_send_and_read_the_answer(http: httpx.AsyncClient, visitor) -> None:
    asked = {"Origin": PARTNER_ORIGIN, "Access-Control-Request-Method": "POST"}
    before = await http.options("/attachments", headers=asked)
    assert before.status_code == 204
    assert before.headers["access-control-allow-origin"] == PARTNER_ORIGIN
    assert "POST" in before.headers["access-control-allow-methods"]
    for name in ("authorization", "x-file-name", "content-type"):
        assert name in before.headers["access-control-allow-headers"]
    answer = await http.post("/attachments", content=PDF, headers=head(visitor.session, Origin=PARTNER_ORIGIN))
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == PARTNER_ORIGIN
    assert answer.headers["vary"] == "Origin"
    refused = await http.post("/attachments", content=PDF, headers=head("nobody", Origin=PARTNER_ORIGIN))
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (403, PARTNER_ORIGIN)


async def test_the_largest_file_is_taken(served: Served, http: httpx.AsyncClient, visitor) -> None:
    answer = await http.post("/attachments", content=bytes(LARGEST), headers=head(visitor.session), timeout=30)
    assert answer.status_code == 200
    assert len(served.engine.received[-1].files[0].content) == LARGEST


async def status(served: Served, session: str, *, announced: int | None, pieces: int) -> tuple[int, int]:
    """The status that a client gets that sends pieces of 64 kB as long as there is no answer, and how many it sent."""
    host, _, port = served.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    length = "Transfer-Encoding: chunked" if announced is None else f"Content-Length: {announced}"
    writer.write(MARK + f"Authorization: Bearer {session}\r\n{length}\r\n\r\n".encode())
    answered = asyncio.create_task(reader.readline())
    sent = 0
    piece = bytes(65_536)
    while sent < pieces and not answered.done():
        writer.write(b"10000\r\n" + piece + b"\r\n" if announced is None else piece)
        sent += 1
        await asyncio.wait([answered, asyncio.create_task(writer.drain())], return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(0)
    line = await asyncio.wait_for(answered, 10)
    writer.close()
    return int(line.split()[1]), sent


async def test_too_large_a_file_is_refused_before_it_is_there(served: Served, visitor) -> None:
    announced, sent = await status(served, visitor.session, announced=LARGEST + 1, pieces=0)
    assert (announced, sent) == (413, 0)
    silent, sent = await status(served, visitor.session, announced=None, pieces=5000)
    assert silent == 413
    assert sent < 1000  # 160 pieces are ten megabytes; some more are under way
    assert len(served.engine.received) == 1


async def test_a_client_that_goes_away_leaves_nothing(served: Served, http: httpx.AsyncClient, visitor) -> None:
    host, _, port = served.url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(MARK + f"Authorization: Bearer {visitor.session}\r\nContent-Length: 5000\r\n\r\nhalf".encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await http.post("/attachments", content=PDF, headers=head(visitor.session))).status_code == 200
    assert [len(message.files) for message in served.engine.received] == [0, 1]


async def test_a_conversation_with_too_much_waiting_takes_no_file(
    served: Served, http: httpx.AsyncClient, visitor
) -> None:
    served.engine.gate.clear()
    calls = [asyncio.create_task(visitor.say("x", message_id=str(number))) for number in range(MOST_WAITING)]
    refused = asyncio.create_task(visitor.say("x", message_id="last"))
    assert not (await refused)["ok"]  # so all others wait
    answer = await http.post("/attachments", content=PDF, headers=head(visitor.session))
    assert (answer.status_code, answer.json()["error"]) == (429, "busy")
    served.engine.gate.set()
    await asyncio.gather(*calls)


async def test_only_so_many_files_are_received_at_once(
    served: Served, http: httpx.AsyncClient, visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_AT_ONCE", 1)
    served.engine.gate.clear()
    served.engine.arrived.clear()
    first = asyncio.create_task(http.post("/attachments", content=PDF, headers=head(visitor.session)))
    await asyncio.wait_for(served.engine.arrived.wait(), 5)
    assert (await http.post("/attachments", content=PDF, headers=head(visitor.session))).status_code == 503
    served.engine.gate.set()
    assert (await first).status_code == 200


@pytest.mark.parametrize("name", ["", "%ff%fe", "..%2F..%2Fetc%2Fpasswd", "a%00b.pdf", "x" * 4000])
async def test_an_odd_name_does_no_harm(served: Served, http: httpx.AsyncClient, visitor, name: str) -> None:
    answer = await http.post("/attachments", content=PDF, headers=head(visitor.session, name))
    assert answer.status_code == 200
    history = await visitor.client.call("history_request", {"session_id": visitor.session})
    [shown] = [m["text"] for m in history["messages"] if m["sender"] == "user"]
    assert shown.startswith("📎 ")
    assert "/" not in shown
    assert shown.isprintable()
    assert len(shown) <= 122


async def test_a_read_only_method_finds_nothing(http: httpx.AsyncClient) -> None:
    assert (await http.get("/attachments")).status_code == 405
