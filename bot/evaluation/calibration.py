"""How sure the classifier may be: temperatures that make its confidence true, and the cost of a threshold.

A temperature above 1 makes a language's confidences smaller, one below makes them larger; the ranking stays as it is.
Method: Guo et al. 2017, https://arxiv.org/abs/1706.04599, by language and drawn towards 1, for there are few messages of each.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

#: What a wrong answer costs where asking back, with choices or without, costs one.
WRONG_COST = 4.0
THRESHOLDS = tuple(step / 20 for step in range(5, 19))
#: Logarithms of the temperatures that are tried, and how strongly they are drawn to 0: as by so many messages.
_TRIED = tuple(step / 50 for step in range(-50, 51))
_DRAWN = 20.0
_FLOOR = 1e-9

#: The confidences of a message's intents, and the right one.
Outcome = tuple[Mapping[str, float], str]


def temperature(outcomes: Sequence[Outcome]) -> float:
    """The temperature under which the right intents of some messages are most probable."""
    return math.exp(min(_TRIED, key=lambda tried: _loss(outcomes, math.exp(tried)) + _DRAWN * tried**2))


def _loss(outcomes: Sequence[Outcome], by: float) -> float:
    total = 0.0
    for confidences, right in outcomes:
        logs = {name: math.log(max(value, _FLOOR)) / by for name, value in confidences.items()}
        highest = max(logs.values())
        total += highest + math.log(sum(math.exp(log - highest) for log in logs.values()))
        total -= logs.get(right, math.log(_FLOOR) / by)
    return total


def cost_table(confident: Sequence[tuple[float, bool]]) -> Iterator[str]:
    """The lines of a table: for each threshold what is answered, what of it wrong, and the cost of a hundred messages.

    Args:
        confident: the best intent's confidence and whether it is the right one, a pair a message.
    """
    yield f"| answer from | answered, % | wrong answers, % | cost of 100 (a wrong one: {WRONG_COST:g}, asking back: 1) |"
    yield "|---|---|---|---|"
    for threshold in THRESHOLDS:
        answered = [right for confidence, right in confident if confidence >= threshold]
        wrong = answered.count(False)
        cost = (WRONG_COST * wrong + len(confident) - len(answered)) / max(1, len(confident))
        shares = [100 * len(answered) / max(1, len(confident)), 100 * wrong / max(1, len(confident)), 100 * cost]
        yield f"| {threshold:.2f} | " + " | ".join(f"{share:.1f}" for share in shares) + " |"
