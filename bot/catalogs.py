"""Keeps the message catalogs in step with the sources: `python -m bot.catalogs update LANGUAGE`."""

from __future__ import annotations

import string
import sys
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from bot import i18n

TEMPLATE = i18n.LOCALES_DIR / "messages.pot"


def catalog_file(language: str) -> Path:
    """Where a language's catalog lies."""
    return i18n.LOCALES_DIR / language / "LC_MESSAGES" / "messages.po"


def read(file: Path, locale: str | None = None) -> Catalog:
    """A catalog or the template."""
    with file.open("rb") as stream:
        return read_po(stream, locale=locale, domain=i18n.DOMAIN)


def update(language: str) -> None:
    """Bring a catalog up to date: new texts are added empty, gone ones dropped; nothing is guessed."""
    cldr = next(known.cldr for known in i18n.all_languages() if known.code == language)
    file = catalog_file(language)
    catalog = read(file, cldr) if file.exists() else Catalog(locale=cldr, domain=i18n.DOMAIN)
    catalog.update(read(TEMPLATE), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    _describe(catalog, Locale.parse(cldr).english_name or language)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        write_po(stream, catalog, width=110, omit_header=False, sort_output=False)


def _describe(catalog: Catalog, language_name: str) -> None:
    """Say in the header what the catalog is, where Babel leaves blanks to fill in."""
    catalog.fuzzy = False
    catalog.project, catalog.version = "MobiliseSME bot", "1"
    catalog.header_comment = f"# MobiliseSME bot: texts in {language_name}."
    catalog.last_translator, catalog.language_team = "MobiliseSME", language_name
    catalog.msgid_bugs_address = "support@mobilise-sme.eu"


def placeholders(text: str) -> set[str]:
    """The names of a text's `{placeholders}`."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def faults(language: str) -> list[str]:
    """Everything that is wrong with a language's catalog, as `path: reason`."""
    file = catalog_file(language)
    shown = file.relative_to(i18n.LOCALES_DIR.parent)
    if not file.exists():
        return [f"{shown}: missing"]
    if language == i18n.FALLBACK:
        return []
    catalog = read(file)
    found = []
    for message in read(TEMPLATE):
        if message.id:
            found += [f"{shown}: {fault}" for fault in _message_faults(message, catalog.get(message.id))]
    return found


def _message_faults(source: Message, translated: Message | None) -> list[str]:
    ids = source.id if isinstance(source.id, tuple | list) else (source.id,)
    name = f"“{ids[0][:60]}”"
    if translated is None:
        return [f"{name} is not in the catalog: run `make catalogs`"]
    strings = translated.string if isinstance(translated.string, tuple | list) else (translated.string,)
    if not all(strings):
        return [f"{name} is not translated"]
    if translated.fuzzy:
        return [f"{name} is marked fuzzy"]
    wanted = placeholders(ids[0])
    return [
        f"{name} has the placeholders {sorted(placeholders(text))}, the source has {sorted(wanted)}"
        for text in strings
        if placeholders(text) != wanted
    ] + [f"{name} has other ** marks than the source" for text in strings if text.count("**") != ids[0].count("**")]


if __name__ == "__main__":
    if sys.argv[1:2] != ["update"] or len(sys.argv) != 3:
        sys.exit("usage: python -m bot.catalogs update LANGUAGE")
    update(sys.argv[2])
