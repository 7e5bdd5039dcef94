"""The conditions of `routing.yml`: whether a rule's hold for an application."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


#: What the conditions that are no slot look at.
_LOOKED_AT = {
    "always": (),
    "country_in": ("country",),
    "country_known": ("country",),
    "country_has_partner": ("country",),
    "country_is_served": ("country",),
    "partner_chosen": ("partner",),
}


def inputs(rules: Iterable[Rule], situation: Situation) -> dict[str, Any]:
    """What some rules look at, by name, with its value in a situation; and always language, channel and site."""
    looked_at = [name for rule in rules for key in rule.when for name in _LOOKED_AT.get(key, (key,))]
    values = {name: situation.value(name) for name in dict.fromkeys((*looked_at, "language", "channel", "site"))}
    if "partner" in values:
        values["partner"] = situation.chosen.code if situation.chosen else None
    return values


def failing(rule: Rule, situation: Situation) -> list[str]:
    """The conditions of a rule that do not hold, as the file has them."""
    return [f"{key}: {wanted}" for key, wanted in rule.when.items() if not _holds(key, wanted, situation)]


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
