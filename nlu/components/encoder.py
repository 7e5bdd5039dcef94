"""Turns a message into a sentence vector, by our tuned multilingual-e5-small (`nlu/encoder`).

The Rasa component feeds the encoder and keeps the vectors of the training data on disk, so that a change in one
language does not embed the others again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tqdm import tqdm

from nlu.encoder.run import TunedEncoder, fingerprint

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE_DIR = ROOT / ".cache" / "embeddings"
#: The attribute of Rasa's message under which the vector travels through the pipeline.
VECTOR = "sentence_vector"

Vector = NDArray[np.float32]
#: How many phrases are embedded between two movements of the progress bar.
_SHOWN = 256


class SentenceVector:
    """A message's vector as it travels through Rasa, which prints whole arrays to fingerprint them: a minute lost."""

    def __init__(self, values: Vector) -> None:
        self.values = values

    def fingerprint(self) -> str:
        """A checksum for Rasa's training cache."""
        return hashlib.sha1(self.values.tobytes()).hexdigest()


@lru_cache(maxsize=1)
def shared_encoder() -> TunedEncoder:
    """The encoder of this process: its weights are loaded once."""
    return TunedEncoder()


class VectorCache:
    """Vectors of texts on disk, one file; read once, written once a training."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = (folder or CACHE_DIR) / f"{fingerprint()}.npz"
        self._vectors: dict[str, NDArray[np.float16]] = {}
        if self._file.exists():
            with np.load(self._file, allow_pickle=False) as stored:
                self._vectors = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))

    def encode(self, texts: Sequence[str], encoder: TunedEncoder) -> Vector:
        """The vectors of all texts, embedding those that are new under a progress bar on stderr."""
        keys = [hashlib.sha1(text.encode()).hexdigest() for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._vectors}
        if missing:
            self._embed(missing, encoder)
            self._write(keys)
        return np.asarray([self._vectors[key] for key in keys], dtype=np.float32)

    def _embed(self, missing: dict[str, str], encoder: TunedEncoder) -> None:
        ordered = list(missing.items())
        with tqdm(total=len(ordered), desc="Embedding training phrases", unit="phrase") as progress:
            for start in range(0, len(ordered), _SHOWN):
                part = ordered[start : start + _SHOWN]
                vectors = encoder.encode([text for _, text in part]).astype(np.float16)
                self._vectors.update(zip((key for key, _ in part), vectors, strict=True))
                progress.update(len(part))

    def _write(self, keys: Iterable[str]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        used = list(dict.fromkeys(keys))
        new = self._file.with_suffix(".new.npz")
        np.savez(new, keys=np.array(used), vectors=np.array([self._vectors[key] for key in used]))
        new.replace(self._file)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(GraphComponent):
    """Rasa component: gives each training phrase its sentence vector."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """A component, ready for use; the encoder is loaded now, not at the first message."""
        shared_encoder()
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Leave messages alone: the classifier asks for the vectors that it needs."""
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the vectors of all training phrases, from the cache where it has them."""
        messages = [message for message in training_data.intent_examples if message.get(TEXT)]
        encoder = TunedEncoder(threads=os.cpu_count() or 1)
        vectors = VectorCache().encode([message.get(TEXT) for message in messages], encoder)
        for message, vector in zip(messages, vectors, strict=True):
            message.set(VECTOR, SentenceVector(vector))
        return training_data
