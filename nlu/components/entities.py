"""Rasa component: the entities of a message, found by rules in the lexicon of its language."""

from __future__ import annotations

from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.programme import load_programme
from nlu.components.extract import extract_entities
from nlu.components.extract.spelling import is_word
from nlu.components.lexicon import Lexicons, load_lexicons

NLU_DIR = Path(__file__).resolve().parent.parent
_shared: list[Lexicons] = []


def shared_lexicons() -> Lexicons:
    """The lexicons of all languages, loaded once a process."""
    if not _shared:
        programme = load_programme()
        names = {
            code: [name for name in (p.official_name, p.short_name, p.english_name, *p.aliases) if name]
            for code, p in programme.partners.items()
        }
        _shared.append(load_lexicons(NLU_DIR, names))
        for language in _shared[0]:
            is_word("", language)  # loads the word list now, not at the first message
    return _shared[0]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ProgrammeEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Finds countries, cities, lengths, dates and the rest of `domain.yml`'s entities."""

    def __init__(self, lexicons: Lexicons) -> None:
        self._lexicons = lexicons

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ProgrammeEntityExtractor:
        """A component, ready for use."""
        return cls(shared_lexicons())

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities of each message, in its language."""
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            found = extract_entities(
                text, message.get("language") or "en", lexicons=self._lexicons, today=_today(message)
            )
            entities = [
                {
                    "entity": entity.entity,
                    "value": entity.value,
                    "start": entity.start,
                    "end": entity.end,
                    "extractor": type(self).__name__,
                }
                for entity in found
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to learn: rules find the entities."""
        return training_data


def _today(message: Message) -> date:
    given = (message.get("metadata") or {}).get("today")
    return date.fromisoformat(given) if given else datetime.now(timezone.utc).date()
