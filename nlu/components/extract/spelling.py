"""Which words are none of a language, and so may be misspelt."""

from __future__ import annotations

from functools import cache

import wordfreq

from nlu.components.text import fold_text

#: A shorter word with an error in it is too near to other words.
SHORTEST_MISSPELT = 6
_CODES = {"hr": "sh", "sr_Latn": "sh", "sr_Cyrl": "sh", "cnr": "sh"}


def is_misspelt(word: str, language: str) -> bool:
    """Whether a folded word is long enough to be recognised with an error in it, and none of the language."""
    return len(word) >= SHORTEST_MISSPELT and not is_word(word, language)


def is_word(word: str, language: str) -> bool:
    """Whether a folded word is used at least once in a million words of the language (wordfreq's small lists)."""
    return word in _words(_CODES.get(language, language))


@cache
def _words(code: str) -> frozenset[str]:
    return frozenset(fold_text(word) for word in wordfreq.get_frequency_dict(code, "small"))
