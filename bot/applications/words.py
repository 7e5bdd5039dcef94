"""An application in words: labels and values, as its author and staff read them, each in their own language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot import i18n
from bot.applications.leads import SKIPPED
from bot.i18n import N_, NP_
from bot.programme import Programme


class Voice:
    """What says texts in a language: the running turn of a conversation, or a `Reader`."""

    language: str
    programme: Programme
    #: The application that is spoken of.
    slots: Mapping[str, Any]

    def say(self, message: str, /, **values: Any) -> str:
        """A text in the language."""
        return i18n.translate(self.language, message, **values)

    def labelled(self, label: str, value: str) -> str:
        """A label and its value, with the colon as the language sets it."""
        return self.say(N_("{label}: {value}"), label=label, value=value)

    def country(self, code: str) -> str:
        """A country's name in the language."""
        return i18n.country_name(self.language, code)

    def listed(self, items: list[str], style: str = "standard") -> str:
        """Items joined as the language does it."""
        return i18n.format_list(self.language, items, style)


@dataclass
class Reader(Voice):
    """Somebody who reads an application outside its conversation, such as staff: the same words without a turn."""

    language: str
    programme: Programme
    slots: Mapping[str, Any]


ANY = "any"
SEARCH = "search"

LABELS: dict[str, str] = {
    "side": N_("Sending or hosting"),
    "company_name": N_("Company"),
    "country": N_("Country"),
    "city": N_("City"),
    "employees": N_("Employees"),
    "sector": N_("Sector"),
    "role": N_("Role of the person"),
    "participants": N_("Number of people"),
    "destinations": N_("Other country"),
    "duration": N_("Length of the stay"),
    "start": N_("Earliest start"),
    "objectives": N_("Objectives"),
    "counterpart": N_("Partner company"),
    "partner": N_("Partner organisation"),
    "consent": N_("Consent"),
    "contact_name": N_("Contact person"),
    "email": N_("E-mail"),
    "phone": N_("Phone"),
    "registration_number": N_("VAT or company number"),
    "turnover": N_("Annual turnover"),
    "question": N_("Question"),
}

SIDES = {
    "sending": N_("Send someone abroad"),
    "host": N_("Host someone from abroad"),
    "both": N_("Both"),
}
ROLES = {
    "employee": N_("Employee"),
    "manager": N_("Manager"),
    "owner": N_("Owner or co-owner"),
}
TURNOVERS = {
    "up_to_2": N_("up to 2 million euro"),
    "up_to_10": N_("up to 10 million euro"),
    "up_to_50": N_("up to 50 million euro"),
    "over_50": N_("more than 50 million euro"),
}
OBJECTIVE_NAMES = {
    "skills": N_("Skills and learning"),
    "market": N_("New market"),
    "partnership": N_("Partnership"),
    "technology": N_("Technology and innovation"),
    "research": N_("Joint research or development"),
    "other": N_("Something else"),
}
#: Short names of the sections of NACE Rev. 2.1 (Regulation (EU) 2023/137).
SECTORS = {
    "A": N_("Agriculture, forestry, fishing"),
    "B": N_("Mining and quarrying"),
    "C": N_("Manufacturing, food production, crafts"),
    "D": N_("Energy supply"),
    "E": N_("Water, waste, recycling"),
    "F": N_("Construction"),
    "G": N_("Wholesale and retail trade"),
    "H": N_("Transport and storage"),
    "I": N_("Hotels, restaurants, catering"),
    "J": N_("Publishing, film, media"),
    "K": N_("IT and telecommunications"),
    "L": N_("Finance and insurance"),
    "M": N_("Real estate"),
    "N": N_("Consulting, law, engineering, advertising, science"),
    "O": N_("Business services, travel agencies, cleaning"),
    "P": N_("Public administration"),
    "Q": N_("Education"),
    "R": N_("Health and social work"),
    "S": N_("Arts, sport, recreation"),
    "T": N_("Other services, personal services, repair"),
    "U": N_("Private households"),
    "V": N_("International organisations"),
}


def value_words(voice: Voice, slot: str, value: Any) -> str:
    """A slot's value in the person's language."""
    if value == SKIPPED:
        return voice.say(N_("not given"))
    write = _WORDS.get(slot)
    return write(voice, value) if write else str(value)


def _destination_words(voice: Voice, value: Any) -> str:
    if value == ANY:
        return voice.say(N_("Any country"))
    return voice.listed([voice.country(code) for code in value])


def duration_words(voice: Voice, value: dict[str, float]) -> str:
    """A length in words: whole weeks under a month, else months."""
    low, high = value["min_months"], value["max_months"]
    if high < 1 or any(abs(months - round(months, 1)) > 0.001 for months in (low, high)):
        weeks = (round(low * 52 / 12), round(high * 52 / 12))
        if weeks[0] >= 1:
            return _range(voice, *weeks, NP_("{count} week", "{count} weeks"))
        return _range(voice, round(low * 365 / 12), round(high * 365 / 12), NP_("{count} day", "{count} days"))
    return _range(voice, low, high, NP_("{count} month", "{count} months"))


def _range(voice: Voice, low: float, high: float, forms: tuple[str, str]) -> str:
    if high % 1:  # a fraction has a form of its own in the Slavic languages
        text = voice.say(N_("{number} months"), number=i18n.format_number(voice.language, high))
    else:
        text = i18n.translate_plural(voice.language, *forms, int(high))
    if low == high:
        return text
    return f"{i18n.format_number(voice.language, low)}–{text}"


_WORDS: dict[str, Any] = {
    "side": lambda voice, value: voice.say(SIDES[value]),
    "country": lambda voice, value: voice.country(value),
    "employees": lambda voice, value: i18n.format_number(voice.language, value),
    "sector": lambda voice, value: voice.say(SECTORS[value]),
    "role": lambda voice, value: voice.say(ROLES[value]),
    "destinations": _destination_words,
    "duration": duration_words,
    "start": lambda voice, value: i18n.format_month(voice.language, date.fromisoformat(f"{value}-01")),
    "objectives": lambda voice, value: voice.listed(
        [voice.say(OBJECTIVE_NAMES[key]) for key in value if key != "other"]
        + ([voice.slots.get("objectives_text") or voice.say(OBJECTIVE_NAMES["other"])] if "other" in value else [])
    ),
    "counterpart": lambda voice, value: voice.say(N_("to be found")) if value == SEARCH else str(value),
    "partner": lambda voice, value: voice.programme.partners[value].name_for(voice.language),
    "consent": lambda voice, value: voice.say(N_("given")) if value else voice.say(N_("not given")),
    "turnover": lambda voice, value: voice.say(TURNOVERS[value]),
}


def answered(voice: Voice, slot: str) -> str:
    """A slot's label and its value, in the person's language."""
    return voice.labelled(voice.say(LABELS[slot]), value_words(voice, slot, voice.slots[slot]))
