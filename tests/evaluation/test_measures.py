"""What an evaluation counts, by hand."""

from __future__ import annotations

import pytest

from bot.evaluation.calibration import cost_table, temperature
from bot.evaluation.cases import Case
from bot.evaluation.measures import Rate, Tally, matches


def found(language="en", best="greet", asked=(), choices=(), confidence=0.9, entities=()):
    ranking = [{"name": best, "confidence": confidence}, {"name": "thank", "confidence": 1 - confidence}]
    return {
        "language": language,
        "ranking": ranking,
        "asked": list(asked),
        "choices": list(choices),
        "entities": entities,
    }


def test_a_rate_comes_with_wilsons_interval():
    low, high = Rate(8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.49, 0.943)
    assert Rate(0, 0).interval == (0.0, 1.0)


def test_an_answer_is_right_wrong_or_abstained():
    tally = Tally()
    case = Case("en", ("ask_duration",), "how long may it take")
    tally.add(case, found(best="ask_duration", asked=["ask_duration"]))
    tally.add(case, found(best="ask_funding", asked=["ask_funding"]))
    tally.add(case, found(best="ask_funding", choices=["ask_funding", "ask_duration"]))
    tally.add(case, found(best="ask_funding"))
    assert tally.accuracy == Rate(1, 4)
    assert tally.rate("reached_right", "reached") == Rate(2, 3)
    assert tally.rate("wrong", "messages") == Rate(1, 4)
    assert tally.rate("abstained", "messages") == Rate(2, 4)
    assert tally.rate("inside_refused", "inside") == Rate(1, 4)


def test_two_questions_count_only_together():
    tally = Tally()
    case = Case("en", ("ask_duration", "ask_funding"), "how long, and who pays")
    tally.add(case, found(asked=["ask_duration", "ask_funding"]))
    tally.add(case, found(asked=["ask_duration"]))
    assert tally.rate("several_right", "several") == Rate(1, 2)


def test_two_words_of_a_language_are_those_of_the_snippets():
    tally = Tally()
    tally.add(Case("fr", (), "bonne nuit"), found(language="fr"))
    tally.add(Case("fr", ("inform",), "Boulangerie Peeters"), found(language="nl", best="inform", asked=["inform"]))
    tally.add(Case("fr", ("inform",), "nous sommes à Namur"), found(language="fr", best="inform", asked=["inform"]))
    tally.add(Case("pl", ("greet",), "dzień dobry państwu"), found(language="sk", asked=["greet"]))
    assert tally.rate("language_snippet_right", "language_snippet") == Rate(1, 1)
    assert tally.rate("language_sentence_right", "language_sentence") == Rate(1, 1)


@pytest.mark.parametrize(
    ("kind", "wanted", "got", "expected"),
    [
        ("country", ["AT", "SI"], ["SI", "SI", "HR"], (1, 2)),
        ("city", [{"name": "Vienna", "country": "AT"}, {"name": "Graz", "country": "AT"}],
         [{"name": "Vienna", "country": "AT"}, {"name": "Graz", "country": "AT"}], (2, 2)),
        ("duration", [{"min_months": 1.38}], [{"min_months": 1.385, "max_months": None}], (1, 1)),
        ("duration", [{"min_months": 2, "max_months": 2}], [{"min_months": 2.0, "max_months": None}], (0, 1)),
        ("language", ["sr"], ["sr-Latn"], (1, 1)),
    ],
)  # fmt: skip
def test_values_match_by_what_they_mean(kind, wanted, got, expected):
    assert matches(kind, wanted, got) == expected


def test_a_classifier_that_is_too_sure_gets_a_temperature_above_one():
    sure = {"greet": 0.99, "thank": 0.01}
    assert temperature([(sure, "greet")] * 70 + [(sure, "thank")] * 30) > 1.2
    assert temperature([({"greet": 0.7, "thank": 0.3}, "greet")] * 100) < 0.9


def test_a_threshold_costs_its_wrong_answers_and_its_questions_back():
    confident = [(0.9, True)] * 8 + [(0.6, False)] + [(0.3, True)]
    rows = {line.split("|")[1].strip(): line for line in cost_table(confident)}
    assert rows["0.50"] == "| 0.50 | 90.0 | 10.0 | 50.0 |"
    assert rows["0.70"] == "| 0.70 | 80.0 | 0.0 | 20.0 |"
