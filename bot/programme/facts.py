"""The facts of `programme.yml`: how each is written there, and the plain values that the bot uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field, model_validator

from bot.programme.values import (
    Applications,
    Email,
    Iso,
    KeyName,
    NoRepeats,
    Status,
    Strict,
    Text,
    Truth,
    WebAddress,
    Whole,
    fault,
)

T = TypeVar("T")

#: A day in months, as the durations that people name are counted (`intents.md`).
MONTHS_PER_DAY = 12 / 365

UnknownKey = Literal[
    "decision_time",
    "documents_list",
    "payment_schedule",
    "related_companies",
    "owner_definition",
    "part_time_employees",
    "full_time_presence",
    "remote_stays",
    "social_security",
    "required_language",
    "reports",
    "norway_rate",
    "non_eu_pairs",
    "disability_conditions",
    "data_controller",
    "contact_list",
    "sector_exclusions",
    "successor",
]


class Fact(Strict, Generic[T]):
    """A fact as it stands in the file: its value, where it was read, and how well it is founded."""

    value: T
    sources: Annotated[tuple[Text, ...], Field(min_length=1), NoRepeats]
    status: Status
    note: Text | None = None


class Name(Strict):
    """What the programme is called."""

    short: Text
    full: Text


class Funding(Strict):
    """Where the programme's money comes from."""

    programme: Text
    axis: Text
    agreement: Text


class Period(Strict):
    """The years of the programme, as announced."""

    start_year: Whole
    end_year: Whole

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.end_year < self.start_year:
            raise fault("the period ends before it begins", "put the earlier year first", key="end_year")
        return self


class Duration(Strict):
    """How long a stay may be, in months, and the days that count as the shortest and the longest one."""

    min_months: Whole
    max_months: Whole
    shortest_days: Whole
    longest_days: Whole

    @model_validator(mode="after")
    def _agrees(self) -> Duration:
        if self.max_months < self.min_months:
            problem = "the longest stay is shorter than the shortest"
            raise fault(problem, "put the smaller number first", key="max_months")
        for key, days, months in (
            ("shortest_days", self.shortest_days, self.min_months),
            ("longest_days", self.longest_days, self.max_months),
        ):
            if not 28 * months <= days <= 31 * months:
                raise fault(
                    f"{days} days do not make {months} months",
                    f"write a number from {28 * months} to {31 * months}",
                    key=key,
                )
        return self

    @property
    def _limits(self) -> tuple[float, float]:
        # Half a day of tolerance: durations arrive in months, rounded to two decimals.
        shortest = min(self.min_months, (self.shortest_days - 0.5) * MONTHS_PER_DAY)
        longest = max(self.max_months, (self.longest_days + 0.5) * MONTHS_PER_DAY)
        return shortest, longest

    def fits(self, low_months: float, high_months: float) -> bool:
        """Whether a range of lengths, in months, lies within the limits from end to end."""
        shortest, longest = self._limits
        return shortest <= low_months <= high_months <= longest

    def overlaps(self, low_months: float, high_months: float) -> bool:
        """Whether at least some length of a range, in months, lies within the limits."""
        shortest, longest = self._limits
        return low_months <= longest and high_months >= shortest


class Countries(Strict):
    """Countries whose companies take part, those that cannot be settled, and the EU and EEA."""

    eligible: Annotated[tuple[Iso, ...], Field(min_length=1), NoRepeats]
    to_confirm: dict[Iso, KeyName]
    eu_list: Annotated[tuple[Iso, ...], Field(min_length=1, alias="eu"), NoRepeats]
    eea_outside_eu: Annotated[tuple[Iso, ...], NoRepeats]

    @model_validator(mode="after")
    def _disjoint(self) -> Countries:
        for code in self.to_confirm:
            if code in self.eligible:
                problem = f"{code} stands under eligible and under to_confirm"
                raise fault(problem, "keep it in one of the two", key="to_confirm")
        return self

    @cached_property
    def eu(self) -> frozenset[str]:
        """The Member States of the European Union."""
        return frozenset(self.eu_list)

    @cached_property
    def eea(self) -> frozenset[str]:
        """The European Economic Area: the EU with Iceland, Liechtenstein and Norway."""
        return self.eu | frozenset(self.eea_outside_eu)


class SmeCeilings(Strict):
    """The ceilings of an SME (Recommendation 2003/361/EC): staff, and turnover or balance sheet."""

    employees_below: Whole
    turnover_million: Whole
    balance_sheet_million: Whole


Keys = Annotated[tuple[KeyName, ...], Field(min_length=1), NoRepeats]


class FactsFile(Strict):
    """The `facts:` of `programme.yml`; the same names as `Facts`."""

    name: Fact[Name]
    funding: Fact[Funding]
    website: Fact[WebAddress]
    support_email: Fact[Email]
    lead_email: Fact[Email]
    applications: Fact[Applications]
    period: Fact[Period]
    deadline: Fact[date | None]
    duration: Fact[Duration]
    completion_months: Fact[Whole]
    splitting_allowed: Fact[Truth]
    grants: Fact[dict[Iso, Whole]]
    disability_rate: Fact[Whole]
    grant_covers: Fact[Keys]
    countries: Fact[Countries]
    abroad_only: Fact[Truth]
    sme: Fact[SmeCeilings]
    large_companies_may_host: Fact[Truth]
    self_employed_eligible: Fact[Truth]
    roles: Fact[tuple[Literal["employee", "manager", "owner"], ...]]
    seniority_years: Fact[Whole]
    participants_per_company: Fact[Whole]
    mutual_exchange_required: Fact[Truth]
    platform_registration_required: Fact[Truth]
    medical_insurance_required: Fact[Truth]
    documents: Fact[Keys]
    activities: Fact[Keys]
    objectives: Fact[Keys]
    benefits: Fact[Keys]


class ProgrammeFile(Strict):
    """The whole of `programme.yml`."""

    facts: FactsFile
    unknown: dict[UnknownKey, Text]


@dataclass(frozen=True)
class Facts:
    """The programme's public facts as plain values; `Programme.source_of` tells where one was read."""

    name: Name
    funding: Funding
    website: str
    support_email: str
    lead_email: str
    applications: Applications
    period: Period
    deadline: date | None
    duration: Duration
    completion_months: int
    splitting_allowed: bool
    grants: Mapping[str, int]
    disability_rate: int
    grant_covers: tuple[str, ...]
    countries: Countries
    abroad_only: bool
    sme: SmeCeilings
    large_companies_may_host: bool
    self_employed_eligible: bool
    roles: tuple[str, ...]
    seniority_years: int
    participants_per_company: int
    mutual_exchange_required: bool
    platform_registration_required: bool
    medical_insurance_required: bool
    documents: tuple[str, ...]
    activities: tuple[str, ...]
    objectives: tuple[str, ...]
    benefits: tuple[str, ...]


def plain_facts(file: FactsFile) -> Facts:
    """The values of the facts without their sources."""
    values: dict[str, Any] = {name: getattr(file, name).value for name in FactsFile.model_fields}
    return Facts(**values)
