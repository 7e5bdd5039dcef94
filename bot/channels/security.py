"""The security headers of every page, and who may load what."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Everything from our own server, no inline script or style, no page of ours in a foreign frame.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
#: What partner pages load from us: public files and texts, the same for everybody.
_EMBEDDED = ("/chat.js", "/chat/", "/static/")


class SecurityHeaders:
    """Middleware that adds the headers where a response has none of its own."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = dict(_HEADERS)
        if https:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with the headers added to its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        embedded = str(scope["path"]).startswith(_EMBEDDED)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                readers = "cross-origin" if embedded else "same-origin"
                headers.setdefault("Cross-Origin-Resource-Policy", readers)
                if embedded:
                    headers["Access-Control-Allow-Origin"] = "*"
                    # Revalidated at each use, so that a page never mixes files of two releases.
                    headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        await self._app(scope, receive, send_with_headers)
