"""Dates in digits: `15.2.`, `15/02/2027`, `2027-02-15`, `02/2027`."""

from __future__ import annotations

import re
from datetime import date

from bot.model import Entity
from nlu.components.text import Document

#: The ways to write a date in digits; groups `y`, `m`, `d`.
DATE_PATTERNS = (
    re.compile(r"(?<![\w/.-])(?P<y>20\d\d)-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?(?![\w/-])"),
    re.compile(r"(?<![\w/.-])(?P<d>\d{1,2})(?P<p>[./-])\s?(?P<m>\d{1,2})(?P=p)\s?(?P<y>20\d\d|\d\d)(?![\w/])"),
    re.compile(r"(?<![\w/.,-])(?P<m>\d{1,2})\s?[./]\s?(?P<y>20\d\d)(?![\w/])"),
    re.compile(r"(?<![\w/.,-])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.(?!\s?\d)"),
)


def numeric_dates(document: Document, today: date) -> list[Entity]:
    """The dates that are written in digits alone."""
    found: list[Entity] = []
    for pattern in DATE_PATTERNS:
        for match in pattern.finditer(document.folded):
            groups = match.groupdict()
            value = date_value(groups.get("y"), groups["m"], groups.get("d"), today)
            start, end = document.source_span(*match.span())
            if value and all(end <= one.start or start >= one.end for one in found):
                found.append(Entity("date", value, start, end))
    return found


def date_value(year: str | int | None, month: str | int, day: str | int | None, today: date) -> str | None:
    """The ISO form, the year found where it is missing; None for what no calendar has."""
    number, in_month = int(month), int(day) if day else None
    if in_month and number > 12 >= in_month:
        number, in_month = in_month, number  # month first, as Americans write
    if not 1 <= number <= 12:
        return None
    in_year = int(year) if year else _next_year_of(number, in_month, today)
    in_year += 2000 if in_year < 100 else 0
    if in_month is None:
        return f"{in_year:04d}-{number:02d}"
    try:
        return date(in_year, number, in_month).isoformat()
    except ValueError:
        return None


def _next_year_of(month: int, day: int | None, today: date) -> int:
    has_passed = month < today.month or (month == today.month and day is not None and day < today.day)
    return today.year + has_passed
