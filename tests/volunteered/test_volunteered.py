"""What a sentence volunteers fills the fields it tells, and no others: 30 real-life sentences in each of five languages.

`<language>.tsv` holds the messages, written by people who knew neither the readers nor their data, with the fields that a
careful reader takes from each. `development/<language>.tsv` holds others, on which the readers were mended. `python tests/volunteered/test_volunteered.py` prints both tables.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date, datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.turn import ConversationState, Parse, Turn
from bot.conversation.volunteered import volunteered
from bot.model import IncomingMessage
from bot.programme import load_programme
from nlu.components.entities import shared_lexicons
from nlu.components.extract import extract_entities
from nlu.components.text import fold_text

HERE = Path(__file__).resolve().parent
DEVELOPMENT = HERE / "development"
TABLES = [file for folder in (HERE, DEVELOPMENT) for file in sorted(folder.glob("*.tsv"))]
TODAY = date(2026, 11, 25)
#: A wrong field is worse than one that is asked: at most one in a hundred.
MOST_WRONG = 0.01
LEAST_RIGHT = 0.95
_TOLERANCE = 0.02


def entities_of(text: str, language: str) -> tuple[Any, ...]:
    return tuple(extract_entities(text, language, lexicons=shared_lexicons(), today=TODAY))


def filled(text: str, language: str) -> dict[str, Any]:
    turn = Turn(
        message=IncomingMessage("web", "person", "1", text=text),
        language=language,
        programme=load_programme(),
        parse=Parse(text, language, "apply", 1.0, entities=entities_of(text, language)),
        state=ConversationState(),
        now=datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=timezone.utc),
    )
    return volunteered(turn, shared_lexicons())


def town(name: str, language: str) -> str:
    found = [entity for entity in entities_of(name, language) if entity.entity == "city"]
    return fold_text(found[0].value["name"] if found else name)


def same(slot: str, one: Any, other: Any, language: str) -> bool:
    if slot == "city":
        return fold_text(one) == fold_text(other) or town(one, language) == town(other, language)
    if slot == "duration":
        return all(abs(one[key] - other[key]) < _TOLERANCE for key in other)
    if slot == "destinations":
        return set(one) == set(other)
    if slot == "company_name":
        return fold_text(one).strip(" .") == fold_text(other).strip(" .")
    return bool(one == other)


@cache
def outcomes(file: Path) -> Counter[str]:
    """How many fields were filled right, wrong (another value, or none was told), or left to be asked."""
    found: Counter[str] = Counter()
    language = file.stem
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            wanted, got = json.loads(row["slots"]), filled(row["text"], language)
            for slot in {**wanted, **got}:
                if slot not in got:
                    found["asked"] += 1
                else:
                    is_right = slot in wanted and same(slot, got[slot], wanted[slot], language)
                    found["right" if is_right else "wrong"] += 1
    return found


@pytest.mark.parametrize("file", TABLES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_fields_are_filled_right_and_hardly_ever_wrong(file: Path) -> None:
    found = outcomes(file)
    assert found["wrong"] / found.total() <= MOST_WRONG
    assert found["right"] / found.total() >= LEAST_RIGHT


if __name__ == "__main__":
    print("| table | language | fields | right, % | wrong, % | left to be asked, % |\n|---|---|---|---|---|---|")
    for table in TABLES:
        row = outcomes(table)
        shares = " | ".join(f"{100 * row[name] / row.total():.1f}" for name in ("right", "wrong", "asked"))
        print(f"| {table.parent.name} | {table.stem} | {row.total()} | {shares} |")
