"""The name of the writer's company, by the legal form that stands after it, or by its quotation marks."""

from __future__ import annotations

import re
from itertools import takewhile

from nlu.components.text import fold_text

_LEGAL_FORM = re.compile(
    r"(?<!\w)(?:GmbH(?: & Co\.? KG)?|e\.?U\.?|OG|KG|AG|UG|SARL|SRLS?|SPA|SNC|SAS|SPRL|BVBA|BV|NV|VOF|SLU?|SA|Ltd\.?|Limited"
    r"|LLP|[Ss]\.\s?r\.\s?l\.?(?:\s?s\.)?|S\.\s?p\.\s?A\.|[Ss]\.\s?n\.\s?c\.|[Ss]\.\s?a\.\s?s\.|S\.\s?A\.|S\.\s?L\.(?:\s?U\.)?"
    r"|(?:j\.\s?)?d\.\s?o\.\s?o\.?|doo|s\.\s?p\.|s\.\s?r\.\s?o\.?|a\.\s?s\.|(?:Μ\.?\s?)?(?:Ε\.?Π\.?Ε|Α\.?Ε|Ο\.?Ε|Ε\.?Ε|Ι\.?Κ\.?Ε)\.?"
    r"|Λτδ|IKE|EPE|EURL|UAB|Oy|Lda|e\.\s?K\.|OHG|AB|ApS|SIA|OÜ|Kft\.?|д\.\s?о\.\s?о\.?)(?!\w)"
)
#: Words in small letters that a company's name may hold.
_JOINING = frozenset(
    [
        "&",
        "i",
        "und",
        "et",
        "and",
        "e",
        "y",
        "en",
        "и",
        "και",
        "di",
        "de",
        "von",
        "of",
        "der",
        "die",
        "des",
        "la",
        "le",
        "du",
    ]
)
_MOST_WORDS = 5
#: Words that begin a sentence about a company, folded, and none of its name.
_NO_NAMES = frozenset(
    ["we're", "we", "wir", "nous", "siamo", "somos", "wij", "mi", "our", "unser", "unsere", "die", "notre", "η", "la"]
)
#: Legal forms that French speakers set before the name.
_BEFORE_NAMES = frozenset(["SARL", "SRL", "EURL", "SAS", "SA", "SPRL"])
_QUOTED = re.compile(r"[«„“\"]([^«»„“”\"]{2,60})[»“”\"]")


def company_name(text: str) -> str | None:
    """The one company that a text names with its legal form, else the one in quotation marks; None where there are more."""
    names = [name for match in _LEGAL_FORM.finditer(text) if (name := _named_before(text, match))]
    names = names or [match.group(1) for match in _QUOTED.finditer(text)]
    return names[0].strip() if len(names) == 1 else None


def _named_before(text: str, form: re.Match[str]) -> str | None:
    """The words with a capital that stand before a legal form, and the form."""
    kept: list[str] = []
    for word in reversed(text[: form.start()].split()):
        bare = word.lstrip('(«„“"')
        if len(kept) == _MOST_WORDS or word[-1] in ",;:.!?()" or not (bare[:1].isupper() or word in _JOINING):
            break
        kept.append(bare)
        if bare != word:
            break
    if kept and fold_text(kept[-1]).replace("’", "'") in _NO_NAMES:
        kept.pop()
    while kept and kept[-1] in _JOINING:
        kept.pop()
    if kept:
        return " ".join([*reversed(kept), form.group()])
    after = [word.rstrip(",;:.!?()") for word in text[form.end() :].split()[:_MOST_WORDS]]
    named = list(takewhile(lambda word: word[:1].isupper(), after)) if form.group() in _BEFORE_NAMES else []
    return " ".join([form.group(), *named]) if named else None
