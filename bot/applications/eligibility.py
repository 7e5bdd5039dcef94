"""Whether an application fits the programme's public rules, field by field.

What no public source settles is left to the contact point (`to_confirm`). The rules rest on `programme.yml`.
For a host, the company's country is the host's and the destinations are where guests come from: all rules
hold mirrored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.model import Eligibility, Reason, Verdict
from bot.programme import Programme

Application = Mapping[str, Any]

ANY = "any"
#: Judged fields that an applicant may leave to the contact point, with the fact that each is held against.
_LEAVABLE = {"employees": "sme", "duration": "duration"}
_VERDICTS: dict[str, Verdict] = {"yes": "eligible", "no": "not_eligible", "to_confirm": "to_confirm"}


def assess(application: Application, programme: Programme) -> Eligibility:
    """Judge an application by every rule whose fields it holds; missing fields are not judged.

    Args:
        application: slots of the form with their values (`intents.md`).
        programme: the facts that the rules rest on.

    Returns:
        A reason for each checked field, good news as well. The verdict is `not_eligible` where one reason
        is, else `to_confirm` where one is, else `eligible`.
    """
    found = (rule(application, programme) for rule in _RULES)
    reasons = tuple(reason for reason in found if reason is not None)
    return Eligibility(_worst(reason.verdict for reason in reasons), reasons)


def assess_finished(application: Application, programme: Programme) -> Eligibility:
    """Judge an application that will not be asked about any more: what was left to the contact point has to be confirmed.

    Beside what `assess` finds, a reason `not_given` for each field that the verdict needs and the application lacks; a
    host may have any size.
    """
    judged = assess(application, programme).reasons
    known = {one.field for one in judged} | ({"employees"} if application.get("side") == "host" else set())
    lacking = [(field, fact) for field, fact in _LEAVABLE.items() if field not in known]
    left = [Reason(field, "not_given", "to_confirm", _source(programme, fact)) for field, fact in lacking]
    reasons = (*judged, *left)
    return Eligibility(_worst(reason.verdict for reason in reasons), reasons)


def _worst(verdicts: Iterable[Verdict]) -> Verdict:
    given = set(verdicts)
    if "not_eligible" in given:
        return "not_eligible"
    return "to_confirm" if "to_confirm" in given else "eligible"


def _source(programme: Programme, fact: str) -> str:
    return programme.source_of(fact)[0]


def _country(application: Application) -> str | None:
    value = application.get("country")
    return value if isinstance(value, str) and value else None


def _destinations(application: Application) -> list[str]:
    """The countries at the other end, or ["any"]; empty where none was given."""
    value = application.get("destinations")
    named = [value] if isinstance(value, str) else list(value or ())
    return [ANY] if ANY in named else list(dict.fromkeys(named))


def _elsewhere(application: Application) -> list[str]:
    """The destinations other than the company's own country; all of them where there is no other."""
    named = _destinations(application)
    return [code for code in named if code != _country(application)] or named


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def company_country(application: Application, programme: Programme) -> Reason | None:
    """The company is registered in a country that takes part."""
    country = _country(application)
    if country is None:
        return None
    values = {"country": country}
    if country in programme.facts.countries.to_confirm:
        values["reason"] = programme.facts.countries.to_confirm[country]
    verdict = _VERDICTS[programme.is_eligible_country(country)]
    return Reason("country", "company_country", verdict, _participation_source(programme), values)


def _participation_source(programme: Programme) -> str:
    """The page that lists the countries: the announcement, which comes first, speaks of the EU only."""
    return programme.source_of("countries")[-1]


def company_size(application: Application, programme: Programme) -> Reason | None:
    """A sending company is below the SME's headcount ceiling; a larger one may host only."""
    employees, side = _whole(application.get("employees")), application.get("side")
    if employees is None:
        return None
    limit = programme.facts.sme.employees_below
    values = {"employees": employees, "limit": limit, "side": side}
    if employees < limit:
        return Reason("employees", "company_size", "eligible", _source(programme, "sme"), values)
    source = _source(programme, "large_companies_may_host")
    return Reason("employees", "company_size", _large(side), source, values)


def _large(side: Any) -> Verdict:
    if side == "host":
        return "eligible"
    return "not_eligible" if side == "sending" else "to_confirm"


def company_turnover(application: Application, programme: Programme) -> Reason | None:
    """A turnover above the ceiling leaves the balance sheet: the EU definition joins the two by "or"."""
    band, employees = application.get("turnover"), _whole(application.get("employees"))
    sme = programme.facts.sme
    if not isinstance(band, str) or band == "skipped" or (employees or 0) >= sme.employees_below:
        return None
    above = band == "over_50" and application.get("side") != "host"
    values = {"turnover": band, "limit": sme.turnover_million, "balance_sheet": sme.balance_sheet_million}
    verdict: Verdict = "to_confirm" if above else "eligible"
    return Reason("turnover", "company_turnover", verdict, _source(programme, "sme"), values)


def destination_country(application: Application, programme: Programme) -> Reason | None:
    """At least one country at the other end takes part."""
    named = _elsewhere(application)
    if not named:
        return None
    source = _participation_source(programme)
    if named == [ANY]:
        return Reason("destinations", "destination_country", "eligible", source, {"countries": ANY})
    answers = {code: programme.is_eligible_country(code) for code in named}
    best = next(answer for answer in ("yes", "to_confirm", "no") if answer in answers.values())
    values: dict[str, Any] = {
        "countries": named,
        "to_confirm": [code for code, answer in answers.items() if answer == "to_confirm"],
        "not_eligible": [code for code, answer in answers.items() if answer == "no"],
    }
    return Reason("destinations", "destination_country", _VERDICTS[best], source, values)


def another_country(application: Application, programme: Programme) -> Reason | None:
    """The stay is in another country than the sending company's."""
    country, named = _country(application), _destinations(application)
    if country is None or not named:
        return None
    verdict: Verdict = "eligible"
    if country in named:
        verdict = "not_eligible" if named == [country] else "to_confirm"
    values = {"country": country, "destinations": ANY if named == [ANY] else named}
    return Reason("destinations", "another_country", verdict, _source(programme, "abroad_only"), values)


def non_eu_pair(application: Application, programme: Programme) -> Reason | None:
    """No public source says whether a stay between two countries outside the EU and EEA is possible.

    Judged only where the company is outside and takes part. Destinations that do not take part are left to
    `destination_country`.
    """
    country, eea = _country(application), programme.facts.countries.eea
    if country is None or country in eea or programme.is_eligible_country(country) == "no":
        return None
    others = [code for code in _destinations(application) if code != country]
    possible = [code for code in others if code == ANY or programme.is_eligible_country(code) != "no"]
    if not possible:
        return None
    outside = [code for code in possible if code != ANY and code not in eea]
    verdict: Verdict = "to_confirm" if outside == possible else "eligible"
    values = {"country": country, "outside": outside}
    return Reason("destinations", "non_eu_pair", verdict, _participation_source(programme), values)


def duration(application: Application, programme: Programme) -> Reason | None:
    """The stay is within the limits; of a range, all of it, else the contact point has to confirm."""
    value, limits = application.get("duration"), programme.facts.duration
    if not isinstance(value, Mapping):
        return None
    shortest, longest = value.get("min_months"), value.get("max_months")
    if shortest is None and longest is None:
        return None
    low = _months(shortest, limits.min_months, longest, min)
    high = _months(longest, limits.max_months, shortest, max)
    verdict: Verdict = "to_confirm" if limits.overlaps(low, high) else "not_eligible"
    if limits.fits(low, high):
        verdict = "eligible"
    values = {"min_months": low, "max_months": high}
    values |= {"shortest": limits.min_months, "longest": limits.max_months}
    return Reason("duration", "duration", verdict, _source(programme, "duration"), values)


def _months(given: Any, limit: int, other: Any, outer: Callable[[float, float], float]) -> float:
    """One end of a range; an open end reaches to the programme's limit, or no further than the other end."""
    return float(given) if given is not None else outer(float(limit), float(other))


_RULES: tuple[Callable[[Application, Programme], Reason | None], ...] = (
    company_country,
    company_size,
    company_turnover,
    destination_country,
    another_country,
    non_eu_pair,
    duration,
)
