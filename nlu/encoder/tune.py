"""Command: tunes the sentence encoder to the training phrases and tells whether it became better.

    python -m nlu.encoder.tune --out FOLDER

Writes `tuned.npz` (after every pass) and `report.json` into the folder. Cut off, the same command goes on after the last
whole pass, as long as phrases and settings are the same. Needs PyTorch; see README.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from nlu.encoder.accuracy import Regression, accuracy_by_language, learn_regression
from nlu.encoder.learning import Head, Settings, State, tune
from nlu.encoder.model import Reader, SentenceModel, encode, load_model
from nlu.encoder.phrases import Phrase, hold_out, language_weights, read_messages, read_phrases
from nlu.encoder.weights import read_weights

ROOT = Path(__file__).resolve().parent.parent.parent
_BATCH = 64
Table = dict[str, dict[str, float]]


def say(text: str) -> None:
    """A line of progress, on stderr."""
    print(f"{time.strftime('%H:%M:%S')}  {text}", file=sys.stderr, flush=True)


class Trial:
    """The sets of messages that nobody trains on, and what was right in them at each stage."""

    def __init__(self, reader: Reader, sets: dict[str, list[Phrase]]) -> None:
        self._reader = reader
        self.sets = {name: messages for name, messages in sets.items() if messages}
        self.results: dict[str, Table] = {}

    def measure(self, stage: str, model: SentenceModel, classifier: Regression) -> None:
        """Note and print the accuracy of a stage."""
        for name, messages in self.sets.items():
            vectors = encode(model, self._reader, [message.text for message in messages], _BATCH)
            shares = accuracy_by_language(messages, classifier.intents(vectors))
            self.results.setdefault(name, {})[stage] = shares
            say(f"{name:8} {stage:28} " + "  ".join(f"{key} {100 * value:.1f}" for key, value in shares.items()))


def as_regression(head: Head, labels: list[str]) -> Regression:
    """The tuned head as a classifier of vectors."""
    linear = head.linear
    scaled = linear.weight.detach().numpy() * Head._SCALE
    return Regression(labels, head.mean.numpy().copy(), scaled, linear.bias.detach().numpy().copy())


def save(folder: Path, model: SentenceModel, classifier: Regression, settings: Settings) -> None:
    """Write the model and its head; a file is whole or not there."""
    numbers = {name: value.numpy() for name, value in model.state_dict().items()}
    new = folder / "tuned.new.npz"
    np.savez(
        new,
        **numbers,
        **{"head.weight": classifier.weight, "head.bias": classifier.bias, "head.mean": classifier.mean},
        labels=np.array(classifier.labels),
        settings=np.array(json.dumps(asdict(settings))),
    )
    new.replace(folder / "tuned.npz")


class Resumption:
    """The file from which a tuning that was cut off goes on; one of other phrases or settings doesn't count."""

    def __init__(self, folder: Path, phrases: Sequence[Phrase], how: Settings) -> None:
        self._file, self._tuned = folder / "state.pt", folder / "tuned.npz"
        self._key = hashlib.sha1(repr((how, *phrases)).encode()).hexdigest()

    def read(self) -> tuple[Regression, State, dict[str, Table]] | None:
        """The head so far, the state of the training and the results, where there are any."""
        if not (self._file.exists() and self._tuned.exists()):
            return None
        stored: dict[str, Any] = torch.load(self._file, weights_only=True)
        if stored["key"] != self._key:
            return None
        with np.load(self._tuned, allow_pickle=False) as numbers:
            parts = [numbers[f"head.{name}"] for name in ("mean", "weight", "bias")]
            return Regression([str(label) for label in numbers["labels"]], *parts), stored["state"], stored["results"]

    def write(self, state: State, results: dict[str, Table]) -> None:
        """Keep a state; the file is whole or not there."""
        new = self._file.with_suffix(".new")
        torch.save({"key": self._key, "state": dict(state), "results": results}, new)
        new.replace(self._file)

    def forget(self) -> None:
        """Remove the file: the tuning is done."""
        self._file.unlink(missing_ok=True)


def run(
    phrases: Sequence[Phrase], trial: Trial, reader: Reader, model: SentenceModel, folder: Path, how: Settings
) -> None:
    """Measure the untuned encoder, tune it, measure the tuned one."""
    weights = language_weights(phrases)
    texts = [phrase.text for phrase in phrases]
    resumption = Resumption(folder, phrases, how)
    begun: State | None = None
    if found := resumption.read():
        first, begun, trial.results = found
        say(f"{len(phrases)} phrases; going on after pass {begun['passes']}")
    else:
        say(f"{len(phrases)} phrases; their vectors before tuning …")
        first = learn_regression(encode(model, reader, texts, _BATCH), phrases, weights)
        trial.measure("frozen, regression", model, first)

    def after_pass(head: Head, state: State) -> None:
        classifier = as_regression(head, first.labels)
        trial.measure(f"tuned, head, pass {state['passes']}", model, classifier)
        save(folder, model, classifier, how)
        resumption.write(state, trial.results)

    tune(model, reader, phrases, first, how, after_pass, begun)
    say("the phrases' vectors after tuning …")
    trial.measure("tuned, regression", model, learn_regression(encode(model, reader, texts, _BATCH), phrases, weights))
    resumption.forget()


def has_bfloat16() -> bool:
    """Whether the processor multiplies in bfloat16, which halves the time of a pass."""
    flags = Path("/proc/cpuinfo")
    return flags.exists() and bool({"avx512_bf16", "amx_bf16", "bf16"} & set(flags.read_text().split()))


def arguments() -> argparse.ArgumentParser:
    """The command line: what to read and write, and every setting of the tuning."""
    parser = argparse.ArgumentParser(prog="python -m nlu.encoder.tune", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for tuned.npz and report.json")
    parser.add_argument("--training", type=Path, default=ROOT / "nlu", help="holds <language>/nlu.yml")
    parser.add_argument("--evaluation", type=Path, default=ROOT / "tests" / "nlu", help="<language>/dev/messages.tsv")
    parser.add_argument("--hold-out", type=float, default=0.0, help="share of the training phrases to measure on, too")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", choices=["auto", "single", "bfloat16"], default="auto")
    for field in fields(Settings):
        if field.name != "bfloat16":
            option = "--" + field.name.replace("_", "-")
            parser.add_argument(option, type=type(field.default), default=field.default, help=f"({field.default})")
    return parser


def main() -> None:
    """Read the command line, tune, write the report."""
    options = vars(arguments().parse_args())
    how = Settings(**{field.name: options[field.name] for field in fields(Settings) if field.name in options})
    bfloat16 = options["precision"] == "bfloat16" or (options["precision"] == "auto" and has_bfloat16())
    how = replace(how, bfloat16=bfloat16)
    torch.set_num_threads(options["threads"])
    folder: Path = options["out"]
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    weights = read_weights()
    reader = Reader(weights)
    phrases, held = hold_out(read_phrases(options["training"]), options["hold_out"], how.seed)
    trial = Trial(reader, {"dev": read_messages(options["evaluation"]), "held out": held})
    model = load_model(weights, how.dropout, how.layers)
    say(f"{how}")
    run(phrases, trial, reader, model, folder, how)
    sizes = {name: len(messages) for name, messages in trial.sets.items()}
    report = {"settings": asdict(how), "phrases": len(phrases), "messages": sizes, "accuracy": trial.results}
    report["seconds"] = round(time.monotonic() - started)
    (folder / "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    say(f"done in {report['seconds']} s: {folder / 'tuned.npz'}, {folder / 'report.json'}")


if __name__ == "__main__":
    main()
