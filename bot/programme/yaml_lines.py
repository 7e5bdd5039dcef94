"""YAML with the line of every entry, so that a mistake can be shown where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.programme.faults import Fault

Key = str | int
KeyPath = tuple[Key, ...]

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """A loader in which only true and false are truth values, and dates stay text until they are checked.

    YAML 1.1 reads a bare NO, Norway, as false, and fails without a line on a date such as 2027-02-30.
    """


_TRUTH = "tag:yaml.org,2002:bool"
_DATE = "tag:yaml.org,2002:timestamp"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in (_TRUTH, _DATE)]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_TRUTH, re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


@dataclass
class Document:
    """A YAML file's content with the line of every key and list entry, and the mistakes found so far."""

    file: Path
    data: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: KeyPath) -> int | None:
        """The line of an entry; of the nearest one around it where the entry itself is missing."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def add_fault(self, path: KeyPath, problem: str, remedy: str) -> None:
        """Note a mistake at an entry."""
        self.faults.append(Fault(self.file, self.line(path), problem, remedy))

    def sorted_faults(self) -> list[Fault]:
        """The mistakes in the order of their lines, each once."""
        return sorted(dict.fromkeys(self.faults), key=lambda fault: fault.line or 0)


def read_document(file: Path) -> Document:
    """Read a YAML file; what is wrong with its form lies in the document's faults."""
    document = Document(file)
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        remedy = "put the file back, or point BOT_PROGRAMME_DIR to the right folder"
        document.add_fault((), "does not exist", remedy)
        return document
    except (OSError, UnicodeDecodeError) as error:
        document.add_fault((), f"cannot be read ({error})", "make it a readable text file in UTF-8")
        return document
    try:
        _parse(text, document)
    except yaml.YAMLError as error:
        _add_syntax_fault(error, document)
    return document


def _parse(text: str, document: Document) -> None:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            document.add_fault((), "is empty", "put the file's content back")
            return
        document.lines[()] = node.start_mark.line + 1
        for path, entry in _walk(node, (), document):
            document.lines[path] = entry.start_mark.line + 1
        document.data = loader.construct_document(node)
        if document.data is None:
            document.add_fault((), "is empty", "put the file's content back")
    finally:
        loader.dispose()


def _walk(node: yaml.Node, path: KeyPath, document: Document) -> Iterator[tuple[KeyPath, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            here = (*path, name)
            if name in seen:
                line = key.start_mark.line + 1
                problem = f"“{name}” stands there twice"
                document.faults.append(Fault(document.file, line, problem, "keep one of the two"))
            seen.add(name)
            yield here, key
            yield from _walk(value, here, document)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*path, index), value
            yield from _walk(value, (*path, index), document)


def _add_syntax_fault(error: yaml.YAMLError, document: Document) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or str(error)
    line = mark.line + 1 if mark else None
    remedy = "correct the indentation, quotes or brackets there or in the line above"
    document.faults.append(Fault(document.file, line, f"is not valid YAML: {what}", remedy))
