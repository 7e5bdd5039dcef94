"""Our NLU beside Rasa's default pipeline, trained and measured in one run on the same data.

    .venv/bin/python -m tests.benchmarks.nlu --epochs 100 --json docs/nlu-benchmark.json

Both are trained cold on all of `nlu/`, each in a process of its own, one after the other; both then parse the same
development messages, one by one, through Rasa's own message processing. Printed: accuracy by language (messages with one
intent, best-ranked intent), the time of a parse (p50, p95), of the training, and the memory of the parsing process.
`--trained` skips our training and takes the model that lies in `models/`; `--share 0.1` has both learn a tenth of the phrases
(of each language and intent), for an epoch of the default pipeline takes three minutes on all of them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
#: Rasa's default pipeline (`rasa init`, 3.6) without the entity and response parts, which have nothing to learn here:
#: https://rasa.com/docs/rasa/tuning-your-model#how-to-choose-a-pipeline
DEFAULT = """
recipe: default.v1
assistant_id: default_pipeline
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: {epochs}
    constrain_similarities: true
    random_seed: 7
  - name: FallbackClassifier
    threshold: 0.3
    ambiguity_threshold: 0.1
policies: []
"""
WARM_UP = 50
SEED = 7
Parse = Callable[[str], Awaitable[dict[str, Any]]]


def main() -> int:
    """Run both, print the table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=100, help="epochs of the default pipeline's DIET classifier")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--trained", action="store_true", help="take our trained model instead of training it cold")
    parser.add_argument("--share", type=float, default=1.0, help="of the phrases that both learn, 0 to 1")
    parser.add_argument("--part", choices=list(_PARTS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        figures = _PARTS[options.part](options.folder, options.epochs)
        (options.folder / f"{options.part}.json").write_text(json.dumps(figures), encoding="utf-8")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        _take_share(Path(folder) / "root", options.share)
        parts = [part for part in _PARTS if not (options.trained and part == "ours-training")]
        found = {part: _in_own_process(part, Path(folder), options.epochs) for part in parts}
    results = {
        name: {**found.get(f"{name}-training", {"training_seconds": None}), **found[f"{name}-parsing"]}
        for name in ("ours", "default")
    }
    print("\n".join(_table(results)))
    if options.json:
        options.json.write_text(
            json.dumps({"epochs": options.epochs, "share": options.share, **results}, indent=1) + "\n", encoding="utf-8"
        )
    return 0


def _take_share(root: Path, share: float) -> None:
    """Lay the training data, or a share of each language's phrases of each intent, into a folder."""
    chance = random.Random(SEED)
    for name in ("config.yml", "domain.yml", "stories"):
        root.mkdir(exist_ok=True)
        (root / name).symlink_to(ROOT / name)
    for file in sorted((ROOT / "nlu").glob("*/nlu.yml")):
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for entry in data["nlu"]:
            phrases = entry["examples"].splitlines(keepends=True)
            entry["examples"] = "".join(chance.sample(phrases, max(1, round(share * len(phrases)))))
        target = root / "nlu" / file.parent.name
        target.mkdir(parents=True)
        target.joinpath("nlu.yml").write_text(yaml.dump(data, allow_unicode=True), encoding="utf-8")


def _in_own_process(part: str, folder: Path, epochs: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.nlu", "--part", part, "--folder", str(folder)]
    command += ["--epochs", str(epochs)]
    cold = {"RASA_CACHE_DIRECTORY": str(folder / "rasa")}  # nothing of an earlier training is reused
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, env={**os.environ, **cold})
    figures: dict[str, Any] = json.loads((folder / f"{part}.json").read_text(encoding="utf-8"))
    return figures


def _train_ours(folder: Path, _: int) -> dict[str, Any]:
    from bot import training
    from nlu.components import encoder

    encoder.CACHE_DIR = folder / "embeddings"  # nothing of an earlier training is reused
    started = time.perf_counter()
    model = training.train(folder / "models", folder / "root")
    seconds = time.perf_counter() - started
    model.rename(training.model_path(folder / "models"))  # where the assistant looks for the model of this repository
    return {"training_seconds": seconds}


def _parse_with_ours(folder: Path, _: int) -> dict[str, Any]:
    from bot.bootstrap import load_assistant
    from bot.settings import load_settings

    settings = load_settings()
    if (folder / "models").exists():
        settings = settings.model_copy(update={"model_dir": folder / "models"})
    assistant = load_assistant(settings)

    async def parse(text: str) -> dict[str, Any]:
        return await assistant.parse(text, language=None, today="2026-11-25")

    return asyncio.run(_measure(parse))


def _train_default(folder: Path, epochs: int) -> dict[str, Any]:
    from rasa.model_training import train_nlu

    config = folder / "config.yml"
    config.write_text(DEFAULT.format(epochs=epochs), encoding="utf-8")
    started = time.perf_counter()
    train_nlu(config=str(config), nlu_data=str(folder / "root" / "nlu"), output=str(folder), fixed_model_name="default")
    return {"training_seconds": time.perf_counter() - started}


def _parse_with_default(folder: Path, _: int) -> dict[str, Any]:
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)  # it would print each message
    return asyncio.run(_measure(Agent.load(str(folder / "default.tar.gz")).parse_message))


_PARTS: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    "default-training": _train_default,
    "ours-training": _train_ours,
    "ours-parsing": _parse_with_ours,
    "default-parsing": _parse_with_default,
}


async def _measure(parse: Parse) -> dict[str, Any]:
    from bot import i18n
    from bot.evaluation.cases import read

    cases = [
        case
        for language in i18n.languages()
        for case in read(ROOT / "tests" / "nlu" / language / "dev" / "messages.tsv")
        if len(case.intents) == 1
    ]
    random.Random(SEED).shuffle(cases)
    for case in cases[:WARM_UP]:
        await parse(case.text)
    times: list[float] = []
    right: dict[str, list[bool]] = {}
    for case in cases:
        started = time.perf_counter()
        found = await parse(case.text)
        times.append(1000 * (time.perf_counter() - started))
        best = found["intent_ranking"][0]["name"]
        if best == "nlu_fallback":
            best = found["intent_ranking"][1]["name"]
        right.setdefault(str(case.language), []).append(best == case.intents[0])
    times.sort()
    return {
        "p50_ms": times[len(times) // 2],
        "p95_ms": times[int(0.95 * len(times))],
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "messages": len(cases),
        "accuracy": {language: sum(hits) / len(hits) for language, hits in sorted(right.items())},
    }


def _table(results: dict[str, dict[str, Any]]) -> list[str]:
    ours, default = results["ours"], results["default"]
    lines = ["| | ours | Rasa's default | ratio |", "|---|---|---|---|"]
    mean = {name: sum(found["accuracy"].values()) / len(found["accuracy"]) for name, found in results.items()}
    rows: list[tuple[str, float | None, float | None, str]] = [
        ("accuracy, mean, %", 100 * mean["ours"], 100 * mean["default"], ".1f"),
        *(
            (f"accuracy, {language}, %", 100 * ours["accuracy"][language], 100 * default["accuracy"][language], ".1f")
            for language in ours["accuracy"]
        ),
        ("parse, p50, ms", ours["p50_ms"], default["p50_ms"], ".1f"),
        ("parse, p95, ms", ours["p95_ms"], default["p95_ms"], ".1f"),
        ("training, cold, s", ours["training_seconds"], default["training_seconds"], ".0f"),
        ("largest memory, MB", ours["memory_mb"], default["memory_mb"], ".0f"),
    ]
    for name, one, other, style in rows:
        ratio = f"{one / other:.2f}" if one and other else "–"
        lines.append(
            f"| {name} | {'–' if one is None else format(one, style)} | {'–' if other is None else format(other, style)} | {ratio} |"
        )
    return lines


if __name__ == "__main__":
    sys.exit(main())
