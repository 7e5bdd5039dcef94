"""The lexicons of all languages, and a way to ask for the entities of a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from bot.model import Entity
from bot.programme import load_programme
from nlu.components.extract import extract_entities
from nlu.components.lexicon import Lexicons, load_lexicons

settings.register_profile("nlu_components", database=None, deadline=None)
settings.load_profile("nlu_components")

NLU_DIR = Path(__file__).resolve().parents[2] / "nlu"
TODAY = date(2026, 11, 24)

Extract = Callable[[str, str], list[Entity]]
Values = Callable[[str, str, str], list[Any]]


@pytest.fixture(scope="session")
def lexicons() -> Lexicons:
    partners = load_programme().partners
    names = {
        code: [name for name in (p.official_name, p.short_name, p.english_name, *p.aliases) if name]
        for code, p in partners.items()
    }
    return load_lexicons(NLU_DIR, names)


@pytest.fixture(scope="session")
def extract(lexicons: Lexicons) -> Extract:
    def entities_of(language: str, text: str) -> list[Entity]:
        return extract_entities(text, language, lexicons=lexicons, today=TODAY)

    return entities_of


@pytest.fixture(scope="session")
def values(extract: Extract) -> Values:
    """The values of one kind of entity in a sentence."""

    def values_of(kind: str, language: str, text: str) -> list[Any]:
        return [found.value for found in extract(language, text) if found.entity == kind]

    return values_of
