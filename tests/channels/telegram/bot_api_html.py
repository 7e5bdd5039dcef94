"""Telegram's HTML parse mode, as https://core.telegram.org/bots/api#html-style describes it."""

from __future__ import annotations

import html
import re

TAGS = frozenset(
    ["a", "b", "blockquote", "code", "del", "em", "i", "ins", "pre", "s", "span", "strike", "strong", "tg-spoiler", "u"]
)
_TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[^\s>/]*)(?P<rest>[^>]*)>?|[^<]+")


class HtmlError(ValueError):
    """Raised where Telegram would answer "can't parse entities"."""


def visible_text(source: str) -> str:
    """The text that is left when the tags are read.

    Raises:
        HtmlError: a tag is unknown, not closed, or closed by another one.
    """
    visible, opened = "", []
    for token in _TOKEN.finditer(source):
        if not token[0].startswith("<"):
            visible += html.unescape(token[0])
        elif token["tag"] not in TAGS or not token[0].endswith(">"):
            raise HtmlError(f'Unsupported start tag "{token["tag"]}" at byte offset {token.start()}')
        elif not token["close"]:
            opened.append(token["tag"])
        elif not opened or opened.pop() != token["tag"]:
            raise HtmlError(f"Unmatched end tag at byte offset {token.start()}")
    if opened:
        raise HtmlError(f'Can\'t find end tag corresponding to start tag "{opened[-1]}"')
    return visible
