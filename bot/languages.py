"""What a language lacks before it can be offered: `bot languages check`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from bot import catalogs, i18n
from bot.settings import ROOT

#: At least so many training phrases an intent and language.
FEWEST_PHRASES = {"out_of_scope": 30}
FEWEST_PHRASES_ELSE = 15


def check(codes: Sequence[str] | None = None, root: Path = ROOT) -> list[str]:
    """Everything the supported (or named) languages lack, as `path: reason`; empty when complete."""
    wanted = codes or list(i18n.languages())
    return [fault for code in wanted for fault in (*catalogs.faults(code), *_data_faults(code, root))]


def phrases(language: str, root: Path = ROOT) -> dict[str, list[str]]:
    """The training phrases of a language by intent."""
    file = root / "nlu" / language / "nlu.yml"
    blocks = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["nlu"]
    found: dict[str, list[str]] = {}
    for block in blocks:
        lines = [line.strip().removeprefix("- ") for line in block["examples"].splitlines() if line.strip()]
        found.setdefault(block["intent"], []).extend(lines)
    return found


def _data_faults(code: str, root: Path) -> list[str]:
    folder = Path("nlu") / code
    missing = [
        f"{folder / name}: missing" for name in ("nlu.yml", "entities.yml") if not (root / folder / name).exists()
    ]
    if missing:
        return missing
    counts = {intent: len(texts) for intent, texts in phrases(code, root).items()}
    return [
        f"{folder / 'nlu.yml'}: {intent} has {counts.get(intent, 0)} phrases, at least {fewest} are wanted"
        for intent in contract_intents(root)
        if counts.get(intent, 0) < (fewest := FEWEST_PHRASES.get(intent, FEWEST_PHRASES_ELSE))
    ]


def contract_intents(root: Path = ROOT) -> list[str]:
    """The intents that people express: those of the domain but for the two that the bot sets itself."""
    domain = yaml.safe_load((root / "domain.yml").read_text(encoding="utf-8"))
    return [name for name in domain["intents"] if name not in ("choose", "nothing_readable")]
