"""Whether the bot knows what was asked: answer, offer two or three choices, or say that it did not understand."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.classifier import CLAUSES

#: Intents that are not offered as a choice: "did you mean: yes?" helps nobody.
_NO_CHOICE = frozenset({"inform", "affirm", "deny", "greet", "goodbye", "thank", "out_of_scope"})
_OUTSIDE = "out_of_scope"
#: A message that names all of these is about a stay, whatever the classifier makes of it, and then may ask one of those.
_STAY = frozenset({"duration", "country"})
_ABOUT_A_STAY = ("ask_eligibility", "apply")
_NEAR = 0.1
MOST_CHOICES = 3
#: Two questions in a message are two of these: other intents beside a question are its context.
_QUESTION = "ask_"

Ranking = list[dict[str, Any]]


class Decision:
    """The thresholds, and what follows from a ranking.

    Args:
        answer_from: from this confidence on the best intent is answered.
        offer_from: from this one on the best intents are offered; below it the bot says that it does not know.
        clause_from: how sure a clause's intent must be to count as a question of its own.
        whole_from: how probable it must be in the whole message, too…
        clause_alone_from: …unless the clause is as sure as this.
    """

    def __init__(
        self, answer_from: float, offer_from: float, clause_from: float, whole_from: float, clause_alone_from: float
    ) -> None:
        self._answer_from, self._offer_from = answer_from, offer_from
        self._clause_from, self._whole_from, self._clause_alone_from = clause_from, whole_from, clause_alone_from

    def asked(self, ranking: Ranking, clauses: list[Ranking], about_a_stay: bool = False) -> list[str]:
        """The intents to answer, in order; empty where the message is not understood well enough.

        What is `about_a_stay` is never answered as out of scope.
        """
        several = self._several(ranking, clauses)
        if len(several) > 1:
            return several[:MOST_CHOICES]
        best = ranking[0]
        if best["confidence"] < self._answer_from or (about_a_stay and best["name"] == _OUTSIDE):
            return []
        return [best["name"]]

    def _several(self, ranking: Ranking, clauses: list[Ranking]) -> list[str]:
        whole = {entry["name"]: entry["confidence"] for entry in ranking}
        best = [clause[0] for clause in clauses if clause[0]["name"].startswith(_QUESTION)]
        found = [
            entry["name"]
            for entry in best
            if entry["confidence"] >= self._clause_alone_from
            or (entry["confidence"] >= self._clause_from and whole.get(entry["name"], 0.0) >= self._whole_from)
        ]
        return list(dict.fromkeys(found))

    def choices(self, ranking: Ranking, about_a_stay: bool = False) -> list[str]:
        """Up to three intents to offer; empty where nothing comes near, or the message is most likely out of scope.

        What is `about_a_stay` is always offered something: who tells of a baker and two months in Austria wants either
        to know whether that is possible, or to apply.
        """
        if about_a_stay:
            near = [entry["name"] for entry in ranking if entry["confidence"] >= _NEAR]
            offered = [name for name in (*near, *_ABOUT_A_STAY) if name not in _NO_CHOICE]
            return list(dict.fromkeys(offered))[:MOST_CHOICES]
        if ranking[0]["confidence"] < self._offer_from or ranking[0]["name"] == _OUTSIDE:
            return []
        best = [entry["name"] for entry in ranking[: MOST_CHOICES + 2] if entry["name"] not in _NO_CHOICE]
        return best[:MOST_CHOICES]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Abstention(GraphComponent):
    """Rasa component: sets `asked` and `choices`; the intent becomes `nlu_fallback` where nothing is answered."""

    def __init__(self, decision: Decision) -> None:
        self._decision = decision

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The thresholds; how they were chosen stands in docs/nlu.md."""
        return {
            "answer_from": 0.75,
            "offer_from": 0.35,
            "clause_from": 0.4,
            "whole_from": 0.005,
            "clause_alone_from": 0.6,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Abstention:
        """A component with the thresholds of `config.yml`."""
        values = {**cls.get_default_config(), **config}
        return cls(Decision(*(values[name] for name in cls.get_default_config())))

    def process(self, messages: list[Message]) -> list[Message]:
        """Decide for each message that was classified."""
        for message in messages:
            ranking = message.get("intent_ranking") or []
            if not ranking or not message.get(TEXT):
                continue
            about_a_stay = {str(entity["entity"]) for entity in message.get(ENTITIES) or []} >= _STAY
            asked = self._decision.asked(ranking, message.get(CLAUSES) or [], about_a_stay)
            choices = [] if asked else self._decision.choices(ranking, about_a_stay)
            message.set("asked", asked, add_to_output=True)
            message.set("choices", choices, add_to_output=True)
            if not asked:
                name = "choose" if choices else "nlu_fallback"
                message.set("intent", {"name": name, "confidence": ranking[0]["confidence"]}, add_to_output=True)
            elif asked[0] != ranking[0]["name"]:
                confidence = next(entry["confidence"] for entry in ranking if entry["name"] == asked[0])
                message.set("intent", {"name": asked[0], "confidence": confidence}, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add to the phrases."""
        return training_data
