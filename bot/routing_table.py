"""`bot routing table`: where companies of each country are routed to by today's rules, as a Markdown table."""

from __future__ import annotations

from typing import Any

from bot.applications.routing_texts import why_there
from bot.applications.words import Reader
from bot.i18n import FALLBACK, country_name
from bot.programme import Programme, load_programme
from bot.routing import partner_candidates, route
from bot.settings import Settings

#: A country that does not take part, for the table to show what becomes of an application from there all the same.
EXAMPLE_OUTSIDE = "US"
_TAKES_PART = {"yes": "yes", "no": "no", "to_confirm": "to be confirmed"}
_HEAD = ("Country", "Takes part", "Rule", "Receives it", "Reason in words")


def print_table(settings: Settings) -> None:
    """Print the table."""
    print("\n".join(table(load_programme(settings.programme_dir))))


def countries(programme: Programme) -> list[str]:
    """The countries of the table: with an organisation, then the others that take part, then those in doubt or outside."""
    taking_part = programme.facts.countries
    seats = [partner.country for partner in programme.partners.values()]
    groups = (seats, taking_part.eligible, taking_part.to_confirm, [EXAMPLE_OUTSIDE])
    return list(dict.fromkeys(code for group in groups for code in sorted(group, key=_name)))


def table(programme: Programme) -> list[str]:
    """The lines of `bot routing table`."""
    rows = [_HEAD, ("---",) * len(_HEAD), *(row(programme, code) for code in countries(programme))]
    return [f"| {' | '.join(cells)} |" for cells in rows]


def row(programme: Programme, code: str) -> tuple[str, ...]:
    """A country's cells. What is offered is what somebody is offered who writes in English and names no country of stay."""
    application: dict[str, Any] = {"country": code}
    offered = [partner.code for partner in partner_candidates(application, FALLBACK, programme)]
    without_choice = route(application, FALLBACK, programme)
    decision = route(application, FALLBACK, programme, offered[0]) if offered else without_choice
    rule = f"`{decision.rule}`"
    if without_choice.rule != decision.rule:
        rule += f", without a choice `{without_choice.rule}`"
    return (
        f"{_name(code)} ({code})",
        _TAKES_PART[programme.is_eligible_country(code)],
        rule,
        f"the one chosen of {', '.join(offered)}" if offered else decision.partner,
        why_there(Reader(FALLBACK, programme, application), decision),
    )


def _name(code: str) -> str:
    return country_name(FALLBACK, code)
