"""Replies as Telegram's HTML, in pieces, with rows of buttons; and the store of what buttons stand for."""

from __future__ import annotations

import pytest
from bot_api_html import visible_text
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.payloads import MemoryPayloads
from bot.channels.telegram.rendering import keyboard, split, to_html

_SIGNS = "ab. \n*<>&;Ω😀"


@given(st.text(_SIGNS, max_size=200))
def test_any_text_is_valid_html_and_loses_no_sign_but_marks(text: str) -> None:
    assert visible_text(to_html(text)).replace("*", "") == text.replace("*", "")


@given(st.text(_SIGNS, max_size=300), st.integers(16, 60))
def test_any_text_is_split_without_loss_in_pieces_that_fit(text: str, longest: int) -> None:
    pieces = split(text, longest)
    assert all(len(visible_text(to_html(piece)).encode("utf-16-le")) <= 2 * longest + 8 for piece in pieces)
    assert "".join("".join(pieces).split()).replace("*", "") == "".join(text.split()).replace("*", "")


def test_a_text_is_cut_between_paragraphs_before_sentences_before_words() -> None:
    assert split("One. Two.\n\nThree. Four.", 16) == ["One. Two.", "Three. Four."]
    assert split("One two. Three four.", 16) == ["One two.", "Three four."]
    assert split("one two three four five", 16) == ["one two three", "four five"]
    assert split("x" * 20, 16) == ["x" * 16, "x" * 4]


def test_emoji_count_double_as_telegram_counts_them() -> None:
    assert split("😀" * 20, 16) == ["😀" * 8, "😀" * 8, "😀" * 4]


def test_bold_print_goes_over_to_the_next_piece() -> None:
    assert split("**one two three four five**", 16) == ["**one two three**", "**four five**"]
    assert split("one two **three four** five", 16) == ["one two", "**three four**", "five"]


def test_short_buttons_share_a_row() -> None:
    markup = keyboard([("Yes", "a"), ("No", "b"), ("Something much longer to choose", "c"), ("Skip", "d")])
    assert markup is not None
    assert [[button.text for button in row] for row in markup.inline_keyboard] == [
        ["Yes", "No"],
        ["Something much longer to choose"],
        ["Skip"],
    ]
    assert keyboard([]) is None


@pytest.mark.asyncio
async def test_the_oldest_keyboards_are_forgotten_first() -> None:
    store = MemoryPayloads(most=2)
    tokens = [(await store.keep("ana", [f"/{number}"]))[0] for number in range(3)]
    assert [await store.take(token, "ana", "press") for token in tokens] == [None, "/1", "/2"]
