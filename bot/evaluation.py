"""`bot evaluate`: how well the model understands messages it never saw, by language."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import BotError
from bot.parsing import parse

if TYPE_CHECKING:
    from bot.conversation.assistant import Assistant

#: Languages whose messages cannot be told apart without knowing the conversation: they get theirs as a prior.
WITH_PRIOR = ("hr", "sr_Latn", "cnr")


@dataclass(frozen=True)
class Case:
    """One message of an evaluation file, and what should be made of it."""

    language: str | None
    intents: tuple[str, ...]
    text: str


def read_cases(file: Path) -> list[Case]:
    """The messages of a TSV file with the columns `intent`, `text`, `entities` and optionally `lang` first.

    Raises:
        BotError: the file is missing, has no such columns, or holds no message.
    """
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    except OSError as error:
        raise BotError(f"{file} cannot be read: {error.strerror}") from error
    if not rows or not {"intent", "text"} <= rows[0].keys():
        raise BotError(f"{file}: a header with the columns [lang,] intent, text, entities and some lines are expected.")
    return [Case(row.get("lang") or None, tuple(row["intent"].split("+")), row["text"]) for row in rows]


async def evaluate(assistant: Assistant, data: Path, output: Path | None) -> int:
    """Measure, print a table, and write the report as JSON if a file is named; gives the exit code."""
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    confusions: Counter[tuple[str, str]] = Counter()
    for case in read_cases(data):
        prior = case.language if case.language in WITH_PRIOR else None
        found = await parse(assistant, case.text, prior)
        for name in (case.language or "all", "all") if case.language else ("all",):
            tallies[name].update(_outcome(case, found))
        best = found["ranking"][0]["name"] if found["ranking"] else "-"
        if len(case.intents) == 1 and best != case.intents[0]:
            confusions[(case.intents[0], best)] += 1
    report = {name: _rates(tally) for name, tally in tallies.items()}
    _print(report)
    if output:
        named = [{"intent": a, "taken_for": b, "count": n} for (a, b), n in confusions.most_common()]
        output.write_text(json.dumps({"languages": report, "confusions": named}, indent=1), encoding="utf-8")
    return 0


def _outcome(case: Case, found: dict[str, Any]) -> Counter[str]:
    best = found["ranking"][0]["name"] if found["ranking"] else None
    asked, choices = found["asked"], found["choices"]
    right = set(asked) == set(case.intents)
    return Counter(
        total=1,
        accuracy=int(best == case.intents[0] if len(case.intents) == 1 else right),
        answered_right=int(right),
        answered_wrong=int(bool(asked) and not set(asked) & set(case.intents)),
        offered=int(not asked and bool(set(choices) & set(case.intents))),
        abstained=int(not asked),
        language=int(case.language is None or found["language"] == case.language),
    )


def _rates(tally: Counter[str]) -> dict[str, float]:
    return {"messages": tally["total"]} | {
        name: round(tally[name] / tally["total"], 4)
        for name in ("accuracy", "answered_right", "answered_wrong", "offered", "abstained", "language")
    }


def _print(report: dict[str, dict[str, float]]) -> None:
    columns = list(next(iter(report.values())))
    print("language  " + "  ".join(f"{column:>14}" for column in columns))
    for name in sorted(report, key=lambda language: (language == "all", language)):
        print(f"{name:<9} " + "  ".join(f"{report[name][column]:>14}" for column in columns))
