"""Inline keyboards: what was offered, in rows that fit a phone, and in pages where there is much to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.model import Button, Link

#: Buttons stand side by side while their titles together have at most so many characters: a phone's width.
ROW_WIDTH = 30
ROW_BUTTONS = 3
#: More buttons than this are shown in pages of so many.
MOST_AT_ONCE, PAGE = 24, 12


def inline_keyboard(
    keyboard_id: str, buttons: Sequence[Button], links: Sequence[Link] = (), page: int = 0
) -> InlineKeyboardMarkup | None:
    """The keyboard of buttons and links, or a page of it; None where there are none.

    Args:
        keyboard_id: what the buttons' callback data begins with.
        buttons: what was offered, all of it.
        links: pages that open in the browser, below the buttons.
        page: which page to show, from 0.
    """
    paged = len(buttons) > MOST_AT_ONCE
    places = range(page * PAGE, min((page + 1) * PAGE, len(buttons))) if paged else range(len(buttons))
    rows = _rows(
        [InlineKeyboardButton(buttons[place].title, callback_data=f"{keyboard_id}.{place}") for place in places]
    )
    if paged:
        rows.append(_turning(keyboard_id, page, -(-len(buttons) // PAGE)))
    rows += _rows([InlineKeyboardButton(link.title, url=link.url) for link in links])
    return InlineKeyboardMarkup(rows) if rows else None


def _rows(buttons: Sequence[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    rows: list[list[InlineKeyboardButton]] = []
    for button in buttons:
        if rows and _fits(rows[-1], button):
            rows[-1].append(button)
        else:
            rows.append([button])
    return rows


def _fits(row: Sequence[InlineKeyboardButton], button: InlineKeyboardButton) -> bool:
    return len(row) < ROW_BUTTONS and sum(len(one.text) for one in [*row, button]) <= ROW_WIDTH


def _turning(keyboard_id: str, page: int, pages: int) -> list[InlineKeyboardButton]:
    """The row by which the pages are turned, round and round."""
    return [
        InlineKeyboardButton("‹", callback_data=f"{keyboard_id}.p{(page - 1) % pages}"),
        InlineKeyboardButton(f"{page + 1} / {pages}", callback_data=f"{keyboard_id}.p{page}"),
        InlineKeyboardButton("›", callback_data=f"{keyboard_id}.p{(page + 1) % pages}"),
    ]


def page_of(place: str, buttons: int) -> int | None:
    """The page that callback data asks for after the keyboard's id; None where it asks for none that there is."""
    number = place.removeprefix("p")
    if place == number or not (number.isascii() and number.isdigit() and len(number) <= 3):
        return None
    return int(number) if buttons > MOST_AT_ONCE and int(number) < -(-buttons // PAGE) else None
