"""The conditions of `routing.yml`: whether a rule's hold for an application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.programme import Partner, Programme, Rule
from bot.programme.schema import as_list


@dataclass(frozen=True)
class Situation:
    """What the rules may look at."""

    application: Mapping[str, Any]
    language: str
    channel: str | None
    site: str | None
    chosen: Partner | None
    programme: Programme

    @property
    def country(self) -> str | None:
        """The company's country, as far as it is known."""
        value = self.application.get("country")
        return value if isinstance(value, str) and value else None

    @property
    def partner_of_country(self) -> Partner | None:
        """The organisation that serves the company's country."""
        return self.programme.partner_for_country(self.country) if self.country else None

    def value(self, key: str) -> Any:
        """What a condition on a slot, the language, the channel or the site is held against."""
        context = {"language": self.language, "channel": self.channel, "site": self.site}
        return context[key] if key in context else self.application.get(key)


def holds(rule: Rule, situation: Situation) -> bool:
    """Whether all conditions of a rule hold."""
    return all(_holds(key, wanted, situation) for key, wanted in rule.when.items())


def _holds(key: str, wanted: Any, situation: Situation) -> bool:
    country, partner = situation.country, situation.partner_of_country
    if key == "always":
        return True
    if key == "country_in":
        return country in wanted
    truths = {
        "country_known": country is not None,
        "country_has_partner": partner is not None and partner.country == country,
        "country_is_served": partner is not None,
        "partner_chosen": situation.chosen is not None,
    }
    if key in truths:
        return truths[key] is wanted
    return _matches(situation.value(key), wanted)


def _matches(value: Any, wanted: Any) -> bool:
    """Whether a value, or one of several, is among the wanted ones; letter case does not count."""
    given = {_plain(one) for one in as_list(value) if one is not None}
    return bool(given & {_plain(one) for one in as_list(wanted)})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return repr(sorted(value.items()))
    return value.strip().casefold() if isinstance(value, str) else value
