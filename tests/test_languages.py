"""Every supported language is complete: texts, training phrases, word forms; each in its own script."""

from __future__ import annotations

import unicodedata

import pytest

from bot import catalogs, i18n
from bot.languages import check, phrases

SUPPORTED = list(i18n.languages())
SCRIPTS = {"el": "GREEK", "sr_Cyrl": "CYRILLIC"}


def test_thirteen_languages_are_offered():
    assert len(SUPPORTED) == 13


@pytest.mark.parametrize("language", SUPPORTED)
def test_nothing_is_missing(language):
    assert check([language]) == []


@pytest.mark.parametrize("language", [code for code in SUPPORTED if code != "en"])
def test_texts_are_in_the_script_of_the_language(language):
    texts = [str(message.string) for message in catalogs.read(catalogs.catalog_file(language)) if message.id]
    assert texts
    letters = [unicodedata.name(letter, "?").split()[0] for text in texts for letter in text if letter.isalpha()]
    expected = SCRIPTS.get(language, "LATIN")
    assert letters.count(expected) / len(letters) > 0.75


@pytest.mark.parametrize("language", SUPPORTED)
def test_no_phrase_stands_under_two_intents(language):
    seen: dict[str, str] = {}
    doubled = []
    for intent, texts in phrases(language).items():
        for text in texts:
            if seen.setdefault(text.casefold(), intent) != intent:
                doubled.append((text, seen[text.casefold()], intent))
    assert doubled == []
