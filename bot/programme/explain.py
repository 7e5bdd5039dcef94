"""Turns what pydantic found into a place in the file, a problem and a remedy that anybody understands."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.programme.yaml_lines import Document, Key, KeyPath

_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "a text (in quotes, if it looks like a number)",
    "date": "a date such as 2027-06-30",
    "tuple": "a list, such as [first, second]",
    "list": "a list, such as [first, second]",
    "dict": "entries of the form “name: value”",
    "model": "entries of the form “name: value”",
}


def explain(detail: ErrorDetails, model: type[BaseModel], document: Document) -> tuple[KeyPath, str, str]:
    """Where in the document an error of pydantic stands, what is wrong, and what to do."""
    path: KeyPath = tuple(part for part in detail["loc"] if part != "[key]")
    key = str(path[-1]) if path else "the file"
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "programme_data":
        own = context.get("key")
        return (*path, own) if own else path, context["problem"], context["remedy"]
    if kind == "missing":
        return path, f"“{key}” is missing{_within(path)}", f"add a line “{key}: …” there"
    if kind == "extra_forbidden":
        return path, f"“{key}” is not known{_within(path)}", _spelling(key, _known_keys(model, path[:-1]))
    if kind == "literal_error":
        return path, f"“{detail['input']}” is not known", f"write {context['expected']}"
    if kind in ("too_short", "string_too_short"):
        return path, f"“{key}” is empty", "write a text" if kind.startswith("string") else "write an entry"
    if kind == "string_pattern_mismatch":
        return path, f"“{detail['input']}” is not spelt as it must be", _pattern_remedy(context["pattern"])
    if kind in ("greater_than", "greater_than_equal", "less_than_equal"):
        return path, f"“{key}” is out of range ({detail['input']})", f"write a number {_bound(kind, context)}"
    problem = f"“{key}” has a value of the wrong kind{_shown(detail['input'])}"
    return path, problem, _kind_remedy(kind, detail["msg"])


def _within(path: tuple[Key, ...]) -> str:
    around = [str(part) for part in path[:-1] if isinstance(part, str) and part != "value"]
    return f" in “{around[-1]}”" if around else ""


def _shown(value: Any) -> str:
    return f" ({value})" if isinstance(value, str | int | float) else ""


def _kind_remedy(kind: str, message: str) -> str:
    wanted = next((text for name, text in _KINDS.items() if kind.startswith(name)), None)
    return f"write {wanted}" if wanted else message[:1].lower() + message[1:]


def _bound(kind: str, context: dict[str, Any]) -> str:
    if kind == "greater_than":
        return f"above {context['gt']}"
    return f"from {context['ge']}" if kind == "greater_than_equal" else f"up to {context['le']}"


def _pattern_remedy(pattern: str) -> str:
    if pattern.startswith("^[a-z]"):
        return "use small letters, digits and " + ("hyphens" if "-]" in pattern else "underscores")
    return "use capital letters, digits and " + ("hyphens" if "-]" in pattern else "underscores")


def _spelling(key: str, known: list[str]) -> str:
    close = get_close_matches(key, known, n=1)
    if close:
        return f"write “{close[0]}”, if that is what is meant, or delete it"
    return f"delete it; known are: {', '.join(known)}" if known else "delete it"


def _known_keys(model: Any, path: KeyPath) -> list[str]:
    """The keys that the model has at a path."""
    for part in path:
        model = _step(model, part)
    found = _model_of(model)
    if found is None:
        return []
    return [str(info.alias or name) for name, info in found.model_fields.items()]


def _step(annotation: Any, part: Key) -> Any:
    model = _model_of(annotation)
    if model is not None and "root" in model.model_fields:
        annotation = model.model_fields["root"].annotation
    elif model is not None:
        fields = {info.alias or name: info.annotation for name, info in model.model_fields.items()}
        return fields.get(str(part))
    arguments = get_args(annotation)
    return arguments[0] if isinstance(part, int) and arguments else arguments[-1] if arguments else None


def _model_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for one in get_args(annotation) if (model := _model_of(one)) is not None), None)
