"""What a message tells of an application without being asked: the slots that a sentence fills by itself.

A slot is filled only where the sentence leaves one reading; whatever is unclear is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.conversation import forms
from bot.conversation.forms import Accepted
from bot.conversation.turn import Parse, Turn
from bot.model import APPLICATION_SLOTS
from nlu.components.extract import parse_number
from nlu.components.extract.places import Places, find_places
from nlu.components.lexicon import Lexicons

#: A message tells of a stay where it holds at least so many kinds of these.
_TELLING = ("country", "city", "duration", "company_size", "role", "sector", "date")
_FEWEST_KINDS = 2
_MOST_COMPANIES = 1
_MOST_COUNTS = 2
#: There a town is written in a sentence as it is called.
_WITHOUT_CASES = frozenset(["en", "fr", "nl", "de", "es", "it"])
_LEGAL_FORMS = (
    r"GmbH(?: & Co\.? KG)?|e\.?U\.?|OG|KG|AG|UG|SARL|S\.?A\.?R\.?L\.?|SRL|S\.?r\.?l\.?s?|S\.?p\.?A\.?|SNC|S\.?n\.?c\.?"
    r"|S\.?A\.?S\.?|SPRL|BVBA|BV|NV|VOF|S\.?L\.?U?\.?|Ltd\.?|Limited|LLP|d\.\s?o\.\s?o\.?|d\.o\.o|doo|s\.p\.|j\.d\.o\.o\.?"
    r"|s\.\s?r\.\s?o\.?|a\.s\.|Ε\.?Π\.?Ε\.?|Α\.?Ε\.?|Ο\.?Ε\.?|Ι\.?Κ\.?Ε\.?|IKE|EPE|д\.о\.о\.?"
)
#: One to four words with a capital before a legal form: a company's name.
_COMPANY = re.compile(rf"(?:[^\W\d_a-zа-я][\w&'’.-]*\s+){{1,4}}(?:{_LEGAL_FORMS})(?![\w])")
_QUOTED = re.compile(r"[«„“\"]([^«»„“”\"]{2,60})[»“”\"]")
_EMAIL = re.compile(r"[^\s<>,;:()\"]+@[^\s<>,;()\"]+\.\w+")


def tells(parse: Parse) -> bool:
    """Whether a message tells of a company or a stay, and so may fill slots of an application."""
    kinds = {found.entity for found in parse.entities}
    return len(kinds.intersection(_TELLING)) >= _FEWEST_KINDS


def mention(turn: Turn, lexicons: Lexicons) -> None:
    """Remember what the message tells of a company or a stay, in case an application follows."""
    if not tells(turn.parse):
        return
    remembered = turn.state.mentioned if _is_fresh(turn) else {}
    turn.state.mentioned = {**remembered, **volunteered(turn, lexicons)}
    turn.state.mentioned_at = turn.now.isoformat()


def take_mentioned(turn: Turn) -> list[str]:
    """Fill the empty slots of the application with what was mentioned; gives those that were filled."""
    mentioned = turn.state.mentioned if _is_fresh(turn) else {}
    turn.state.mentioned, turn.state.mentioned_at = {}, None
    filled = []
    for slot in APPLICATION_SLOTS:  # in their order, as some apply only after others
        if slot in mentioned and turn.slots.get(slot) is None and forms.applicable(slot, turn):
            turn.slots[slot] = mentioned[slot]
            filled.append(slot)
    return filled


def _is_fresh(turn: Turn) -> bool:
    """Whether what was mentioned is no older than answers given without consent may be."""
    if turn.state.mentioned_at is None:
        return False
    age = turn.now - datetime.fromisoformat(turn.state.mentioned_at)
    return age <= timedelta(hours=turn.programme.privacy.retention.before_consent_hours)


def volunteered(turn: Turn, lexicons: Lexicons) -> dict[str, Any]:
    """The slots that the message fills, with their values, in the order of the form's questions."""
    found: dict[str, Any] = {}
    for slot in APPLICATION_SLOTS:
        read = _READERS.get(slot)
        value = read(turn, lexicons, found) if read else None
        if value is not None:
            found[slot] = value
    return found


Found = dict[str, Any]


def _side(turn: Turn, lexicons: Lexicons, found: Found) -> Any:
    sides = set(turn.parse.values("side"))
    if sides:
        return sides.pop() if len(sides) == 1 else None
    places = _places(turn, lexicons, found)
    return "sending" if turn.parse.values("role") and places.away else None  # "my manager wants to go to Italy"


def _company_name(turn: Turn, lexicons: Lexicons, found: Found) -> Any:
    names = [match.group() for match in _COMPANY.finditer(turn.parse.text)]
    names = names or [match.group(1) for match in _QUOTED.finditer(turn.parse.text)]
    return names[0].strip() if len(names) == _MOST_COMPANIES else None


def _places(turn: Turn, lexicons: Lexicons, found: Found) -> Places:
    """Home and away; a place that nothing tells about is the other one where one side is known, else unclear."""
    parse = turn.parse
    places = find_places(parse.text, parse.language, parse.entities, lexicons, found.get("side") == "host")
    if places.unclear and places.home and not places.away:
        return Places(places.home, places.unclear)
    if len(places.unclear) == 1 and places.away and not places.home:
        own = places.unclear[0]
        if own.start < places.away[0].start:
            return Places((own,), places.away)
    return places


def _codes(entities: tuple[Any, ...]) -> list[str]:
    codes = [one.value if one.entity == "country" else one.value["country"] for one in entities]
    return list(dict.fromkeys(codes))


def _country(turn: Turn, lexicons: Lexicons, found: Found) -> Any:
    codes = _codes(_places(turn, lexicons, found).home)
    return codes[0] if len(codes) == 1 else None


def _city(turn: Turn, lexicons: Lexicons, found: Found) -> Any:
    cities = [one for one in _places(turn, lexicons, found).home if one.entity == "city"]
    if len(cities) != 1 or not found.get("country"):
        return None
    declined = turn.parse.language not in _WITHOUT_CASES
    return cities[0].value["name"] if declined else turn.parse.text[cities[0].start : cities[0].end]


def _destinations(turn: Turn, lexicons: Lexicons, found: Found) -> Any:
    codes = [code for code in _codes(_places(turn, lexicons, found).away) if code != found.get("country")]
    return codes or None


def _employees(turn: Turn, lexicons: Lexicons, found: Found) -> Any:
    counts = _counts(turn)
    return counts[0] if counts and counts[0] == max(counts) and len(set(counts)) <= _MOST_COUNTS else None


def _counts(turn: Turn) -> list[int]:
    """The numbers of people that the message names: the company's, then perhaps of those who go."""
    return [value for value in turn.parse.values("company_size") if isinstance(value, int) and value >= 1]


def _sector(turn: Turn, lexicons: Lexicons, found: Found) -> Any:
    sectors = list(dict.fromkeys(turn.parse.values("sector")))
    return sectors[0] if len(sectors) == 1 else None


def _role(turn: Turn, lexicons: Lexicons, found: Found) -> Any:
    """The one role that is named; beside a word for sending, the one after it: the boss sends somebody."""
    named = [one for one in turn.parse.entities if one.entity == "role"]
    sending = next((one for one in turn.parse.entities if one.entity == "side" and one.value == "sending"), None)
    roles = {one.value for one in named if sending is None or one.start > sending.start}
    return roles.pop() if len(roles) == 1 and found.get("side") != "host" else None


def _participants(turn: Turn, lexicons: Lexicons, found: Found) -> Any:
    """A second, smaller number of people, or one right before the role: "two employees"."""
    counts = _counts(turn)
    if len(set(counts)) == _MOST_COUNTS and found.get("employees") == counts[0]:
        return counts[1] if counts[1] <= forms.MAX_PARTICIPANTS else None
    roles = [one for one in turn.parse.entities if one.entity == "role"]
    if not found.get("role") or len(roles) != 1:
        return None
    sizes = [one for one in turn.parse.entities if one.entity == "company_size"]
    if any(size.start <= roles[0].start < size.end for size in sizes):
        return None
    words = turn.parse.text[: roles[0].start].split()
    numbers = parse_number(words[-1], turn.parse.language, lexicons) if words else None
    fits = numbers is not None and numbers[0] == numbers[1] and 2 <= numbers[1] <= forms.MAX_PARTICIPANTS
    return numbers[1] if numbers and fits else None


def _duration(turn: Turn, lexicons: Lexicons, found: Found) -> Any:
    values = turn.parse.values("duration")
    if len(values) != 1:
        return None
    checked = forms.check_duration(turn, turn.parse.text, lexicons)
    return checked.value if isinstance(checked, Accepted) else None


def _start(turn: Turn, lexicons: Lexicons, found: Found) -> Any:
    checked = forms.check_start(turn, turn.parse.text, lexicons)
    return checked.value if isinstance(checked, Accepted) else None


def _email(turn: Turn, lexicons: Lexicons, found: Found) -> Any:
    if len(_EMAIL.findall(turn.parse.text)) != 1:
        return None
    checked = forms.check_email(turn, turn.parse.text, lexicons)
    return checked.value if isinstance(checked, Accepted) else None


_READERS: dict[str, Callable[[Turn, Lexicons, Found], Any]] = {
    "side": _side,
    "company_name": _company_name,
    "country": _country,
    "city": _city,
    "employees": _employees,
    "sector": _sector,
    "role": _role,
    "participants": _participants,
    "destinations": _destinations,
    "duration": _duration,
    "start": _start,
    "email": _email,
}
