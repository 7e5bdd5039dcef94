"""Replies as Telegram's HTML, in pieces, with rows and pages of buttons."""

from __future__ import annotations

from bot_api_html import visible_text
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.keyboards import inline_keyboard, page_of
from bot.channels.telegram.rendering import split, to_html
from bot.model import Button

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
    titles = ("Yes", "No", "Something much longer to choose", "Skip")
    markup = inline_keyboard("k", [Button(title, "/x") for title in titles])
    assert markup is not None
    assert [[button.text for button in row] for row in markup.inline_keyboard] == [
        ["Yes", "No"],
        ["Something much longer to choose"],
        ["Skip"],
    ]
    assert [button.callback_data for row in markup.inline_keyboard for button in row] == ["k.0", "k.1", "k.2", "k.3"]
    assert inline_keyboard("k", []) is None


def test_pages_are_turned_round_and_round_and_no_invented_page_opens() -> None:
    buttons = [Button(f"A country's name {number}", "/x") for number in range(25)]
    last = inline_keyboard("k", buttons, page=2)
    assert last is not None
    assert [button.text for row in last.inline_keyboard for button in row] == ["A country's name 24", "‹", "3 / 3", "›"]
    assert [button.callback_data for button in last.inline_keyboard[-1]] == ["k.p1", "k.p2", "k.p0"]
    assert [page_of(place, 25) for place in ("p0", "p2", "p3", "p-1", "p²", "p", "1", "")] == [0, 2] + [None] * 6
    assert page_of("p0", 24) is None
