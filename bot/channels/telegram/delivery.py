"""Brings replies into Telegram chats, each message once, whatever happens on the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

from telegram import (
    Bot,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter

from bot.channels.base import Texts
from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.keyboards import inline_keyboard
from bot.channels.telegram.payloads import Payloads
from bot.channels.telegram.rendering import split, to_html
from bot.errors import DeliveryError
from bot.model import Button, Document, Reply
from bot.storage import Storage

logger = logging.getLogger(__name__)

#: A message that Telegram does not take is tried so often, with pauses of so many seconds between.
TRIES, PAUSE_SECONDS = 3, 2.0
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Blocked(DeliveryError):
    """Raised when the person has blocked the bot, or the bot is no longer in the group."""


@dataclass(frozen=True)
class Chat:
    """Where an answer goes: the chat, its conversation, and how it is to look there."""

    id: int
    conversation: str
    language: str | None
    private: bool = True
    #: The message that is answered, where others read along.
    quoted: int | None = None
    #: A keyboard for sharing the phone number may be open, and is closed.
    closes_keyboard: bool = False


@dataclass(frozen=True)
class _Piece:
    """One message as Telegram takes it: a text, or a file. `of` is the reply whose buttons stand under it."""

    text: str = ""
    document: Document | None = None
    of: Reply | None = None


class Delivery:
    """Sends replies as messages."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        texts: Texts,
        payloads: Payloads,
        inbox: Inbox,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._storage, self._clock, self._texts = storage, clock, texts
        self._payloads, self._inbox, self._pause = payloads, inbox, pause
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def answer(self, bot: Bot, chat: Chat, replies: Sequence[Reply], update_id: int) -> None:
        """Send what an update is answered with; messages that Telegram accepted before are left out.

        Raises:
            Blocked: nobody is there to be answered, which is noted.
            DeliveryError: Telegram cannot be reached, or takes nothing for a while.
        """
        pieces = [piece for reply in replies for piece in _pieces(reply)]
        async with self._alone_with(chat):
            for piece in pieces[self._inbox.sent(update_id) :]:
                await self._send(bot, chat, piece)
                await self._inbox.note_sent(update_id)

    async def push(self, bot: Bot, chat: Chat, reply: Reply) -> int | None:
        """Send what no update led to, never in between the messages of an answer; gives the last message's number.

        Raises:
            Blocked: nobody is there to read it, which is noted.
            DeliveryError: Telegram cannot be reached, takes nothing for a while, or refuses the message.
        """
        number = None
        async with self._alone_with(chat):
            for piece in _pieces(reply):
                number = await self._send(bot, chat, piece)
        return number

    def _alone_with(self, chat: Chat) -> asyncio.Lock:
        return self._locks.setdefault(chat.id, asyncio.Lock())

    async def _send(self, bot: Bot, chat: Chat, piece: _Piece) -> int:
        markup = await self._markup(chat, piece)
        target = chat.id
        for left in reversed(range(TRIES)):
            try:
                return await _send_to(bot, target, chat, piece, markup)
            except Forbidden as error:
                await self._note_blocked(chat)
                raise Blocked("the bot is blocked in that chat", permanent=True) from error
            except ChatMigrated as error:  # a group that became a supergroup has another number
                target = error.new_chat_id
            except BadRequest as error:
                raise DeliveryError(f"Telegram refuses a message: {error.message}", permanent=True) from None
            except (NetworkError, RetryAfter) as error:
                if not left:
                    raise DeliveryError(f"Telegram does not take it ({type(error).__name__})") from None
                await self._pause(PAUSE_SECONDS)
        raise DeliveryError("Telegram does not take it")

    async def _markup(self, chat: Chat, piece: _Piece) -> Any:
        reply = piece.of
        if reply and reply.expects == "phone" and chat.private:
            share = KeyboardButton(self._texts(chat.language)["telegram_share_phone"], request_contact=True)
            rows = [[share], *([KeyboardButton(button.title)] for button in reply.buttons)]
            return ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True)
        if reply and (reply.buttons or reply.links):
            buttons = _with_fields(reply)
            keyboard = await self._payloads.keep(chat.conversation, buttons) if buttons else ""
            return inline_keyboard(keyboard, buttons, reply.links)
        return ReplyKeyboardRemove() if chat.closes_keyboard else None

    async def _note_blocked(self, chat: Chat) -> None:
        async with self._storage.unit_of_work() as uow:
            await uow.conversations.mark_blocked(chat.conversation, self._clock())
            await uow.commit()


def _pieces(reply: Reply) -> list[_Piece]:
    texts = split(reply.text) or (["…"] if reply.buttons or reply.links else [])
    pieces = [_Piece(text) for text in texts[:-1]] + [_Piece(text, of=reply) for text in texts[-1:]]
    return [*pieces, _Piece(document=reply.document)] if reply.document else pieces


def _with_fields(reply: Reply) -> list[Any]:
    """A summary's buttons: send, then each field to change it, then the rest but the one that asks which field."""
    if not reply.fields:
        return list(reply.buttons)
    rest = [button for button in reply.buttons[1:] if '"change"' not in button.payload]
    fields = [Button(f"✎ {field.title}", field.payload) for field in reply.fields]
    return [*reply.buttons[:1], *fields, *rest]


async def _send_to(bot: Bot, target: int, chat: Chat, piece: _Piece, markup: Any) -> int:
    quoted = ReplyParameters(chat.quoted, allow_sending_without_reply=True) if chat.quoted else None
    if piece.document:
        content = piece.document.text.encode()
        sent = await bot.send_document(target, content, filename=piece.document.name, reply_parameters=quoted)
        return sent.message_id
    sent = await bot.send_message(
        target,
        to_html(piece.text),
        parse_mode=ParseMode.HTML,
        link_preview_options=_NO_PREVIEW,
        reply_markup=markup,
        reply_parameters=quoted,
    )
    return sent.message_id
