"""The programme as the rest of the bot sees it: facts, organisations, routing rules, sites, privacy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.programme.facts import Facts, FactsFile
from bot.programme.schema import Partner, Privacy, Routing, Site
from bot.programme.values import Status

CountryVerdict = Literal["yes", "no", "to_confirm"]


@dataclass(frozen=True)
class Programme:
    """Everything that the data files say; does not change while the bot runs."""

    facts: Facts
    partners: Mapping[str, Partner]
    routing: Routing
    sites: Mapping[str, Site]
    privacy: Privacy
    unknown: Mapping[str, str]
    records: FactsFile

    @property
    def lead(self) -> Partner:
        """The lead partner."""
        return next(partner for partner in self.partners.values() if partner.role == "lead")

    def partners_in(self, iso: str) -> list[Partner]:
        """The organisations of a country: those with their seat there, then those that also serve it."""
        seated = [partner for partner in self.partners.values() if partner.country == iso]
        return seated + [partner for partner in self.partners.values() if iso in partner.also_serves]

    def partner_for_country(self, iso: str) -> Partner | None:
        """The organisation that serves a country's companies, or None."""
        return next(iter(self.partners_in(iso)), None)

    def grant(self, iso: str) -> int | None:
        """The contribution in EUR for each month of a stay in a country; None where no rate is published."""
        return self.facts.grants.get(iso)

    def is_eligible_country(self, iso: str) -> CountryVerdict:
        """Whether a country's companies can take part; `to_confirm` where public sources leave it open."""
        if iso in self.facts.countries.eligible:
            return "yes"
        return "to_confirm" if iso in self.facts.countries.to_confirm else "no"

    def is_unknown(self, key: str) -> bool:
        """Whether a point is not known publicly: one under `unknown:`, or a fact whose status says so."""
        return key in self.unknown or (key in FactsFile.model_fields and self.status_of(key) == "unknown")

    def source_of(self, fact_key: str) -> list[str]:
        """Where a fact was read, the announcement first.

        Raises:
            KeyError: there is no such fact.
        """
        if fact_key not in FactsFile.model_fields:
            raise KeyError(fact_key)
        return list(getattr(self.records, fact_key).sources)

    def status_of(self, fact_key: str) -> Status:
        """How well a fact is founded; what is `single_source` is told with a word to confirm it.

        Raises:
            KeyError: there is no such fact.
        """
        if fact_key not in FactsFile.model_fields:
            raise KeyError(fact_key)
        status: Status = getattr(self.records, fact_key).status
        return status
