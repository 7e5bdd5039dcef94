"""From a case form of a town's name back to its nominative, for Slavic languages and Greek."""

from __future__ import annotations

from collections.abc import Iterator

_SLAVIC_TOWNS = frozenset(["SI", "HR", "RS", "ME", "BA", "MK", "SK", "CZ", "PL", "BG"])
_GREEK_TOWNS = frozenset(["GR", "CY"])
_SHORTEST = 4
#: Ending of a case form -> endings that the nominative may have in its place (folded letters).
_SLAVIC: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("iach", ("e", "ia")),
    ("ach", ("e", "y")),
    ("ama", ("e", "i")),
    ("ima", ("i",)),
    ("ciam", ("ce",)),
    ("om", ("", "a", "o", "e")),
    ("em", ("", "e", "o")),
    ("ou", ("a",)),
    ("ici", ("ica", "ice")),
    ("ci", ("ka", "ca", "ce")),
    ("zi", ("ga",)),
    ("u", ("", "a", "o", "e")),
    ("a", ("", "o", "e")),
    ("i", ("", "a", "e")),
    ("e", ("", "a")),
    ("o", ("a",)),
    ("y", ("a",)),
)
#: A vowel that the nominative has and the case forms lack: Zadar/Zadru, Koper/Kopru, Kragujevac/Kragujevcu.
_FLEETING = "ae"
_GREEK: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ου", ("οσ", "ο")),
    ("ους", ("οι",)),
    ("ο", ("οσ",)),
    ("ησ", ("η",)),
    ("ασ", ("α",)),
    ("α", ("ασ",)),
    ("η", ("ησ",)),
    ("ων", ("α", "εσ")),
)


def nominatives(word: str, language: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Possible nominatives of a folded word, and the countries where towns have names of that kind."""
    if language == "el":
        yield from ((name, _GREEK_TOWNS) for name in _endings_changed(word, _GREEK))
    elif language in ("hr", "sr_Latn", "sr_Cyrl", "cnr", "sk", "sl"):
        for name in _endings_changed(word, _SLAVIC):
            yield name, _SLAVIC_TOWNS
        for name in _with_fleeting_vowel(word):
            yield name, _SLAVIC_TOWNS


def _endings_changed(word: str, table: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterator[str]:
    for ending, nominative_endings in table:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 3:
            yield from (stem + new for new in nominative_endings if len(stem + new) >= _SHORTEST)


def _with_fleeting_vowel(word: str) -> Iterator[str]:
    for ending in ("u", "a", "om", "em", "e"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 4 and stem[-1] not in "aeiou" and stem[-2] not in "aeiou":
            yield from (stem[:-1] + vowel + stem[-1] for vowel in _FLEETING)
