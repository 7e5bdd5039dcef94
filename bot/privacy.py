"""`bot privacy export`, `erase` and `purge`: people's rights to their data, and how long it is kept."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from bot import i18n
from bot.applications import erasure, retention
from bot.applications.personal_data import Found, Subject, find
from bot.bootstrap import open_storage, utc_now
from bot.conversation.data_file import DataFiles
from bot.errors import BotError
from bot.programme import load_programme
from bot.settings import Settings

NOTHING = "Nothing is stored about that."


def subject(options: argparse.Namespace) -> Subject:
    """Whose data the options of a command name."""
    reference = options.reference.strip().upper() if options.reference else None
    return Subject(options.conversation, options.email and options.email.strip(), reference)


async def export(settings: Settings, whose: Subject, output: Path | None, language: str | None) -> None:
    """Write the copy of somebody's data to a new file or to stdout.

    Raises:
        BotError: nothing is stored, the language is none of ours, or the file exists or cannot be written.
    """
    if language is not None and language not in i18n.languages():
        raise BotError(f"There is no language {language}: choose one of {', '.join(i18n.languages())}.")
    async with open_storage(settings) as storage:
        document = await DataFiles(storage, load_programme(settings.programme_dir), utc_now).of(whose, language)
        async with storage.unit_of_work(read_only=True) as uow:
            found = await find(uow, whose)
    if document is None:
        raise BotError(NOTHING)
    _tell_shared(found)
    if output is None:
        sys.stdout.write(document.text)
        return
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(document.text)
    except OSError as error:
        raise BotError(f"{output} cannot be written: {error.strerror}.") from error
    output.chmod(0o600)


async def erase(settings: Settings, whose: Subject, *, yes: bool, also_decided: bool) -> None:
    """Show what would be erased, ask, and erase it.

    Raises:
        BotError: nothing is stored, or the answer is not yes.
    """
    programme = load_programme(settings.programme_dir)
    async with open_storage(settings) as storage:
        async with storage.unit_of_work(read_only=True) as uow:
            found = await find(uow, whose)
        wanted = erasure.planned(found.conversations, found.leads, also_decided=also_decided)
        if not (wanted.conversations or wanted.withdraw or wanted.ask):
            raise BotError(NOTHING)
        print("\n".join(described(wanted)))
        _tell_shared(found)
        if not (yes or _agreed()):
            raise BotError("Nothing was erased.")
        async with storage.unit_of_work() as uow:
            erased = await erasure.erase(uow, programme, wanted, utc_now(), actor="operator")
            await uow.commit()
    print("\n".join(counted(erased)))


def described(wanted: erasure.Erasure) -> list[str]:
    """What an erasure would do, a line each."""
    return [
        *(
            f"{conversation}: the chat, its drafts and all that is remembered go."
            for conversation in wanted.conversations
        ),
        *(
            f"{lead.reference} ({lead.partner}, {lead.state}): goes; {lead.partner} is told."
            for lead in wanted.withdraw
        ),
        *(
            f"{lead.reference} ({lead.partner}, {lead.state}): stays; {lead.partner} is told to answer within one month."
            for lead in wanted.ask
        ),
    ]


async def purge(settings: Settings, *, dry_run: bool) -> None:
    """Erase whatever has been kept as long as `privacy.yml` says, and print how many rows of which table."""
    programme = load_programme(settings.programme_dir)
    async with open_storage(settings) as storage:
        erased = await retention.purge(storage, programme, utc_now(), dry_run=dry_run)
    print("\n".join(counted(erased)))


def counted(erased: Counter[str]) -> list[str]:
    """How many rows of which table, a line each."""
    return [f"{table:<20} {rows:>7}" for table, rows in sorted((+erased).items())] or ["nothing"]


def _tell_shared(found: Found) -> None:
    for conversation in found.shared:
        print(f"{conversation} is left out: other people's applications came from it, too.", file=sys.stderr)


def _agreed() -> bool:
    print("Erase this? Type yes: ", end="", flush=True)
    return sys.stdin.readline().strip().lower() == "yes"
