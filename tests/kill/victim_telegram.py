"""A Telegram bot that is there to be killed: the real channel and storage, and a small engine in a process of its own.

The engine claims, answers and finishes a message as the real one does; what it was called with it writes into the
transcript, in the transaction that finishes the message. Its answer can be told from the update's number alone.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import asdict, dataclass

import uvicorn
from starlette.applications import Starlette

from bot.bootstrap import utc_now
from bot.channels.telegram import flood
from bot.channels.telegram.channel import TelegramChannel, Webhook
from bot.channels.widget_texts import texts
from bot.model import Button, IncomingMessage, Reply, TurnResult
from bot.storage import Storage, TranscriptRow, create_storage

#: Claims and updates of the dead are free again after so many seconds.
LEASE_SECONDS = 3.0
BUSY_REST_SECONDS = 0.1
SECRET = "secret-of-the-kill-tests"
#: The most connections that Telegram opens to a webhook by default.
CONNECTIONS = 40


@dataclass(frozen=True)
class Order:
    """What a victim is to do; a webhook is served on `port` where there is one."""

    database: str
    token: str
    api: str
    port: int | None
    #: Telegram's limits are not kept to, which makes the run faster.
    hurried: bool


def replies_to(update_id: int) -> tuple[Reply, ...]:
    """The answer to an update: 1 to 3 messages, some with buttons."""
    count = 1 + update_id % 3
    texts = [f"{update_id}: {part} of {count}" for part in range(1, count + 1)]
    buttons = tuple(Button(f"Button {n}", f'/pressed{{"of": {update_id}, "place": {n}}}') for n in range(2))
    return (*map(Reply, texts[:-1]), Reply(texts[-1], buttons if update_id // 2 % 2 else ()))


class Recorder:
    """The engine: each message is answered once, a repeated one gets the stored answer."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def __call__(self, message: IncomingMessage) -> TurnResult:
        """Answer one message."""
        conversation = f"telegram:{message.conversation}"
        while True:
            now = utc_now()
            async with self._storage.unit_of_work() as uow:
                await uow.conversations.get_or_create(conversation, "telegram", None, now)
                claim = await uow.messages.claim(conversation, message.message_id, now, LEASE_SECONDS)
                await uow.commit()
            if claim.status != "busy":
                break
            await asyncio.sleep(BUSY_REST_SECONDS)
        if claim.result is not None:
            return _restored(message.conversation, claim.result)
        replies = replies_to(int(message.message_id))
        said = TranscriptRow(
            conversation_id=conversation,
            direction="in",
            language="en",
            text=message.payload or message.text or "",
            message_id=message.message_id,
            created_at=utc_now(),
        )
        async with self._storage.unit_of_work() as uow:
            await uow.messages.append([said])
            result = {"replies": [asdict(reply) for reply in replies]}
            await uow.messages.finish(conversation, message.message_id, result, utc_now())
            await uow.commit()
        return TurnResult(message.conversation, "en", replies=replies)


def _restored(conversation: str, result: dict[str, list[dict[str, object]]]) -> TurnResult:
    replies = [
        Reply(str(one["text"]), tuple(Button(**button) for button in one["buttons"]))  # type: ignore[attr-defined]
        for one in result["replies"]
    ]
    return TurnResult(conversation, "en", replies=tuple(replies))


async def live(order: Order) -> None:
    """Answer updates until killed."""
    if order.hurried:
        flood.OVERALL_BURST = flood.PRIVATE_BURST = 1000
    storage = create_storage(order.database, utc_now)
    webhook = Webhook(f"http://127.0.0.1:{order.port}", SECRET) if order.port else None
    channel = TelegramChannel(
        order.token,
        texts=texts,
        storage=storage,
        clock=utc_now,
        base_url=order.api,
        webhook=webhook,
        lease_seconds=LEASE_SECONDS,
    )
    await channel.start(Recorder(storage))
    if order.port:
        listening = socket.create_server(("127.0.0.1", order.port))
        config = uvicorn.Config(Starlette(routes=channel.routes()), ws="none", lifespan="off", log_level="critical")
        await uvicorn.Server(config).serve(sockets=[listening])
    await asyncio.Event().wait()


def run(order: Order) -> None:
    """Be the victim; called in a new process."""
    asyncio.run(live(order))
