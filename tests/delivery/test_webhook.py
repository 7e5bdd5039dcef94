"""A partner's own system is told of a lead by a signed request, safely, and without personal data."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from storage.examples import CONTACT, SteppingClock

from bot.delivery import GroupSender, LetterWriter, OutboxWorker, WebhookSender
from bot.errors import DeliveryError
from bot.programme import Programme
from bot.storage import OutboxMessage, Storage

from .examples import ADDRESS, greek_lead, no_rest, programme_with, take_in

SECRET = "a secret of the partner"


@dataclass
class Receiver:
    """The partner's system: keeps each request's headers and body, and answers with a status."""

    url: str = ""
    status: int = 204
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server on loopback."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests.append((dict(self.headers), body))
            self.send_response(receiver.status)
            self.send_header("Location", "http://192.0.2.1/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/leads?key=of-the-partner"
    yield receiver
    server.shutdown()
    server.server_close()


@pytest.fixture
def hooked(receiver: Receiver) -> Programme:
    """The programme with an organisation that has a webhook."""
    return programme_with(STHEV={"notify_webhook": receiver.url})


@pytest.fixture
def hooks(storage: Storage, clock: SteppingClock) -> OutboxWorker:
    """A worker for webhooks."""
    return OutboxWorker(storage, {"webhook": WebhookSender(storage, ADDRESS, SECRET)}, clock, no_rest)


async def errors(storage: Storage) -> list[str | None]:
    async with storage.unit_of_work(read_only=True) as uow:
        return [message.last_error for message in await uow.outbox.undelivered() if message.kind == "webhook"]


async def test_the_request_is_signed_and_names_nobody(
    storage: Storage, hooked: Programme, hooks: OutboxWorker, receiver: Receiver
) -> None:
    await take_in(storage, hooked, greek_lead())
    assert await hooks.deliver_due() == 1
    [(headers, body)] = receiver.requests
    expected = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-MobiliseSME-Signature"] == expected
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {
        "id": "MSME-AB23CD45/new_lead/webhook/STHEV",
        "event": "new_lead",
        "reference": "MSME-AB23CD45",
        "kind": "application",
        "partner": "STHEV",
        "state": "new",
        "language": "el",
        "country": "GR",
        "side": "sending",
        "created_at": "2026-03-02T09:30:00+00:00",
        "url": "https://bot.example.org/staff/leads/MSME-AB23CD45",
    }
    assert [value for value in CONTACT.values() if value in body.decode()] == []


@pytest.mark.parametrize("status", [500, 404, 302])
async def test_what_is_not_accepted_is_sent_again(
    status: int,
    storage: Storage,
    clock: SteppingClock,
    hooked: Programme,
    hooks: OutboxWorker,
    receiver: Receiver,
) -> None:
    receiver.status = status
    await take_in(storage, hooked, greek_lead())
    assert await hooks.deliver_due() == 0
    assert await errors(storage) == [f"the webhook does not accept it (HTTP {status})"]
    receiver.status = 200
    clock.forward(60)
    assert await hooks.deliver_due() == 1
    (_, first), (_, again) = receiver.requests
    assert first == again


async def test_a_system_that_is_down_is_noted_without_its_address(
    storage: Storage, clock: SteppingClock, hooks: OutboxWorker
) -> None:
    programme = programme_with(STHEV={"notify_webhook": "http://127.0.0.1:1/leads?key=of-the-partner"})
    await take_in(storage, programme, greek_lead())
    assert await hooks.deliver_due() == 0
    assert await errors(storage) == ["the webhook cannot be reached (ConnectError)"]


@pytest.mark.parametrize(
    "address", ["http://crm.example.org/leads", "http://localhost.example.org/", "ftp://127.0.0.1/"]
)
async def test_nothing_is_posted_unencrypted(storage: Storage, hooks: OutboxWorker, address: str) -> None:
    await take_in(storage, programme_with(STHEV={"notify_webhook": address}), greek_lead())
    assert await hooks.deliver_due() == 0
    async with storage.unit_of_work(read_only=True) as uow:
        [message] = await uow.outbox.failed()
    assert message.last_error == "the webhook's address is not https"


async def test_a_telegram_group_reads_the_facts_and_the_link(storage: Storage, clock: SteppingClock) -> None:
    programme = programme_with(STHEV={"notify_telegram_group": "-100123456", "languages": ("en",)})
    await take_in(storage, programme, greek_lead(email=None))
    posted: list[tuple[str, str]] = []

    async def post(group: str, text: str) -> None:
        posted.append((group, text))

    sender = GroupSender(post, LetterWriter(storage, programme, ADDRESS).write)
    assert await OutboxWorker(storage, {"telegram_group": sender}, clock, no_rest).deliver_due() == 1
    text = (
        "New application MSME-AB23CD45\n"
        "Reference number: MSME-AB23CD45\n"
        "Country of the company: Greece\n"
        "What the company wants: Send someone abroad\n"
        "Language of the applicant: Greek\n"
        "https://bot.example.org/staff/leads/MSME-AB23CD45"
    )
    assert posted == [("-100123456", text)]


async def test_a_message_about_a_lead_that_is_gone_is_given_up(storage: Storage, hooks: OutboxWorker) -> None:
    message = OutboxMessage("webhook", "https://crm.example.org", {"template": "new_lead"}, "k")
    with pytest.raises(DeliveryError) as raised:
        await WebhookSender(storage, ADDRESS, SECRET).send(message)
    assert raised.value.permanent
