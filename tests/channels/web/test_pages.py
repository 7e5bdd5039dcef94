"""Pages, the widget's settings, security headers."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from bot import i18n
from bot.channels import widget_texts
from bot.channels.widget_texts import PAGES, WIDGET, texts

from .harness import Served

CHANNELS = Path(widget_texts.__file__).parent


async def test_the_page_shows_the_chat_in_every_language(http: httpx.AsyncClient) -> None:
    assert len(i18n.languages()) >= 13
    for language in i18n.languages().values():
        page = await http.get("/", params={"lang": language.html})
        assert page.status_code == 200
        assert f'<html lang="{language.html}" dir="{language.direction}">' in page.text
        assert texts(language.code)["page_start"] in page.text
        assert f'chat.js" data-site="home" data-language="{language.html}"' in page.text
        assert all(f'?lang={other.html}"' in page.text for other in i18n.languages().values())


async def test_the_page_speaks_the_browsers_language_and_else_english(http: httpx.AsyncClient) -> None:
    for header, expected in (("el-GR,el;q=0.9", "el"), ("ja", "en"), ("sr-ME", "cnr")):
        page = await http.get("/", headers={"Accept-Language": header})
        assert page.headers["content-language"] == expected


@pytest.mark.parametrize("path", ["/", "/privacy"])
async def test_pages_allow_nothing_foreign_and_nothing_inline(http: httpx.AsyncClient, path: str) -> None:
    page = await http.get(path)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["x-frame-options"] == "DENY"
    assert "set-cookie" not in page.headers
    assert "access-control-allow-origin" not in page.headers
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>", page.text)
    example = re.compile(r"<pre.*?</pre>", re.DOTALL)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', example.sub("", page.text))


async def test_the_privacy_notice_says_what_privacy_yml_says(http: httpx.AsyncClient, served: Served) -> None:
    page = await http.get("/privacy", params={"lang": "en"})
    privacy = served.programme.privacy
    assert f"kept for {privacy.retention.chats_days} days" in page.text
    assert "Article 6(1)(a)" in page.text
    assert "has not been named" in page.text


async def test_a_partner_page_may_load_the_widget(http: httpx.AsyncClient) -> None:
    for path in ("/chat.js", "/static/widget/mount.js", "/static/widget/chat.css", "/chat/settings"):
        answer = await http.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    script = await http.get("/chat.js")
    assert "javascript" in script.headers["content-type"]
    again = await http.get("/chat.js", headers={"If-None-Match": script.headers["etag"]})
    assert again.status_code == 304


async def test_settings_are_in_the_first_known_language(http: httpx.AsyncClient, served: Served) -> None:
    wishes = [("site", "bsc"), ("language", "pt-BR"), ("language", "it-IT"), ("language", "en")]
    settings = (await http.get("/chat/settings", params=wishes)).json()
    assert settings["language"] == {"code": "it", "name": "Italiano", "html": "it", "direction": "ltr"}
    assert settings["colour"] == served.programme.sites["bsc"].colour
    assert set(settings["texts"]) == set(WIDGET)
    assert [known["code"] for known in settings["languages"]] == list(i18n.languages())


async def test_settings_fall_back_to_the_sites_language_and_our_own_site(http: httpx.AsyncClient) -> None:
    assert (await http.get("/chat/settings", params={"site": "bsc"})).json()["language"]["code"] == "sl"
    unknown = (await http.get("/chat/settings", params={"site": "nowhere", "language": "x" * 999})).json()
    assert (unknown["language"]["code"], unknown["corner"]) == ("en", "right")


async def test_an_address_that_does_not_exist(http: httpx.AsyncClient) -> None:
    page = await http.get("/nowhere", headers={"Accept": "text/html", "Accept-Language": "de"})
    assert page.status_code == 404
    assert texts("de")["page_not_found"] in page.text
    assert (await http.get("/nowhere")).text == "Not Found"
    assert (await http.get("/static/../web.py")).status_code == 404
    assert (await http.get("/static/%2e%2e/web.py")).status_code == 404


async def test_alive_and_ready(http: httpx.AsyncClient, served: Served) -> None:
    assert (await http.get("/healthz")).status_code == 200
    assert (await http.get("/readyz")).status_code == 200
    served.ready = False
    assert (await http.get("/healthz")).status_code == 200
    assert (await http.get("/readyz")).status_code == 503


def test_every_text_is_used() -> None:
    files = [*CHANNELS.glob("templates/*.html"), *CHANNELS.glob("static/widget/*.js"), CHANNELS / "pages.py"]
    assert len(files) > 8
    sources = "".join(path.read_text(encoding="utf-8") for path in files)
    cards = {f"page_{name}{end}" for name in ("ask", "apply", "people") for end in ("", "_title")}
    keys = set({**WIDGET, **PAGES}) - cards
    unused = [key for key in keys if not re.search(rf"\b{key}\b", sources)]
    assert unused == []
