"""Rasa's REST channel, for the sites that `sites.yml` gives an API key: `POST /webhooks/rest/webhook`."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.channels.base import Handler, readable, usable_name
from bot.model import IncomingMessage, Reply
from bot.programme.schema import Site

LARGEST_BODY = 64 * 1024


def api_keys(sites: Mapping[str, Site], environ: Mapping[str, str]) -> dict[str, str]:
    """Site code by API key, for the sites whose key is set in the environment."""
    named = {code: site.rest_api_key_env for code, site in sites.items() if site.rest_api_key_env}
    return {environ[variable]: code for code, variable in named.items() if environ.get(variable)}


class RestChannel:
    """The endpoint; without keys it does not exist."""

    name = "rest"

    def __init__(self, handler: Handler, keys: Mapping[str, str], link: Callable[[Request, str, str], str]) -> None:
        """`link` gives the address of a conversation's file in a language, as the caller of the request sees us."""
        self._handler, self._keys, self._link = handler, keys, link

    async def webhook(self, request: Request) -> JSONResponse:
        """Answer `{sender, message, metadata?: {language?, message_id?}}` with a list of replies."""
        if not self._keys:
            raise HTTPException(404)
        site = self._site(request)
        if site is None:
            return _fault(401, "a valid API key is needed: X-Api-Key or Authorization: Bearer")
        body = await _read(request)
        if body is None:
            return _fault(413, f"the body may have at most {LARGEST_BODY} bytes")
        data = _parse(body)
        if data is None:
            return _fault(400, 'expected {"sender": "…", "message": "…"}')
        result = await self._handler(_incoming(site, data))
        link = partial(self._link, request, f"{self.name}:{result.conversation}", result.language)
        return JSONResponse([_as_json(reply, data["sender"], link) for reply in result.replies])

    def _site(self, request: Request) -> str | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = request.headers.get("x-api-key") or (token.strip() if scheme.lower() == "bearer" else "")
        for key, site in self._keys.items():
            if hmac.compare_digest(key.encode(), given.encode()):
                return site
        return None


async def _read(request: Request) -> bytes | None:
    """The body, or None as soon as it proves too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return body


def _parse(body: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not isinstance(data.get("message"), str):
        return None
    return data if usable_name(data.get("sender")) else None


def _incoming(site: str, data: Mapping[str, Any]) -> IncomingMessage:
    """A payload comes as text; the conversation knows which payloads it has offered."""
    metadata = data.get("metadata")
    given = metadata if isinstance(metadata, dict) else {}
    language, message_id = given.get("language"), given.get("message_id")
    return IncomingMessage(
        channel=RestChannel.name,
        conversation=f"{site}:{data['sender']}",
        message_id=str(message_id) if usable_name(message_id) else secrets.token_hex(16),
        text=readable(data["message"]),
        locale=language if usable_name(language) else None,
        site=site,
    )


def _as_json(reply: Reply, sender: str, link: Callable[[], str]) -> dict[str, Any]:
    said: dict[str, Any] = {"recipient_id": sender, "text": reply.text}
    if reply.buttons:
        said["buttons"] = [{"title": button.title, "payload": button.payload} for button in reply.buttons]
    if reply.document:
        said["attachment"] = link()
    return said


def _fault(status: int, problem: str) -> JSONResponse:
    return JSONResponse({"error": problem}, status_code=status)
