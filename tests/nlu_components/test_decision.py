from __future__ import annotations

from nlu.components.decision import Decision

DECISION = Decision(answer_from=0.75, offer_from=0.35, clause_from=0.4, whole_from=0.005, clause_alone_from=0.6)


def ranking(**confidences: float) -> list[dict]:
    return [{"name": name, "confidence": value} for name, value in sorted(confidences.items(), key=lambda one: -one[1])]


def test_a_sure_intent_is_answered():
    assert DECISION.asked(ranking(ask_funding=0.8, ask_contract=0.2), []) == ["ask_funding"]


def test_an_unsure_one_is_offered_without_small_talk():
    unsure = ranking(ask_funding=0.5, affirm=0.2, ask_contract=0.2)
    assert DECISION.asked(unsure, []) == []
    assert DECISION.choices(unsure)[:2] == ["ask_funding", "ask_contract"]


def test_what_is_far_from_everything_or_most_likely_out_of_scope_is_not_guessed_at():
    assert DECISION.choices(ranking(ask_funding=0.3, ask_contract=0.2)) == []
    assert DECISION.choices(ranking(out_of_scope=0.5, ask_contract=0.4)) == []


def test_a_message_about_a_stay_is_never_sent_away():
    outside = ranking(out_of_scope=0.9, ask_activities=0.1)
    assert DECISION.asked(outside, []) == ["out_of_scope"]
    assert DECISION.asked(outside, [], about_a_stay=True) == []
    assert DECISION.choices(outside, about_a_stay=True) == ["ask_activities", "ask_eligibility", "apply"]


def test_two_clauses_that_ask_are_two_questions():
    whole = ranking(ask_funding=0.7, ask_duration=0.2)
    clauses = [ranking(ask_duration=0.9), ranking(greet=0.9), ranking(ask_funding=0.5)]
    assert DECISION.asked(whole, clauses) == ["ask_duration", "ask_funding"]
