"""In which of our languages a message is written.

Script first; within the Latin script letters and words, learnt from our own phrases and each language's frequent words
(with Greek in Latin letters and text without diacritics), together with what is known of the conversation; Croatian, Serbian and Montenegrin, which read
alike, by that knowledge unless the message holds a word that only one of them has.
"""

from __future__ import annotations

import math
import random
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import wordfreq
import yaml
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import SGDClassifier

from bot import i18n
from nlu.components.text import normalise, without_marks
from nlu.encoder.variation import greeklish

NLU_DIR = Path(__file__).resolve().parent.parent
#: Languages that read alike: which of them is meant is decided by the conversation, not by n-grams.
SOUTH_SLAVIC = ("hr", "sr_Latn", "cnr")
#: Letters that Serbian Cyrillic does not have: the message is in another Cyrillic language.
FOREIGN_CYRILLIC = re.compile(r"[ъыьэёщіїєґѓќѕйюя]", re.IGNORECASE)
#: The language that stands for all of its group in the model.
GROUP = {"sr_Latn": "hr", "cnr": "hr"}
#: How far ahead another language must be, in log-odds, to be believed over the conversation's: the more, the fewer
#: letters speak for it (`SHORT_MARGIN` is divided by their number).
SWITCH_MARGIN = 1.0
SHORT_MARGIN = 30.0
#: wordfreq's lists for the languages of the Latin script, and for Greek in Latin letters.
_WORD_LISTS = {code: code for code in ("en", "fr", "nl", "de", "es", "it", "sk", "sl", "el")} | {"hr": "sh"}
#: Languages of the Latin script that are not ours; a message in one of them is answered in the conversation's.
_OTHERS = ("ca", "cs", "da", "fi", "hu", "lt", "lv", "nb", "pl", "pt", "ro", "sv", "tr")
OTHER = "other"
#: How far ahead of ours another language must be, in log-odds: near relatives of ours are read as these.
OTHER_MARGIN = 2.0
#: How many strings of words each of them gives.
_STRUNG_OTHER = 2_500
#: How many stretches a phrase gives, how many strings of words a list; the exponent flattens the words' frequencies.
_STRETCHES, _STRUNG, _FLATTENED = 4, 15_000, 0.6
_BUCKETS = 2**17
_WORD_SHARE = 1.2
#: Names of the numbers that tell Croatian, Serbian and Montenegrin apart begin so.
_ALIKE = "alike_"
#: Messages of fewer words are not taken for another language than ours.
_FEWEST_OTHER = 4
_LETTERS = HashingVectorizer(analyzer="char_wb", ngram_range=(1, 5), n_features=_BUCKETS, alternate_sign=False)
_WORDS = HashingVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), n_features=_BUCKETS, alternate_sign=False)
_NOT_WORDS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|\bMSME-\w+|[\d\W_]+", re.IGNORECASE)
#: Intents whose phrases are names and numbers.
_NO_LANGUAGE = frozenset({"inform"})
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


class LanguageModel:
    """A linear model on a message's character n-grams and words; knows the languages of the Latin script.

    Croatian, Serbian and Montenegrin count as one (`GROUP`): they differ in single words, not in their letters.
    """

    def __init__(self, numbers: Mapping[str, NDArray[Any]]) -> None:
        self._numbers = numbers

    @classmethod
    def learn(cls, phrases: Sequence[tuple[str, str]], seed: int = 7) -> LanguageModel:
        """Learn from pairs of language and phrase, from pieces of them, and from each language's frequent words."""
        chance = random.Random(seed)
        samples = [(GROUP.get(language, language), text) for language, text in _samples(phrases, chance)]
        alike = [(language, text) for language, text in phrases if language in SOUTH_SLAVIC]
        return cls({**_learn(samples, seed, ""), **_learn(alike, seed, _ALIKE)})

    @property
    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """What was learnt, to be stored."""
        return self._numbers

    def scores(self, text: str) -> dict[str, float]:
        """The logarithm of each language's probability."""
        return self._scores(text, "")

    def south_slavic(self, text: str) -> dict[str, float]:
        """The logarithm of the probabilities of Croatian, Serbian and Montenegrin: a guess where nothing is known."""
        return self._scores(text, _ALIKE)

    def _scores(self, text: str, which: str) -> dict[str, float]:
        row = _features([text])
        used = self._numbers[f"{which}weights"][row.indices].astype(np.float32)
        odds = row.data @ used + self._numbers[f"{which}bias"]
        single = -np.logaddexp(0.0, -odds)
        scores = single - np.logaddexp.reduce(single)
        return dict(zip(self._numbers[f"{which}languages"].tolist(), scores.tolist(), strict=True))


def _learn(samples: Sequence[tuple[str, str]], seed: int, which: str) -> dict[str, NDArray[Any]]:
    model = SGDClassifier(
        loss="log_loss", alpha=2e-6, max_iter=8, tol=None, class_weight="balanced", random_state=seed, n_jobs=2
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(_features([text for _, text in samples]), [language for language, _ in samples])
    return {
        f"{which}languages": np.array(model.classes_),
        f"{which}weights": np.ascontiguousarray(model.coef_.T, dtype=np.float16),
        f"{which}bias": model.intercept_.astype(np.float32),
    }


def _samples(phrases: Sequence[tuple[str, str]], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Phrases, stretches of one to four words of them, and frequent words strung together; each also without marks."""
    for language, text in phrases:
        words = text.split()
        yield language, text
        for _ in range(_STRETCHES):
            length = chance.choice((1, 2, 2, 2, 3, 4))
            start = chance.randrange(max(1, len(words) - length + 1))
            yield from _with_and_without_marks(language, " ".join(words[start : start + length]))
    for language, code in _WORD_LISTS.items():
        for text in _strung(code, _STRUNG, (1, 2, 2, 3), chance):
            yield from _with_and_without_marks(language, greeklish(text, chance) if language == "el" else text)
    for code in _OTHERS:
        for text in _strung(code, _STRUNG_OTHER, (2, 3, 5, 8), chance):
            yield OTHER, text


def _strung(code: str, count: int, lengths: Sequence[int], chance: random.Random) -> Iterator[str]:
    """Words of a list strung together, frequent ones more often."""
    frequencies = wordfreq.get_frequency_dict(code, "small")
    listed = [word for word in frequencies if word.isalpha()]
    weights = list(accumulate(frequencies[word] ** _FLATTENED for word in listed))
    for _ in range(count):
        yield " ".join(chance.choices(listed, cum_weights=weights, k=chance.choice(lengths)))


def _with_and_without_marks(language: str, text: str) -> Iterator[tuple[str, str]]:
    yield language, text
    if (plain := without_marks(text)) != text:
        yield language, plain


def _features(texts: Sequence[str]) -> csr_matrix:
    return hstack([_LETTERS.transform(texts), _WORD_SHARE * _WORDS.transform(texts)], format="csr")


class LanguageGuess:
    """Decides the language of a message from its script, its n-grams, evidence words and what is known before."""

    def __init__(self, model: LanguageModel | None, evidence: Mapping[str, frozenset[str]]) -> None:
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
        if self._model is None:
            return known or i18n.FALLBACK
        scores = self._model.scores(plain)
        other = scores.pop(OTHER, -math.inf)
        best = max(scores, key=lambda language: scores[language])
        if len(plain.split()) >= _FEWEST_OTHER and other > scores[best] + OTHER_MARGIN:
            return known or i18n.FALLBACK
        expected = GROUP.get(str(known), str(known))
        if expected in scores and scores[best] - scores[expected] < SWITCH_MARGIN + SHORT_MARGIN / len(plain):
            best = expected
        return self._south_slavic(plain, known) if best in SOUTH_SLAVIC else best

    def _south_slavic(self, plain: str, known: str | None) -> str:
        words = set(plain.split()) | set(without_marks(plain).split())
        found = {language: len(words & self._evidence.get(language, frozenset())) for language in SOUTH_SLAVIC}
        if known in SOUTH_SLAVIC:
            stronger = [language for language in SOUTH_SLAVIC if found[language] > 0 and found[str(known)] == 0]
            sole = [language for language in stronger if sum(found[other] > 0 for other in SOUTH_SLAVIC) == 1]
            return sole[0] if sole and found[sole[0]] >= 2 else str(known)
        likely = self._model.south_slavic(plain) if self._model else {}
        return max(SOUTH_SLAVIC, key=lambda language: (found[language], likely.get(language, -math.inf)))


def read_evidence(nlu_dir: Path = NLU_DIR) -> dict[str, frozenset[str]]:
    """The words that only one of the South Slavic languages has, with and without diacritics, from `entities.yml`."""
    evidence: dict[str, set[str]] = {}
    for language in SOUTH_SLAVIC:
        file = nlu_dir / language / "entities.yml"
        listed = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) if file.exists() else {}
        words = {str(word).casefold() for word in (listed or {}).get("evidence", [])}
        evidence[language] = words | {without_marks(word) for word in words}
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

    def __init__(self, model_storage: ModelStorage, resource: Resource, model: LanguageModel | None = None) -> None:
        self._model_storage, self._resource = model_storage, resource
        self._guess = LanguageGuess(model, read_evidence())

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
        """Learn the letters and words of each language from the phrases whose metadata names it."""
        chance = random.Random(0)
        phrases = []
        for message in training_data.intent_examples:
            language, text = language_of(message), message.get(TEXT)
            if message.get(INTENT) in _NO_LANGUAGE or not language:
                continue
            plain = telling_words(greeklish(text, chance) if language == "el" else text)
            if script_of(plain) == "Latin":
                phrases.append((language, plain))
        model = LanguageModel.learn(phrases)
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / "languages.npz", **model.numbers)
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
        with model_storage.read_from(resource) as folder, np.load(folder / "languages.npz") as stored:
            numbers = {name: stored[name] for name in stored.files}
        return cls(model_storage, resource, LanguageModel(numbers))

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


def language_of(message: Message) -> str:
    """The language that the training file names for a phrase's intent block."""
    metadata = message.get("metadata") or {}
    block = metadata.get("intent") or {}
    return str(metadata.get("language") or (block.get("language") if isinstance(block, dict) else "") or "")
