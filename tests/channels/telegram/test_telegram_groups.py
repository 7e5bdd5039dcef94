"""Notices for a partner's group reach it; where they do not, the token stays out of what is said."""

from __future__ import annotations

import pytest
from bot_api import TOKEN, BotApi

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
