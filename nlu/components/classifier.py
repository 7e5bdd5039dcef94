"""What a message asks: a probability for each intent, from its sentence vector and its character n-grams.

Two heads, averaged in log space: small neural layers on the sentence vector, which know meaning across languages, and
a linear one on words and character n-grams, which knows the wording of our own phrases. Measured: docs/nlu.md.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from nlu.components.encoder import VECTOR, shared_encoder
from nlu.components.greek import as_it_sounds
from nlu.components.language import language_of
from nlu.components.text import fold_text

Vector = NDArray[np.float32]
Scores = NDArray[np.float32]
#: The attribute that carries what each clause of a message may ask, for the decision on two questions.
CLAUSES = "clauses"
_FLOOR = 1e-6
#: Ends of sentences, and the words that join two questions in each language; signs join in all of them.
_SENTENCE_END = re.compile(r"(?<=[.?!;…\u037e\n])\s+|\n+")
_JOINING = {
    "en": "and|also|plus",
    "fr": "et|puis|aussi",
    "nl": "en|ook|alsook",
    "de": "und|sowie|außerdem",
    "es": "y|e|además",
    "it": "e|ed|inoltre|poi",
    "el": "και|κι|kai|ki",
    "hr": "i|a|te|pa",
    "sk": "a|aj|plus",
    "sl": "in|ter|pa",
    "sr_Cyrl": "и|а|те|па",
}
_JOINING |= {"sr_Latn": _JOINING["hr"], "cnr": _JOINING["hr"]}
_JOIN = {
    language: re.compile(rf"\s*[,+&]+\s+(?:(?:{words})\s+)?|\s+(?:{words})\s+", re.IGNORECASE)
    for language, words in _JOINING.items()
}
_QUESTION_MARKS = ("?", ";", "\u037e")
_FEWEST_WORDS, _MOST_CLAUSES = 2, 6


def clauses_of(text: str, language: str) -> list[str]:
    """The parts of a message that could each ask something; a single part gives an empty list.

    Where the message holds question marks, what stands before the first question is context and is not looked at.
    """
    sentences = [part for part in _SENTENCE_END.split(text.strip()) if part.strip()]
    first = next((at for at, part in enumerate(sentences) if part.rstrip().endswith(_QUESTION_MARKS)), 0)
    parts = [clause for sentence in sentences[first:] for clause in _joined(sentence, language)]
    return parts[:_MOST_CLAUSES] if len(parts) > 1 else []


def _joined(sentence: str, language: str) -> list[str]:
    """A sentence cut at its joining words, short pieces left with what stands before them."""
    join = _JOIN.get(language, _JOIN["en"])
    parts: list[str] = []
    start = 0
    for match in [*join.finditer(sentence), None]:
        end = match.start() if match else len(sentence)
        piece = sentence[start:end].strip()
        if parts and len(piece.split()) < _FEWEST_WORDS:
            parts[-1] = f"{parts[-1]} {piece}"
        elif piece:
            parts.append(piece)
        start = match.end() if match else end
    if len(parts) > 1 and len(parts[0].split()) < _FEWEST_WORDS:
        parts[:2] = [f"{parts[0]} {parts[1]}"]
    return parts


class IntentModel:
    """The trained heads as plain numbers."""

    def __init__(self, numbers: dict[str, NDArray[Any]], ngram_weight: float) -> None:
        self._numbers, self._ngram_weight = numbers, ngram_weight
        self.intents: list[str] = [str(name) for name in numbers["intents"]]
        self.questions = [place for place, name in enumerate(self.intents) if name.startswith("ask_")]
        self._buckets = int(numbers["rarity"].shape[0]) // len(_KINDS)

    @classmethod
    def learn(
        cls,
        vectors: Vector,
        texts: Sequence[tuple[str, str]],
        labels: Sequence[str],
        *,
        ngram_weight: float,
        buckets: int,
        layers: int,
        seed: int,
    ) -> IntentModel:
        """Train the heads.

        Args:
            vectors: the sentence vector of each text.
            texts: pairs of language and text.
            labels: the intent of each text.
            ngram_weight: the share of the n-gram head, 0 to 1.
            buckets: hash buckets for character n-grams, and as many for words.
            layers: how many neural layers, each begun at another point, are averaged.
            seed: of all that is drawn by chance.
        """
        mean = vectors.mean(axis=0)
        scaled = _scaled(vectors, mean)
        begun = [MLPClassifier((256,), alpha=1e-3, max_iter=25, random_state=seed + place) for place in range(layers)]
        with warnings.catch_warnings(), threadpool_limits(1):  # a core for each layer beats both cores for one
            warnings.simplefilter("ignore", ConvergenceWarning)  # 25 passes are meant: more overfit
            fits = (delayed(layer.fit)(scaled, labels) for layer in begun)
            dense = Parallel(n_jobs=-1, prefer="threads")(fits)
        counts = _counts(texts, buckets)
        rarity = _rarity(counts)
        sparse = SGDClassifier(loss="log_loss", alpha=5e-6, max_iter=15, random_state=seed, n_jobs=2)
        sparse.fit(_weighted(counts, rarity, buckets), labels)
        numbers = {
            "intents": np.array(sparse.classes_),
            "mean": mean,
            "w1": np.array([layer.coefs_[0] for layer in dense], dtype=np.float32),
            "b1": np.array([layer.intercepts_[0] for layer in dense], dtype=np.float32),
            "w2": np.array([layer.coefs_[1] for layer in dense], dtype=np.float32),
            "b2": np.array([layer.intercepts_[1] for layer in dense], dtype=np.float32),
            "rarity": rarity,
            "ngram_coef": np.ascontiguousarray(sparse.coef_.T, dtype=np.float32),
            "ngram_bias": sparse.intercept_.astype(np.float32),
        }
        return cls(numbers, ngram_weight)

    @property
    def numbers(self) -> dict[str, NDArray[Any]]:
        """What was learnt, to be stored."""
        return self._numbers

    def by_wording(self, texts: Sequence[tuple[str, str]]) -> Scores:
        """The n-gram head's log-probabilities: a row a text (with its language), a column an intent."""
        n = self._numbers
        grams = _weighted(_counts(texts, self._buckets), n["rarity"], self._buckets)
        one_against_rest = 1 / (1 + np.exp(-(grams @ n["ngram_coef"] + n["ngram_bias"])))
        return np.asarray(np.log(one_against_rest / one_against_rest.sum(axis=1, keepdims=True) + _FLOOR))

    def by_meaning(self, vectors: Vector) -> Scores:
        """The neural layers' log-probabilities, averaged: a row a sentence vector, a column an intent."""
        n = self._numbers
        scaled = _scaled(vectors, n["mean"])
        layers = zip(n["w1"], n["b1"], n["w2"], n["b2"], strict=True)
        scores = [_log_softmax(np.maximum(scaled @ w1 + b1, 0) @ w2 + b2) for w1, b1, w2, b2 in layers]
        return np.asarray(np.mean(scores, axis=0))

    def together(self, wording: Scores, meaning: Scores) -> Scores:
        """The log-probabilities of both heads together, before they are calibrated."""
        return _log_softmax((1 - self._ngram_weight) * meaning + self._ngram_weight * wording)


#: What is counted: character n-grams within words, and words with their pairs. Words weigh less: see docs/nlu.md.
_KINDS: tuple[tuple[dict[str, Any], float], ...] = (
    ({"analyzer": "char_wb", "ngram_range": (2, 5)}, 1.0),
    ({"token_pattern": r"\w+", "ngram_range": (1, 2)}, 0.7),
)


def _counts(texts: Sequence[tuple[str, str]], buckets: int) -> csr_matrix:
    """How often each n-gram and word occurs in each text; Greek as it sounds, in whichever letters it is typed."""
    plain = [as_it_sounds(fold_text(text)) if language == "el" else fold_text(text) for language, text in texts]
    settings: dict[str, Any] = {"n_features": buckets, "alternate_sign": False, "norm": None}
    return hstack([HashingVectorizer(**kind, **settings).transform(plain) for kind, _ in _KINDS], format="csr")


def _rarity(counts: csr_matrix) -> NDArray[np.float32]:
    """The inverse document frequency of each column, smoothed."""
    found = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.asarray(np.log((1 + counts.shape[0]) / (1 + found)) + 1, dtype=np.float32)


def _weighted(counts: csr_matrix, rarity: NDArray[np.float32], buckets: int) -> csr_matrix:
    """Counts as tf-idf with a logarithmic tf, each kind of unit length times its weight."""
    data = np.asarray((np.log(counts.data) + 1) * rarity[counts.indices], dtype=np.float32)
    rows = csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape)
    kinds = [rows[:, place * buckets : (place + 1) * buckets] for place in range(len(_KINDS))]
    return hstack([weight * normalize(kind) for kind, (_, weight) in zip(kinds, _KINDS, strict=True)], format="csr")


def _scaled(vectors: Vector, mean: Vector) -> Vector:
    """Centred and of length ten: E5's vectors all point nearly the same way, and the layer wants numbers around one."""
    centred = vectors - mean
    return np.asarray(10 * centred / np.linalg.norm(centred, axis=1, keepdims=True), dtype=np.float32)


def _log_softmax(scores: NDArray[Any]) -> NDArray[Any]:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MultilingualIntentClassifier(IntentClassifier, GraphComponent):
    """Rasa component: ranks the intents of a message and of each of its clauses."""

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: IntentModel | None = None
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage, self._resource, self._model = model_storage, resource, model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The share of the n-gram head, how sure it has to be to decide alone, and how probable a question by it for a
        clause to be read by the encoder; what log-probabilities are
        divided by to make confidences true (where it decides alone; else; by language); hash buckets; how many layers
        are averaged; the seed of the training.
        """
        return {
            "ngram_weight": 0.8,
            "wording_alone_from": 0.55,
            "clause_encoded_from": 0.15,
            "wording_alone_temperature": 0.35,
            "temperature": 0.59,
            "temperatures": {},
            "buckets": 2**16,
            "layers": 3,
            "seed": 7,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MultilingualIntentClassifier:
        """A component that has learnt nothing yet."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Train on all phrases that have a vector."""
        messages = [message for message in training_data.intent_examples if message.get(VECTOR) is not None]
        self._model = IntentModel.learn(
            np.array([message.get(VECTOR).values for message in messages], dtype=np.float32),
            [(language_of(message), message.get(TEXT)) for message in messages],
            [message.get(INTENT) for message in messages],
            ngram_weight=self._config["ngram_weight"],
            buckets=self._config["buckets"],
            layers=self._config["layers"],
            seed=self._config["seed"],
        )
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / "intents.npz", **self._model.numbers)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> MultilingualIntentClassifier:
        """The trained component."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder, np.load(folder / "intents.npz") as stored:
            numbers = {name: stored[name] for name in stored.files}
        component._model = IntentModel(numbers, component._config["ngram_weight"])
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking, and the ranking of each clause where there are several."""
        for message in messages:
            if self._model is None or not message.get(TEXT):
                continue
            text, language = message.get(TEXT), message.get("language") or "en"
            parts = clauses_of(text, language)
            rows = self._classify([text, *parts], language)
            ranking = self._ranking(rows[0])
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            message.set(CLAUSES, [self._ranking(row)[:3] for row in rows[1:]])
        return messages

    def _classify(self, texts: Sequence[str], language: str) -> Scores:
        """The intents' probabilities in a message and each of its clauses.

        The encoder is asked only where the wording doesn't tell, and for clauses that by their wording may ask something.
        """
        assert self._model is not None
        wording = self._model.by_wording([(language, text) for text in texts])
        rows = np.exp(_log_softmax(wording))
        clear = rows.max(axis=1) >= self._config["wording_alone_from"]
        rows[clear] = np.exp(_log_softmax(wording[clear] / self._config["wording_alone_temperature"]))
        asking = rows[:, self._model.questions].max(axis=1) >= self._config["clause_encoded_from"]
        asking[0] = True  # the message itself
        unclear = np.flatnonzero(~clear & asking)
        if len(unclear):
            meaning = self._model.by_meaning(shared_encoder().encode([texts[place] for place in unclear]))
            mixed = self._model.together(wording[unclear], meaning)
            rows[unclear] = np.exp(_log_softmax(mixed / self._temperature(language)))
        return np.asarray(rows)

    def _temperature(self, language: str) -> float:
        """What makes a language's confidences true: `bot evaluate --calibrate` tells by how much it is off."""
        return float((self._config["temperatures"] or {}).get(language, self._config["temperature"]))

    def _ranking(self, row: NDArray[np.float32]) -> list[dict[str, Any]]:
        assert self._model is not None
        order = np.argsort(-row)
        return [{"name": self._model.intents[index], "confidence": float(row[index])} for index in order]

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add to the phrases."""
        return training_data
