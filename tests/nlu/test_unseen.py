"""Evaluation messages are unseen: training holds none of them, nor one that differs only in signs or marks."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from bot.languages import phrases
from nlu.components.text import fold_text

HERE = Path(__file__).resolve().parent
#: Shorter messages ("yes please") are written alike by everybody.
FEWEST_WORDS = 4
FILES = sorted(HERE.glob("*/*/*.tsv"))


def words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", fold_text(text)))


def test_there_are_evaluation_messages():
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: "/".join(file.parts[-3:]))
def test_no_evaluation_message_is_a_training_phrase(file):
    trained = {words(phrase) for listed in phrases(file.parts[-3]).values() for phrase in listed}
    with file.open(encoding="utf-8", newline="") as stream:
        texts = [row["text"] for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)]
    assert texts
    known = [text for text in texts if len(words(text)) >= FEWEST_WORDS and words(text) in trained]
    assert known == []
