"""Why an organisation takes an application, in words for its author."""

from __future__ import annotations

from bot.applications.words import Voice
from bot.i18n import N_
from bot.model import RoutingDecision

#: By the destination of the rule that decided.
_REASONS = {
    "partner_of_country": N_("It is the partner organisation for companies of this country: {country}."),
    "chosen": N_("You chose it, as no partner organisation serves this country: {country}."),
    "lead": N_("The lead partner takes care of applications from this country: {country}."),
}
_COUNTRY_UNKNOWN = N_("The country of the company is not known, so the lead partner takes care of the application.")
_OTHERWISE = N_("It takes care of applications such as yours.")


def why_there(voice: Voice, routing: RoutingDecision) -> str:
    """Why an application lies where it was routed to. Countries are named in the nominative, after a colon."""
    to = next((rule.to for rule in voice.programme.routing.rules if rule.name == routing.rule), "")
    country = voice.slots.get("country")
    if to == "lead" and not country:
        return voice.say(_COUNTRY_UNKNOWN)
    return voice.say(_REASONS.get(to, _OTHERWISE), country=voice.country(str(country or "")))
