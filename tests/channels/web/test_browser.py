"""The chat in a real browser, at the width of a telephone and of a desktop."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect
from sample_files import PDF
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from bot.applications.attachment_types import LARGEST
from bot.channels.widget_texts import texts
from bot.model import ReceivedFile
from bot.programme import load_programme

from .engine import GREETING
from .harness import Served, running, serve, with_origin

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"{CHROMIUM} is missing: install Debian's chromium, or set CHROMIUM"
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"telephone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        await browser.close()


class Visit:
    """A tab on our page; keeps what went wrong in it and whom it asked for something."""

    def __init__(self, page: Page, served: Served) -> None:
        self.page, self.served = page, served
        self.faults: list[str] = []
        self.foreign: list[str] = []
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._note)

    def _listen(self, message: Any) -> None:
        if message.type == "error":
            self.faults.append(message.text)

    def _note(self, request: Any) -> None:
        if not request.url.startswith((self.served.url, "blob:")):
            self.foreign.append(request.url)

    async def open(self, query: str = "?lang=en") -> None:
        await self.page.goto(f"{self.served.url}/{query}")
        await self.page.get_by_role("button", name="Open the chat").click()
        await expect(self.log).to_contain_text(GREETING)

    @property
    def log(self) -> Any:
        return self.page.get_by_role("log")

    @property
    def newest(self) -> Any:
        return self.log.locator(".items .bubble").last

    async def say(self, text: str) -> None:
        await self.page.get_by_role("textbox").fill(text)
        await self.page.keyboard.press("Enter")


@pytest.fixture
async def tab(browser: Browser, served: Served) -> AsyncIterator[Any]:
    visits: list[Visit] = []

    async def new(width: str = "desktop", **options: Any) -> Visit:
        context = await browser.new_context(viewport=WIDTHS[width], locale="en-IE", **options)
        visits.append(Visit(await context.new_page(), served))
        return visits[-1]

    yield new
    for visit in visits:
        assert visit.faults == []
        assert visit.foreign == []
        assert await visit.page.context.cookies() == []


async def no_sideways_scrolling(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_visitor_asks_presses_a_button_and_gets_answers(tab, served: Served, width: str) -> None:
    visit = await tab(width)
    await visit.open()
    await visit.say("Dober dan, Ž")
    await expect(visit.log).to_contain_text("You said: Dober dan, Ž")
    await visit.page.get_by_role("button", name="Who can take part?").click()
    await expect(visit.newest).to_contain_text("Iceland & Norway")
    assert [(m.text, m.payload, m.locale, m.site) for m in served.engine.received] == [
        (None, "/greet", "en", "home"),
        ("Dober dan, Ž", None, "en", "home"),
        (None, "/ask_eligibility", "en", "home"),
    ]
    assert await no_sideways_scrolling(visit.page)
    await expect(visit.page.get_by_role("button", name="Who can take part?")).to_have_count(0)


async def test_the_choices_of_all_that_is_answered_at_once_can_be_pressed(tab) -> None:
    visit = await tab()
    await visit.open()
    await visit.say("two questions")
    await expect(visit.page.get_by_role("button", name="Pass on my question")).to_be_visible()
    await expect(visit.page.get_by_role("button", name="Apply")).to_be_visible()
    await visit.page.get_by_role("button", name="Pass on my question").click()
    await expect(visit.page.get_by_role("button", name="Pass on my question")).to_have_count(0)


async def test_bot_texts_become_paragraphs_lists_and_links_but_never_markup(tab) -> None:
    visit = await tab()
    await visit.open()
    await visit.page.get_by_role("button", name="Who can take part?").click()
    answer = visit.newest
    await expect(answer.locator("li")).to_have_count(2)
    await expect(answer.locator("strong")).to_have_text("European Union")
    assert await answer.locator("a").evaluate_all("all => all.map(a => a.getAttribute('href'))") == [
        "https://mobilise-sme.eu/",
        "mailto:info@mobilise-sme.eu",
    ]
    await expect(answer.locator("b")).to_have_count(0)
    await expect(answer).to_contain_text("<b>No markup</b>")
    assert await answer.get_attribute("lang") == "en"


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_file_is_offered_by_its_name_and_can_be_saved(tab, served: Served, width: str) -> None:
    visit = await tab(width)
    await visit.open()
    await visit.say("my data")
    chip = visit.newest.get_by_role("link", name="Download data.html")
    await expect(chip).to_be_visible()
    assert (await chip.bounding_box())["height"] >= 44
    assert await no_sideways_scrolling(visit.page)
    async with visit.page.expect_download() as downloading:
        await chip.click()
    download = await downloading.value
    conversation = served.engine.received[0].conversation
    assert Path(await download.path()).read_text(encoding="utf-8") == f"<p>web:{conversation} in en: čšž</p>"
    await expect(visit.log).to_contain_text("Here it is.")  # the page stays


async def test_nothing_is_stored_or_sent_before_the_chat_is_opened(tab, served: Served) -> None:
    visit = await tab()
    await visit.page.goto(f"{served.url}/")
    await expect(visit.page.get_by_role("button", name="Open the chat")).to_be_visible()
    assert await visit.page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert served.engine.received == []


async def test_the_keyboard_alone_is_enough(tab) -> None:
    visit = await tab()
    await visit.page.goto(f"{visit.served.url}/?lang=en")
    launcher = visit.page.get_by_role("button", name="Open the chat")
    await launcher.focus()
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.get_by_role("textbox")).to_be_focused()
    await expect(visit.log).to_contain_text(GREETING)
    await visit.page.keyboard.press("Shift+Tab")
    await expect(visit.page.get_by_role("button", name="Apply")).to_be_focused()
    await visit.page.keyboard.press("Enter")
    await expect(visit.log).to_contain_text("You said: /apply")
    await expect(visit.page.get_by_role("textbox")).to_be_focused()
    await visit.page.keyboard.press("Escape")
    await expect(launcher).to_be_focused()
    await expect(visit.page.get_by_role("dialog")).to_have_count(0)


async def test_on_a_telephone_the_focus_stays_in_the_chat(tab) -> None:
    visit = await tab("telephone")
    await visit.open()
    for _ in range(12):
        await visit.page.keyboard.press("Tab")
        assert await visit.page.evaluate("document.activeElement.tagName") == "MOBILISE-CHAT"


async def test_a_shifted_enter_makes_a_new_line(tab, served: Served) -> None:
    visit = await tab()
    await visit.open()
    await visit.page.get_by_role("textbox").fill("one")
    await visit.page.keyboard.press("Shift+Enter")
    await visit.page.keyboard.type("two")
    await visit.page.keyboard.press("Enter")
    await expect(visit.log).to_contain_text("You said: one")
    assert served.engine.received[-1].text == "one\ntwo"


async def test_too_long_a_message_is_not_sent_and_not_lost(tab) -> None:
    visit = await tab()
    await visit.open()
    await visit.say("x" * 2001)
    await expect(visit.page.get_by_role("alert")).to_contain_text("at most 2000 characters")
    await expect(visit.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    assert len(await visit.page.get_by_role("textbox").input_value()) == 2001


async def test_the_conversation_goes_on_after_the_page_is_loaded_anew(tab, served: Served) -> None:
    visit = await tab()
    await visit.open()
    await visit.say("remember me")
    await expect(visit.log).to_contain_text("You said: remember me")
    await visit.page.reload()
    await expect(visit.log).to_contain_text("You said: remember me")
    await expect(visit.page.get_by_role("button", name="Apply")).to_be_visible()
    await visit.say("and again")
    await expect(visit.log).to_contain_text("You said: and again")
    assert len({m.conversation for m in served.engine.received}) == 1
    assert [m.payload for m in served.engine.received].count("/greet") == 1


async def test_a_message_written_off_line_is_sent_once_it_is_back(tab, served: Served) -> None:
    visit = await tab()
    await visit.open()
    await visit.page.evaluate("document.querySelector('mobilise-chat').connection.socket.io.engine.close()")
    await visit.say("while away")
    await expect(visit.log).to_contain_text("You said: while away")
    assert [m.text for m in served.engine.received].count("while away") == 1


async def test_choosing_a_language_changes_texts_and_conversation(tab, served: Served) -> None:
    visit = await tab()
    await visit.open()
    await visit.page.get_by_role("button", name="Options").click()
    await visit.page.get_by_role("combobox").select_option("el")
    await expect(visit.log).to_contain_text("Now el")
    placeholder = texts("el")["placeholder"]
    await expect(visit.page.get_by_role("textbox")).to_have_attribute("placeholder", placeholder)
    assert await visit.page.locator("mobilise-chat").get_attribute("lang") == "el"


async def test_the_widget_follows_the_language_of_the_answers(tab, served: Served) -> None:
    visit = await tab()
    await visit.open()
    served.engine.language = "sr_Cyrl"
    await visit.say("Добар дан")
    await expect(visit.page.locator("mobilise-chat")).to_have_attribute("lang", "sr-Cyrl")
    assert await visit.newest.get_attribute("lang") == "sr-Cyrl"


async def test_the_language_of_the_answers_does_not_pass_for_the_visitors_wish(tab, served: Served) -> None:
    visit = await tab()
    await visit.open()
    served.engine.language = "sr_Cyrl"
    await visit.say("one")
    await expect(visit.page.locator("mobilise-chat")).to_have_attribute("lang", "sr-Cyrl")
    await visit.say("two")
    await expect(visit.log).to_contain_text("You said: two")
    assert [m.locale for m in served.engine.received] == ["en", "en", "en"]


async def test_a_new_conversation_can_be_begun(tab, served: Served) -> None:
    visit = await tab()
    await visit.open()
    await visit.say("old words")
    await expect(visit.log).to_contain_text("You said: old words")
    await visit.page.get_by_role("button", name="Options").click()
    await visit.page.get_by_role("button", name="Start a new conversation").click()
    await expect(visit.log).to_contain_text(GREETING)
    await expect(visit.log).not_to_contain_text("old words")
    assert len({m.conversation for m in served.engine.received}) == 2


async def test_answers_that_come_while_it_is_closed_are_counted(tab, served: Served) -> None:
    visit = await tab()
    await visit.open()
    served.engine.gate.clear()
    await visit.say("slow one")
    await expect(visit.log).to_contain_text("slow one")
    await visit.page.keyboard.press("Escape")
    served.engine.gate.set()
    launcher = visit.page.get_by_role("button", name="Open the chat. New messages: 2")
    await launcher.click()
    await visit.page.keyboard.press("Escape")
    await expect(visit.page.get_by_role("button", name="Open the chat", exact=True)).to_be_visible()


async def test_the_conversation_can_be_downloaded(tab) -> None:
    visit = await tab()
    await visit.open()
    await visit.page.get_by_role("button", name="Options").click()
    async with visit.page.expect_download() as download:
        await visit.page.get_by_role("button", name="Download the conversation").click()
    file = await (await download.value).path()
    assert file.read_text(encoding="utf-8") == f"Assistant: {GREETING}\n"


async def test_a_file_is_sent_by_the_paper_clip(tab, served: Served) -> None:
    visit = await tab()
    await visit.open()
    async with visit.page.expect_file_chooser() as chooser:
        await visit.page.get_by_role("button", name="Send a file").click()
    plan = {"name": "Načrt.pdf", "mimeType": "application/pdf", "buffer": PDF}
    await (await chooser.value).set_files([plan])
    await expect(visit.log).to_contain_text("📎 Načrt.pdf")
    await expect(visit.log).to_contain_text("Anything else?")
    assert served.engine.received[-1].files == (ReceivedFile("Načrt.pdf", PDF),)
    await expect(visit.log.locator(".failed")).to_have_count(0)


async def test_too_large_a_file_is_told_of_and_not_sent(tab, served: Served) -> None:
    visit = await tab("telephone")
    await visit.open()
    film = {"name": "film.pdf", "mimeType": "application/pdf", "buffer": bytes(LARGEST + 1)}
    await visit.page.locator("input[type=file]").set_input_files([film])
    await expect(visit.log).to_contain_text("film.pdf: This file is too large. A file may have at most 10 MB.")
    assert len(served.engine.received) == 1
    assert await no_sideways_scrolling(visit.page)


async def test_the_start_button_of_the_page_opens_the_chat(tab) -> None:
    visit = await tab("telephone")
    await visit.page.goto(f"{visit.served.url}/?lang=en")
    assert await no_sideways_scrolling(visit.page)
    await visit.page.get_by_role("link", name="Start the chat").click()
    await expect(visit.log).to_contain_text(GREETING)
    await visit.page.get_by_role("button", name="Close the chat").click()
    await visit.page.get_by_role("link", name="Start the chat").click()
    await expect(visit.page.get_by_role("dialog")).to_be_visible()


async def test_a_partner_page_with_a_strict_policy_embeds_it_with_one_line(browser: Browser) -> None:
    async def partner_page(request: Request) -> HTMLResponse:
        line = f'<script src="{bot.url}/chat.js" data-site="bsc" async></script>'
        policy = f"default-src 'none'; script-src {bot.url}; connect-src {bot.url} {bot.url.replace('http', 'ws')}"
        return HTMLResponse(
            f'<!doctype html><html lang="it"><title>Partner</title><style>button {{ color: red }}</style>{line}',
            headers={"Content-Security-Policy": f"{policy}; require-trusted-types-for 'script'"},
        )

    async with (
        running(Starlette(routes=[Route("/", partner_page)])) as partner,
        serve(with_origin(load_programme(), partner)) as bot,
    ):
        page = await browser.new_page(viewport=WIDTHS["telephone"])
        visit = Visit(page, bot)
        await page.goto(partner)
        await page.get_by_role("button", name=texts("it")["open"]).click()
        await visit.say("Buongiorno")
        await expect(visit.log).to_contain_text("You said: Buongiorno")
        assert [(m.locale, m.site) for m in bot.engine.received] == [("it", "bsc")] * 2
        assert [url for url in visit.foreign if not url.startswith(partner)] == []
        # The page's own inline style is the one thing that its policy refused.
        assert [fault for fault in visit.faults if "inline style" not in fault and "favicon" not in fault] == []
        await page.close()


async def test_a_page_of_another_origin_gets_no_conversation(browser: Browser, served: Served) -> None:
    async def foreign_page(request: Request) -> HTMLResponse:
        return HTMLResponse(f'<!doctype html><html lang="en"><script src="{served.url}/chat.js" async></script>')

    async with running(Starlette(routes=[Route("/", foreign_page)])) as foreign:
        page = await browser.new_page()
        await page.goto(foreign)
        await page.get_by_role("button", name="Open the chat").click()
        await expect(page.get_by_role("dialog")).to_contain_text(texts("en")["unavailable"])
        assert served.engine.received == []
        await page.close()
