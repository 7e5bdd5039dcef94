"""Documents and pictures on Telegram: fetched where they are not too large, and handed on with their caption."""

from __future__ import annotations

from typing import Any

import pytest
from bot_api import BotApi, Json
from sample_files import PDF, picture
from telegram_engines import Echo, Start

from bot.applications.attachment_types import LARGEST
from bot.channels.widget_texts import texts
from bot.model import IncomingMessage, ReceivedFile

pytestmark = pytest.mark.asyncio

TOO_LARGE = texts("sl")["file_too_large"].format(limit=10)


def photo(api: BotApi, *sizes: tuple[int, int]) -> list[Json]:
    return [
        {**api.upload(picture("JPEG", (width, height))), "width": width, "height": height} for width, height in sizes
    ]


async def test_a_document_is_handed_on_with_its_name_and_caption(api: BotApi, start: Start) -> None:
    ana, echo = api.person("sl"), Echo()
    await start(echo)
    update = ana.send(document={**api.upload(PDF), "file_name": "Načrt.pdf"}, caption="Naš načrt")
    assert await ana.receives(1) == ["You said: Naš načrt"]
    assert echo.given == [
        IncomingMessage(
            channel="telegram",
            conversation=str(ana.id),
            message_id=str(update),
            text="Naš načrt",
            locale="sl",
            files=(ReceivedFile("Načrt.pdf", PDF),),
            ref=str(api.last_message(update)),
        )
    ]


async def test_a_document_may_have_no_name_and_no_caption(api: BotApi, start: Start) -> None:
    ana, echo = api.person(), Echo()
    await start(echo)
    ana.send(document=api.upload(PDF))
    await ana.receives(1)
    assert (echo.given[0].text, echo.given[0].files) == (None, (ReceivedFile("", PDF),))


async def test_of_a_picture_the_largest_size_is_fetched(api: BotApi, start: Start) -> None:
    ana, echo = api.person(), Echo()
    await start(echo)
    sizes = photo(api, (9, 9), (90, 60), (30, 20))
    ana.send(photo=sizes)
    await ana.receives(1)
    assert api.downloads == [sizes[1]["file_id"]]
    [file] = echo.given[0].files
    assert file.content == picture("JPEG", (90, 60))
    assert file.name.startswith("photo-") and file.name.endswith(".jpg")


async def test_each_picture_of_an_album_is_handed_on(api: BotApi, start: Start) -> None:
    ana, echo = api.person(), Echo()
    await start(echo)
    for width in (9, 10, 11):
        ana.send(media_group_id="77", photo=photo(api, (width, 9)))
    await ana.receives(3)
    assert len({message.message_id for message in echo.given}) == 3
    assert len({message.files[0].name for message in echo.given}) == 3


@pytest.mark.parametrize("size", [LARGEST + 1, 2_000_000_000])
async def test_too_large_a_file_is_not_fetched_and_its_caption_is_read(api: BotApi, start: Start, size: int) -> None:
    ana, echo = api.person("sl"), Echo(language="sl")
    await start(echo)
    document: dict[str, Any] = {**api.upload(b"x"), "file_size": size, "file_name": "film.pdf"}
    ana.send(document=document)
    ana.send(document=document, caption="Koliko časa traja?")
    assert await ana.receives(3) == [TOO_LARGE, TOO_LARGE, "You said: Koliko časa traja?"]
    assert [(message.text, message.files) for message in echo.given] == [("Koliko časa traja?", ())]
    assert api.calls_of("getFile") == []
    assert api.downloads == []


async def test_a_size_that_is_told_late_counts_too(api: BotApi, start: Start) -> None:
    ana, echo = api.person("sl"), Echo()
    await start(echo)
    ana.send(document={**api.upload(bytes(LARGEST + 1), with_size=False), "file_name": "film.pdf"})
    assert await ana.receives(1) == [TOO_LARGE]
    assert api.downloads == []
    assert echo.given == []


async def test_a_file_that_telegram_no_longer_has_is_apologised_for(api: BotApi, start: Start) -> None:
    ana, echo = api.person("sl"), Echo()
    await start(echo)
    ana.send(document={"file_id": "gone", "file_unique_id": "u", "file_name": "cv.pdf"})
    ana.say("Halo")
    assert await ana.receives(2) == [texts("sl")["telegram_no_file"], "You said: Halo"]


async def test_a_file_that_is_delivered_again_is_taken_once(api: BotApi, start: Start) -> None:
    ana, echo = api.person(), Echo()
    channel = await start(echo)
    update = ana.send(document={**api.upload(PDF), "file_name": "cv.pdf"})
    await ana.receives(1)
    await channel.stop()
    api.deliver_again(update)
    await start(echo)
    ana.say("Did it arrive?")
    await ana.receives(2)
    assert [message.text for message in echo.given] == [None, "Did it arrive?"]
