"""Links to files that are made when they are opened: signed, valid for a quarter of an hour, good for one conversation."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from bot.model import Document

VALID_FOR = timedelta(minutes=15)
PATH = "/downloads/"
_LONGEST = 2000

#: Makes the file of a conversation, `<channel>:<sender>`, in a language; None where nothing is stored of it.
MakeFile = Callable[[str, str], Awaitable[Document | None]]
#: The page that a browser sees where a link is not valid.
Refuse = Callable[[Request], Response]


class Downloads:
    """Gives out links, and the files behind them. Whoever has a link can open it while it is valid."""

    def __init__(self, secret: str, make: MakeFile, refuse: Refuse, clock: Callable[[], datetime]) -> None:
        self._secret, self._make, self._refuse, self._clock = secret.encode(), make, refuse, clock

    def path(self, conversation: str, language: str) -> str:
        """The path of a new link to the file of a conversation, `<channel>:<sender>`."""
        until = int((self._clock() + VALID_FOR).timestamp())
        named = f"{until}:{language}:{conversation}".encode("utf-8", "replace")
        return f"{PATH}{_text(named)}.{_text(self._signature(named))}"

    async def page(self, request: Request) -> Response:
        """The file of a link; a page that says what to do where the link is forged or old, or nothing is stored."""
        named = self._named(str(request.path_params["token"]))
        file = await self._make(*named) if named else None
        if file is None:
            return self._refuse(request)
        return Response(
            file.text,
            media_type=file.media_type,
            headers={
                "Cache-Control": "no-store",
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
                "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
                "Referrer-Policy": "no-referrer",
            },
        )

    def _named(self, token: str) -> tuple[str, str] | None:
        """Conversation and language of a token of ours that is still valid."""
        if len(token) > _LONGEST:
            return None
        first, _, second = token.partition(".")
        try:
            named, signature = _bytes(first), _bytes(second)
        except ValueError:
            return None
        if not hmac.compare_digest(self._signature(named), signature):
            return None
        until, language, conversation = named.decode().split(":", 2)
        return (conversation, language) if self._clock().timestamp() < int(until) else None

    def _signature(self, named: bytes) -> bytes:
        return hmac.new(self._secret, b"download:" + named, hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
