"""Turns a text into what Telegram takes: safe HTML, in pieces that are not too long."""

from __future__ import annotations

import html
import re

#: Characters of one message, after its HTML is read (https://core.telegram.org/bots/api#sendmessage). Counted
#: here in UTF-16 units, as Telegram counts positions, so that emoji never make a piece too long.
LONGEST = 4096

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
