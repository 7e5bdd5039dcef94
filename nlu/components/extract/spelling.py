"""Which words are none of a language, and so may be misspelt."""

from __future__ import annotations

from functools import cache

import wordfreq

from nlu.components.text import fold_text

#: A shorter word with an error in it is too near to other words; the more so where only short lists are to be had.
_SHORTEST_MISSPELT = 6
_SHORTEST_BY_SHORT_LISTS = 7
_CODES = {"hr": "sh", "sr_Latn": "sh", "sr_Cyrl": "sh", "cnr": "sh"}
#: Languages with long lists; of these, words are taken that occur once in ten million: rarer ones are often errors.
_LONG = frozenset(["en", "fr", "nl", "de", "es", "it"])
_RAREST = 1e-7
#: On wordfreq's scale: the logarithm of how often in a billion words.
_COMMON = 4.0


def is_misspelt(word: str, language: str) -> bool:
    """Whether a folded word is long enough to be recognised with an error in it, and none of the language."""
    shortest = _SHORTEST_MISSPELT if language in _LONG else _SHORTEST_BY_SHORT_LISTS
    return len(word) >= shortest and not is_word(word, language)


def is_word(word: str, language: str) -> bool:
    """Whether wordfreq's lists have a folded word: once in ten million words, or in a million where they are short."""
    return word in _words(_CODES.get(language, language))


@cache
def _words(code: str) -> frozenset[str]:
    listed = wordfreq.get_frequency_dict(code, "large" if code in _LONG else "small")
    return frozenset(fold_text(word) for word, frequency in listed.items() if frequency >= _RAREST)


def is_common(word: str, language: str) -> bool:
    """Whether a folded word occurs ten times in a million words of a language, or more often."""
    return wordfreq.zipf_frequency(word, _CODES.get(language, language)) >= _COMMON
