"""The web server's application: pages, the chat's socket.io connection and files, Rasa's REST channel."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from datetime import datetime

import socketio
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.applications.correspondence import Push
from bot.channels.base import Handler, Texts, politely
from bot.channels.downloads import PATH, Downloads, MakeFile
from bot.channels.pages import Pages
from bot.channels.rest import RestChannel, api_keys
from bot.channels.security import SecurityHeaders
from bot.channels.sessions import SessionIds
from bot.channels.sites import Sites
from bot.channels.socketio import Answers, WebChat
from bot.channels.transcripts import MemoryTranscripts, TranscriptStore
from bot.channels.uploads import Uploads
from bot.programme import Programme
from bot.settings import Settings


def create_app(
    handler: Handler,
    *,
    programme: Programme,
    texts: Texts,
    settings: Settings,
    ready: Callable[[], bool],
    routes: Sequence[Route] = (),
    transcripts: TranscriptStore | None = None,
    environ: Mapping[str, str] = os.environ,
    make_file: MakeFile,
    clock: Callable[[], datetime],
    pushes: MutableMapping[str, Push] | None = None,
    answers: Answers | None = None,
) -> ASGIApp:
    """Build the ASGI application.

    Args:
        handler: answers a message.
        programme: sites and privacy are read from it.
        texts: the channels' texts in a language.
        settings: `secret_key` signs the sessions (without one they end with the process), `public_url` is our
            own address as others see it.
        ready: whether messages can be answered; for `/readyz`.
        routes: what other channels need to have served.
        transcripts: keeps what was said, for clients that reconnect; in memory by default.
        environ: where the API keys that `sites.yml` names are looked up.
        make_file: makes the copy of a conversation's data, when a link to it is opened.
        clock: gives the present time.
        pushes: what brings staff's messages into the chat is put in here.
        answers: staff's messages of a conversation, for visitors who come back when this process has forgotten them.
    """
    handler = politely(handler, texts)
    sites = Sites(programme.sites, settings.public_url)
    secret = settings.secret_key.get_secret_value() if settings.secret_key else secrets.token_urlsafe(32)
    pages = Pages(programme, sites, texts, public_url=settings.public_url, ready=ready)
    ids = SessionIds(secret)
    downloads = Downloads(secret, make_file, pages.link_expired, clock)

    def link(conversation: str, language: str) -> str:
        return (settings.public_url or "").rstrip("/") + downloads.path(conversation, language)

    def full_link(request: Request, conversation: str, language: str) -> str:
        base = settings.public_url or str(request.base_url)
        return base.rstrip("/") + downloads.path(conversation, language)

    rest = RestChannel(handler, api_keys(programme.sites, environ), full_link)
    chat = WebChat(
        handler,
        ids=ids,
        sites=sites,
        texts=texts,
        transcripts=transcripts or MemoryTranscripts(),
        link=link,
        answers=answers,
    )
    if pushes is not None:
        pushes[chat.name] = chat.push
    https = (settings.public_url or "").startswith("https://")
    http = Starlette(
        routes=[
            *pages.routes(),
            Route("/webhooks/rest/webhook", rest.webhook, methods=["POST"]),
            Uploads(chat, ids=ids, sites=sites).route(),
            Route(PATH + "{token}", downloads.page),
            *routes,
        ],
        middleware=[Middleware(SecurityHeaders, https=https)],
        exception_handlers={404: pages.not_found},
    )
    return socketio.ASGIApp(chat.server, http)
