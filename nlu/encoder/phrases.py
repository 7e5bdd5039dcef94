"""What is learnt from and measured on: the training phrases of all languages, and the messages for development."""

from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from nlu.components.text import normalise

#: A message that asks two things holds both intents, joined by this.
_JOINED = "+"


@dataclass(frozen=True)
class Phrase:
    """A text with the intent it asks for."""

    language: str
    intent: str
    text: str


def read_phrases(folder: Path) -> list[Phrase]:
    """The training phrases below a folder: `<language>/nlu.yml`, in Rasa's format.

    Sub-intents (`ask_contract/insurance`) count as their intent.
    """
    phrases = []
    for file in sorted(folder.glob("*/nlu.yml")):
        content = yaml.load(file.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for group in content["nlu"]:
            intent = group.get("intent", "").split("/")[0]
            lines = group["examples"].splitlines() if intent else []
            texts = [normalise(line.removeprefix("-")) for line in lines if line.startswith("-")]
            phrases += [Phrase(file.parent.name, intent, text) for text in texts if text]
    if not phrases:
        raise FileNotFoundError(f"no training phrases below {folder}: expected {folder}/<language>/nlu.yml")
    return phrases


def read_messages(folder: Path) -> list[Phrase]:
    """The messages for development below a folder: `<language>/dev/messages.tsv`, those with a single intent."""
    messages = []
    for file in sorted(folder.glob("*/dev/messages.tsv")):
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row["text"] and _JOINED not in row["intent"]:
                    messages.append(Phrase(file.parent.parent.name, row["intent"], normalise(row["text"])))
    return messages


def hold_out(phrases: Sequence[Phrase], share: float, seed: int) -> tuple[list[Phrase], list[Phrase]]:
    """Training phrases without a share of each language's and intent's, and that share."""
    groups: dict[tuple[str, str], list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        groups[phrase.language, phrase.intent].append(phrase)
    kept, held = [], []
    chance = random.Random(seed)
    for group in groups.values():
        chance.shuffle(group)
        count = round(share * len(group))
        held += group[:count]
        kept += group[count:]
    return kept, held


def language_weights(phrases: Sequence[Phrase]) -> list[float]:
    """A weight for each phrase, so that all languages weigh the same together; the mean is one."""
    counts = Counter(phrase.language for phrase in phrases)
    mean = len(phrases) / len(counts)
    return [mean / counts[phrase.language] for phrase in phrases]
