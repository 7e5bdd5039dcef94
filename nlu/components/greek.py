"""Greek in Greek and in Latin letters, written one way: as it sounds, near enough to compare words.

People type Greek in Latin letters by sound ("thelw") or by looks ("8elw", "9elo"); there is no one standard, so the usual
ways of both are brought to one spelling. The result is for features of a classifier, not for people.
"""

from __future__ import annotations

import re

#: What is typed -> how it is written here; letters that share a Latin spelling (ξ and χ, β and μπ) share a sign.
#: Folded text only: no accents, no final sigma, no capitals. Longer ones first.
_SOUNDS: tuple[tuple[str, str], ...] = (
    *(("αι", "e"), ("ει", "i"), ("οι", "i"), ("υι", "i"), ("ου", "u"), ("αυ", "av"), ("ευ", "ev"), ("γγ", "g")),
    *(("γκ", "g"), ("μπ", "v"), ("ντ", "d"), ("κσ", "x")),
    *zip("αβγδεζηθικλμνξοπρστυφχψω", [*"avgdezi8iklmnxoprstifx", "ps", "o"], strict=True),
    *(("th(?=[aeiouwyr])", "8"), ("th", "ti"), ("ch", "x"), ("ks", "x"), ("ph", "f"), ("ou", "u"), ("ai", "e")),
    *(("ei", "i"), ("oi", "i"), ("mp", "v"), ("nt", "d"), ("gk", "g"), ("gg", "g")),
    *(
        ("a(?:[uv]|f(?![aeiowy]))", "av"),
        ("e(?:[uv]|f(?![aeiowy]))", "ev"),
        ("ay(?=[a-z])", "av"),
        ("ey(?=[a-z])", "ev"),
    ),
    *((r"\bh(?=[aeiouwy])", "x"), ("(?<=f)h(?=[aeiouwy])", "x"), ("(?<=[aeiouwy])h(?=[aeiouwy])", "x"), ("h", "i")),
    *(("w", "o"), ("y", "i"), ("u", "i"), ("c", "k"), ("q", "k"), ("j", "x"), ("b", "v")),
    # Digits stand for letters they look like, but not within numbers.
    *(
        (f"(?<=[a-z]){digit}(?![0-9])|(?<![0-9]){digit}(?=[a-z])", letter)
        for digit, letter in zip("8934", ["8", "8", "x", "ps"], strict=True)
    ),
)
_TYPED = re.compile("|".join(f"(?P<s{place}>{typed})" for place, (typed, _) in enumerate(_SOUNDS)))
_DOUBLED = re.compile(r"([a-z])\1")


def as_it_sounds(folded: str) -> str:
    """A folded Greek text in one spelling, whichever letters it is typed in."""
    sounded = _TYPED.sub(lambda match: _SOUNDS[int(str(match.lastgroup)[1:])][1], folded)
    return _DOUBLED.sub(r"\1", sounded)
