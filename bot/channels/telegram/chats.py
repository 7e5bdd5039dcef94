"""One Telegram update after another: what a person sent becomes an `IncomingMessage`, our replies go back.

Telegram's Bot API: https://core.telegram.org/bots/api.
"""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
from collections import deque
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from telegram import ChatMember, Message, Update
from telegram.constants import ChatAction, ChatType
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot import i18n
from bot.applications.attachment_types import LARGEST
from bot.channels.base import Handler, Texts, readable
from bot.channels.telegram.commands import COMMANDS, started_with
from bot.channels.telegram.delivery import Blocked, Chat, Delivery
from bot.channels.telegram.files import fetched
from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.keyboards import inline_keyboard, page_of
from bot.channels.telegram.payloads import Payloads
from bot.errors import DeliveryError, StorageError
from bot.model import IN_PRIVATE, IncomingMessage, Link, Reply, TurnResult
from bot.storage import Storage

logger = logging.getLogger(__name__)

#: Characters of the answer to a pressed button (answerCallbackQuery).
LONGEST_ANSWER = 200
#: Albums that were answered once already.
MOST_ALBUMS = 256
#: Files that are worked on at the same time: each may take `LARGEST` bytes of memory.
FILES_AT_ONCE = 16

_NEW = filters.UpdateType.MESSAGE
_PRIVATE = filters.ChatType.PRIVATE
_GROUP = filters.ChatType.GROUPS


class Chats:
    """The chats with the bot: messages and pressed buttons go to the handler, its replies into the chat."""

    def __init__(
        self,
        name: str,
        handler: Handler,
        texts: Texts,
        storage: Storage,
        payloads: Payloads,
        inbox: Inbox,
        delivery: Delivery,
    ) -> None:
        self._name, self._handler, self._texts, self._storage = name, handler, texts, storage
        self._payloads, self._inbox, self._delivery = payloads, inbox, delivery
        self._albums: deque[str] = deque(maxlen=MOST_ALBUMS)
        self._files = asyncio.Semaphore(FILES_AT_ONCE)

    def join(self, app: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Let the application bring its updates and errors here."""
        for command, payload in COMMANDS.items():
            callback = partial(self._on_command, payload)
            app.add_handler(CommandHandler(command, callback, filters=_NEW & (_PRIVATE | _GROUP)))
        app.add_handler(MessageHandler(_NEW & _PRIVATE & filters.TEXT, self._on_text))
        app.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE & _PRIVATE & filters.TEXT, self._on_edit))
        app.add_handler(MessageHandler(_NEW & _PRIVATE & (filters.Document.ALL | filters.PHOTO), self._on_file))
        app.add_handler(MessageHandler(_NEW & _PRIVATE & filters.CONTACT, self._on_phone))
        app.add_handler(MessageHandler(_NEW & _PRIVATE & (filters.LOCATION | filters.VENUE), self._on_location))
        # A status update ("message pinned") is nothing that the person said.
        app.add_handler(MessageHandler(_NEW & _PRIVATE & ~filters.StatusUpdate.ALL, self._on_no_text))
        app.add_handler(MessageHandler(_NEW & _GROUP & filters.TEXT, self._on_group_text))
        app.add_handler(CallbackQueryHandler(self._on_button))
        app.add_handler(ChatMemberHandler(self._on_membership, ChatMemberHandler.MY_CHAT_MEMBER))
        app.add_error_handler(self._on_error)

    async def _on_command(self, payload: str, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = _message(update)
        if message.chat.type != ChatType.PRIVATE and not _names(message, context.bot.username):
            return  # in a group, a bare command may be another bot's
        started = started_with(context.args or []) if payload == COMMANDS["start"] else {}
        content: dict[str, Any] = {"payload": payload, **started}
        await self._turn(update, **content)

    async def _on_text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        await self._turn(update, text=_message(update).text)

    async def _on_edit(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        await self._turn(update, text=_message(update).text, edited=True)

    async def _on_phone(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        contact = _message(update).contact
        assert contact is not None
        number = contact.phone_number
        await self._turn(update, text=number if number.startswith("+") else f"+{number}")

    async def _on_location(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = _message(update)
        place = message.venue.location if message.venue else message.location
        assert place is not None
        await self._turn(update, location=(place.latitude, place.longitude))

    async def _on_file(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Hand on a document or picture with its caption; one that is too large is not fetched, its caption is read."""
        message = _message(update)
        said = await self._own_texts(update)
        async with self._files:
            try:
                file = await fetched(message)
                why = said["file_too_large"].format(limit=LARGEST // 1024**2)
            except BadRequest:
                file, why = None, said["telegram_no_file"]
            if file:
                await self._turn(update, text=message.caption, files=(file,))
                return
        if message.caption:
            await self._turn(update, before=(Reply(why),), text=message.caption)
        else:
            await self._say_own(update, Reply(why))

    async def _on_no_text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what can be read: this was a voice message, a video or the like. An album is one message each."""
        album = _message(update).media_group_id
        if album in self._albums:
            return
        if album:
            self._albums.append(album)
        await self._say_own(update, Reply((await self._own_texts(update))["telegram_text_only"]))

    async def _on_group_text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """In a group the bot answers those who name it or answer one of its messages, and nobody else."""
        message, name = _message(update), context.bot.username
        replied = message.reply_to_message
        to_us = replied is not None and replied.from_user is not None and replied.from_user.id == context.bot.id
        if to_us or _names(message, name):
            await self._turn(update, text=_without_name(message.text or "", name))

    async def _on_button(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if query is None or query.message is None or query.data is None:
            return
        chat, pressed = query.message.chat, query.message.message_id
        keyboard, _, place = query.data.rpartition(".")
        conversation = self._conversation(update)
        # A page's place begins with a letter: only then the whole keyboard is read.
        buttons = await self._payloads.buttons(keyboard, conversation) if place.startswith("p") else []
        if (page := page_of(place, len(buttons))) is not None:
            markup = inline_keyboard(keyboard, buttons, page=page)
            turned = context.bot.edit_message_reply_markup(chat.id, pressed, reply_markup=markup)
            await asyncio.gather(_quietly(query.answer()), _quietly(turned))
            return
        payload = await self._payloads.take(keyboard, place, conversation, str(update.update_id))
        # Not by the query's own method: it refuses a message that Telegram no longer shows the bot.
        removal = _quietly(context.bot.edit_message_reply_markup(chat.id, pressed, reply_markup=None))
        if payload is not None:
            await asyncio.gather(_quietly(query.answer()), removal)
            await self._turn(update, payload=payload)
            return
        text = (await self._own_texts(update))["telegram_old_button"]
        answered, _ = await asyncio.gather(_quietly(query.answer(text[:LONGEST_ANSWER])), removal)
        if not answered:  # Telegram takes an answer only for a while after the press
            await self._say_own(update, Reply(text))

    async def _on_membership(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Note who has blocked the bot: nothing is sent there until they take it back."""
        change = update.my_chat_member
        if change is None or change.chat.type != ChatType.PRIVATE:
            return
        gone = change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
        async with self._storage.unit_of_work() as uow:
            await uow.conversations.mark_blocked(self._conversation(update), change.date if gone else None)
            await uow.commit()

    async def _turn(self, update: Update, *, before: tuple[Reply, ...] = (), **content: Any) -> None:
        chat, message = _chat(update), update.effective_message
        private = chat.type == ChatType.PRIVATE
        await _quietly(chat.send_action(ChatAction.TYPING))
        incoming = IncomingMessage(
            channel=self._name,
            conversation=str(chat.id),
            message_id=str(update.update_id),
            locale=_locale(update),
            ref=str(message.message_id) if message and update.callback_query is None else None,
            in_reply_to=_answered(update, chat.get_bot().id) if private else None,
            public=not private,
            **content,
        )
        if incoming.text is not None:
            incoming = replace(incoming, text=readable(incoming.text))
        result = await self._handler(incoming)
        target = Chat(
            id=chat.id,
            conversation=f"{self._name}:{chat.id}",
            language=result.language,
            private=private,
            quoted=message.message_id if message and not private else None,
            closes_keyboard=result.form is not None and result.form.next != "phone",
        )
        replies = result.replies if private else self._for_a_group(result, chat.get_bot().username)
        await self._delivery.answer(chat.get_bot(), target, (*before, *replies), update.update_id)

    def _for_a_group(self, result: TurnResult, username: str) -> tuple[Reply, ...]:
        """The replies as a group may read them: with the way to the private chat where the matter belongs there."""
        if IN_PRIVATE not in result.intents:
            return result.replies
        way = Link(self._texts(result.language)["telegram_in_private"], f"https://t.me/{username}?start=apply")
        return tuple(Reply(reply.text, links=(way,)) for reply in result.replies)

    async def _say_own(self, update: Update, reply: Reply) -> None:
        """Say something of the channel itself."""
        chat = _chat(update)
        target = Chat(chat.id, self._conversation(update), None, chat.type == ChatType.PRIVATE)
        await self._delivery.answer(chat.get_bot(), target, [reply], update.update_id)

    async def _own_texts(self, update: Update) -> Any:
        """The channel's texts in the language last spoken in the chat, or in the person's app."""
        async with self._storage.unit_of_work(read_only=True) as uow:
            record = await uow.conversations.get(self._conversation(update))
        return self._texts((record.language if record else None) or i18n.match_locale(_locale(update)))

    def _conversation(self, update: Update) -> str:
        return f"{self._name}:{_chat(update).id}"

    async def _on_error(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log what nobody expected, without the error's own text (it may quote the person), and apologise."""
        error = context.error
        known = update if isinstance(update, Update) else None
        if isinstance(error, Blocked):
            logger.info("A reply was not taken: the bot is blocked in that chat.")
            return
        if isinstance(error, DeliveryError) and error.permanent:
            logger.warning("Telegram refuses an answer for good.")
        elif known and _passes(error):
            logger.warning("An answer could not be brought (%s): it is tried again.", type(error).__name__)
            self._inbox.postpone(known.update_id)
            return
        else:
            frames = "".join(traceback.format_tb(error.__traceback__)) if error else ""
            logger.error("An update from Telegram failed: %s\n%s", type(error).__name__, frames)
        if known and known.effective_chat and known.effective_chat.type == ChatType.PRIVATE:
            with suppress(DeliveryError, StorageError):
                await self._say_own(known, Reply((await self._own_texts(known))["error"]))


def _passes(error: Exception | None) -> bool:
    """Whether it may go better in a while: Telegram or the database is away."""
    if isinstance(error, DeliveryError):
        return not error.permanent
    return isinstance(error, StorageError | RetryAfter | NetworkError) and not isinstance(error, BadRequest)


def _message(update: Update) -> Message:
    assert update.effective_message is not None  # our filters let nothing else through
    return update.effective_message


def _chat(update: Update) -> Any:
    assert update.effective_chat is not None  # messages and buttons always have a chat
    return update.effective_chat


def _locale(update: Update) -> str | None:
    return update.effective_user.language_code if update.effective_user else None


def _answered(update: Update, bot: int) -> str | None:
    """The bot's message that a message answers expressly."""
    message = update.effective_message if update.callback_query is None else None
    replied = message.reply_to_message if message else None
    ours = replied and replied.from_user and replied.from_user.id == bot
    return str(replied.message_id) if replied and ours else None


def _names(message: Message, username: str) -> bool:
    """Whether a text names the bot: `@our_bot`, as it stands or behind a command."""
    return _name(username).search(message.text or "") is not None


def _name(username: str) -> re.Pattern[str]:
    return re.compile(rf"@{re.escape(username)}(?!\w)", re.IGNORECASE)


def _without_name(text: str, username: str) -> str:
    """The text without the bot's name, which says nothing but to whom it is."""
    return _name(username).sub(" ", text, count=1).strip(" ,:") or text


async def _quietly(call: Awaitable[object]) -> bool:
    """Await a call that only adds comfort; whether Telegram took it."""
    try:
        await call
    except TelegramError as error:
        logger.debug("Telegram did not take a call: %s", type(error).__name__)
        return False
    return True
