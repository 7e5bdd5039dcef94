"""The schema of `nlu/<lang>/entities.yml`, and its reader, which reports a mistake with line and remedy."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from babel import Locale
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from bot.errors import DataFileError
from bot.model import APPLICATION_SLOTS, NACE_SECTIONS

#: Shorter stems catch too many other words, unless another word stands beside them.
SHORTEST_STEM = 3
#: Tags that we use and CLDR does not know as such.
_OUR_TAGS = frozenset({"sr_Latn", "sr_Cyrl", "cnr"})
#: libyaml is ten times faster; the pure loader serves where it is missing.
_BASE_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _problem(problem: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError("entities_file", "{problem}", {"problem": problem, "remedy": remedy})


def _check_form(form: str) -> str:
    for word in form.split():
        if word == "*":
            raise _problem(f"the form {form!r} holds a bare *", "write a stem before the *, or leave it out")
        if "*" in word[:-1]:
            raise _problem(f"the form {form!r} has a * within a word", "put the * at the end of the word only")
        if word == form.strip() and word.endswith("*") and sum(letter.isalnum() for letter in word) < SHORTEST_STEM:
            raise _problem(
                f"the stem {word!r} has fewer than {SHORTEST_STEM} letters",
                "list the full word forms instead",
            )
    return form


def _check_country(code: str) -> str:
    if code not in _territories() or not code.isalpha() or len(code) != 2:
        raise _problem(f"{code!r} is no ISO 3166-1 country code", "use two capital letters, such as AT")
    return code


def _check_tag(tag: str) -> str:
    if tag not in _OUR_TAGS and tag not in Locale("en").languages:
        raise _problem(f"{tag!r} is no language tag", "use a tag such as de, sr_Latn or cnr")
    return tag


def _check_slot(name: str) -> str:
    if name not in APPLICATION_SLOTS:
        raise _problem(f"{name!r} is no slot of the form", f"use one of {', '.join(APPLICATION_SLOTS)}")
    return name


def _check_section(letter: str) -> str:
    if len(letter) != 1 or letter not in NACE_SECTIONS:
        raise _problem(f"{letter!r} is no section of NACE Rev. 2.1", f"use one letter of {NACE_SECTIONS}")
    return letter


@lru_cache(maxsize=1)
def _territories() -> frozenset[str]:
    return frozenset(Locale("en").territories) | {"XK"}


Form = Annotated[str, AfterValidator(_check_form)]
Forms = Annotated[list[Form], BeforeValidator(lambda value: value or [])]
Key = TypeVar("Key")
Row = TypeVar("Row")
#: What a form means -> its forms.
Section = Annotated[dict[Key, Forms], BeforeValidator(lambda value: value or {})]
Rows = Annotated[list[Row], BeforeValidator(lambda value: value or [])]
CountryCode = Annotated[str, AfterValidator(_check_country)]
LanguageTag = Annotated[str, AfterValidator(_check_tag)]
SectorLetter = Annotated[str, AfterValidator(_check_section)]
SlotName = Annotated[str, AfterValidator(_check_slot)]
MonthNumber = Annotated[int, Field(ge=1, le=12)]
RelativeDate = Literal[
    "today",
    "now",
    "this_month",
    "next_month",
    "in_months",
    "this_year",
    "next_year",
    "spring",
    "summer",
    "autumn",
    "winter",
    "year_end",
]
Answer = Literal["yes", "no", "skip", "any", "search", "dont_know", "send", "change", "back", "cancel", "go_on"]


class CityForms(BaseModel):
    """A city by its usual English name, and how people of the language write it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    country: CountryCode
    forms: Forms = []


class FixedDuration(BaseModel):
    """An expression that means a length in months."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    forms: Forms = []
    min_months: float = Field(gt=0)
    max_months: float = Field(gt=0)


class EntitiesFile(BaseModel):
    """The contents of one language's `entities.yml`; a section that is missing counts as empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    countries: Section[CountryCode] = Field(default_factory=dict)
    languages: Section[LanguageTag] = Field(default_factory=dict)
    cities: Rows[CityForms] = Field(default_factory=list)
    partners: Section[str] = Field(default_factory=dict)
    numbers: Section[float] = Field(default_factory=dict)
    articles: Forms = Field(default_factory=list)
    duration_units: Section[Literal["day", "week", "month", "year"]] = Field(default_factory=dict)
    durations: Rows[FixedDuration] = Field(default_factory=list)
    and_a_half: Forms = Field(default_factory=list)
    range_words: Forms = Field(default_factory=list)
    at_most: Forms = Field(default_factory=list)
    at_least: Forms = Field(default_factory=list)
    approximately: Forms = Field(default_factory=list)
    months: Section[MonthNumber] = Field(default_factory=dict)
    relative_dates: Section[RelativeDate] = Field(default_factory=dict)
    roles: Section[Literal["employee", "manager", "owner"]] = Field(default_factory=dict)
    sides: Section[Literal["sending", "host", "both"]] = Field(default_factory=dict)
    company_sizes: Section[Literal["micro", "small", "medium", "large"]] = Field(default_factory=dict)
    people: Forms = Field(default_factory=list)
    professions: Forms = Field(default_factory=list)
    head_count_before: Forms = Field(default_factory=list)
    sectors: Section[SectorLetter] = Field(default_factory=dict)
    fields: Section[SlotName] = Field(default_factory=dict)
    objectives: Section[Literal["skills", "market", "partnership", "technology", "research"]] = Field(
        default_factory=dict
    )
    answers: Section[Answer] = Field(default_factory=dict)
    evidence: Forms = Field(default_factory=list)


def read_entities_file(file: Path, partners: frozenset[str] = frozenset()) -> EntitiesFile:
    """Read and check one language's `entities.yml`.

    Args:
        file: the file.
        partners: the codes that the section `partners` may use; any code when empty.

    Raises:
        DataFileError: the file is no YAML, or something in it is not as the schema wants it.
    """
    text = file.read_text(encoding="utf-8")
    try:
        # The base loader keeps every scalar a string: YAML 1.1 would read NO, yes and on as booleans.
        entries = EntitiesFile.model_validate(yaml.load(text, Loader=_BASE_LOADER) or {})
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise DataFileError(
            file,
            mark.line + 1 if mark else None,
            "is not valid YAML",
            "correct the indentation or quotes there",
        ) from error
    except ValidationError as error:
        raise _explained(file, text, error) from error
    _check_partners(file, text, entries, partners)
    return entries


def _check_partners(file: Path, text: str, entries: EntitiesFile, known: frozenset[str]) -> None:
    unknown = [code for code in entries.partners if known and code not in known]
    if unknown:
        problem = f"{unknown[0]!r} is no code of a partner organisation"
        line = _line(text, ("partners", unknown[0]))
        raise DataFileError(file, line, problem, f"use one of {', '.join(sorted(known))}")


def _explained(file: Path, text: str, error: ValidationError) -> DataFileError:
    first = error.errors()[0]
    place = tuple(part for part in first["loc"] if part != "[key]")
    problem, remedy = first["msg"], first.get("ctx", {}).get("remedy", "")
    if first["type"] == "extra_forbidden":
        known = ", ".join(EntitiesFile.model_fields)
        problem, remedy = f"{place[-1]!r} is not known here", f"correct the name; the sections are {known}"
    where = ".".join(str(part) for part in place)
    return DataFileError(file, _line(text, place), f"{where}: {problem}", remedy or "correct the entry")


def _line(text: str, place: tuple[Any, ...]) -> int | None:
    """The line on which the entry at a path of keys and list positions begins."""
    node = yaml.compose(text, Loader=_BASE_LOADER)
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = [pair for pair in node.value if pair[0].value == str(part)]
            if not found:
                break
            key, node = found[0]
            if not isinstance(node, yaml.MappingNode | yaml.SequenceNode) or part == place[-1]:
                return int(key.start_mark.line) + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
    return int(node.start_mark.line) + 1 if node is not None else None
