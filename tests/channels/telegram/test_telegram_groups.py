"""Notices for a partner's group reach it; where they do not, the token stays out of what is said."""

from __future__ import annotations

import pytest
from bot_api import TOKEN, BotApi
from telegram_engines import Echo, Start

from bot.channels.telegram.groups import group_poster
from bot.errors import DeliveryError

pytestmark = pytest.mark.asyncio


async def test_a_notice_reaches_its_group(api: BotApi) -> None:
    group = api.person()
    post = group_poster(TOKEN, api.base_url)
    await post(str(group.id), "Νέα αίτηση <MSME-1>")
    assert group.texts == ["Νέα αίτηση <MSME-1>"]


async def test_a_group_that_does_not_have_the_bot_is_told(api: BotApi) -> None:
    with pytest.raises(DeliveryError) as raised:
        await group_poster(TOKEN, api.base_url)("-100123456", "New application")
    assert str(raised.value) == "Telegram does not take it (BadRequest)"
    assert raised.value.__cause__ is None


async def test_telegram_being_away_is_told_without_the_token() -> None:
    with pytest.raises(DeliveryError) as raised:
        await group_poster(TOKEN, "http://127.0.0.1:1")("-100123456", "New application")
    assert TOKEN not in str(raised.value)
    assert raised.value.__cause__ is None


async def test_a_group_that_became_a_supergroup_gets_the_notice_under_its_new_number(api: BotApi) -> None:
    group = api.group()
    api.migrated[-4711] = group.id
    await group_poster(TOKEN, api.base_url)("-4711", "New application")
    assert [message["text"] for message in group.messages] == ["New application"]


async def test_an_answer_follows_a_group_that_became_a_supergroup(api: BotApi, start: Start) -> None:
    ana, group = api.person(), api.group()
    api.migrated[-4711] = group.id
    await start(Echo())
    old = {"id": -4711, "type": "group", "title": "Exporters"}
    ana.send(chat=old, text="@mobilisesme_test_bot how long is a stay?")
    await api.until(lambda: len(group.messages) == 1)
    assert group.messages[0]["text"] == "You said: how long is a stay?"
