"""A small Bot API server on loopback, and the people who write to its bot.

It obeys https://core.telegram.org/bots/api as far as our bot uses it: errors, limits and their descriptions too.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from bot_api_html import HtmlError, visible_text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Json = dict[str, Any]
TOKEN = "4242:TEST-token_of_nobody"
NOW = 1_772_444_000  # 2 March 2026
#: Nothing on loopback takes so many seconds: a test that waits longer has failed.
PATIENCE = 30.0


class ApiError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        self.code, self.description, self.parameters = code, description, parameters
        super().__init__(description)


@dataclass(frozen=True)
class Call:
    """A request of the bot: its method and parameters, and when it came (seconds, monotonic)."""

    method: str
    params: Json
    at: float


@dataclass
class Person:
    """Somebody with a private chat with the bot."""

    api: BotApi
    id: int
    language_code: str | None

    @property
    def user(self) -> Json:
        """The person as Telegram describes them."""
        known = {"language_code": self.language_code} if self.language_code else {}
        return {"id": self.id, "is_bot": False, "first_name": "Ana", **known}

    @property
    def chat(self) -> Json:
        """Their chat with the bot."""
        return {"id": self.id, "type": "private", "first_name": "Ana"}

    @property
    def messages(self) -> list[Json]:
        """What the bot wrote to them, in its present state."""
        return self.api.messages[self.id]

    @property
    def texts(self) -> list[str]:
        """The texts of those messages, as the person reads them."""
        return [message["text"] for message in self.messages]

    def say(self, text: str) -> int:
        """Write to the bot; gives the update's id."""
        message: Json = {"text": text}
        if text.startswith("/"):
            length = len(text.split()[0].split("{")[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self.send(**message)

    def send(self, *, chat: Json | None = None, kind: str = "message", **content: Any) -> int:
        """Send a message with any content; gives the update's id."""
        message = {"message_id": self.api.new_id(), "from": self.user, "chat": chat or self.chat, "date": NOW}
        return self.api.deliver(**{kind: {**message, **content}})

    def press(self, title: str, *, message: Json | None = None) -> str:
        """Press a button of a message, the last one by default; gives the press's id."""
        pressed = message or self.messages[-1]
        rows = pressed["reply_markup"]["inline_keyboard"]
        data = next(button["callback_data"] for row in rows for button in row if button["text"] == title)
        return self.press_data(data, message=pressed)

    def press_data(self, data: str, *, message: Json | None = None) -> str:
        """Send callback data as a tampered app could; gives the press's id."""
        press = str(self.api.new_id())
        self.api.presses[press] = None
        pressed = message or self.messages[-1]
        self.api.deliver(
            callback_query={
                "id": press, "from": self.user, "message": pressed, "chat_instance": "1", "data": data,
            }
        )  # fmt: skip
        return press

    async def receives(self, count: int) -> list[str]:
        """Wait until the bot has written so many messages in all; gives their texts."""
        await self.api.until(lambda: len(self.messages) >= count)
        return self.texts


@dataclass
class Group:
    """A group that the bot is a member of."""

    api: BotApi
    id: int

    @property
    def chat(self) -> Json:
        """The group as Telegram describes it."""
        return {"id": self.id, "type": "supergroup", "title": "Exporters"}

    @property
    def messages(self) -> list[Json]:
        """What the bot wrote there."""
        return self.api.messages[self.id]


@dataclass(repr=False)
class BotApi:
    """The server's state; `base_url` is where it answers."""

    base_url: str = ""
    calls: list[Call] = field(default_factory=list)
    messages: defaultdict[int, list[Json]] = field(default_factory=lambda: defaultdict(list))
    #: A press's id -> what the bot answered, None before.
    presses: dict[str, Json | None] = field(default_factory=dict)
    #: What the bot's profile says by kind and language code: "commands", "name", "description", "short_description".
    profile: dict[tuple[str, str], Any] = field(default_factory=dict)
    webhook: Json | None = None
    #: A file's id -> its content; what people upload.
    files: dict[str, bytes] = field(default_factory=dict)
    #: The ids of the files that the bot downloaded.
    downloads: list[str] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    #: A group's number -> the one that it has as a supergroup.
    migrated: dict[int, int] = field(default_factory=dict)
    offline: bool = False
    #: The token was revoked at @BotFather.
    revoked: bool = False
    #: Presses came so long ago that no answer to them is taken.
    presses_are_old: bool = False
    #: Called when a message was accepted, before the bot is told so.
    before_answer: Callable[[Json], Awaitable[None]] | None = None
    #: How often each update was handed out by getUpdates.
    handed_out: Counter[int] = field(default_factory=Counter)
    _updates: list[Json] = field(default_factory=list)
    _delivered: dict[int, Json] = field(default_factory=dict)
    _refusals: dict[str, list[int]] = field(default_factory=dict)
    _failing: dict[str, list[int]] = field(default_factory=dict)
    _people: dict[int, Person] = field(default_factory=dict)
    _groups: dict[int, Group] = field(default_factory=dict)
    _allowed: list[str] = field(default_factory=list)
    _last_id: int = 100
    _closing: bool = False
    _under_way: int = 0
    _connections: Callable[[], int] = lambda: 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _background: set[asyncio.Task[None]] = field(default_factory=set)

    def person(self, language_code: str | None = None) -> Person:
        """A new person."""
        person = Person(self, self.new_id(), language_code)
        self._people[person.id] = person
        return person

    def group(self) -> Group:
        """A new group with the bot in it."""
        group = Group(self, -100_000 - self.new_id())
        self._groups[group.id] = group
        return group

    def new_id(self) -> int:
        """The next number for a person, message or update."""
        self._last_id += 1
        return self._last_id

    def upload(self, content: bytes, *, with_size: bool = True) -> Json:
        """Put a file on the server, as a person's app does; gives what a message says of it."""
        number = str(self.new_id())
        self.files[number] = content
        size = {"file_size": len(content)} if with_size else {}
        return {"file_id": number, "file_unique_id": f"u{number}", **size}

    def deliver(self, **content: Any) -> int:
        """Put an update in the queue; gives its id."""
        update = {"update_id": self.new_id(), **content}
        self._updates.append(update)
        self._delivered[self._last_id] = update
        self._tell()
        return int(update["update_id"])

    @property
    def last_update(self) -> int:
        """The id of the last update that people brought about."""
        return max(self._delivered)

    def last_message(self, update_id: int) -> int:
        """The number of the message that an update brought."""
        return int(self._delivered[update_id]["message"]["message_id"])

    def deliver_again(self, update_id: int) -> None:
        """Deliver an update once more, as to a bot that ended before it confirmed it."""
        self._updates.append(self._delivered[update_id])
        self._tell()

    def refuse(self, method: str, *, retry_after: int) -> None:
        """Answer the method's next call with 429."""
        self._refusals.setdefault(method, []).append(retry_after)

    def fails_after(self, method: str, calls: int, *, times: int) -> None:
        """Answer so many calls of a method, then so many with 502."""
        self._failing[method] = [calls, times]

    def calls_of(self, method: str) -> list[Call]:
        """The bot's requests of one method, refused ones too."""
        return [call for call in self.calls if call.method == method]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something that the bot does makes the condition true."""

        async def wait() -> None:
            async with self._changed:
                await self._changed.wait_for(condition)

        await asyncio.wait_for(wait(), PATIENCE)

    async def settle(self) -> None:
        """Wait until what a bot that is dead now has sent is taken in."""

        async def wait() -> None:
            while self._connections() or self._under_way:  # noqa: ASYNC110  # uvicorn tells nobody
                await asyncio.sleep(0.005)

        await asyncio.wait_for(wait(), PATIENCE)

    async def all_read(self) -> None:
        """Wait until the bot has confirmed every update."""
        await self.until(lambda: not self._updates)

    def _tell(self) -> None:
        async def tell() -> None:
            async with self._changed:
                self._changed.notify_all()

        task = asyncio.ensure_future(tell())
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def answer(self, request: Request) -> Response:
        """Answer one request, in Telegram's envelope."""
        method = request.path_params["method"]
        params = await _params(request)
        waits = method == "getUpdates"
        self._under_way += not waits
        self.calls.append(Call(method, params, time.monotonic()))
        try:
            result = await self._result(request.path_params["token"], method, params)
        except ApiError as error:
            body = {"ok": False, "error_code": error.code, "description": error.description}
            extra = {"parameters": error.parameters} if error.parameters else {}
            return JSONResponse({**body, **extra}, error.code)
        finally:
            self._under_way -= not waits
            self._tell()
        # With halves of surrogate pairs and numbers out of range, if a test has them delivered.
        return Response(json.dumps({"ok": True, "result": result}), media_type="application/json")

    async def _result(self, token: str, method: str, params: Json) -> Any:
        if self.offline:
            raise ApiError(502, "Bad Gateway")
        if token != TOKEN or self.revoked:
            raise ApiError(401, "Unauthorized")
        if self._refusals.get(method):
            seconds = self._refusals[method].pop(0)
            raise ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
        if method in self._failing:
            before, times = self._failing[method]
            self._failing[method] = [before - 1, times] if before > 0 else [0, times - 1]
            if before <= 0 and times > 0:
                raise ApiError(502, "Bad Gateway")
        known: dict[str, Callable[[Json], Awaitable[Any]]] = {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "deleteWebhook": self._delete_webhook,
            "sendMessage": self._send_message,
            "sendDocument": self._send_document,
            "sendChatAction": self._send_chat_action,
            "answerCallbackQuery": self._answer_callback_query,
            "editMessageReplyMarkup": self._edit_message_reply_markup,
            "setWebhook": self._set_webhook,
            "setMyCommands": self._set_my_commands,
            **{f"setMy{_camel(kind)}": partial(self._set_profile, kind) for kind in _PROFILE},
            **{f"getMy{_camel(kind)}": partial(self._get_profile, kind) for kind in ("commands", *_PROFILE)},
            "getFile": self._get_file,
        }
        if method not in known:
            raise ApiError(404, "Not Found")
        return await known[method](params)

    async def _get_me(self, params: Json) -> Json:
        names = {"first_name": "MobiliseSME", "username": "mobilisesme_test_bot"}
        return {"id": 4242, "is_bot": True, **names}

    async def _set_webhook(self, params: Json) -> bool:
        self.webhook = params
        return True

    async def _delete_webhook(self, params: Json) -> bool:
        self.webhook = None
        if params.get("drop_pending_updates"):
            self._updates.clear()
        return True

    async def _get_updates(self, params: Json) -> list[Json]:
        self._allowed = params.get("allowed_updates", self._allowed)
        offset = params.get("offset", 0)
        self._updates = [
            update
            for update in self._updates
            if update["update_id"] >= offset and (not self._allowed or set(update) & set(self._allowed))
        ]
        self._tell()

        async def wait() -> None:
            async with self._changed:
                await self._changed.wait_for(lambda: self._updates or self._closing or self.offline)

        try:
            await asyncio.wait_for(wait(), params.get("timeout", 0) or 0.001)
        except asyncio.TimeoutError:
            return []
        handed = self._updates[: params.get("limit", 100)]
        self.handed_out.update(update["update_id"] for update in handed)
        return handed

    async def _send_message(self, params: Json) -> Json:
        person = self._reachable(params)
        text = str(params.get("text", ""))
        if params.get("parse_mode") == "HTML":
            try:
                text = visible_text(text)
            except HtmlError as error:
                raise ApiError(400, f"Bad Request: can't parse entities: {error}") from error
        if not text.strip():
            raise ApiError(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            raise ApiError(400, "Bad Request: message is too long")
        message = {"message_id": self.new_id(), "date": NOW, "chat": person.chat, "text": text}
        if "reply_markup" in params:
            message["reply_markup"] = _checked_keyboard(params["reply_markup"])
        self.messages[person.id].append(message)
        if self.before_answer:
            await self.before_answer(message)
        # Of keyboards, Telegram gives back those that stand under the message.
        inline = "inline_keyboard" in message.get("reply_markup", {})
        return message if inline else {key: value for key, value in message.items() if key != "reply_markup"}

    async def _send_document(self, params: Json) -> Json:
        person = self._reachable(params)
        name, content = params["document"]
        if not content:
            raise ApiError(400, "Bad Request: file must be non-empty")
        document = {"file_id": str(self.new_id()), "file_unique_id": "1", "file_name": name}
        message = {"message_id": self.new_id(), "date": NOW, "chat": person.chat, "document": document}
        self.messages[person.id].append({**message, "text": content.decode()})
        return message

    async def _send_chat_action(self, params: Json) -> bool:
        self._reachable(params)
        if params.get("action") != "typing":
            raise ApiError(400, "Bad Request: wrong parameter action in request")
        return True

    async def _answer_callback_query(self, params: Json) -> bool:
        press = params.get("callback_query_id", "")
        if self.presses_are_old or self.presses.get(press, {}) is not None:  # unknown, or answered
            raise ApiError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        if len(params.get("text", "")) > 200:
            raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
        self.presses[press] = params
        return True

    async def _edit_message_reply_markup(self, params: Json) -> Json:
        person = self._reachable(params)
        found = [m for m in self.messages[person.id] if m["message_id"] == params.get("message_id")]
        if not found:
            raise ApiError(400, "Bad Request: message to edit not found")
        before, after = found[0].get("reply_markup"), params.get("reply_markup")
        if before == after:
            raise ApiError(400, "Bad Request: message is not modified")
        changed = {key: value for key, value in found[0].items() if key != "reply_markup"}
        if after:
            changed["reply_markup"] = _checked_keyboard(after)
        self.messages[person.id][self.messages[person.id].index(found[0])] = changed
        return changed

    async def _set_my_commands(self, params: Json) -> bool:
        for command in params["commands"]:
            if not 1 <= len(command["command"]) <= 32 or not 1 <= len(command["description"]) <= 256:
                raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
        return await self._set_profile("commands", params)

    async def _set_profile(self, kind: str, params: Json) -> bool:
        code, value = params.get("language_code", ""), params.get(kind, "")
        if len(code) not in (0, 2):
            raise ApiError(400, "Bad Request: invalid language code specified")
        if kind in _PROFILE and len(value) > _PROFILE[kind]:
            raise ApiError(400, f"Bad Request: {kind} is too long")
        self.profile[kind, code] = value
        return True

    async def _get_profile(self, kind: str, params: Json) -> Any:
        value = self.profile.get((kind, params.get("language_code", "")))
        return (value or []) if kind == "commands" else {kind: value or ""}

    async def _get_file(self, params: Json) -> Json:
        number = str(params.get("file_id"))
        if number not in self.files:
            raise ApiError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.files[number])
        if size > 20 * 1024 * 1024:
            raise ApiError(400, "Bad Request: file is too big")
        path = f"documents/file_{number}"
        return {"file_id": number, "file_unique_id": f"u{number}", "file_size": size, "file_path": path}

    async def download(self, request: Request) -> Response:
        """Give a file whose path the bot was told."""
        number = request.path_params["path"].removeprefix("documents/file_")
        if request.path_params["token"] != TOKEN or number not in self.files:
            return JSONResponse({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
        self.downloads.append(number)
        return Response(self.files[number])

    def _reachable(self, params: Json) -> Person | Group:
        number = params.get("chat_id", 0)
        if number in self.migrated:
            parameters = {"migrate_to_chat_id": self.migrated[number]}
            raise ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", parameters)
        if number in self._groups:
            return self._groups[number]
        person = self._people.get(number)
        if person is None:
            raise ApiError(400, "Bad Request: chat not found")
        if person.id in self.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        return person


#: The longest texts of the profile, in characters.
_PROFILE = {"name": 64, "description": 512, "short_description": 120}


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _checked_keyboard(markup: Json) -> Json:
    if "inline_keyboard" not in markup:  # a keyboard in place of the phone's own, or its end
        return markup
    buttons = [button for row in markup["inline_keyboard"] for button in row]
    if len(buttons) > 100:
        raise ApiError(400, "Bad Request: REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        if not button["text"].strip():
            raise ApiError(400, "Bad Request: text buttons are unallowed in the inline keyboard")
        if "url" not in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
    return markup


async def _params(request: Request) -> Json:
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        return _parts(kind, await request.body())
    body = (await request.body()).decode()
    if kind.startswith("application/json"):
        return dict(json.loads(body))
    return {key: _value(key, value) for key, value in parse_qsl(body, keep_blank_values=True)}


def _parts(kind: str, body: bytes) -> Json:
    """The parts of a form, a file among them as its name and bytes under the field that points at it."""
    mail = BytesParser(policy=policy.HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    params: Json = {}
    files: Json = {}
    for part in mail.iter_parts():
        field, name = part.get_param("name", header="content-disposition"), part.get_filename()
        content = part.get_payload(decode=True)
        if name:
            files[field] = (name, content)
        else:
            params[field] = _value(field, content.decode())
    pointed = {key: files[value[9:]] for key, value in params.items() if str(value).startswith("attach://")}
    return {**params, **files, **pointed}


def _value(key: str, value: str) -> Any:
    if key in ("text", "callback_query_id"):  # a text that looks like JSON stays a text
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


class _Server(uvicorn.Server):
    """Uvicorn that says when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()

    def install_signal_handlers(self) -> None:
        """Signals are the test runner's."""


@asynccontextmanager
async def bot_api_server() -> AsyncIterator[BotApi]:
    """The server on a free port of loopback, while the block runs."""
    api = BotApi()
    app = Starlette(
        routes=[
            Route("/file/bot{token}/{path:path}", api.download),
            Route("/bot{token}/{method}", api.answer, methods=["GET", "POST"]),
        ]
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        api.base_url = f"http://127.0.0.1:{listening.getsockname()[1]}/bot"
        server = _Server(uvicorn.Config(app, ws="none", lifespan="off", log_level="critical"))
        api._connections = lambda: len(server.server_state.connections)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await asyncio.wait_for(server.answers.wait(), PATIENCE)
            yield api
        finally:
            api._closing = True
            api._tell()
            server.should_exit = True
            await asyncio.wait_for(serving, PATIENCE)
