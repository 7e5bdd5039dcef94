"""How well intents are told apart by vectors: logistic regression on them, and the share of right answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from nlu.encoder.phrases import Phrase

Vectors = NDArray[np.float32]
_STRENGTH = 10.0
_STEPS = 150


def centred(vectors: Vectors, mean: Vectors) -> Vectors:
    """Vectors around their mean, of unit length: E5's all point nearly the same way."""
    moved = vectors - mean
    scaled: Vectors = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return scaled


@dataclass(frozen=True)
class Regression:
    """A linear classifier on centred vectors."""

    labels: list[str]
    mean: Vectors
    weight: Vectors
    bias: Vectors

    def intents(self, vectors: Vectors) -> list[str]:
        """The likeliest intent of each vector."""
        scores = centred(vectors, self.mean) @ self.weight.T + self.bias
        return [self.labels[place] for place in scores.argmax(axis=1)]


def learn_regression(vectors: Vectors, phrases: Sequence[Phrase], weights: Sequence[float]) -> Regression:
    """Logistic regression from vectors to intents."""
    mean = np.asarray(vectors.mean(axis=0), dtype=np.float32)
    model = LogisticRegression(C=_STRENGTH, max_iter=_STEPS, tol=1e-3)
    model.fit(centred(vectors, mean), [phrase.intent for phrase in phrases], sample_weight=np.asarray(weights))
    return Regression(
        [str(label) for label in model.classes_],
        mean,
        model.coef_.astype(np.float32),
        model.intercept_.astype(np.float32),
    )


def accuracy_by_language(messages: Sequence[Phrase], found: Sequence[str]) -> dict[str, float]:
    """The share of right answers in each language, and under `mean` the mean over languages."""
    right: dict[str, list[bool]] = defaultdict(list)
    for message, intent in zip(messages, found, strict=True):
        right[message.language].append(message.intent == intent)
    shares = {language: float(np.mean(hits)) for language, hits in sorted(right.items())}
    return {"mean": float(np.mean(list(shares.values()))), **shares} if shares else {}
