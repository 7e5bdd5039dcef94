"""One Telegram update after another: what a person sent becomes an `IncomingMessage`, our replies go back.

Telegram's Bot API: https://core.telegram.org/bots/api. Private chats only; groups and edits are not answered.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import deque
from collections.abc import Awaitable
from functools import partial
from typing import Any

from telegram import Chat, Document, LinkPreviewOptions, Message, PhotoSize, Update
from telegram.constants import ChatAction, ParseMode
from telegram.error import Forbidden, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot import i18n
from bot.applications.attachment_types import LARGEST
from bot.channels.base import Handler, Texts
from bot.channels.telegram_commands import COMMANDS
from bot.channels.telegram_payloads import PayloadStore
from bot.channels.telegram_rendering import keyboard, split, to_html
from bot.model import IncomingMessage, ReceivedFile, Reply

logger = logging.getLogger(__name__)

#: Characters of the answer to a pressed button (answerCallbackQuery).
LONGEST_ANSWER = 200
#: Chats whose language is remembered.
MOST_LANGUAGES = 10_000
#: Albums that were answered once already.
MOST_ALBUMS = 256
#: Files that are worked on at the same time: each may take `LARGEST` bytes of memory.
FILES_AT_ONCE = 16

_PRIVATE_MESSAGE = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE


class Chats:
    """The bot's private chats: messages and pressed buttons go to the handler, its replies into the chat."""

    def __init__(self, name: str, handler: Handler, texts: Texts, payloads: PayloadStore) -> None:
        self._name, self._handler, self._texts, self._payloads = name, handler, texts, payloads
        self._languages: dict[str, str] = {}
        self._albums: deque[str] = deque(maxlen=MOST_ALBUMS)
        self._files = asyncio.Semaphore(FILES_AT_ONCE)

    def join(self, app: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Let the application bring its updates and errors here."""
        for command, payload in COMMANDS.items():
            callback = partial(self._on_command, payload)
            app.add_handler(CommandHandler(command, callback, filters=_PRIVATE_MESSAGE))
        app.add_handler(MessageHandler(_PRIVATE_MESSAGE & filters.TEXT, self._on_text))
        app.add_handler(MessageHandler(_PRIVATE_MESSAGE & (filters.Document.ALL | filters.PHOTO), self._on_file))
        # A status update ("message pinned") is nothing that the person said.
        app.add_handler(MessageHandler(_PRIVATE_MESSAGE & ~filters.StatusUpdate.ALL, self._on_no_text))
        app.add_handler(CallbackQueryHandler(self._on_button))
        app.add_error_handler(self._on_error)

    async def _on_command(self, payload: str, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        await self._turn(update, payload=payload)

    async def _on_text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        await self._turn(update, text=_message(update).text)

    async def _on_file(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Hand on a document or picture with its caption; one that is too large is not fetched, its caption is read."""
        message = _message(update)
        sent = message.document or max(message.photo, key=lambda photo: photo.width * photo.height)
        async with self._files:
            file = await _fetched(sent, message)
            if file is not None:
                await self._turn(update, text=message.caption, files=(file,))
                return
        await message.chat.send_message(self._own_text(update, "file_too_large").format(limit=LARGEST // 1024**2))
        if message.caption:
            await self._turn(update, text=message.caption)

    async def _on_no_text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what is read; once for an album, which arrives as one message for each picture."""
        message = _message(update)
        if message.media_group_id in self._albums:
            return
        if message.media_group_id:
            self._albums.append(message.media_group_id)
        await message.chat.send_message(self._own_text(update, "telegram_text_only"))

    async def _on_button(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if query is None or query.message is None or query.message.chat.type != Chat.PRIVATE:
            return
        chat, pressed = query.message.chat, query.message.message_id
        payload = await self._payloads.take(query.data or "", str(chat.id), str(update.update_id))
        # Not by the query's own method: it refuses a message that Telegram no longer shows the bot.
        removal = _quietly(context.bot.edit_message_reply_markup(chat.id, pressed, reply_markup=None))
        if payload is not None:
            await asyncio.gather(_quietly(query.answer()), removal)
            await self._turn(update, payload=payload)
            return
        text = self._own_text(update, "telegram_old_button")
        answered, _ = await asyncio.gather(_quietly(query.answer(text[:LONGEST_ANSWER])), removal)
        if not answered:  # Telegram takes an answer only for a while after the press
            await chat.send_message(text)

    async def _turn(
        self,
        update: Update,
        *,
        text: str | None = None,
        payload: str | None = None,
        files: tuple[ReceivedFile, ...] = (),
    ) -> None:
        chat = _chat(update)
        await _quietly(chat.send_action(ChatAction.TYPING))
        message = IncomingMessage(
            channel=self._name,
            conversation=str(chat.id),
            message_id=str(update.update_id),
            text=text,
            payload=payload,
            locale=_locale(update),
            files=files,
        )
        result = await self._handler(message)
        if result.erased:
            self._languages.pop(message.conversation, None)
            await self._payloads.forget(message.conversation)
        else:
            self._remember_language(message.conversation, result.language)
        for reply in result.replies:
            await self._send(chat, reply)

    async def _send(self, chat: Chat, reply: Reply) -> None:
        buttons = reply.buttons
        tokens = await self._payloads.keep(str(chat.id), [b.payload for b in buttons]) if buttons else []
        markup = keyboard([(button.title, token) for button, token in zip(buttons, tokens, strict=True)])
        pieces = split(reply.text) or (["…"] if buttons else [])
        for place, piece in enumerate(pieces, start=1):
            await chat.send_message(
                to_html(piece),
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=markup if place == len(pieces) else None,
            )
        if reply.document:
            await chat.send_document(reply.document.text.encode(), filename=reply.document.name)

    def _remember_language(self, conversation: str, language: str) -> None:
        self._languages.pop(conversation, None)
        self._languages[conversation] = language
        if len(self._languages) > MOST_LANGUAGES:
            del self._languages[next(iter(self._languages))]

    def _own_text(self, update: Update, key: str) -> str:
        """A text of the channel in the language last spoken in the chat, or in the person's app."""
        language = self._languages.get(str(_chat(update).id)) or i18n.match_locale(_locale(update))
        return self._texts(language)[key]

    async def _on_error(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log what nobody expected, without the error's own text (it may quote the person), and apologise."""
        error = context.error
        if isinstance(error, Forbidden):  # the person has blocked the bot: nobody is there to be answered
            logger.info("A reply was not taken: the bot is blocked in that chat.")
            return
        frames = "".join(traceback.format_tb(error.__traceback__)) if error else ""
        logger.error("An update from Telegram failed: %s\n%s", type(error).__name__, frames)
        chat = update.effective_chat if isinstance(update, Update) else None
        if isinstance(update, Update) and chat and chat.type == Chat.PRIVATE:
            await _quietly(chat.send_message(self._own_text(update, "error")))


async def _fetched(sent: Document | PhotoSize, message: Message) -> ReceivedFile | None:
    """The file that was sent, or None where it is larger than a file may be; Telegram need not know its size before."""
    if (sent.file_size or 0) > LARGEST:
        return None
    file = await sent.get_file()
    if (file.file_size or 0) > LARGEST:
        return None
    content = bytes(await file.download_as_bytearray())
    # A picture comes without a name, always as JPEG.
    name = message.document.file_name if message.document else f"photo-{message.message_id}.jpg"
    return ReceivedFile(name or "", content)


def _message(update: Update) -> Message:
    assert update.message is not None  # our filters let nothing else through
    return update.message


def _chat(update: Update) -> Chat:
    assert update.effective_chat is not None  # messages and buttons always have a chat
    return update.effective_chat


def _locale(update: Update) -> str | None:
    return update.effective_user.language_code if update.effective_user else None


async def _quietly(call: Awaitable[object]) -> bool:
    """Await a call that only adds comfort; whether Telegram took it."""
    try:
        await call
    except TelegramError as error:
        logger.debug("Telegram did not take a call: %s", type(error).__name__)
        return False
    return True
