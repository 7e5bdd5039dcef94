"""The encoder as the bot runs it: numpy and ONNX Runtime, no PyTorch, no network.

Two files: `words.npz` (vocabulary and word embeddings) and `transformer.onnx` (everything that was tuned).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from nlu.components.text import normalise
from nlu.encoder.blocks import unpack
from nlu.encoder.tokenizer import Tokenizer
from nlu.encoder.vocabulary import read_words

Vector = NDArray[np.float32]
FILES = Path(__file__).resolve().parent / "files"
WORDS, TRANSFORMER = "words.npz", "transformer.onnx"
#: What E5 wants before a message.
PREFIX = "query: "
#: Characters of a message that are read, and tokens that the transformer takes; the time grows with the length.
LONGEST, MOST_TOKENS = 500, 512


class TunedEncoder:
    """Sentence vectors of unit length, 384 numbers each.

    Texts are run one by one: the graph rounds the states of all that it is given together with one scale, so a text's
    vector would depend on its company. With more than one thread, each runs texts of its own.
    """

    def __init__(self, folder: Path = FILES, threads: int = 1) -> None:
        vocabulary, self._rows = read_words(folder / WORDS)
        self._tokenizer, self._specials = Tokenizer(vocabulary), vocabulary.specials
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = 1, 1
        options.enable_cpu_mem_arena = False  # long texts would otherwise hold their memory for good
        providers = ["CPUExecutionProvider"]
        self._session = onnxruntime.InferenceSession(folder / TRANSFORMER, options, providers=providers)
        self._threads = threads

    def encode(self, texts: Sequence[str]) -> Vector:
        """One row a text, rounded to half precision so that fresh and stored vectors are the same."""
        if self._threads == 1 or len(texts) == 1:
            rows = [self._vector(text) for text in texts]
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                rows = list(pool.map(self._vector, texts))
        return np.array(rows).reshape(len(rows), self._width).astype(np.float16).astype(np.float32)

    @property
    def _width(self) -> int:
        return int(self._session.get_outputs()[0].shape[1])

    def _tokens(self, text: str) -> list[int]:
        tokens = self._tokenizer(PREFIX + normalise(text)[:LONGEST])[: MOST_TOKENS - 2]
        return [self._specials.begin, *tokens, self._specials.end]

    def _vector(self, text: str) -> Vector:
        places = np.array([self._tokens(text)])
        inputs = {"inputs_embeds": unpack(self._rows[places]), "attention_mask": np.ones(places.shape, np.int64)}
        vectors: Vector = self._session.run(None, inputs)[0]
        return vectors[0]


def fingerprint(folder: Path = FILES) -> str:
    """A name for the vectors of these files, read by this code: those of another encoder are never mixed in."""
    code = [Path(__file__).with_name(name) for name in ("run.py", "tokenizer.py", "vocabulary.py", "blocks.py")]
    files = [folder / WORDS, folder / TRANSFORMER, *code]
    parts = [hashlib.sha1(file.read_bytes()).hexdigest() for file in files]
    return "tuned-" + hashlib.sha1("".join(parts).encode()).hexdigest()[:12]
