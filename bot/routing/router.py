"""Chooses the partner organisation of an application by the rules of `routing.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.i18n import country_name, format_list, language_name
from bot.model import RoutingDecision
from bot.programme import Partner, Programme, Rule
from bot.routing.conditions import Situation, failing, holds, inputs

NOT_STATED = "not stated"


def route(
    application: Mapping[str, Any],
    language: str,
    programme: Programme,
    chosen_partner: str | None = None,
    *,
    channel: str | None = None,
    site: str | None = None,
) -> RoutingDecision:
    """Choose the organisation that takes an application.

    Args:
        application: the form's slots as far as they are known; none has to be.
        language: the conversation's language.
        programme: the organisations and the rules.
        chosen_partner: the code of the organisation that the applicant chose; an unknown one counts as none.
            Unset, the application's own `partner` counts.
        channel: the channel that the application came through.
        site: the code of the partner site that it came from.

    Returns:
        The organisation's code with the name of the rule that decided and a sentence for staff.
    """
    situation = _situation(application, language, programme, chosen_partner, channel, site)
    rules = programme.routing.rules
    # The loader makes sure that the last rule holds for everybody.
    place, rule = next((place, rule) for place, rule in enumerate(rules) if holds(rule, situation))
    partner = _destination(rule, situation)
    looked_at = inputs(rules[: place + 1], situation)
    return RoutingDecision(
        partner.code, rule.name, _reason(rule, partner, situation), looked_at, programme.routing.version
    )


def _situation(
    application: Mapping[str, Any],
    language: str,
    programme: Programme,
    chosen_partner: str | None,
    channel: str | None,
    site: str | None,
) -> Situation:
    chosen = programme.partners.get(str(chosen_partner or application.get("partner") or ""))
    return Situation(application, language, channel, site, chosen, programme)


def tried(
    application: Mapping[str, Any], language: str, programme: Programme, *, channel: str | None, site: str | None
) -> list[tuple[Rule, list[str]]]:
    """The rules as they are tried, up to the one that decides, each with its conditions that do not hold."""
    situation = _situation(application, language, programme, None, channel, site)
    found = []
    for rule in programme.routing.rules:
        found.append((rule, failing(rule, situation)))
        if not found[-1][1]:
            break
    return found


def _destination(rule: Rule, situation: Situation) -> Partner:
    programme = situation.programme
    if rule.to == "partner_of_country":
        return situation.partner_of_country or programme.lead
    if rule.to == "chosen":
        return situation.chosen or programme.lead
    return programme.lead if rule.to == "lead" else programme.partners[rule.to]


def _reason(rule: Rule, partner: Partner, situation: Situation) -> str:
    elsewhere = [country_name("en", code) for code in destinations(situation.application)]
    return rule.because.format(
        country=country_name("en", situation.country) if situation.country else NOT_STATED,
        partner=partner.short_name,
        language=language_name("en", situation.language),
        channel=situation.channel or NOT_STATED,
        site=situation.site or NOT_STATED,
        destinations=format_list("en", elsewhere) or NOT_STATED,
    )


def destinations(application: Mapping[str, Any]) -> list[str]:
    """The countries at the stay's other end; empty where none or "any" was named."""
    value = application.get("destinations")
    named = [value] if isinstance(value, str) else list(value or ())
    return [code for code in named if code != "any"]


def partner_candidates(application: Mapping[str, Any], language: str, programme: Programme) -> list[Partner]:
    """The organisations among which an applicant chooses whose own country none serves.

    Returns:
        Those of the destinations, then those that speak the language (the more it is their own, the sooner),
        and the lead partner; no more than `most_candidates` of `routing.yml`. Empty where an organisation has
        the applicant's country in its care.
    """
    country = application.get("country")
    if country and programme.partners_in(str(country)):
        return []
    lead, most = programme.lead, programme.routing.most_candidates
    near = [partner for code in destinations(application) for partner in programme.partners_in(code)]
    speaking = [partner for partner in programme.partners.values() if language in partner.languages]
    speaking = [partner for partner in speaking if partner.code != lead.code]
    speaking.sort(key=lambda partner: partner.languages.index(language))
    shown = list({partner.code: partner for partner in (*near, *speaking)}.values())[:most]
    return shown if lead in shown else [*shown[: most - 1], lead]
