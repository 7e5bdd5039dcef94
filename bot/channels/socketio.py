"""The web chat's live connection: Rasa's socket.io channel protocol, with signed sessions and a history.

    client                                        server
    session_request {session_id, customData?}  ->
                                               <- session_confirm "<session id>"
                                               <- bot_uttered …  (the greeting, if customData was given)
    history_request {session_id, after?}       ->
                                               <- history {messages}                     (also as the ack)
    user_uttered {message, customData?,        ->
                  session_id?, message_id?}    <- bot_uttered {text, quick_replies?, attachment?,
                                                               metadata: {lang, id}}
                                               <- ack {ok, id} or {ok: false, error}     (after the replies)
    set_language {language, message_id?}       -> as user_uttered
    a file comes by POST /attachments (uploads.py); the replies to it arrive here

`after` is the id of the last message that the client has; `message_id` makes a message that is sent again
after a lost connection count once. An `attachment` is Rasa's: {type: "file", payload: {src, name}}. Other clients send Rasa's init payload as their first `user_uttered`.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import socketio

from bot import i18n
from bot.applications.attachment_types import shown_name
from bot.channels.base import Handler, Texts, readable, usable_name
from bot.channels.sessions import SessionIds
from bot.channels.sites import Sites, accepted_tags, preferred_language
from bot.channels.transcripts import ChatMessage, TranscriptStore, attachment, quick_replies
from bot.model import IncomingMessage, Pushed, ReceivedFile, Reply, TurnResult

#: Bytes of one event; a message of 2,000 characters, the most that is read, needs at most 24 kB as JSON.
LARGEST_EVENT = 100_000
#: Messages of one conversation that may wait for their turn.
MOST_WAITING = 20
#: Offered payloads whose titles are remembered in a conversation.
MOST_OFFERED = 200
_MOST_CONVERSATIONS = 10_000
#: What staff wrote in a conversation, as it is stored: each with its key and its language, oldest first.
Answers = Callable[[str], Awaitable[Sequence[tuple[str, Reply, str]]]]
#: What Rasa's web clients send by themselves when a visitor opens the chat.
_INIT_PAYLOADS = frozenset({"/greet", "/get_started", "/session_start", "/start"})


@dataclass
class _Conversation:
    """What the channel remembers of a conversation while the process lives; nothing breaks without it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    begun: bool = False
    site: str | None = None
    locale: str | None = None
    titles: OrderedDict[str, str] = field(default_factory=OrderedDict)


@dataclass(frozen=True)
class Connection:
    """Where a visitor's connection or request comes from."""

    origin: str | None
    host: str | None
    accepted: tuple[str, ...]


class WebChat:
    """Serves the protocol above; `server` is the socket.io server to mount."""

    name = "web"

    def __init__(
        self,
        handler: Handler,
        *,
        ids: SessionIds,
        sites: Sites,
        texts: Texts,
        transcripts: TranscriptStore,
        link: Callable[[str, str], str],
        answers: Answers | None = None,
    ) -> None:
        """`link` gives the address of a conversation's file in a language, `answers` what staff wrote in it."""
        self._answers = answers
        self._handler, self._ids, self._sites, self._link = handler, ids, sites, link
        self._texts, self._transcripts = texts, transcripts
        self._conversations: OrderedDict[str, _Conversation] = OrderedDict()
        self._connections: dict[str, Connection] = {}
        self._bound: dict[str, str] = {}
        self.server = socketio.AsyncServer(
            async_mode="asgi",
            cors_allowed_origins=lambda origin, environ: sites.allows(origin, environ.get("HTTP_HOST")),
            cors_credentials=False,
            max_http_buffer_size=LARGEST_EVENT,
        )
        for event in ("connect", "disconnect", "session_request", "user_uttered", "set_language"):
            self.server.on(event, getattr(self, f"_on_{event}"))
        self.server.on("history_request", self._on_history_request)

    async def _on_connect(self, sid: str, environ: Mapping[str, Any], *_: object) -> None:
        accepted = accepted_tags(environ.get("HTTP_ACCEPT_LANGUAGE"))
        self._connections[sid] = Connection(environ.get("HTTP_ORIGIN"), environ.get("HTTP_HOST"), tuple(accepted))

    async def _on_disconnect(self, sid: str, *_: object) -> None:
        self._connections.pop(sid, None)
        self._bound.pop(sid, None)

    async def _on_session_request(self, sid: str, data: object = None, *_: object) -> None:
        given = data if isinstance(data, dict) else {}
        known = self._ids.conversation_of(given.get("session_id"))
        conversation = known or self._ids.new_conversation()
        await self._bind(sid, conversation)
        self._note(self._connections.get(sid), conversation, given.get("customData"))
        await self.server.emit("session_confirm", self._ids.sign(conversation), to=sid)
        if known is None and isinstance(given.get("customData"), dict):
            await self._answer(conversation, _message_id({}), payload="/greet")

    async def _on_history_request(self, sid: str, data: object = None, *_: object) -> dict[str, Any]:
        given = data if isinstance(data, dict) else {}
        conversation = self._ids.conversation_of(given.get("session_id"))
        if conversation:
            await self._recall(conversation)
        messages = await self._transcripts.after(conversation, given.get("after")) if conversation else []
        history = {"messages": [message.as_history() for message in messages]}
        await self.server.emit("history", history, to=sid)
        return history

    async def _recall(self, conversation: str) -> None:
        """Bring back what staff wrote in a conversation of which nothing is remembered here."""
        if self._answers and not await self._transcripts.after(conversation, None):
            written = await self._answers(f"{self.name}:{conversation}")
            messages = [_messages(key, (reply,), language) for key, reply, language in written]
            await self._transcripts.append(conversation, [one for pushed in messages for one in pushed])

    async def _on_user_uttered(self, sid: str, data: object = None, *_: object) -> dict[str, Any]:
        text = data.get("message") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(text, str):
            return await self._refuse(sid, "bad_message")
        text = readable(text)
        conversation = await self._conversation(sid, data)
        remembered = self._note(self._connections.get(sid), conversation, data.get("customData"))
        message_id = _message_id(data)
        if text in remembered.titles:
            return await self._answer(conversation, message_id, payload=text, shown=remembered.titles[text])
        if text in _INIT_PAYLOADS and not remembered.begun:
            return await self._answer(conversation, message_id, payload="/greet")
        return await self._answer(conversation, message_id, text=text, shown=text)

    async def _on_set_language(self, sid: str, data: object = None, *_: object) -> dict[str, Any]:
        language = preferred_language([data.get("language")]) if isinstance(data, dict) else None
        if not isinstance(data, dict) or language is None:
            return await self._refuse(sid, "bad_language")
        conversation = await self._conversation(sid, data)
        payload = "/change_language" + json.dumps({"language": language})
        return await self._answer(
            conversation, _message_id(data), payload=payload, shown=i18n.languages()[language].name
        )

    async def _refuse(self, sid: str, error: str) -> dict[str, Any]:
        connection = self._connections.get(sid)
        language = preferred_language(connection.accepted) if connection else None
        await self.server.emit("bot_error", {"error": error, "text": self._texts(language)["error"]}, to=sid)
        return {"ok": False, "error": error}

    async def _conversation(self, sid: str, data: Mapping[str, Any]) -> str:
        """The conversation that an event belongs to; a client that asked for no session gets a new one."""
        named = self._ids.conversation_of(data.get("session_id"))
        conversation = named or self._bound.get(sid) or self._ids.new_conversation()
        if self._bound.get(sid) != conversation:
            await self._bind(sid, conversation)
        return conversation

    async def _bind(self, sid: str, conversation: str) -> None:
        previous = self._bound.get(sid)
        if previous and previous != conversation:
            await self.server.leave_room(sid, previous)
        self._bound[sid] = conversation
        await self.server.enter_room(sid, conversation)

    async def receive(
        self, session_id: object, file: ReceivedFile, custom: Mapping[str, Any], connection: Connection
    ) -> dict[str, Any]:
        """Answer a file that a visitor sent beside the live connection, over which the replies go.

        Args:
            session_id: the signed session of the conversation.
            file: what was sent.
            custom: `message_id`, `language` and `site`, as far as the client gives them.
            connection: where the request came from.

        Returns:
            The acknowledgement, as for `user_uttered`; the error is `bad_session` where the session is none of ours.
        """
        conversation = self._ids.conversation_of(session_id)
        if conversation is None:
            return {"ok": False, "error": "bad_session"}
        self._note(connection, conversation, custom)
        return await self._answer(conversation, _message_id(custom), shown=shown_name(file.name), files=(file,))

    async def push(self, conversation: str, reply: Reply, language: str, key: str) -> Pushed:
        """Show a message of staff (`applications.correspondence.Push`), at once or when the visitor comes back."""
        name = conversation.partition(":")[2]
        remembered = self._remembered(name)
        remembered.waiting += 1
        try:
            async with remembered.lock:
                await self._recall(name)
                await self._show(name, key, TurnResult(name, language, replies=(reply,)))
        finally:
            remembered.waiting -= 1
        return Pushed(seen_now=name in self._bound.values())

    def _note(self, connection: Connection | None, conversation: str, custom: object) -> _Conversation:
        """Remember where the visitor is and which language the page and the browser speak."""
        remembered = self._remembered(conversation)
        connection = connection or Connection(None, None, ())
        given = custom if isinstance(custom, Mapping) else {}
        tags = [given.get("language"), remembered.locale, *connection.accepted]
        remembered.locale = preferred_language(tags)
        if given.get("site") or remembered.site is None:
            remembered.site = self._sites.site_of(given.get("site"), connection.origin, connection.host)
        return remembered

    def _remembered(self, conversation: str) -> _Conversation:
        remembered = self._conversations.setdefault(conversation, _Conversation())
        self._conversations.move_to_end(conversation)
        if len(self._conversations) > _MOST_CONVERSATIONS:
            oldest = next(iter(self._conversations))
            if not self._conversations[oldest].waiting:
                del self._conversations[oldest]
        return remembered

    async def _answer(
        self,
        conversation: str,
        message_id: str,
        *,
        text: str | None = None,
        payload: str | None = None,
        shown: str | None = None,
        files: tuple[ReceivedFile, ...] = (),
    ) -> dict[str, Any]:
        """Answer a message when those before it are answered; `shown` is how the visitor sees it."""
        remembered = self._remembered(conversation)
        if remembered.waiting >= MOST_WAITING:
            return {"ok": False, "error": "busy"}
        remembered.waiting += 1
        remembered.begun = True
        message = IncomingMessage(
            self.name, conversation, message_id, text, payload, remembered.locale, remembered.site, files
        )
        try:
            async with remembered.lock:
                if shown is not None:
                    await self._transcripts.append(conversation, [ChatMessage(message_id, "user", shown)])
                result = await self._handler(message)
                await self._show(conversation, message_id, result)
        finally:
            remembered.waiting -= 1
        return {"ok": True, "id": message_id}

    async def _show(self, conversation: str, message_id: str, result: TurnResult) -> None:
        link = partial(self._link, f"{self.name}:{conversation}", result.language)
        messages = _messages(message_id, result.replies, result.language, link)
        titles = self._remembered(conversation).titles
        if result.erased:
            titles.clear()
            await self._transcripts.forget(conversation)
        else:
            await self._transcripts.append(conversation, messages)
        for message in messages:
            titles.update({button.payload: button.title for button in message.buttons})
            await self.server.emit("bot_uttered", _as_event(message), room=conversation)
        while len(titles) > MOST_OFFERED:
            titles.popitem(last=False)


def _messages(message_id: str, replies: Sequence[Reply], tag: str, link: Callable[[], str] = str) -> list[ChatMessage]:
    """Replies as the chat shows them; `link` gives the address of their file."""
    language = i18n.languages().get(tag)
    return [
        ChatMessage(
            f"{message_id}.{number}",
            "bot",
            reply.text,
            language.html if language else tag,
            reply.buttons,
            (reply.document.name, link()) if reply.document else None,
        )
        for number, reply in enumerate(replies, 1)
    ]


def _as_event(message: ChatMessage) -> dict[str, Any]:
    """The reply as Rasa's clients expect it: what has `quick_replies` is one with buttons to them."""
    event: dict[str, Any] = {"text": message.text, "metadata": {"lang": message.language, "id": message.id}}
    if message.buttons:
        event["quick_replies"] = quick_replies(message.buttons)
    if message.file:
        event["attachment"] = attachment(*message.file)
    return event


def _message_id(data: Mapping[str, Any]) -> str:
    """The client's id of its message, or a new one where it gives none that can be used."""
    given = data.get("message_id")
    return str(given) if usable_name(given) else secrets.token_hex(16)
