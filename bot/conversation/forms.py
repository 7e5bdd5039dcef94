"""The forms' slot checks, one function a slot, and the order of its steps.

A check takes the turn and what was typed (or the value of a pressed button) and gives the value to store or the
reason why it cannot. Nothing here speaks to Rasa.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum import get_cc_module

from bot.applications.leads import SKIPPED
from bot.applications.words import ANY, SEARCH
from bot.conversation import form_texts
from bot.conversation.towns import told_town
from bot.conversation.turn import Turn
from bot.model import APPLICATION_FORM, ENQUIRY_FORM, FORM_SLOTS, NACE_SECTIONS, OBJECTIVES, TURNOVER_BANDS, Entity
from bot.routing import partner_candidates
from nlu.components.extract import match_objectives, match_roles, parse_number, short_answer
from nlu.components.extract.people import find_people
from nlu.components.extract.registration import told
from nlu.components.lexicon import Lexicons
from nlu.components.text import fold_text, read

FORM = APPLICATION_FORM
OPTIONAL = frozenset({"phone", "registration_number", "turnover"})
#: Channels in which an organisation's answer can reach the person.
ANSWERED_IN_CHAT = frozenset({"telegram", "web"})
#: Slots whose answer is free text: nearly anything typed is a possible value.
FREE_TEXT = frozenset({"company_name", "city", "objectives", "counterpart", "contact_name", "registration_number"})
#: From this head count on the turnover is asked for: below it no band changes the size class
#: (Recommendation 2003/361/EC, Annex, Article 2).
TURNOVER_FROM_EMPLOYEES = 50
#: Which slots a piece of a correcting sentence may belong to; where several hold an answer and the sentence names none
#: of them, the person is asked which.
CORRECTABLE: dict[str, tuple[str, ...]] = {
    "duration": ("duration",),
    "date": ("start",),
    "role": ("role",),
    "company_size": ("employees",),
    "city": ("city", "destinations"),
    "country": ("destinations", "country"),
}
#: Slots that an applicant who cannot answer may leave to the contact point, after this many tries.
LEAVABLE = frozenset(
    {"city", "employees", "sector", "role", "participants", "duration", "start", "objectives", "counterpart"}
)
TRIES_BEFORE_LEAVING = 2
#: How VAT numbers of a country begin where it is not with its ISO code (Council Directive 2006/112/EC, Article 215).
_VAT_PREFIX = {"GR": "EL"}
_EEA_OUTSIDE_EU = frozenset({"IS", "LI", "NO"})
#: Characters of a question to be passed on.
SHORTEST_QUESTION, LONGEST_QUESTION = 3, 2000
MAX_EMPLOYEES = 1_000_000
MAX_PARTICIPANTS = 100
MAX_MONTHS = 36
MAX_YEARS_AHEAD = 3
_FEWEST_WORDS_OF_NO = 3


@dataclass(frozen=True)
class Accepted:
    """A value to store, other slots that it fills, and a remark to make."""

    value: Any
    also: dict[str, Any] = field(default_factory=dict)
    remark: str | None = None


@dataclass(frozen=True)
class Refused:
    """An answer that cannot be taken; the text names why when it is not the slot's usual refusal."""

    text: str | None = None


Checked = Accepted | Refused
Check = Callable[[Turn, str, Lexicons], Checked]


def optional(turn: Turn) -> frozenset[str]:
    """The slots of the present form that may be left empty."""
    if turn.form != ENQUIRY_FORM:
        return OPTIONAL
    named = frozenset({"country", "contact_name"})
    return named | {"email"} if turn.message.channel in ANSWERED_IN_CHAT else named


def applicable(slot: str, turn: Turn) -> bool:
    """Whether the form asks this person for a slot as a step of its own."""
    slots = turn.slots
    if turn.form == ENQUIRY_FORM:
        return slot in FORM_SLOTS[ENQUIRY_FORM]
    if slot == "role":
        return slots.get("side") in ("sending", "both")
    if slot == "registration_number":
        return False
    if slot == "turnover":
        employees = slots.get("employees")
        return isinstance(employees, int) and employees >= TURNOVER_FROM_EMPLOYEES
    if slot == "partner":
        return bool(slots.get("country")) and bool(partner_candidates(slots, turn.language, turn.programme))
    return True


def next_slot(turn: Turn) -> str | None:
    """The first slot, in the order of asking, that this person has not answered; None after the last."""
    slots = FORM_SLOTS[turn.form]
    return next((slot for slot in slots if turn.slots.get(slot) is None and applicable(slot, turn)), None)


def slot_before(turn: Turn, slot: str) -> str | None:
    """The slot that was answered last before one, in the order of asking; None where there is none."""
    slots = FORM_SLOTS[turn.form]
    answered = [name for name in slots[: slots.index(slot)] if turn.slots.get(name) is not None and name != "consent"]
    return answered[-1] if answered else None


def check(turn: Turn, slot: str, text: str, lexicons: Lexicons) -> Checked:
    """Check what was typed as the answer to a slot's question."""
    answer = short_answer(text, turn.parse.language, lexicons) or short_answer(text, turn.language, lexicons)
    if slot in optional(turn) and answer in ("skip", "no", "dont_know"):
        return Accepted(SKIPPED)
    return CHECKS[slot](turn, text.strip(), lexicons)


def check_value(turn: Turn, slot: str, value: Any, lexicons: Lexicons) -> Checked:
    """Check a pressed button's value; anything that no button of ours could carry is refused."""
    if value == SKIPPED:
        return Accepted(SKIPPED) if slot in optional(turn) | LEAVABLE else Refused()
    known = _VALUES.get(slot)
    if known:
        return known(turn, value)
    if isinstance(value, bool | dict | list) or value is None:
        return Refused()
    return check(turn, slot, str(value), lexicons)


def _one_of(allowed: tuple[str, ...] | str) -> Callable[[Turn, Any], Checked]:
    return lambda turn, value: Accepted(value) if isinstance(value, str) and value and value in allowed else Refused()


def _country_value(turn: Turn, value: Any) -> Checked:
    known = isinstance(value, str) and len(value) == 2 and turn.country(value) != value
    return Accepted(value) if known else Refused()


def _destinations_value(turn: Turn, value: Any) -> Checked:
    if value == ANY:
        return Accepted(ANY)
    codes = [value] if isinstance(value, str) else value
    if not isinstance(codes, list) or not codes:
        return Refused()
    if any(isinstance(_country_value(turn, code), Refused) for code in codes):
        return Refused()
    return Accepted(list(dict.fromkeys(codes)))


def _duration_value(turn: Turn, value: Any) -> Checked:
    if not isinstance(value, dict):
        return Refused()
    return _duration(turn, value.get("min_months"), value.get("max_months"))


def _objectives_value(turn: Turn, value: Any) -> Checked:
    keys = [value] if isinstance(value, str) else value
    if isinstance(keys, list) and keys and all(key in OBJECTIVES for key in keys):
        return Accepted(list(dict.fromkeys(keys)))
    return Refused()


def _start_value(turn: Turn, value: Any) -> Checked:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])(-\d{2})?", value):
        return _start(turn, value)
    return Refused()


_VALUES: dict[str, Callable[[Turn, Any], Checked]] = {
    "side": _one_of(("sending", "host", "both")),
    "country": _country_value,
    "sector": _one_of(tuple(NACE_SECTIONS)),
    "role": _one_of(("employee", "manager", "owner")),
    "destinations": _destinations_value,
    "duration": _duration_value,
    "start": _start_value,
    "objectives": _objectives_value,
    "consent": lambda turn, value: Accepted(value) if isinstance(value, bool) else Refused(),
    "turnover": _one_of(TURNOVER_BANDS),
    "confirm": _one_of(("send", "change", "cancel")),
}


def check_question(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """A question in words, kept as it was typed."""
    fits = SHORTEST_QUESTION <= len(text) <= LONGEST_QUESTION and any(character.isalpha() for character in text)
    return Accepted(text) if fits else Refused()


def check_side(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """Sending, host or both."""
    sides = set(turn.parse.values("side"))
    if "both" in sides or len(sides) > 1:
        return Accepted("both")
    return Accepted(sides.pop()) if sides else Refused()


def check_company_name(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """A name of 2 to 200 characters with a letter or digit in it."""
    return _named(text, 200)


def _named(text: str, longest: int) -> Checked:
    name = " ".join(text.split())
    if not 2 <= len(name) <= longest or not any(character.isalnum() for character in name):
        return Refused()
    return Accepted(name)


def _named_in_letters(text: str, longest: int) -> Checked:
    checked = _named(text, longest)
    if isinstance(checked, Refused) or not any(character.isalpha() for character in text):
        return Refused()
    return checked


def check_country(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """One country, by its name or by a city in it."""
    countries = turn.countries
    if not countries and re.fullmatch(r"[A-Za-z]{2}", text):
        return _country_value(turn, text.upper())
    return Accepted(countries[0]) if len(countries) == 1 else Refused()


def check_city(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """A town's name; out of a sentence, the town that was recognised in it."""
    found = [entity for entity in turn.parse.entities if entity.entity == "city"]
    if found and len(text.split()) > 3:
        return Accepted(text[found[0].start : found[0].end] or found[0].value["name"])
    if len(found) == 1 and turn.parse.text.strip() == text and _is_after_preposition(text, found[0], turn, lexicons):
        return Accepted(told_town(turn.parse, found[0]))
    return _named_in_letters(text, 100)


def _is_after_preposition(text: str, city: Entity, turn: Turn, lexicons: Lexicons) -> bool:
    """Whether an answer is a town with the preposition before it ("à Namur")."""
    before, after = fold_text(text[: city.start]).strip(), text[city.end :].strip(" .!")
    words = lexicons.serving(turn.parse.language).context.place_before
    return bool(before) and not after and words.has(before)


def check_employees(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """A head count; of a range the higher number, which decides the size class."""
    numbers = parse_number(text, turn.parse.language, lexicons)
    people = find_people(text, turn.parse.language, turn.parse.entities, lexicons).employees
    if _is_length(turn) and people is None:
        return Refused()
    if people is not None and (numbers is None or people == numbers[1] + 1):  # "just me", "me and three lads"
        return Accepted(people)
    if numbers is None or _negative(text) or not 0 <= numbers[1] <= MAX_EMPLOYEES:
        return Refused()
    return Accepted(max(numbers[1], 1))


def _is_length(turn: Turn) -> bool:
    """Whether the number of a message is that of months or weeks, and counts nobody."""
    kinds = {found.entity for found in turn.parse.entities}
    return "duration" in kinds and "company_size" not in kinds


def _negative(text: str) -> bool:
    return bool(re.match(r"\s*[-−–]\s*\d", text)) or bool(re.fullmatch(r"\s*\d+[.,]\d{1,2}\s*", text))


def check_sector(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """A NACE section, by its letter or by a trade's name."""
    if len(text) == 1 and text.upper() in NACE_SECTIONS:
        return Accepted(text.upper())
    sectors = turn.parse.values("sector") or form_texts.sectors_called(turn, text)
    return Accepted(sectors[0]) if sectors else Refused()


def check_role(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """The role of the person who goes; of several the first one named."""
    roles = turn.parse.values("role") or match_roles(text, turn.parse.language, lexicons)
    return Accepted(roles[0]) if roles else Refused()


def check_participants(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """From 1 to 100 people; of a range the higher number."""
    numbers = parse_number(text, turn.parse.language, lexicons)
    if numbers is None or _is_length(turn) or _negative(text) or not 1 <= numbers[1] <= MAX_PARTICIPANTS:
        return Refused()
    return Accepted(numbers[1])


def check_destinations(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """One or more countries, or any."""
    if (
        short_answer(text, turn.parse.language, lexicons) == "any"
        or short_answer(text, turn.language, lexicons) == "any"
    ):
        return Accepted(ANY)
    return Accepted(turn.countries) if turn.countries else Refused()


def check_duration(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """A length; a bare number counts in months, since the question speaks of months."""
    values = turn.parse.values("duration")
    if values:
        return _duration(turn, values[0].get("min_months"), values[0].get("max_months"))
    numbers = parse_number(text, turn.parse.language, lexicons)
    if numbers is None or _negative(text):
        return Refused()
    return _duration(turn, numbers[0], numbers[1])


def _duration(turn: Turn, low: Any, high: Any) -> Checked:
    limits = turn.programme.facts.duration
    low = limits.min_months if low is None else low
    high = limits.max_months if high is None else high
    if not all(isinstance(months, int | float) and not isinstance(months, bool) for months in (low, high)):
        return Refused()
    if not 0 < low <= high <= MAX_MONTHS:
        return Refused(form_texts.DURATION_IMPOSSIBLE)
    value = {"min_months": float(low), "max_months": float(high)}
    return Accepted(value, remark=None if limits.fits(low, high) else form_texts.DURATION_OUTSIDE)


def check_start(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """The earliest month of those named; a month that has passed is refused."""
    dates = sorted(value for value in turn.parse.values("date"))
    return _start(turn, dates[0]) if dates else Refused()


def _start(turn: Turn, value: str) -> Checked:
    try:
        month = date.fromisoformat(f"{value[:7]}-01")
    except ValueError:
        return Refused()
    today = turn.now.date()
    if month < today.replace(day=1):
        return Refused(form_texts.START_PAST)
    if month > today.replace(day=1, year=today.year + MAX_YEARS_AHEAD):
        return Refused(form_texts.START_FAR)
    return Accepted(value[:7])


def check_objectives(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """Aims by their names; the words themselves are kept, and count as "other" where no aim is recognised."""
    if isinstance(_named_in_letters(text, 1000), Refused):
        return Refused()
    keys = match_objectives(text, turn.parse.language, lexicons) or ["other"]
    return Accepted(keys, also={"objectives_text": text})


def check_counterpart(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """The name of a company already found, or the wish to have one found."""
    pieces = [piece for piece in re.split(r"[,.;:!]+", text) if piece.strip()]
    answers = [short_answer(piece, turn.parse.language, lexicons) for piece in (text, *pieces)]
    if answers[0] in ("search", "no", "skip", "any", "dont_know") or "search" in answers:
        return Accepted(SEARCH)
    return Accepted(SEARCH) if _says_there_is_none(turn, text, lexicons) else _named(text, 200)


def _says_there_is_none(turn: Turn, text: str, lexicons: Lexicons) -> bool:
    """Whether words that are nobody's name say no ("haben leider keinen"): in small letters, and with no legal form."""
    words = read(text).tokens
    context = lexicons.serving(turn.parse.language).context
    is_name = not text[:1].islower() or len(words) < _FEWEST_WORDS_OF_NO
    return (
        not is_name
        and not any(context.legal_forms.has(word.text) for word in words)
        and any(context.negations.has(word.text) for word in words)
    )


def check_partner(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """One of the offered organisations, by name or country; after a failed try the lead partner takes it."""
    candidates = partner_candidates(turn.slots, turn.language, turn.programme)
    codes = [partner.code for partner in candidates]
    named = [code for code in turn.parse.values("partner") if code in codes]
    named += [partner.code for partner in candidates if partner.country in turn.countries]
    named += [partner.code for partner in candidates if text.casefold() == partner.code.casefold()]
    if named:
        return Accepted(named[0])
    undecided = short_answer(text, turn.parse.language, lexicons) in ("any", "skip", "dont_know", "no")
    return Accepted(turn.programme.lead.code) if undecided or turn.state.failures else Refused()


def check_consent(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """A clear yes or no."""
    answer = short_answer(text, turn.parse.language, lexicons) or short_answer(text, turn.language, lexicons)
    answer = answer or {"affirm": "yes", "deny": "no"}.get(turn.parse.intent)
    return Accepted(answer == "yes") if answer in ("yes", "no") else Refused()


def check_contact_name(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """A person's name, in letters."""
    if "@" in text or sum(character.isdigit() for character in text) > 2:
        return Refused()
    return _named_in_letters(text, 100)


def check_email(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """One address, also out of a sentence; its form is checked, not whether the mailbox exists."""
    found = re.findall(r"[^\s<>,;:()\"]+@[^\s<>,;()\"]+", text)
    if len(found) != 1:
        return Refused()
    try:
        return Accepted(validate_email(found[0].rstrip("."), check_deliverability=False).normalized)
    except EmailNotValidError:
        return Refused()


def check_phone(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """A number in E.164, national numbers read as those of the company's country."""
    try:
        number = phonenumbers.parse(text, turn.slots.get("country"))
    except phonenumbers.NumberParseException:
        return Refused()
    if not phonenumbers.is_possible_number(number) or not phonenumbers.is_valid_number(number):
        return Refused()
    return Accepted(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def check_registration_number(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """A VAT or company number with 4 to 30 letters and digits.

    A VAT number of the company's country in its usual form; one that looks like it and does not pass its check is
    kept as typed, with a word about it. Company numbers, of which there are too many kinds to check, are kept as typed.
    """
    named = told(text, turn.parse.language, lexicons)
    typed = named.number if named else text.strip()
    characters = re.sub(r"[\s./\-]", "", typed)
    if not 4 <= len(characters) <= 30 or not characters.isalnum() or not any(c.isdigit() for c in characters):
        return Refused()
    country = str(turn.slots.get("country") or "")
    number = get_cc_module(country, "vat") if country else None
    if number is None:
        return Accepted(typed)
    prefix = _vat_prefix(turn, country)
    if number.is_valid(characters):
        return Accepted(prefix + number.compact(characters).removeprefix(prefix))
    looks_like_it = bool(prefix) and characters.upper().startswith(prefix)
    return Accepted(typed, remark=form_texts.NUMBER_UNSURE if looks_like_it else None)


def _vat_prefix(turn: Turn, country: str) -> str:
    """What the VAT numbers of a country begin with: an EU member's with its code, of others with nothing."""
    is_member = country in turn.programme.facts.countries.eea and country not in _EEA_OUTSIDE_EU
    return _VAT_PREFIX.get(country, country) if is_member else ""


def check_turnover(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """A band, by an amount in million euro."""
    numbers = parse_number(text, turn.parse.language, lexicons)
    if numbers is None or _negative(text):
        return Refused()
    millions = numbers[1] / 1_000_000 if numbers[1] >= 100_000 else numbers[1]
    band = next((name for name, top in zip(TURNOVER_BANDS, (2, 10, 50), strict=False) if millions <= top), "over_50")
    return Accepted(band)


def check_confirm(turn: Turn, text: str, lexicons: Lexicons) -> Checked:
    """Send, change or cancel."""
    answer = short_answer(text, turn.parse.language, lexicons) or short_answer(text, turn.language, lexicons)
    if answer in ("send", "change", "cancel"):
        return Accepted(answer)
    if answer == "yes" or turn.parse.intent == "affirm":
        return Accepted("send")
    if answer == "no" or turn.parse.intent in ("deny", "correct"):
        return Accepted("change")
    return Refused()


CHECKS: Mapping[str, Check] = {
    "side": check_side,
    "company_name": check_company_name,
    "country": check_country,
    "city": check_city,
    "employees": check_employees,
    "sector": check_sector,
    "role": check_role,
    "participants": check_participants,
    "destinations": check_destinations,
    "duration": check_duration,
    "start": check_start,
    "objectives": check_objectives,
    "counterpart": check_counterpart,
    "partner": check_partner,
    "consent": check_consent,
    "contact_name": check_contact_name,
    "email": check_email,
    "phone": check_phone,
    "registration_number": check_registration_number,
    "turnover": check_turnover,
    "confirm": check_confirm,
    "question": check_question,
}
