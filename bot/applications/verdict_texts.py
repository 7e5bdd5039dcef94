"""The verdict on an application in words, field by field: never a bare no, always the rule, its source, what would help
and who can confirm. Its author and staff read the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.applications.words import LABELS, Reader, Voice, value_words
from bot.i18n import N_
from bot.model import Eligibility, Lead, Reason, Verdict
from bot.programme import Partner, Programme

VERDICTS: dict[Verdict, str] = {
    "eligible": N_(
        "By the public rules your application **meets the conditions**. The partner organisation confirms it."
    ),
    "not_eligible": N_(
        "By the public rules your application **does not meet all conditions**. It is passed on all the same, and the "
        "partner organisation decides."
    ),
    "to_confirm": N_(
        "By the public rules your application looks possible; **the partner organisation has to confirm** what is "
        "marked with a question mark."
    ),
}
_SIGNS: dict[Verdict, str] = {"eligible": "✓", "not_eligible": "✗", "to_confirm": "?"}
_WORST_FIRST: tuple[Verdict, ...] = ("not_eligible", "to_confirm", "eligible")

_NOT_TAKING_PART = N_("Not among the countries that take part: {countries}.")
#: By rule and verdict: the rule in words, and what would make the application eligible. A condition that is met needs
#: no words.
_RULES: dict[tuple[str, Verdict], tuple[str, ...]] = {
    ("duration", "not_eligible"): (
        N_("A stay lasts from {min} to {max} months. Choose a length within these limits."),
    ),
    ("duration", "to_confirm"): (
        N_("A stay lasts from {min} to {max} months; part of the length you named lies outside."),
        N_("A length within these limits fits."),
    ),
    ("another_country", "not_eligible"): (
        N_("The two companies must be in different countries. Name another country."),
    ),
    ("another_country", "to_confirm"): (
        N_(
            "The two companies must be in different countries. This one does not count, please leave it out: {country}."
        ),
    ),
    ("company_size", "not_eligible"): (
        N_(
            "Only small and medium-sized enterprises (fewer than {employees} employees) can send staff. A larger company "
            "can host."
        ),
    ),
    ("company_size", "to_confirm"): (
        N_("A company with {employees} employees or more can host, but it cannot send staff."),
        N_("Apply for hosting only."),
    ),
    ("company_turnover", "to_confirm"): (
        N_(
            "With more than {turnover} million euro turnover, the balance sheet decides: at most {balance} million euro "
            "for a company that sends staff."
        ),
    ),
    ("company_country", "not_eligible"): (
        N_("Companies of this country are not among those that can take part."),
        N_("A company registered in a country that takes part can apply."),
    ),
    ("company_country", "to_confirm"): (
        N_("The public sources do not settle whether companies of this country can take part."),
        N_("The condition is met once that is confirmed."),
    ),
    ("destination_country", "not_eligible"): (
        _NOT_TAKING_PART,
        N_("Choose a country that takes part."),
    ),
    ("destination_country", "to_confirm"): (
        N_("The public sources do not settle it for: {countries}."),
        N_("The condition is met once that is confirmed."),
    ),
    ("non_eu_pair", "to_confirm"): (
        N_("Whether a stay between two countries outside the EU is possible is not public."),
        N_("The question does not arise with a country of the European Economic Area."),
    ),
}
#: A field that was left to the contact point, with the rule that waits for it.
_NOT_GIVEN = {
    "employees": N_("The contact point asks you: a company that sends staff has fewer than {employees} employees."),
    "duration": N_("The contact point asks you: a stay lasts from {min} to {max} months."),
}


@dataclass(frozen=True)
class Words:
    """A verdict in words: its lines, and where the rules were published, numbered as the lines quote them."""

    verdict: tuple[str, ...]
    sources: tuple[str, ...]


def for_lead(lead: Lead, language: str, programme: Programme) -> Words | None:
    """The verdict on a lead in any language, without its conversation; None for a lead that was not judged."""
    if lead.eligibility is None:
        return None
    partner = programme.partners.get(lead.partner, programme.lead)
    return in_words(Reader(language, programme, lead.application), lead.eligibility, partner)


def in_words(voice: Voice, eligibility: Eligibility, partner: Partner) -> Words:
    """The verdict on an application.

    Args:
        voice: in which language, and on which application.
        eligibility: the verdict, as it was stored.
        partner: the organisation that has the application: it can confirm what is open.
    """
    by_field: dict[str, list[Reason]] = {}
    for reason in eligibility.reasons:
        by_field.setdefault(reason.field, []).append(reason)
    sources = list(dict.fromkeys(reason.source for reason in eligibility.reasons))
    lines = [voice.say(VERDICTS[eligibility.verdict])]
    for field, reasons in by_field.items():
        lines += _field(voice, field, reasons, partner, sources)
    published = [f"[{number}] {_source(source)}" for number, source in enumerate(sources, 1)]
    if published:
        published.insert(0, voice.say(N_("Rules as published at:")))
    return Words(tuple(lines), tuple(published))


def _field(voice: Voice, field: str, reasons: list[Reason], partner: Partner, sources: list[str]) -> list[str]:
    """A field with its sign, and where it is not simply met: the rule, what would help, and who can confirm."""
    worst = next(verdict for verdict in _WORST_FIRST if verdict in {reason.verdict for reason in reasons})
    value = voice.slots.get(field)
    told = voice.say(N_("not given")) if value is None else value_words(voice, field, value)
    numbers = sorted({sources.index(reason.source) + 1 for reason in reasons})
    quoted = "".join(f"[{number}]" for number in numbers)
    lines = [f"{_SIGNS[worst]} {voice.labelled(voice.say(LABELS[field]), told)} {quoted}"]
    lines += [f"→ {text}" for reason in reasons for text in [rule_words(voice, reason)] if text]
    if worst != "eligible":
        lines.append("→ " + voice.labelled(voice.say(N_("Who can confirm")), partner.short_name))
    return lines


def rule_words(voice: Voice, reason: Reason) -> str:
    """The rule behind a reason, and what would help, in words; empty for a condition that is simply met."""
    values = reason.values
    outside = values.get("not_eligible", ())
    texts = [_NOT_GIVEN[reason.field]] if reason.rule == "not_given" else []
    texts += _RULES.get((reason.rule, reason.verdict), ())
    said = [voice.say(text, **_placeholders(voice, reason)) for text in texts]
    if reason.verdict != "not_eligible" and outside:
        said.append(voice.say(_NOT_TAKING_PART, countries=_listed(voice, outside)))
    return " ".join(said)


def _placeholders(voice: Voice, reason: Reason) -> dict[str, Any]:
    """What the texts name: as it was judged then, where the reason holds it."""
    facts, values = voice.programme.facts, reason.values
    in_question = values.get("not_eligible" if reason.verdict == "not_eligible" else "to_confirm", ())
    return {
        "min": values.get("shortest", facts.duration.min_months),
        "max": values.get("longest", facts.duration.max_months),
        "employees": values.get("limit", facts.sme.employees_below),
        "turnover": values.get("limit", facts.sme.turnover_million),
        "balance": values.get("balance_sheet", facts.sme.balance_sheet_million),
        "country": voice.country(str(values.get("country") or "")),
        "countries": _listed(voice, in_question),
    }


def _listed(voice: Voice, codes: Iterable[str]) -> str:
    return voice.listed([voice.country(code) for code in codes])


def _source(source: str) -> str:
    """A source as `programme.yml` names it: a title as it stands, an address with its host before it."""
    host = urlsplit(source).hostname
    return f"{host}: {source}" if host else source
