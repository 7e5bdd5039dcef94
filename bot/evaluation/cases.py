"""Evaluation files: TSV with the columns `[lang,] [intent,] text[, entities]`."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import i18n
from bot.errors import BotError

#: Kinds of entities that a row with an `entities` object names in full; of other kinds only what it names counts.
ANNOTATED = ("country", "city", "partner", "language", "duration", "date", "company_size", "reference")


@dataclass(frozen=True)
class Case:
    """One message of an evaluation file, and what should be made of it.

    `intents` is empty where the file says nothing of the intent, `entities` None where it says nothing of those.
    """

    language: str | None
    intents: tuple[str, ...]
    text: str
    entities: dict[str, Any] | None = None


def read_all(paths: Iterable[Path]) -> list[Case]:
    """The messages of all files, and of all `.tsv` files below the folders.

    Raises:
        BotError: a path holds no messages, or a file cannot be read; the text says which line and why.
    """
    files = [file for path in paths for file in (sorted(path.rglob("*.tsv")) if path.is_dir() else [path])]
    cases = [case for file in files for case in read(file)]
    if not cases:
        raise BotError("No messages to evaluate: name a TSV file or a folder that holds some.")
    return cases


def read(file: Path) -> list[Case]:
    """The messages of one file; where it has no column `lang`, a folder named like a language tells it.

    Raises:
        BotError: the file is missing, has no column `text`, or a line of it is faulty.
    """
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise BotError(f"{file} cannot be read: {error}") from error
    if not rows or "text" not in rows[0]:
        raise BotError(f"{file}: a header with the columns [lang,] intent, text, entities and some lines are expected.")
    folder = next((part for part in reversed(file.parts) if part in i18n.languages()), None)
    return [_case(row, folder, f"{file}:{number}") for number, row in enumerate(rows, 2)]


def _case(row: dict[str, str], folder: str | None, place: str) -> Case:
    text = row.get("text")
    if not text:
        raise BotError(f"{place}: the text is missing.")
    given = row.get("entities") or ""
    try:
        entities = json.loads(given) if given.strip() else None
    except json.JSONDecodeError as error:
        raise BotError(f"{place}: the entities are no JSON object: {error}") from error
    intents = tuple(name for name in (row.get("intent") or "").split("+") if name)
    return Case(row.get("lang") or folder, intents, unicodedata.normalize("NFC", text), entities)
