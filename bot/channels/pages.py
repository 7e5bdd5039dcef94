"""Our own pages, the embed script and its settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from bot import i18n
from bot.applications.attachment_types import LARGEST
from bot.channels.base import Texts
from bot.channels.sites import HOME, Sites, accepted_tags, preferred_language
from bot.channels.widget_texts import WIDGET
from bot.programme import Programme

_HERE = Path(__file__).resolve().parent
#: Characters of a message; the conversation reads no more.
LONGEST_MESSAGE = 2000
#: Letters of Article 6(1) GDPR.
_LEGAL_BASES = {
    "consent": "a",
    "contract": "b",
    "legal_obligation": "c",
    "public_task": "e",
    "legitimate_interests": "f",
}


class Pages:
    """What a browser can open: the landing page, the privacy notice, the widget's files and settings."""

    def __init__(
        self,
        programme: Programme,
        sites: Sites,
        texts: Texts,
        *,
        public_url: str | None,
        ready: Callable[[], bool],
    ) -> None:
        self._programme, self._sites, self._texts = programme, sites, texts
        self._public_url, self._ready = public_url, ready
        self._static = StaticFiles(directory=_HERE / "static")
        self._templates = Jinja2Templates(directory=_HERE / "templates")

    def routes(self) -> list[BaseRoute]:
        """The routes of all pages."""
        return [
            Route("/", self.landing, name="landing"),
            Route("/privacy", self.privacy, name="privacy"),
            Route("/chat.js", self.chat_script),
            Route("/chat/settings", self.widget_settings),
            Route("/healthz", self.alive),
            Route("/readyz", self.readiness),
            Mount("/static", self._static, name="static"),
        ]

    async def landing(self, request: Request) -> Response:
        """The page that shows the web chat; `?lang=` chooses its language, `?site=` a partner's look."""
        code = request.query_params.get("site")
        site = code if code and self._sites.get(code) else HOME
        language = self._language(request)
        embed_site = self._site_to_show(language, site)
        context = {"site": site, "embed_site": embed_site, "base": self._base(request)}
        return self._page(request, "landing.html", language, context)

    async def privacy(self, request: Request) -> Response:
        """The privacy notice, from `privacy.yml`."""
        privacy = self._programme.privacy
        context = {"privacy": privacy, "legal_basis": _LEGAL_BASES[privacy.legal_basis]}
        return self._page(request, "privacy.html", self._language(request), context)

    async def not_found(self, request: Request, error: Exception) -> Response:
        """What a browser sees at an address that does not exist."""
        if "text/html" not in request.headers.get("accept", ""):
            return PlainTextResponse("Not Found", status_code=404)
        return self._page(request, "not_found.html", self._language(request), {"message": None}, status_code=404)

    def link_expired(self, request: Request) -> Response:
        """What a browser sees where a link to a file is no longer valid, or never was."""
        language = self._language(request)
        context = {"message": self._texts(language)["page_link_expired"]}
        return self._page(request, "not_found.html", language, context, status_code=404)

    async def chat_script(self, request: Request) -> Response:
        """The script that partners embed."""
        return await self._static.get_response("chat.js", request.scope)

    async def widget_settings(self, request: Request) -> Response:
        """Texts, languages and look of the widget, for a site and the first language that we speak.

        Languages are given as often as there are wishes, best first: the page's own, then the browser's.
        """
        site = self._sites.get(request.query_params.get("site")) or self._sites.get(HOME)
        wishes = [*request.query_params.getlist("language")[:20], site.language if site else None]
        language = preferred_language(wishes) or i18n.FALLBACK
        texts = self._texts(language)
        settings = {
            "language": _as_json(i18n.languages()[language]),
            "languages": [_as_json(known) for known in i18n.languages().values()],
            "colour": site.colour if site else None,
            "corner": site.corner if site else "right",
            "longest": LONGEST_MESSAGE,
            "largest": LARGEST,
            "texts": {key: texts[key] for key in WIDGET},
        }
        return JSONResponse(settings, headers={"Cache-Control": "public, max-age=300"})

    async def alive(self, request: Request) -> Response:
        """The process answers."""
        return PlainTextResponse("ok")

    async def readiness(self, request: Request) -> Response:
        """Whether messages can be answered."""
        ready = self._ready()
        return PlainTextResponse("ready" if ready else "not ready", status_code=200 if ready else 503)

    def _language(self, request: Request) -> str:
        accepted = accepted_tags(request.headers.get("accept-language"))
        return preferred_language([request.query_params.get("lang"), *accepted]) or i18n.FALLBACK

    def _base(self, request: Request) -> str:
        return (self._public_url or str(request.base_url)).rstrip("/")

    def _site_to_show(self, language: str, site: str) -> str:
        """A partner's site whose embed line makes a good example in this language."""
        if site != HOME:
            return site
        codes = [code for code in self._programme.sites if code != HOME]
        speaking = [code for code in codes if self._programme.sites[code].language == language]
        return next(iter([*speaking, *codes]), site)

    def _page(
        self, request: Request, name: str, language: str, context: dict[str, Any], status_code: int = 200
    ) -> Response:
        shared = {
            "language": i18n.languages()[language],
            "languages": i18n.languages().values(),
            "texts": self._texts(language),
            "support": self._programme.facts.support_email,
            "root": f"{urlsplit(self._public_url or '').path.rstrip('/')}/",
        }
        headers = {"Content-Language": i18n.languages()[language].html, "Vary": "Accept-Language"}
        return self._templates.TemplateResponse(
            request, name, {**shared, **context}, status_code=status_code, headers=headers
        )


def _as_json(language: i18n.Language) -> dict[str, str]:
    return {
        "code": language.code,
        "name": language.name,
        "html": language.html,
        "direction": language.direction,
    }
