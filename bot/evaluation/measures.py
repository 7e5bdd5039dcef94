"""What is measured of a parsed message, and how single outcomes become rates with their intervals."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot import i18n
from bot.evaluation.calibration import Outcome
from bot.evaluation.cases import ANNOTATED, Case

OUT_OF_SCOPE = "out_of_scope"
COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0)
#: z of a two-sided interval of 95 %.
_Z = 1.96
#: Lengths are compared to the hundredth of a month, as the evaluation files write them.
_TOLERANCE = 0.011
_SHORT = 2


@dataclass(frozen=True)
class Rate:
    """A share with its 95 % interval (Wilson), and how many it is of."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share; 0 of nothing."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval: https://doi.org/10.1080/01621459.1927.10502953."""
        if not self.total:
            return 0.0, 1.0
        n, p = self.total, self.value
        middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def as_json(self) -> dict[str, Any]:
        """The rate for a report in JSON."""
        low, high = self.interval
        return {"value": round(self.value, 4), "low": round(low, 4), "high": round(high, 4), "of": self.total}


@dataclass
class Tally:
    """The outcomes of the messages of one language."""

    counts: Counter[str] = field(default_factory=Counter)
    entities: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    pairs: list[tuple[str, str]] = field(default_factory=list)
    confident: list[tuple[float, bool]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def add(self, case: Case, found: Mapping[str, Any]) -> None:
        """Count one parsed message."""
        kind = _language_kind(case)
        if kind:
            self.counts[f"language_{kind}"] += 1
            self.counts[f"language_{kind}_right"] += found["language"] == case.language
        if len(case.intents) == 1:
            self._add_single(case.intents[0], found)
        elif case.intents:
            self._add_several(set(case.intents), found)
        if case.entities is not None:
            self._add_entities(case.entities, found["entities"])

    def _add_single(self, intent: str, found: Mapping[str, Any]) -> None:
        """Count a message that asks one thing; "something else" is always offered beside the choices."""
        best = found["ranking"][0]["name"] if found["ranking"] else "-"
        asked, choices = found["asked"], found["choices"]
        refused = asked == [OUT_OF_SCOPE] or (not asked and not choices)
        self.pairs.append((intent, best))
        if found["ranking"]:
            self.outcomes.append(({entry["name"]: entry["confidence"] for entry in found["ranking"]}, intent))
        self.confident.append((found["ranking"][0]["confidence"] if found["ranking"] else 0.0, best == intent))
        side = "outside" if intent == OUT_OF_SCOPE else "inside"
        self._answered(intent in asked, asked)
        self.counts["reached"] += bool(asked or choices)
        self.counts["reached_right"] += intent in asked or intent in choices or (side == "outside" and bool(choices))
        self.counts[side] += 1
        self.counts[f"{side}_refused"] += refused

    def _add_several(self, intents: set[str], found: Mapping[str, Any]) -> None:
        self.counts["several"] += 1
        self.counts["several_right"] += intents <= set(found["asked"])
        self._answered(bool(intents & set(found["asked"])), found["asked"])

    def _answered(self, right: bool, asked: Sequence[str]) -> None:
        self.counts["messages"] += 1
        self.counts["wrong"] += bool(asked) and not right
        self.counts["abstained"] += not asked

    def _add_entities(self, wanted: Mapping[str, Any], found: Iterable[Mapping[str, Any]]) -> None:
        got: dict[str, list[Any]] = defaultdict(list)
        for entity in found:
            got[entity["entity"]].append(entity["value"])
        for kind in {*ANNOTATED, *wanted}:
            expected = wanted.get(kind, [])
            expected = expected if isinstance(expected, list) else [expected]
            right, predicted = matches(kind, expected, got[kind])
            self.entities[kind].update(wanted=len(expected), found=predicted, right=right)

    def rate(self, hits: str, total: str) -> Rate:
        """A rate out of two counts."""
        return Rate(self.counts[hits], self.counts[total])

    def entity(self, kind: str) -> tuple[Rate, Rate]:
        """Precision and recall of a kind of entity."""
        counts = self.entities.get(kind, Counter())
        return Rate(counts["right"], counts["found"]), Rate(counts["right"], counts["wanted"])

    @property
    def accuracy(self) -> Rate:
        """Messages with one intent whose best-ranked intent is the right one."""
        return Rate(sum(wanted == best for wanted, best in self.pairs), len(self.pairs))

    @property
    def macro_f1(self) -> float:
        """The mean of the intents' F1 values."""
        wanted = Counter(pair[0] for pair in self.pairs)
        best = Counter(pair[1] for pair in self.pairs)
        right = Counter(pair[0] for pair in self.pairs if pair[0] == pair[1])
        scores = [2 * right[name] / (count + best[name]) for name, count in wanted.items()]
        return sum(scores) / len(scores) if scores else 0.0

    def wrong_at(self, coverage: float) -> float:
        """The share of wrong ones among the surest messages, when so many of them are answered."""
        ordered = sorted(self.confident, key=lambda outcome: -outcome[0])
        answered = ordered[: max(1, round(coverage * len(ordered)))]
        return sum(not right for _, right in answered) / len(answered) if ordered else 0.0


def _language_kind(case: Case) -> str | None:
    """As what a message counts for the identification of its language.

    Messages of one or two words in the files of intents and entities count for none: names, numbers and "ok" tell no
    language. Two words are measured on the snippets, which have neither intent nor entities.
    """
    if case.language not in i18n.languages():
        return None
    if not case.intents and case.entities is None:
        return "snippet"
    return "sentence" if len(case.text.split()) > _SHORT else None


def matches(kind: str, wanted: Sequence[Any], found: Sequence[Any]) -> tuple[int, int]:
    """How many wanted values were found, and how many different ones were found in all."""
    different: list[Any] = []
    for value in found:
        if value not in different and (kind == "city" or not any(same(kind, value, other) for other in different)):
            different.append(value)
    left, right = list(different), 0
    for value in wanted:
        at = next((at for at, other in enumerate(left) if same(kind, value, other)), None)
        if at is not None:
            right += 1
            del left[at]
    return right, len(different)


def same(kind: str, one: Any, other: Any) -> bool:
    """Whether two normalised values mean the same."""
    if kind == "duration" and isinstance(one, dict) and isinstance(other, dict):
        return all(_close(one.get(key), other.get(key)) for key in ("min_months", "max_months"))
    if kind == "city" and isinstance(one, dict) and isinstance(other, dict):
        return bool(one.get("country") == other.get("country"))
    if kind == "language":
        return str(one).replace("_", "-").split("-")[0] == str(other).replace("_", "-").split("-")[0]
    return str(one).casefold() == str(other).casefold()


def _close(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return abs(float(one) - float(other)) <= _TOLERANCE
