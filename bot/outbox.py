"""`bot outbox list` and `bot outbox retry`: what has not been delivered, without anybody's personal data."""

from __future__ import annotations

from collections.abc import Sequence

from bot.bootstrap import open_storage, utc_now
from bot.errors import BotError
from bot.settings import Settings
from bot.storage import OutboxMessage


async def list_undelivered(settings: Settings) -> None:
    """Print a line for each message that waits or was given up."""
    async with open_storage(settings) as storage, storage.unit_of_work(read_only=True) as uow:
        messages = await uow.outbox.undelivered()
    for message in messages:
        print(line(message))


def line(message: OutboxMessage) -> str:
    """A message in a line: neither its receiver nor what it says."""
    if message.failed_at:
        state = f"given up {message.failed_at:%Y-%m-%d %H:%M}"
    else:
        state = f"due {message.next_attempt_at:%Y-%m-%d %H:%M}"
    fields = (
        f"{message.id:>6}",
        f"{message.kind:<14}",
        f"{message.payload.get('template', '-')!s:<20}",
        f"{message.lead_reference or '-':<13}",
        f"{state:<25}",
        f"{message.attempts} attempts",
        message.last_error or "",
    )
    return "  ".join(fields).rstrip()


async def retry(settings: Settings, ids: Sequence[int]) -> None:
    """Make messages that were given up due again.

    Raises:
        BotError: one of them was not given up; then none is changed.
    """
    async with open_storage(settings) as storage, storage.unit_of_work() as uow:
        for message_id in ids:
            if not await uow.outbox.retry(message_id, utc_now()):
                raise BotError(f"No message {message_id} was given up: `bot outbox list` shows what was.")
        await uow.commit()
    print(f"{len(ids)} to be sent again by `bot serve`.")
