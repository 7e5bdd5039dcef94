"""Command: what the exported encoder gets right and how long it takes; runs where the bot runs, without PyTorch.

python -m nlu.encoder.measure --files FOLDER [--tuned FOLDER/tuned.npz]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nlu.encoder.accuracy import Regression, Vectors, accuracy_by_language, learn_regression
from nlu.encoder.phrases import language_weights, read_messages, read_phrases
from nlu.encoder.run import FILES, TunedEncoder

ROOT = Path(__file__).resolve().parent.parent.parent
#: Messages of 13, 43 and 112 characters.
TEXTS = (
    "who can apply",
    "πόσο διαρκεί η διαμονή στην ξένη επιχείρηση",
    "We are a bakery with six people and would like to send our apprentice abroad for two months, what does that cost",
)
_ROUNDS = 100
Encode = Callable[[Sequence[str]], Vectors]


def milliseconds(encode: Encode) -> dict[int, tuple[float, float]]:
    """Median and 95th percentile of one message after the other, by its length."""
    found = {}
    for text in TEXTS:
        times = []
        for _ in range(_ROUNDS):
            started = time.perf_counter()
            encode([text])
            times.append(1000 * (time.perf_counter() - started))
        found[len(text)] = (statistics.median(times), statistics.quantiles(times, n=20)[-1])
    return found


def read_head(file: Path) -> Regression:
    """The head that was tuned with the encoder."""
    with np.load(file, allow_pickle=False) as stored:
        numbers: list[Any] = [stored[f"head.{part}"] for part in ("mean", "weight", "bias")]
        return Regression([str(label) for label in stored["labels"]], *numbers)


def report(encode: Encode, classifier: Regression, evaluation: Path, name: str) -> None:
    """Print the accuracy by language."""
    messages = read_messages(evaluation)
    vectors = encode([message.text for message in messages])
    shares = accuracy_by_language(messages, classifier.intents(vectors))
    print(f"{name}: " + "  ".join(f"{key} {100 * share:.1f}" for key, share in shares.items()))


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m nlu.encoder.measure", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--files", type=Path, default=FILES, help="holds words.npz and transformer.onnx")
    parser.add_argument("--tuned", type=Path, help="what the tuning wrote: its head is tried on the vectors")
    parser.add_argument("--regression", action="store_true", help="also learn a regression on the exported vectors")
    parser.add_argument("--evaluation", type=Path, default=ROOT / "tests" / "nlu", help="<language>/dev/messages.tsv")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    encoder = TunedEncoder(options.files, threads=options.threads)
    for length, (median, high) in milliseconds(encoder.encode).items():
        print(f"{length:4} characters: {median:5.1f} ms, 95 % below {high:.1f}")
    if options.tuned:
        report(encoder.encode, read_head(options.tuned), options.evaluation, "head")
    if options.regression:
        phrases = read_phrases(ROOT / "nlu")
        vectors = encoder.encode([phrase.text for phrase in phrases])
        classifier = learn_regression(vectors, phrases, language_weights(phrases))
        report(encoder.encode, classifier, options.evaluation, "regression")


if __name__ == "__main__":
    main()
