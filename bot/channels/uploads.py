"""Files from the web chat: `POST /attachments`, the file as the request's body.

    POST /attachments?message_id=…&language=…&site=…
    Authorization: Bearer <session id>
    X-File-Name: <the file's name, percent-encoded UTF-8>

    200 {ok: true, id}      the replies went over the live connection (socketio.py)
    403 {ok: false, error}  `bad_origin`, `bad_session`
    413                     `too_large`, told as soon as it is seen
    408, 429, 503           `too_slow`, `busy` (the conversation's other messages), `busy` (the server)

Session and name are no part of the address, which web servers log.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.applications.attachment_types import LARGEST
from bot.channels.base import readable
from bot.channels.sessions import SessionIds
from bot.channels.sites import Sites, accepted_tags
from bot.channels.socketio import Connection, WebChat
from bot.model import ReceivedFile

#: Files that are received at the same time: each may take `LARGEST` bytes of memory.
MOST_AT_ONCE = 16
#: Seconds that a file may take to arrive.
LONGEST_UPLOAD = 180.0
_STATUS = {"bad_origin": 403, "bad_session": 403, "too_large": 413, "too_slow": 408, "cut_off": 400, "busy": 429}


class Uploads:
    """Receives files for the conversations of the web chat."""

    def __init__(self, chat: WebChat, *, ids: SessionIds, sites: Sites, seconds: float = LONGEST_UPLOAD) -> None:
        self._chat, self._ids, self._sites, self._seconds = chat, ids, sites, seconds
        self._receiving = 0

    def route(self) -> Route:
        """The route of the uploads."""
        return Route("/attachments", self.upload, methods=["POST", "OPTIONS"])

    async def upload(self, request: Request) -> Response:
        """Receive a file, or tell a page of a partner's site that it may send one."""
        origin, host = request.headers.get("origin"), request.headers.get("host")
        if not self._sites.allows(origin, host):
            return _refused("bad_origin")
        if request.method == "OPTIONS":
            response: Response = Response(status_code=204)
        elif self._receiving >= MOST_AT_ONCE:
            response = JSONResponse({"ok": False, "error": "busy"}, 503)
        else:
            self._receiving += 1
            try:
                response = await self._received(request, Connection(origin, host, _accepted(request)))
            finally:
                self._receiving -= 1
        response.headers.update(_allowing(origin))
        return response

    async def _received(self, request: Request, connection: Connection) -> Response:
        session = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._ids.conversation_of(session) is None:  # before a byte of the file is read
            return _refused("bad_session")
        try:
            content = await asyncio.wait_for(_body(request), self._seconds)
        except asyncio.TimeoutError:
            return _refused("too_slow")
        except ClientDisconnect:
            return _refused("cut_off")
        if content is None:
            return _refused("too_large")
        file = ReceivedFile(readable(unquote(request.headers.get("x-file-name", ""))), content)
        answer = await self._chat.receive(session, file, request.query_params, connection)
        return JSONResponse(answer) if answer["ok"] else _refused(str(answer["error"]))


async def _body(request: Request) -> bytes | None:
    """The request's body; None where it is larger than a file may be, of which no more is read."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > LARGEST:
        return None
    body = bytearray()
    async for piece in request.stream():
        if len(body) + len(piece) > LARGEST:
            return None
        body += piece
    return bytes(body)


def _accepted(request: Request) -> tuple[str, ...]:
    return tuple(accepted_tags(request.headers.get("accept-language")))


def _refused(error: str) -> JSONResponse:
    return JSONResponse({"ok": False, "error": error}, _STATUS[error])


def _allowing(origin: str | None) -> dict[str, Any]:
    """The headers by which a browser lets a page of a partner's site send a file and read the answer."""
    headers = {"Vary": "Origin", "Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "cross-origin"}
    if origin is None:
        return headers
    return headers | {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "authorization, content-type, x-file-name",
        "Access-Control-Max-Age": "600",
    }
