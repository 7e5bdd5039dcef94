"""How `partners.yml`, `routing.yml`, `sites.yml` and `privacy.yml` are written."""

from __future__ import annotations

import re
from string import Formatter
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, RootModel, model_validator

from bot.model import APPLICATION_SLOTS
from bot.programme.values import (
    Applications,
    Colour,
    Email,
    Iso,
    KeyName,
    NoRepeats,
    Origin,
    OurLanguage,
    Phone,
    SpokenLanguage,
    Strict,
    TelegramGroup,
    Text,
    Truth,
    WebAddress,
    Webhook,
    Whole,
    fault,
)

#: What people are shown of an organisation: each needs a source.
SHOWN_FIELDS = (
    "official_name",
    "short_name",
    "english_name",
    "aliases",
    "country",
    "also_serves",
    "city",
    "address",
    "website",
    "email",
    "email_general",
    "phone",
)

#: Conditions of a routing rule that are worked out; any other is a slot, or one of `CONTEXT`.
CONDITIONS = (
    "country_has_partner",
    "country_is_served",
    "country_known",
    "country_in",
    "partner_chosen",
    "always",
)
CONTEXT = ("language", "channel", "site")
DESTINATIONS = ("partner_of_country", "lead", "chosen")
PLACEHOLDERS = ("country", "partner", "language", "channel", "site", "destinations")

PartnerCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]*$")]
SiteCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class Partner(Strict):
    """One of the organisations that run the programme, as published; the contact point of its country."""

    code: PartnerCode
    role: Literal["lead", "partner"]
    co_coordinator: Truth = False
    official_name: Text
    short_name: Text
    english_name: Text | None
    aliases: Annotated[tuple[Text, ...], NoRepeats]
    country: Iso
    also_serves: Annotated[tuple[Iso, ...], NoRepeats]
    city: Text | None
    address: Text | None
    website: WebAddress | None
    email: Email | None
    email_general: Email | None
    phone: Phone | None
    applications: Applications
    notify_email: Email | None
    notify_webhook: Webhook | None = None
    notify_telegram_group: TelegramGroup | None = None
    languages: Annotated[tuple[SpokenLanguage, ...], Field(min_length=1), NoRepeats]
    languages_basis: Text
    unconfirmed: dict[str, Text]
    sources: dict[str, Text]
    notes: Text | None

    @model_validator(mode="after")
    def _sources_given(self) -> Partner:
        for name in SHOWN_FIELDS:
            if getattr(self, name) and name not in self.sources:
                remedy = f"add “{name}:” with the address it was read at under sources:"
                raise fault(f"{name} has no source", remedy, key=name)
        for name in self.sources:
            if name not in type(self).model_fields:
                problem = f"there is a source for “{name}”, which is no field"
                raise fault(problem, "correct or delete that line", key="sources")
        return self

    @property
    def contact(self) -> str | None:
        """The e-mail address to write to: the programme's mailbox there or else the general one."""
        return self.email or self.email_general

    def name_for(self, language: str) -> str:
        """Its official name, with the English one where a reader of the language may not read the script."""
        if self.english_name and language not in self.languages and self.english_name != self.official_name:
            return f"{self.english_name} ({self.official_name})"
        return self.official_name

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which people may call the organisation, without repeats."""
        given = (self.official_name, self.english_name, self.short_name, self.code, *self.aliases)
        return tuple(dict.fromkeys(name for name in given if name))


class PartnersFile(RootModel[tuple[Partner, ...]]):
    """The whole of `partners.yml`."""


class Site(Strict):
    """A website on which the chat is embedded."""

    partner: PartnerCode | None
    allowed_origins: Annotated[tuple[Origin, ...], NoRepeats]
    language: OurLanguage
    colour: Colour
    corner: Literal["right", "left"]
    rest_api_key_env: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] | None


class SitesFile(RootModel[dict[SiteCode, Site]]):
    """The whole of `sites.yml`."""


class Processor(Strict):
    """An organisation that handles personal data on the controller's behalf."""

    name: Text
    purpose: Text
    country: Iso


class Retention(Strict):
    """How long personal data is kept."""

    chats_days: Whole
    unfinished_applications_days: Whole
    before_consent_hours: Whole
    closed_leads_months: Whole


class Privacy(Strict):
    """Who answers for personal data, on what ground, and how long it is kept: the whole of `privacy.yml`."""

    controller: Text | None
    dpo: Text | None
    legal_basis: Literal["consent", "contract", "legal_obligation", "public_task", "legitimate_interests"]
    processors: tuple[Processor, ...]
    retention: Retention
    consent_version: Whole


def _when(conditions: dict[str, Any]) -> dict[str, Any]:
    for key, wanted in conditions.items():
        if key in CONDITIONS:
            _check_condition(key, wanted)
        elif key not in (*CONTEXT, *APPLICATION_SLOTS):
            known = ", ".join((*CONDITIONS, *CONTEXT))
            remedy = f"write one of {known} or a question of the form"
            raise fault(f"“{key}” is no condition", remedy, key=key)
        elif not all(isinstance(one, str | int) for one in as_list(wanted)) or not as_list(wanted):
            remedy = f"write such as {key}: [first, second]"
            raise fault(f"“{key}” needs a value or a list of values", remedy, key=key)
    return conditions


def _check_condition(key: str, wanted: Any) -> None:
    if key == "country_in":
        if not isinstance(wanted, list) or not wanted:
            raise fault("country_in needs a list of countries", "write such as country_in: [LU]", key=key)
    elif not isinstance(wanted, bool):
        raise fault(f"{key} needs true or false", f"write {key}: true or {key}: false", key=key)
    elif key == "always" and not wanted:
        raise fault("always: false never holds", "write always: true or delete the rule", key=key)


def as_list(value: Any) -> list[Any]:
    """A value that may stand alone or in a list, as a list."""
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def _because(text: str) -> str:
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        problem = f"the sentence's braces do not match ({error})"
        raise fault(problem, "write placeholders as {country}") from error
    for name in names:
        if name not in PLACEHOLDERS:
            listed = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
            raise fault(f"“{{{name}}}” is no placeholder", f"use one of {listed}")
    return text


def _to(text: str) -> str:
    if text not in DESTINATIONS and not re.fullmatch(r"[A-Z][A-Z0-9-]*", text):
        remedy = f"write {', '.join(DESTINATIONS)} or an organisation's code"
        raise fault(f"“{text}” is no destination", remedy)
    return text


class Rule(Strict):
    """A routing rule: under which conditions, to whom, and the sentence that tells staff why."""

    name: KeyName
    when: Annotated[dict[str, Any], Field(min_length=1), AfterValidator(_when)]
    to: Annotated[str, AfterValidator(_to)]
    because: Annotated[Text, AfterValidator(_because)]

    @model_validator(mode="after")
    def _possible(self) -> Rule:
        if self.to == "chosen" and self.when.get("partner_chosen") is not True:
            raise fault("nobody may have been chosen here", "add partner_chosen: true to when:", key="to")
        served = (self.when.get("country_has_partner"), self.when.get("country_is_served"))
        if self.to == "partner_of_country" and True not in served:
            raise fault(
                "the country may have no organisation here",
                "add country_has_partner: true or country_is_served: true to when:",
                key="to",
            )
        return self


class Routing(Strict):
    """The whole of `routing.yml`: the rules in the order in which they are tried."""

    version: Whole
    most_candidates: Annotated[int, Field(strict=True, ge=1, le=12)]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
