"""Evaluation messages are unseen: training holds none of them, nor one that differs in a few letters only."""

from __future__ import annotations

import csv
import hashlib
import re
from functools import cache
from pathlib import Path

import pytest
from rapidfuzz import fuzz, process

from bot.i18n import languages
from bot.languages import phrases
from nlu.components.text import fold_text

HERE = Path(__file__).resolve().parent
#: Shorter messages ("yes please") are written alike by everybody.
FEWEST_WORDS = 4
#: Likeness in per cent (Indel) from which two messages are near-duplicates.
LIKE = 90
FILES = sorted(HERE.glob("*/*/*.tsv"))
#: A sealed file's name beside its SHA-256, as `sha256sum` writes it.
CHECKSUMS = HERE / "sealed.sha256"


def words(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold_text(text)))


def texts_of(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as stream:
        return [row["text"] for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)]


@cache
def trained_on(language: str) -> list[str]:
    return [words(phrase) for listed in phrases(language).values() for phrase in listed]


def _languages(folder: str) -> list[str]:
    """The languages of ours that a folder's messages are compared with: all for those of other languages."""
    return list(languages()) if folder == "other" else [folder]


def test_there_are_evaluation_messages():
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: "/".join(file.parts[-3:]))
def test_no_evaluation_message_is_near_a_training_phrase(file):
    language = file.parts[-3]
    trained = [phrase for code in _languages(language) for phrase in trained_on(code)]
    texts = texts_of(file)
    assert texts
    long = [text for text in texts if len(words(text).split()) >= FEWEST_WORDS]
    near = [
        (text, found[0])
        for text in long
        if (found := process.extractOne(words(text), trained, scorer=fuzz.ratio, score_cutoff=LIKE))
    ]
    assert near == []


def test_the_sealed_half_is_as_it_was_sealed():
    listed = dict(reversed(line.split()) for line in CHECKSUMS.read_text(encoding="utf-8").splitlines())
    sealed = {file.relative_to(HERE).as_posix(): file for file in HERE.glob("*/sealed/*.tsv")}
    assert {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in sealed.items()} == listed
