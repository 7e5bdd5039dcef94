"""`bot leads list` and `bot leads export`: leads as a table, CSV, XLSX or a line of JSON each."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from bot.bootstrap import open_storage
from bot.errors import BotError
from bot.model import APPLICATION_SLOTS, Lead
from bot.settings import Settings

_COLUMNS = ("reference", "kind", "partner", "state", "language", "channel", "created_at", "verdict", "rule", "reason")
_FIELDS = (*(slot for slot in APPLICATION_SLOTS if slot != "confirm"), "question")
#: Characters of a question that are shown in a list.
LONGEST_SHOWN = 60
#: A cell that begins so is read as a formula by spreadsheet programs; a leading apostrophe makes it text.
#: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def lead_as_json(lead: Lead) -> dict[str, Any]:
    """A lead as `bot leads export --format jsonl` prints it."""
    eligibility = None
    if lead.eligibility:
        eligibility = {
            "verdict": lead.eligibility.verdict,
            "reasons": [asdict(reason) for reason in lead.eligibility.reasons],
        }
    return {
        "reference": lead.reference,
        "kind": lead.kind,
        "partner": lead.partner,
        "state": lead.state,
        "language": lead.language,
        "channel": lead.channel,
        "created_at": lead.created_at.isoformat(),
        "application": lead.application,
        "eligibility": eligibility,
        "routing": {"rule": lead.routing.rule, "reason": lead.routing.reason},
    }


async def list_leads(settings: Settings, partner: str | None) -> None:
    """Print a line a lead."""
    async for lead in _leads(settings, partner):
        company = lead.application.get("company_name") or _shortened(lead.application.get("question", ""))
        print(f"{lead.reference}  {lead.created_at:%Y-%m-%d %H:%M}  {lead.partner:<12} {lead.state:<18} {company}")


def _shortened(question: str) -> str:
    words = " ".join(question.split())
    return words if len(words) <= LONGEST_SHOWN else words[: LONGEST_SHOWN - 1] + "…"


async def export_leads(settings: Settings, partner: str | None, form: str, output: Path | None) -> None:
    """Write all leads in one of the formats, to a file or to stdout.

    Raises:
        BotError: XLSX was to be written to a terminal, or the file cannot be written.
    """
    if form == "xlsx":
        if output is None and sys.stdout.isatty():
            raise BotError("XLSX is no text: name a file with --output.")
        await _export_xlsx(settings, partner, output)
        return
    try:
        target = output.open("w", encoding="utf-8", newline="") if output else nullcontext(sys.stdout)
    except OSError as error:
        raise BotError(f"{output} cannot be written: {error.strerror}") from error
    with target as file:
        if form == "jsonl":
            async for lead in _leads(settings, partner):
                file.write(json.dumps(lead_as_json(lead), ensure_ascii=False) + "\n")
            return
        writer = csv.writer(file)
        writer.writerow((*_COLUMNS, *_FIELDS))
        async for lead in _leads(settings, partner):
            writer.writerow(safe_row(lead))


async def _export_xlsx(settings: Settings, partner: str | None, output: Path | None) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Leads")
    sheet.append((*_COLUMNS, *_FIELDS))
    async for lead in _leads(settings, partner):
        sheet.append(safe_row(lead))
    book.save(output or sys.stdout.buffer)


def safe_row(lead: Lead) -> list[str]:
    """A lead as a row of texts that no spreadsheet program takes for a formula."""
    values: Iterable[Any] = (
        lead.reference,
        lead.kind,
        lead.partner,
        lead.state,
        lead.language,
        lead.channel,
        lead.created_at.isoformat(),
        lead.eligibility.verdict if lead.eligibility else "",
        lead.routing.rule,
        lead.routing.reason,
        *(lead.application.get(field, "") for field in _FIELDS),
    )
    return [_safe(_flat(value)) for value in values]


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return "–".join(str(part) for part in value.values())
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return str(value)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


async def _leads(settings: Settings, partner: str | None) -> AsyncIterator[Lead]:
    async with open_storage(settings) as storage, storage.unit_of_work() as uow:
        async for lead in uow.leads.stream(partner=partner):
            yield lead
