"""In which of our languages a message is written.

Script first; within the Latin script character n-grams learnt from our own phrases (which hold Greeklish and text
without diacritics) together with what is known of the conversation; Croatian, Serbian and Montenegrin, which read
alike, by that knowledge unless the message holds a word that only one of them has.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import i18n
from nlu.components.text import normalise

NLU_DIR = Path(__file__).resolve().parent.parent
#: Languages that read alike: which of them is meant is decided by the conversation, not by n-grams.
SOUTH_SLAVIC = ("hr", "sr_Latn", "cnr")
#: Letters that Serbian Cyrillic does not have: the message is in another Cyrillic language.
FOREIGN_CYRILLIC = re.compile(r"[ъыьэёщіїєґѓќѕйюя]", re.IGNORECASE)
LONGEST_NGRAM = 4
#: Log-odds that the conversation's language is worth against a message's own n-grams.
PRIOR_WEIGHT = 3.0
#: How far ahead another language must be, in log-odds a message, to be believed over the conversation's: the more,
#: the fewer letters speak for it.
SWITCH_MARGIN = 2.0
SHORT_MARGIN = 60.0
_NOT_WORDS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|\bMSME-\w+|[\d\W_]+", re.IGNORECASE)
#: Words that say nothing about the language of the person who types them.
_INTERNATIONAL = frozenset(
    [
        "ok",
        "okay",
        "oké",
        "okey",
        "hi",
        "hello",
        "hallo",
        "hej",
        "stop",
        "no",
        "info",
        "email",
        "e-mail",
        "mail",
        "mobilisesme",
        "gdpr",
        "gmbh",
    ]
)


def script_of(text: str) -> str:
    """`Greek`, `Cyrillic` or `Latin`, by the majority of the letters; empty where there are none."""
    counts = Counter(unicodedata.name(letter, "?").split()[0] for letter in text if letter.isalpha())
    ranked = counts.most_common(1)
    return {"GREEK": "Greek", "CYRILLIC": "Cyrillic", "LATIN": "Latin"}.get(ranked[0][0], "Other") if ranked else ""


def telling_words(text: str) -> str:
    """The message without what tells no language: numbers, addresses, references, international words."""
    words = _NOT_WORDS.sub(" ", normalise(text).casefold()).split()
    return " ".join(word for word in words if word not in _INTERNATIONAL)


class NgramModel:
    """Character n-gram counts a language; gives log-probabilities of a text (naive Bayes, add-half smoothing)."""

    def __init__(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        self._counts = counts
        vocabulary = len({gram for table in counts.values() for gram in table}) or 1
        self._totals = {language: sum(table.values()) + 0.5 * vocabulary for language, table in counts.items()}

    @classmethod
    def learn(cls, phrases: list[tuple[str, str]]) -> NgramModel:
        """Learn from pairs of language and phrase; each also without its diacritics."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for language, text in phrases:
            plain = telling_words(text)
            for version in {plain, _without_marks(plain)}:
                counts[language].update(_ngrams(version))
        return cls({language: {g: n for g, n in table.items() if n > 1} for language, table in counts.items()})

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """What was learnt, to be stored."""
        return self._counts

    def scores(self, text: str) -> dict[str, float]:
        """Log-likelihood of a text by language, damped, since its n-grams overlap."""
        grams = _ngrams(text)
        damping = 2.0 / LONGEST_NGRAM
        return {
            language: damping * sum(math.log((table.get(gram, 0) + 0.5) / self._totals[language]) for gram in grams)
            for language, table in self._counts.items()
        }


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "dj").replace("ß", "ss"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _ngrams(text: str) -> list[str]:
    padded = [f" {word} " for word in text.split()]
    return [word[i : i + n] for word in padded for n in range(2, LONGEST_NGRAM + 1) for i in range(len(word) - n + 1)]


class LanguageGuess:
    """Decides the language of a message from its script, its n-grams, evidence words and what is known before."""

    def __init__(self, model: NgramModel, evidence: Mapping[str, frozenset[str]]) -> None:
        self._model, self._evidence = model, evidence

    def guess(self, text: str, prior: str | None) -> str:
        """The language of a message; the prior (or English) where the message does not tell."""
        known = prior if prior in i18n.languages() else None
        plain = telling_words(text)
        if sum(letter.isalpha() for letter in plain) < 2:
            return known or i18n.FALLBACK
        script = script_of(plain)
        if script == "Greek":
            return "el"
        if script == "Cyrillic":
            return "sr_Cyrl" if not FOREIGN_CYRILLIC.search(plain) else known or i18n.FALLBACK
        if script != "Latin":
            return known or i18n.FALLBACK
        return self._latin(plain, known)

    def _latin(self, plain: str, known: str | None) -> str:
        if known == "sr_Cyrl":
            known = "sr_Latn"
        scores = self._model.scores(plain)
        if not scores:
            return known or i18n.FALLBACK
        if known in scores:
            scores[str(known)] += PRIOR_WEIGHT
        best = max(scores, key=lambda language: scores[language])
        if best in SOUTH_SLAVIC:
            return self._south_slavic(plain, known, scores)
        if known in scores and scores[best] - scores[str(known)] < SWITCH_MARGIN + SHORT_MARGIN / len(plain):
            return str(known)
        return best

    def _south_slavic(self, plain: str, known: str | None, scores: Mapping[str, float]) -> str:
        words = set(plain.split()) | set(_without_marks(plain).split())
        found = {language: len(words & self._evidence.get(language, frozenset())) for language in SOUTH_SLAVIC}
        if known in SOUTH_SLAVIC:
            stronger = [language for language in SOUTH_SLAVIC if found[language] > 0 and found[str(known)] == 0]
            sole = [language for language in stronger if sum(found[other] > 0 for other in SOUTH_SLAVIC) == 1]
            return sole[0] if sole and found[sole[0]] >= 2 else str(known)
        return max(SOUTH_SLAVIC, key=lambda language: (found[language], scores.get(language, -math.inf)))


def read_evidence(nlu_dir: Path = NLU_DIR) -> dict[str, frozenset[str]]:
    """The words that only one of the South Slavic languages has, with and without diacritics, from `entities.yml`."""
    evidence: dict[str, set[str]] = {}
    for language in SOUTH_SLAVIC:
        file = nlu_dir / language / "entities.yml"
        listed = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) if file.exists() else {}
        words = {str(word).casefold() for word in (listed or {}).get("evidence", [])}
        evidence[language] = words | {_without_marks(word) for word in words}
    shared = {
        word
        for language in SOUTH_SLAVIC
        for word in evidence[language]
        if sum(word in evidence[other] for other in SOUTH_SLAVIC) > 1
    }
    return {language: frozenset(words - shared) for language, words in evidence.items()}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LanguageIdentifier(GraphComponent):
    """Rasa component: sets each message's `language`; reads the prior from its metadata."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, model: NgramModel | None = None) -> None:
        self._model_storage, self._resource = model_storage, resource
        self._guess = LanguageGuess(model or NgramModel({}), read_evidence())

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageIdentifier:
        """A component that has learnt nothing yet."""
        return cls(model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the n-grams of each language from the phrases whose metadata names it."""
        phrases = [
            (_language_of(message), message.get(TEXT))
            for message in training_data.intent_examples
            if _language_of(message) and script_of(message.get(TEXT)) == "Latin"
        ]
        model = NgramModel.learn(phrases)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / "ngrams.json").write_text(json.dumps(model.counts, ensure_ascii=False), encoding="utf-8")
        self._guess = LanguageGuess(model, read_evidence())
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LanguageIdentifier:
        """The trained component."""
        with model_storage.read_from(resource) as folder:
            counts = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))
        return cls(model_storage, resource, NgramModel(counts))

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the language of each message."""
        for message in messages:
            metadata = message.get("metadata") or {}
            language = self._guess.guess(message.get(TEXT) or "", metadata.get("language"))
            message.set("language", language, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add to the phrases."""
        return training_data


def _language_of(message: Message) -> str:
    """The language that the training file names for a phrase's intent block."""
    metadata = message.get("metadata") or {}
    block = metadata.get("intent") or {}
    return str(metadata.get("language") or (block.get("language") if isinstance(block, dict) else "") or "")
