"""The report of an evaluation: a table to read, JSON to compare, plots to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot import i18n
from bot.evaluation.measures import COVERAGES, Rate, Tally

#: Column, what it shows: hits and total among the counts of a tally.
RATES: dict[str, tuple[str, str]] = {
    "reached right": ("reached_right", "reached"),
    "wrong answers": ("wrong", "messages"),
    "abstained": ("abstained", "messages"),
    "out of scope found": ("outside_refused", "outside"),
    "in scope refused": ("inside_refused", "inside"),
    "both answered": ("several_right", "several"),
    "language, sentences": ("language_sentence_right", "language_sentence"),
    "language, two words": ("language_snippet_right", "language_snippet"),
}
_MOST_CONFUSIONS = 15


def as_json(tallies: Mapping[str, Tally]) -> dict[str, Any]:
    """Everything that was measured, by language."""
    return {name: _language(tally) for name, tally in tallies.items()}


def _language(tally: Tally) -> dict[str, Any]:
    confusions = Counter(pair for pair in tally.pairs if pair[0] != pair[1])
    return {
        "accuracy": tally.accuracy.as_json(),
        "macro_f1": round(tally.macro_f1, 4),
        **{name.replace(", ", "_").replace(" ", "_"): tally.rate(*of).as_json() for name, of in RATES.items()},
        "wrong_at_coverage": {f"{coverage:.2f}": round(tally.wrong_at(coverage), 4) for coverage in COVERAGES},
        "confusions": [{"intent": a, "taken_for": b, "count": n} for (a, b), n in confusions.most_common()],
        "entities": {
            kind: dict(zip(("precision", "recall"), (rate.as_json() for rate in tally.entity(kind)), strict=True))
            for kind in sorted(tally.entities)
        },
    }


def as_table(tallies: Mapping[str, Tally]) -> Iterator[str]:
    """The lines of the table: a language each; percent, with the 95 % interval and how many it is of in brackets."""
    columns = ["accuracy", "macro F1", *RATES, "country P", "country R", "duration P", "duration R"]
    yield "| language | " + " | ".join(columns) + " |"
    yield "|" + "---|" * (len(columns) + 1)
    for name, tally in tallies.items():
        rates = [tally.rate(*of) for of in RATES.values()]
        rates += [rate for kind in ("country", "duration") for rate in tally.entity(kind)]
        first = [_percent(tally.accuracy), f"{100 * tally.macro_f1:.1f}"]
        yield f"| {name} | " + " | ".join([*first, *map(_percent, rates)]) + " |"
    yield from _extremes(tallies)
    confusions = Counter(pair for pair in tallies["all"].pairs if pair[0] != pair[1])
    if confusions:
        yield ""
        yield "Most frequent confusions: " + ", ".join(
            f"{wanted} → {best} ({count})" for (wanted, best), count in confusions.most_common(_MOST_CONFUSIONS)
        )


def _extremes(tallies: Mapping[str, Tally]) -> Iterator[str]:
    """The mean of the accuracies, and the weakest: of our languages, then of those that we do not train on."""
    for ours, title in ((True, "our languages"), (False, "others")):
        named = {name: tally for name, tally in tallies.items() if (name in i18n.languages()) is ours and tally.pairs}
        accuracies = {name: tally.accuracy.value for name, tally in named.items() if name != "all"}
        if not accuracies:
            continue
        weakest = min(accuracies, key=lambda name: accuracies[name])
        mean = sum(accuracies.values()) / len(accuracies)
        yield ""
        yield (
            f"Accuracy, mean of {len(accuracies)} of {title}: {100 * mean:.1f}; "
            f"weakest: {weakest}, {100 * accuracies[weakest]:.1f}"
        )


def _percent(rate: Rate) -> str:
    if not rate.total:
        return "–"
    low, high = rate.interval
    return f"{100 * rate.value:.1f} ({100 * low:.1f}–{100 * high:.1f} of {rate.total})"


def draw(tallies: Mapping[str, Tally], folder: Path) -> list[Path]:
    """Draw the confusions and the wrong answers at each coverage as PNG files; gives their paths."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    folder.mkdir(parents=True, exist_ok=True)
    figure, axes = pyplot.subplots(figsize=(8, 5))
    for name, tally in tallies.items():
        if tally.pairs:
            width = 2.5 if name == "all" else 1.0
            axes.plot(
                [100 * coverage for coverage in COVERAGES],
                [100 * tally.wrong_at(coverage) for coverage in COVERAGES],
                label=name,
                linewidth=width,
            )
    axes.set(xlabel="messages answered, the surest first (%)", ylabel="wrong among them (%)")
    axes.grid(alpha=0.3)
    axes.legend(ncol=2, fontsize=8)
    coverage = folder / "coverage.png"
    figure.savefig(coverage, dpi=110, bbox_inches="tight")
    pyplot.close(figure)
    return [coverage, _draw_confusions(tallies["all"], folder / "confusions.png")]


def _draw_confusions(tally: Tally, file: Path) -> Path:
    from matplotlib import pyplot

    names = sorted({name for pair in tally.pairs for name in pair})
    counts = Counter(tally.pairs)
    rows = [[counts[wanted, best] for best in names] for wanted in names]
    shares = [[count / max(1, sum(row)) for count in row] for row in rows]
    figure, axes = pyplot.subplots(figsize=(11, 10))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set(xlabel="taken for", ylabel="intent")
    figure.savefig(file, dpi=110, bbox_inches="tight")
    pyplot.close(figure)
    return file
