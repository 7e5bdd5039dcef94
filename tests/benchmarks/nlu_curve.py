"""How the classifier's accuracy grows with the number of training phrases.

    .venv/bin/python -m tests.benchmarks.nlu_curve

Learns from a sixteenth, an eighth … all of the phrases of each language and intent, each share part of the next, and prints
the accuracy on the development half by language (messages with one intent, both heads, no clauses). The encoder was tuned
on all phrases, so the small shares flatter.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from bot import i18n
from bot.evaluation.cases import read
from bot.languages import phrases
from nlu.components.classifier import IntentModel, MultilingualIntentClassifier
from nlu.components.encoder import VectorCache
from nlu.encoder.run import TunedEncoder

ROOT = Path(__file__).resolve().parent.parent.parent
SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
SEED = 7
Phrase = tuple[str, str, str]


def main() -> int:
    """Learn each share and print a row of the table for it."""
    learnt = _phrases()
    vectors = VectorCache().encode([text for _, _, text in learnt], TunedEncoder(threads=2))
    cases = [
        case
        for language in i18n.languages()
        for case in read(ROOT / "tests" / "nlu" / language / "dev" / "messages.tsv")
        if len(case.intents) == 1
    ]
    meanings = TunedEncoder(threads=2).encode([case.text for case in cases])
    print("| phrases | mean | " + " | ".join(i18n.languages()) + " |")
    print("|---" * (2 + len(i18n.languages())) + "|")
    for share in SHARES:
        places = _share(learnt, share)
        model = _learn([learnt[place] for place in places], vectors[places])
        texts = [(str(case.language), case.text) for case in cases]
        scores = model.together(model.by_wording(texts), model.by_meaning(meanings))
        right: dict[str, list[bool]] = defaultdict(list)
        for case, best in zip(cases, scores.argmax(axis=1), strict=True):
            right[str(case.language)].append(model.intents[best] == case.intents[0])
        shares = {language: 100 * float(np.mean(hits)) for language, hits in right.items()}
        row = [
            f"{len(places):,}",
            f"{np.mean(list(shares.values())):.1f}",
            *(f"{value:.1f}" for value in shares.values()),
        ]
        print("| " + " | ".join(row) + " |", flush=True)
    return 0


def _phrases() -> list[Phrase]:
    """Language, intent and text of all training phrases, in an order by chance."""
    found = [
        (language, intent, text)
        for language in sorted(i18n.languages())
        for intent, texts in phrases(language).items()
        for text in texts
    ]
    random.Random(SEED).shuffle(found)
    return found


def _share(phrases: list[Phrase], share: float) -> list[int]:
    """The places of the first phrases of each language and intent."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, (language, intent, _) in enumerate(phrases):
        groups[language, intent].append(place)
    return [place for group in groups.values() for place in group[: max(1, round(share * len(group)))]]


def _learn(phrases: list[Phrase], vectors: np.ndarray) -> IntentModel:
    how = MultilingualIntentClassifier.get_default_config()
    return IntentModel.learn(
        vectors,
        [(language, text) for language, _, text in phrases],
        [intent for _, intent, _ in phrases],
        ngram_weight=how["ngram_weight"],
        buckets=how["buckets"],
        layers=how["layers"],
        seed=how["seed"],
    )


if __name__ == "__main__":
    sys.exit(main())
