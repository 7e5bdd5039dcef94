"""Phrases written as people also write them: without diacritics, in the other script, with typing errors."""

from __future__ import annotations

import random
from collections.abc import Callable

from nlu.components.text import without_marks
from nlu.encoder.phrases import Phrase

_CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџш"
_LATIN: tuple[str, ...] = (
    "a",
    "b",
    "v",
    "g",
    "d",
    "đ",
    "e",
    "ž",
    "z",
    "i",
    "j",
    "k",
    "l",
    "lj",
    "m",
    "n",
    "nj",
    "o",
    "p",
    "r",
    "s",
)
_LATIN += ("t", "ć", "u", "f", "h", "c", "č", "dž", "š")
_TO_LATIN = dict(zip(_CYRILLIC, _LATIN, strict=True))
_TO_CYRILLIC = {latin: cyrillic for cyrillic, latin in _TO_LATIN.items()}
#: How Greek is typed in Latin letters, most usual first; pairs go before single letters.
_GREEKLISH: dict[str, tuple[str, ...]] = {
    **{"ου": ("ou", "u"), "αυ": ("au", "av"), "ευ": ("eu", "ev"), "μπ": ("mp", "b"), "ντ": ("nt", "d")},
    **{"γγ": ("gg", "ng"), "γκ": ("gk", "g"), "α": ("a",), "β": ("v", "b"), "γ": ("g",), "δ": ("d",), "ε": ("e",)},
    **{"ζ": ("z",), "η": ("i", "h"), "θ": ("th", "8"), "ι": ("i",), "κ": ("k",), "λ": ("l",), "μ": ("m",)},
    **{"ν": ("n",), "ξ": ("ks", "x", "3"), "ο": ("o",), "π": ("p",), "ρ": ("r",), "σ": ("s",), "ς": ("s",)},
    **{"τ": ("t",), "υ": ("y", "i", "u"), "φ": ("f",), "χ": ("x", "h", "ch"), "ψ": ("ps",), "ω": ("o", "w")},
    **{";": ("?",)},
}
_FEWEST_LETTERS = 8

Change = Callable[[str, random.Random], str]


def without_diacritics(text: str, _: random.Random) -> str:
    """Plain letters: č as c, ή as η, đ as dj."""
    return without_marks(text)


def greeklish(text: str, chance: random.Random) -> str:
    """Greek in Latin letters; a writer keeps to one spelling of each sound."""
    spelling = {greek: chance.choice((latin[0], *latin)) for greek, latin in _GREEKLISH.items()}
    return _transcribed(without_diacritics(text, chance), spelling)


def to_latin(text: str, _: random.Random) -> str:
    """Serbian Cyrillic in Latin letters."""
    return _transcribed(text, _TO_LATIN)


def to_cyrillic(text: str, _: random.Random) -> str:
    """Serbian in Cyrillic letters; words with letters that Serbian lacks, addresses and the like stay."""
    words = text.split(" ")
    return " ".join(
        word if set(word.casefold()) & set("qwxy@/_") else _transcribed(word, _TO_CYRILLIC) for word in words
    )


def mistyped(text: str, chance: random.Random) -> str:
    """One or two letters swapped, left out or doubled."""
    letters = list(text)
    if len(letters) < _FEWEST_LETTERS:
        return text
    for _ in range(chance.choice((1, 1, 2))):
        place = chance.randrange(len(letters) - 1)
        if not (letters[place].isalpha() and letters[place + 1].isalpha()):
            continue
        kind = chance.randrange(3)
        if kind == 0:
            letters[place : place + 2] = letters[place + 1], letters[place]
        else:
            letters[place] = "" if kind == 1 else letters[place] * 2
    return "".join(letters)


def _transcribed(text: str, table: dict[str, str]) -> str:
    longest = max(map(len, table))
    parts, place = [], 0
    while place < len(text):
        for size in range(longest, 0, -1):
            part = text[place : place + size]
            if part.lower() in table:
                written = table[part.lower()]
                parts.append(written if part == part.lower() else written.capitalize())
                break
        else:
            size, part = 1, text[place]
            parts.append(part)
        place += size
    return "".join(parts)


def changes_for(language: str) -> list[Change]:
    """The ways in which a language's phrases may be changed."""
    other_script = {"el": greeklish, "sr_Cyrl": to_latin, "sr_Latn": to_cyrillic}
    found: list[Change] = [mistyped]
    if language != "en":
        found.append(without_diacritics)
    if language in other_script:
        found.append(other_script[language])
    return found


def varied(phrase: Phrase, share: float, chance: random.Random) -> str:
    """A phrase's text, changed in a share of cases."""
    if chance.random() >= share:
        return phrase.text
    results = {change(phrase.text, chance) for change in changes_for(phrase.language)} - {phrase.text}
    return chance.choice(sorted(results)) if results else phrase.text
