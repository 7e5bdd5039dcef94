"""How fast the bot may write: Telegram's limits, and what is done when one was hit all the same.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: one message a second in a chat, with
short bursts; 20 a minute in a group; 30 a second in all.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

from aiolimiter import AsyncLimiter
from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter

logger = logging.getLogger(__name__)

#: A private chat takes a burst of three messages, then one a second.
PRIVATE_BURST, PRIVATE_SECONDS = 3, 3.0
#: A limiter lets its burst through and refills meanwhile: burst and refill together stay within the limit.
#: 5 + 20 in any second, not 30: messages that are held up on their way come closer together than they were sent.
OVERALL_BURST, OVERALL_SECONDS = 5, 0.25
GROUP_BURST, GROUP_SECONDS = 5, 20.0  # 5 + 15 in any minute: at most 20
#: How often a call is repeated after "429 Too Many Requests", each time after the seconds that Telegram names.
MOST_RETRIES = 5
#: Chats whose pace is remembered before idle ones are forgotten.
MOST_CHATS = 1024


class _Silence(Exception):
    """Raised in place of a request while Telegram wants a pause."""


class FloodLimiter(AIORateLimiter):
    """The library's limiter, and what it lacks: a pace for private chats, and a pause that holds for all.

    The library ends its pause after a 429 as soon as any other request ends, and repeats calls on the bot's profile,
    for which Telegram names pauses of a day, as stubbornly as messages.
    """

    def __init__(self) -> None:
        super().__init__(OVERALL_BURST, OVERALL_SECONDS, GROUP_BURST, GROUP_SECONDS)
        self._private: dict[int, AsyncLimiter] = {}
        self._silent_until = 0.0

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """See `telegram.ext.BaseRateLimiter.process_request`."""
        if endpoint.lower().startswith(("getmy", "setmy")):
            return await callback(*args, **kwargs)
        chat = _number(data.get("chat_id"))
        group: int | str | bool = False
        if _adds_a_message(endpoint) and chat is not None:
            if isinstance(chat, int) and chat > 0:
                await self._pace(chat).acquire()
            else:
                group = chat
        refused = 0
        while True:
            await asyncio.sleep(max(0.0, self._silent_until - time.monotonic()))
            try:
                return await self._run_request(
                    chat is not None, group, False, self._unless_silent(callback), args, kwargs
                )
            except _Silence:  # it began while this request waited for its turn: it queues anew when that is over
                continue
            except RetryAfter as error:
                if refused == MOST_RETRIES:
                    raise
                refused += 1
                seconds = retry_seconds(error)
                logger.warning("Telegram asks for a pause of %.0f seconds.", seconds)
                self._silent_until = max(self._silent_until, time.monotonic() + seconds + 0.1)

    def _unless_silent(self, callback: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            if time.monotonic() < self._silent_until:
                raise _Silence
            return await callback(*args, **kwargs)

        return call

    def _pace(self, chat: int) -> AsyncLimiter:
        if chat not in self._private and len(self._private) >= MOST_CHATS:
            self._private = {one: pace for one, pace in self._private.items() if not pace.has_capacity(PRIVATE_BURST)}
        return self._private.setdefault(chat, AsyncLimiter(PRIVATE_BURST, PRIVATE_SECONDS))


def retry_seconds(error: RetryAfter) -> float:
    """How long Telegram wants to be left alone."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()


def _number(chat: object) -> int | str | None:
    """A chat's number, also where it came as text; the name of a channel stays one."""
    if chat is None or isinstance(chat, int):
        return chat
    text = str(chat)
    return int(text) if text.lstrip("-").isdigit() else text


def _adds_a_message(endpoint: str) -> bool:
    name = endpoint.lower()
    return name.startswith(("send", "copy", "forward")) and name != "sendchataction"
