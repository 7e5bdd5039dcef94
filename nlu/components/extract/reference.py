"""References: our own `MSME-` ones, and any file number that is named as one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.model import Entity
from nlu.components.context import WordSet
from nlu.components.extract.words import Words
from nlu.components.text import Document

_OURS = re.compile(r"\bmsme\s?[-–]?\s?([0-9a-z]{8})\b", re.IGNORECASE)
#: A file number that is recognised by its looks alone; standards and the like look so, too.
_PLAIN = re.compile(r"\b(?!ISO|DIN|EN|IEC|COVID|NACE|GDPR)[A-Z]{2,6}[-/]\d{3,}(?:[-/]?[A-Z0-9]+)*\b|#\d{3,}\b")
_AFTER_CUE = re.compile(r"[\s.:#°º)-]{0,4}(?P<filler>[^\W\d]{1,5}\s)?\s?(?P<number>#?[a-z]{0,6}[-/]?\d[\w./-]*)")
_DATE = re.compile(r"20\d\d-\d\d-\d\d|\d{1,2}\.\d{1,2}\.(20\d\d)?|\d{1,2}/\d{1,2}/20\d\d|(19|20)\d\d")
#: A VAT number is asked for elsewhere and is no file number.
_VAT = re.compile(r"[a-z]{2,3}\d{8,12}[a-z]?\d*")
_FEWEST_DIGITS = 3
_FEWEST_PLAIN_DIGITS = 4


def find_references(reading: Words) -> list[Entity]:
    """The references of a message, as typed."""
    return references(reading.document, reading.context.reference_cues)


def references(document: Document, cues: WordSet) -> list[Entity]:
    """The references of a document, as typed, after words that announce one or by their looks."""
    kept: list[Entity] = []
    spans = [*_by_looks(document), *_after_cues(document, cues)]
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1].end:
            kept.append(Entity("reference", document.source[start:end], start, end))
    return kept


def _by_looks(document: Document) -> Iterator[tuple[int, int]]:
    for match in _OURS.finditer(document.source):
        if any(letter.isdigit() for letter in match.group(1)) or match.group().isupper():
            yield match.span()
    for match in _PLAIN.finditer(document.source):
        yield match.span()


def _after_cues(document: Document, cues: WordSet) -> Iterator[tuple[int, int]]:
    for token in document.tokens:
        if token.kind != "word" or not cues.has(token.text):
            continue
        match = _AFTER_CUE.match(document.folded, token.to)
        if match is None:
            continue
        number = match.group("number").rstrip("./-")
        if _is_file_number(number, bare=not match.group("filler")):
            yield document.source_span(match.start("number"), match.start("number") + len(number))


def _is_file_number(text: str, *, bare: bool) -> bool:
    """Whether a number is one of a file; mere digits only directly after the word that announces it."""
    digits = sum(letter.isdigit() for letter in text)
    if _DATE.fullmatch(text) or _VAT.fullmatch(text):
        return False
    if re.fullmatch(r"\d+([.,]\d+)?", text):
        return bare and digits >= _FEWEST_PLAIN_DIGITS
    return digits >= _FEWEST_DIGITS
