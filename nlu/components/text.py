"""Text as the extractors see it: normalised, folded to plain letters, cut into words with their places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["word", "number", "email", "url"]

#: Letters that Unicode does not take apart, and Serbian Cyrillic (with its neighbours) in Latin letters.
_LETTERS = {
    **{"đ": "d", "ð": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ħ": "h"},
    **{"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "′": "'"},
    **{"–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "‒": "-"},
    **dict(zip("абвгдезијклмнопрстћуфхцчшђж", "abvgdezijklmnoprstcufhccsdz", strict=True)),
    **{
        "љ": "lj",
        "њ": "nj",
        "џ": "dz",
        "ѕ": "dz",
        "ы": "y",
        "ь": "",
        "ъ": "",
        "э": "e",
        "ю": "ju",
        "я": "ja",
    },
    **{"щ": "sc", "є": "je", "і": "i", "ґ": "g"},
}
_SPACE_CATEGORIES = ("Zs", "Zl", "Zp", "Cc")
_DROPPED_CATEGORIES = ("Mn", "Me", "Cf")


def _fold_character(character: str) -> str:
    parts = []
    for part in unicodedata.normalize("NFD", character.casefold()):
        category = unicodedata.category(part)
        if category in _SPACE_CATEGORIES:
            parts.append(" ")
        elif category not in _DROPPED_CATEGORIES:
            parts.append(_LETTERS.get(part, part))
    return "".join(parts)


class _FoldTable(dict[int, str]):
    """Code point -> its folded letters, filled as characters are met (`str.translate` asks for them)."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


_FOLDED = _FoldTable()


def without_marks(text: str) -> str:
    """Plain letters, as people type who have no others at hand: č as c, ή as η, đ as dj, ß as ss."""
    decomposed = unicodedata.normalize("NFD", text)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return plain.replace("đ", "dj").replace("Đ", "Dj").replace("ß", "ss")


def normalise(text: str) -> str:
    """The text composed (NFC), without control and format characters, every kind of space a plain one.

    Line breaks and tabs become spaces, runs of spaces one; nothing is left at either end.
    """
    kept = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if category in ("Zs", "Zl", "Zp") or character in "\n\r\t\v\f":
            kept.append(" ")
        elif character == "\u200d" or category not in ("Cc", "Cf", "Cs"):  # U+200D joins emoji
            kept.append(character)
    return " ".join("".join(kept).split())


def fold_text(text: str) -> str:
    """The text without letter case and diacritics (č=c, ß=ss, ς=σ, đ=d), Serbian Cyrillic as Latin."""
    return text.translate(_FOLDED)


def fold(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters (and its end) the place in the source it came from."""
    if text.isascii():
        return fold_text(text), list(range(len(text) + 1))
    parts: list[str] = []
    offsets: list[int] = []
    for place, character in enumerate(text):
        folded = _FOLDED[ord(character)]
        parts.append(folded)
        offsets.extend([place] * len(folded))
    offsets.append(len(text))
    return "".join(parts), offsets


@dataclass(frozen=True)
class Token:
    """A word, number, address or link of a message.

    `start` and `end` count characters of the source text, `at` and `to` those of the folded text; `joined`
    says that nothing but spaces, hyphens, dots, apostrophes or slashes parts it from the token before.
    """

    text: str
    kind: Kind
    start: int
    end: int
    at: int
    to: int
    joined: bool


_TOKEN = re.compile(
    r"""
      (?P<url>(?:https?://|www\.)\S+)
    | (?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
    | (?P<number>\d{1,3}\ 1/2(?![\d/])|(?:\d{1,3}(?:[.,']\d{3})+(?!\d)|\d{1,3}(?:\ \d{3})+(?![\d.,/])|\d+(?:[.,]\d+)?|[½¼¾])[½]?)
    | (?P<word>[^\W\d_](?:\.[^\W\d_])+(?![^\W\d_])|[^\W\d_]+(?:[&+][^\W\d_]+)*)
    """,
    re.VERBOSE,
)
#: What may stand between the words of one expression ("ccis-tsok", "l'Autriche", "St. Pölten", "2 / 3").
_GAP = re.compile(r"[\s\-'./]{0,4}")


_LONGEST_ABBREVIATION = 4
_LONGEST_ORDINAL = 2


@dataclass(frozen=True)
class Document:
    """A message prepared for extraction: its source, its folded form and its tokens."""

    source: str
    folded: str
    offsets: Sequence[int]
    tokens: tuple[Token, ...]

    def source_span(self, at: int, to: int) -> tuple[int, int]:
        """The place in the source of a stretch of the folded text (not empty)."""
        start = self.offsets[at]
        end = self.offsets[to]
        return start, max(end, self.offsets[to - 1] + 1)

    def gap(self, index: int) -> str:
        """The folded text between a token and the one before it."""
        before = self.tokens[index - 1].to if index else 0
        return self.folded[before : self.tokens[index].at]

    def typed(self, first: int, last: int) -> str:
        """The tokens `first` to `last` as they were typed."""
        return self.source[self.tokens[first].start : self.tokens[last].end]


def _is_gap(before: Token, gap: str) -> bool:
    """Whether a gap parts no sentences: a dot and a space do, unless after an abbreviation or ordinal."""
    if not _GAP.fullmatch(gap):
        return False
    longest = _LONGEST_ORDINAL if before.kind == "number" else _LONGEST_ABBREVIATION
    return ". " not in gap or len(before.text) <= longest


def tokenize(folded: str) -> list[str]:
    """The texts of the tokens of a folded string: how forms of the lexicon are cut, too."""
    return [match.group() for match in _TOKEN.finditer(folded)]


def read(text: str) -> Document:
    """Prepare a message for extraction; spans refer to the text as given."""
    folded, offsets = fold(text)
    tokens: list[Token] = []
    end_before = 0
    for match in _TOKEN.finditer(folded):
        at, to = match.span()
        start, end = offsets[at], max(offsets[to], offsets[to - 1] + 1)
        joined = bool(tokens) and _is_gap(tokens[-1], folded[end_before:at])
        tokens.append(Token(match.group(), match.lastgroup or "word", start, end, at, to, joined))  # type: ignore[arg-type]
        end_before = to
    return Document(text, folded, offsets, tuple(tokens))
