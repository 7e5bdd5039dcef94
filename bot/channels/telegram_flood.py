"""How fast the bot may write: Telegram's limits, and what is done when one was hit all the same.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: one message a second in a chat, with
short bursts; 20 a minute in a group; 30 a second in all.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from aiolimiter import AsyncLimiter
from telegram.ext import AIORateLimiter

#: A private chat takes a burst of three messages, then one a second.
PRIVATE_BURST, PRIVATE_SECONDS = 3, 3.0
#: A limiter lets its burst through and refills meanwhile: burst and refill together stay within the limit.
OVERALL_BURST, OVERALL_SECONDS = 5, 0.2  # 5 + 25 in any second: at most 30
GROUP_BURST, GROUP_SECONDS = 5, 20.0  # 5 + 15 in any minute: at most 20
#: How often a call is repeated after "429 Too Many Requests", each time after the seconds that Telegram names.
MOST_RETRIES = 5
#: Chats whose pace is remembered before idle ones are forgotten.
MOST_CHATS = 1024

Json = Any


class FloodLimiter(AIORateLimiter):
    """The library's limiter, and one for private chats, which it lacks. Only what adds a message is slowed down."""

    def __init__(self) -> None:
        super().__init__(OVERALL_BURST, OVERALL_SECONDS, GROUP_BURST, GROUP_SECONDS, MOST_RETRIES)
        self._private: dict[int, AsyncLimiter] = {}

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Json]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Json:
        """See `telegram.ext.BaseRateLimiter.process_request`."""
        chat_id = data.get("chat_id")
        if _adds_a_message(endpoint) and isinstance(chat_id, int) and chat_id > 0:
            await self._pace(chat_id).acquire()
        return await super().process_request(callback, args, kwargs, endpoint, data, rate_limit_args)

    def _pace(self, chat_id: int) -> AsyncLimiter:
        if chat_id not in self._private and len(self._private) >= MOST_CHATS:
            self._private = {chat: pace for chat, pace in self._private.items() if not pace.has_capacity(PRIVATE_BURST)}
        return self._private.setdefault(chat_id, AsyncLimiter(PRIVATE_BURST, PRIVATE_SECONDS))


def _adds_a_message(endpoint: str) -> bool:
    name = endpoint.lower()
    return name.startswith(("send", "copy", "forward")) and name != "sendchataction"
