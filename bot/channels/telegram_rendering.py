"""Turns a reply into what Telegram takes: safe HTML, pieces that are not too long, rows of buttons."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

#: Characters of one message, after its HTML is read (https://core.telegram.org/bots/api#sendmessage). Counted
#: here in UTF-16 units, as Telegram counts positions, so that emoji never make a piece too long.
LONGEST = 4096
#: Buttons stand side by side while their titles together have at most so many characters: a phone's width.
ROW_WIDTH = 30
ROW_BUTTONS = 3

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL)
#: Where a text may be cut, best first: between paragraphs, at the end of a line or sentence, between words.
#: The semicolon is the Greek question mark.
_CUTS = (re.compile(r"\n\s*\n"), re.compile(r"\n|(?<=[.!?…;])\s+"), re.compile(r"\s+"))


def to_html(text: str) -> str:
    """The bot's text as Telegram's HTML: `**bold**` becomes bold, every other sign stays what it is."""
    return _BOLD.sub(r"<b>\1</b>", html.escape(text, quote=False))


def split(text: str, longest: int = LONGEST) -> list[str]:
    """The text in pieces of at most `longest` UTF-16 units, cut where a reader would pause.

    Bold print that a cut goes through ends there and begins again in the next piece.
    """
    pieces, rest = [], text.strip()
    while len(window := _beginning(rest, longest)) < len(rest):
        cut = _cut(window)
        bold = next((match for match in _BOLD.finditer(rest) if match.start() < cut < match.end()), None)
        if bold and bold.start() == 0:
            piece, rest = f"{rest[:cut].rstrip()}**", f"**{rest[cut:].lstrip()}"
        else:
            cut = bold.start() if bold else cut
            piece, rest = rest[:cut].rstrip(), rest[cut:].lstrip()
        pieces.append(piece)
    return [*pieces, rest] if rest else pieces


def _beginning(text: str, units: int) -> str:
    """The longest beginning of the text that has at most so many UTF-16 units."""
    return text.encode("utf-16-le", "replace")[: 2 * units].decode("utf-16-le", "ignore")


def _cut(window: str) -> int:
    least = len(window) // 4  # an earlier pause would leave a snippet
    for pause in _CUTS:
        ends = [match.end() for match in pause.finditer(window) if match.start() >= least]
        if ends:
            return ends[-1]
    return len(window)


def keyboard(buttons: Sequence[tuple[str, str]]) -> InlineKeyboardMarkup | None:
    """The keyboard of buttons given as title and callback data; None where there are none."""
    rows: list[list[InlineKeyboardButton]] = []
    for title, data in buttons:
        button = InlineKeyboardButton(title, callback_data=data)
        if rows and _fits(rows[-1], title):
            rows[-1].append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows) if rows else None


def _fits(row: Sequence[InlineKeyboardButton], title: str) -> bool:
    return len(row) < ROW_BUTTONS and sum(len(button.text) for button in row) + len(title) <= ROW_WIDTH
