"""Reads the imports and names the line that bends a layer (docs: CONTRIBUTING.md)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BELOW = {"model", "errors", "i18n", "programme", "settings"}
ORDER = ["channels", "conversation", "applications", "routing", "storage"]
#: What each part may import beside what lies beneath all of them.
ALLOWED = {part: set(ORDER[index + 1 :]) | BELOW | {part} for index, part in enumerate(ORDER)}
#: Parts beside the order: each enters it at the part named, and none of the order imports them.
BESIDE = {"delivery": "applications"}
ALLOWED |= {part: set(ORDER[ORDER.index(entry) :]) | BELOW | {part} for part, entry in BESIDE.items()}
ALLOWED |= {part: {"model", "errors", "i18n"} | {part} for part in BELOW}
LIBRARIES = {"sqlalchemy": "bot/storage", "alembic": "bot/storage", "telegram": "bot/channels/telegram"}
RASA_LIVES_IN = ("bot/conversation/", "nlu/", "bot/training.py", "bot/bootstrap.py")


def imports(file: Path) -> list[tuple[int, str]]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.lineno, node.module))
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names if node.module == "bot"]
    return found


def sources(*folders: str) -> list[Path]:
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    assert files, "no source files found"
    return files


@pytest.mark.parametrize("part", [*ORDER, *BESIDE, *sorted(BELOW)])
def test_a_part_imports_only_what_lies_below_it(part):
    files = sources(f"bot/{part}") if (ROOT / "bot" / part).is_dir() else [ROOT / "bot" / f"{part}.py"]
    bent = [
        f"{file.relative_to(ROOT)}:{line}: imports {name}"
        for file in files
        for line, name in imports(file)
        if name.startswith("bot.") and name.split(".")[1] not in ALLOWED[part]
    ]
    assert bent == []


def test_nlu_components_import_only_the_bottom():
    bent = [
        f"{file.relative_to(ROOT)}:{line}: imports {name}"
        for file in sources("nlu/components")
        for line, name in imports(file)
        if name.startswith("bot.") and name.split(".")[1] not in {"model", "errors", "i18n", "programme"}
    ]
    assert bent == []


def test_foreign_types_stay_where_they_belong():
    bent = []
    for file in sources("bot", "nlu"):
        path = str(file.relative_to(ROOT))
        for line, name in imports(file):
            library = name.split(".")[0]
            home = LIBRARIES.get(library)
            if home and not path.startswith(home):
                bent.append(f"{path}:{line}: imports {name}, which stays in {home}")
            if library in ("rasa", "rasa_sdk") and not path.startswith(RASA_LIVES_IN):
                bent.append(f"{path}:{line}: imports {name}, which stays in {RASA_LIVES_IN}")
    assert bent == []
