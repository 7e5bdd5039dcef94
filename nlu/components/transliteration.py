"""Greek in Latin letters (Greeklish), as people type it: no standard, so each writer's habits are drawn by chance."""

from __future__ import annotations

import random
import unicodedata

#: What a writer may put for a letter or pair of letters; each writer keeps to one habit in a message.
_HABITS: dict[str, tuple[str, ...]] = {
    "ου": ("ou", "u"),
    "αυ": ("au", "av"),
    "ευ": ("eu", "ev"),
    "μπ": ("mp", "b"),
    "ντ": ("nt", "d"),
    "γκ": ("gk", "g"),
    "γγ": ("gg", "ng"),
    "τζ": ("tz", "j"),
    "η": ("i", "h"),
    "υ": ("y", "u", "i"),
    "ω": ("o", "w"),
    "χ": ("x", "ch", "h"),
    "θ": ("th", "8"),
    "ξ": ("ks", "3", "x"),
    "ψ": ("ps",),
    "β": ("v", "b"),
    "φ": ("f", "ph"),
    "γ": ("g", "y"),
}
_PLAIN = dict(zip("αδεζικλμνοπρσςτ", "adeziklmnoprsst", strict=True))
#: The letters of Serbian Cyrillic and their Latin counterparts (Serbian orthography).
_CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџш"
_LATIN = ["a", "b", "v", "g", "d", "đ", "e", "ž", "z", "i", "j", "k", "l", "lj", "m", "n", "nj", "o", "p", "r", "s"]
_LATIN += ["t", "ć", "u", "f", "h", "c", "č", "dž", "š"]
_TO_LATIN = {
    **dict(zip(_CYRILLIC, _LATIN, strict=True)),
    **{one.upper(): other.capitalize() for one, other in zip(_CYRILLIC, _LATIN, strict=True)},
}


def greeklish(text: str, chance: random.Random) -> str:
    """Greek text in Latin letters, by the habits of one writer drawn with `chance`; other text is left as it is."""
    habits = {letters: chance.choice(ways) for letters, ways in _HABITS.items()} | _PLAIN
    decomposed = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    written, at = [], 0
    while at < len(plain):
        pair = plain[at : at + 2]
        letters = pair if pair in habits else plain[at]
        written.append(habits.get(letters, letters))
        at += len(letters)
    return "".join(written)


def to_latin(text: str) -> str:
    """Serbian Cyrillic in Latin script; other text is left as it is."""
    return "".join(_TO_LATIN.get(letter, letter) for letter in text)
