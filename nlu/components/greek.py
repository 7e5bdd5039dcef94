"""Greek in Greek and in Latin letters, written one way: as it sounds, near enough to compare words.

People type Greek in Latin letters by sound ("thelw") or by looks ("8elw", "9elo"); there is no one standard, so the usual
ways of both are brought to one spelling. The result is for features of a classifier, not for people.
"""

from __future__ import annotations

import re

#: Pairs of Greek letters that make one sound, then single ones (folded: no accents, no final sigma).
_PAIRS = {"αι": "e", "ει": "i", "οι": "i", "υι": "i", "ου": "u", "αυ": "av", "ευ": "ev", "γγ": "g", "γκ": "g"}
_PAIRS |= {"μπ": "b", "ντ": "d"}
_SINGLE = {
    **dict(zip("αβγδεζηικλμνοπρστυφχω", "avgdeziiklmnoprstifxo", strict=True)),
    **{"θ": "8", "ξ": "ks", "ψ": "ps"},
}
_GREEK = re.compile("|".join([*_PAIRS, *_SINGLE]))
#: Digits stand for letters they look like, but not within numbers.
_LOOKS = {"8": "8", "9": "8", "3": "ks", "4": "ps"}
_DIGIT_FOR_LETTER = re.compile(r"(?<=[a-z])[8934](?![0-9])|(?<![0-9])[8934](?=[a-z])")
_LATIN = {"ch": "x", "th": "8", "ph": "f", "ou": "u", "ai": "e", "ei": "i", "oi": "i", "mp": "b", "nt": "d"}
_LATIN |= {"gk": "g", "gg": "g", "w": "o", "y": "i", "c": "k", "q": "k", "j": "ks", "b": "v"}
_LATIN_SPELLING = re.compile("|".join(_LATIN))
#: h is χ before a vowel at the beginning of a word or between vowels, else η.
_CHI = re.compile(r"\bh(?=[aeiou])|(?<=[aeiou])h(?=[aeiou])")
_DOUBLED = re.compile(r"([a-z])\1")


def as_it_sounds(folded: str) -> str:
    """A folded Greek text in one spelling, whichever letters it is typed in."""
    text = _GREEK.sub(lambda match: (_PAIRS | _SINGLE)[match.group()], folded)
    text = _DIGIT_FOR_LETTER.sub(lambda match: _LOOKS[match.group()], text)
    text = _LATIN_SPELLING.sub(lambda match: _LATIN[match.group()], text)
    text = _CHI.sub("x", text).replace("h", "i").replace("ks", "x")
    return _DOUBLED.sub(r"\1", text)
