"""Parses the messages of evaluation files and reports how well they were understood."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot import i18n
from bot.evaluation.calibration import cost_table, temperature
from bot.evaluation.cases import read_all
from bot.evaluation.measures import Tally
from bot.evaluation.report import as_json, as_table, draw
from bot.parsing import parse

if TYPE_CHECKING:
    from bot.conversation.assistant import Assistant

#: Languages whose messages cannot be told apart without knowing the conversation: they get theirs as a prior.
WITH_PRIOR = ("hr", "sr_Latn", "cnr")
ALL = "all"


async def evaluate(
    assistant: Assistant,
    data: Sequence[Path],
    output: Path | None,
    plots: Path | None,
    today: str | None = None,
    calibrate: bool = False,
) -> int:
    """Measure, print a table, and write JSON and plots where they are wanted; gives the exit code.

    `calibrate` also prints by how much each language's temperature in `config.yml` would have to be multiplied, and
    what each threshold costs.

    Raises:
        BotError: a file cannot be used.
    """
    tallies: dict[str, Tally] = {}
    for case in read_all(data):
        prior = case.language if case.language in WITH_PRIOR else None
        found = await parse(assistant, case.text, prior, today)
        for name in (case.language, ALL) if case.language else (ALL,):
            tallies.setdefault(name, Tally()).add(case, found)
    ordered = {name: tallies[name] for name in sorted(tallies, key=lambda name: (name == ALL, name))}
    print("\n".join(as_table(ordered)))
    if calibrate:
        print("\n".join(_calibration(ordered)))
    if output:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(json.dumps(as_json(ordered), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for file in draw(ordered, plots) if plots else []:
        print(f"drawn: {file}")
    return 0


def _calibration(tallies: Mapping[str, Tally]) -> Iterator[str]:
    yield ""
    fitted = {name: temperature(tally.outcomes) for name, tally in tallies.items() if name in i18n.languages()}
    yield "Temperatures, times: " + ", ".join(f"{name} {value:.2f}" for name, value in fitted.items())
    yield ""
    yield from cost_table(tallies[ALL].confident)
