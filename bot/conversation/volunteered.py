"""What a message tells of an application without being asked: the slots that a sentence fills by itself.

A slot is filled only where the sentence leaves one reading; whatever is unclear is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from bot.conversation import forms, registration
from bot.conversation.forms import Accepted
from bot.conversation.towns import told_town
from bot.conversation.turn import Parse, Turn
from bot.model import APPLICATION_SLOTS, Entity
from nlu.components.extract.company_name import company_name
from nlu.components.extract.people import People, find_people
from nlu.components.extract.places import Places, find_places
from nlu.components.extract.registration import SLOT, told
from nlu.components.extract.role import names_one_of_us, role_of_writer, wants_to_go
from nlu.components.lexicon import Lexicons

#: A message tells of a stay where it holds at least so many kinds of these.
_TELLING = ("country", "city", "duration", "company_size", "role", "sector", "date")
_FEWEST_KINDS = 2


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


def take_mentioned(turn: Turn, lexicons: Lexicons) -> list[str]:
    """Fill the empty slots of the application with what was mentioned; gives those that were filled."""
    mentioned = turn.state.mentioned if _is_fresh(turn) else {}
    turn.state.mentioned, turn.state.mentioned_at = {}, None
    filled = []
    for slot in APPLICATION_SLOTS:  # in their order, as some apply only after others
        if slot in mentioned and turn.slots.get(slot) is None and is_taken(slot, turn):
            turn.slots[slot] = mentioned[slot]
            if slot == SLOT:  # in the usual form, now that the country is known
                checked = registration.stored(turn, mentioned[slot], lexicons)
                turn.slots[slot] = checked.value if isinstance(checked, Accepted) else mentioned[slot]
            filled.append(slot)
    return filled


def is_taken(slot: str, turn: Turn) -> bool:
    """Whether a slot that was mentioned belongs to this application; a company's number is never asked for, but taken."""
    return slot == SLOT or forms.applicable(slot, turn)


def _is_fresh(turn: Turn) -> bool:
    """Whether what was mentioned is no older than answers given without consent may be."""
    if turn.state.mentioned_at is None:
        return False
    age = turn.now - datetime.fromisoformat(turn.state.mentioned_at)
    return age <= timedelta(hours=turn.programme.privacy.retention.before_consent_hours)


def volunteered(turn: Turn, lexicons: Lexicons) -> dict[str, Any]:
    """The slots that the message fills, with their values, in the order of the form's questions."""
    message, found = _Message(turn, lexicons), Found()
    for slot in APPLICATION_SLOTS:
        read = _READERS.get(slot)
        value = read(message, found) if read else None
        if value is not None:
            found[slot] = value
    return found


Found = dict[str, Any]


class _Message:
    """The message that is read; its places are told apart once for each side that the company may be on."""

    def __init__(self, turn: Turn, lexicons: Lexicons) -> None:
        self.turn, self.parse, self.lexicons = turn, turn.parse, lexicons
        self._places: dict[bool, Places] = {}

    @cached_property
    def people(self) -> People:
        """The people of the message, as `find_people` tells them."""
        return find_people(self.parse.text, self.parse.language, self.parse.entities, self.lexicons)

    def is_of_person(self, entity: Entity) -> bool:
        """Whether an entity is (a part of) what a person is called ("a carpenter", "our restaurant manager")."""
        return any(start <= entity.end + 1 and entity.start < end for start, end in self.people.spans)

    def places(self, hosting: bool) -> Places:
        """The writer's own places and the others, as `find_places` tells them."""
        if hosting not in self._places:
            parse = self.parse
            self._places[hosting] = find_places(parse.text, parse.language, parse.entities, self.lexicons, hosting)
        return self._places[hosting]


def _side(message: _Message, found: Found) -> Any:
    sides = set(message.parse.values("side"))
    if sides:
        return sides.pop() if len(sides) == 1 else None
    if _guests_come(message):
        return "host"
    places = _places(message, found)
    return "sending" if places.home and places.away else None  # "my manager wants to go to Italy"


def _guests_come(message: _Message) -> bool:
    """Whether the message names its town, and people from another country."""
    places = message.places(hosting=False)
    towns = {one.value["country"] for one in places.home if one.entity == "city"}
    strangers = [one for one in places.origins if one.entity == "country" and one.value not in towns]
    return bool(towns and strangers)


def _company_name(message: _Message, found: Found) -> Any:
    return company_name(message.parse.text)


def _places(message: _Message, found: Found) -> Places:
    """Home and away. What nothing tells: people name the town that they are in, and the country that they go to."""
    places = message.places(hosting=found.get("side") == "host")
    home, away = list(places.home), list(places.away)
    for place in places.unclear:
        is_home = place.entity == "city" and not any(one.entity == "city" for one in home)
        (home if is_home else away).append(place)
    towns = _codes(tuple(one for one in home if one.entity == "city"))
    if towns:  # beside one's town, other countries are those of a stay
        away += [one for one in home if one.entity == "country" and one.value not in towns]
        home = [one for one in home if one.entity == "city" or one.value in towns]
    return Places(tuple(home), tuple(sorted(away, key=lambda one: one.start)))


def _codes(entities: tuple[Any, ...]) -> list[str]:
    codes = [one.value if one.entity == "country" else one.value["country"] for one in entities]
    return list(dict.fromkeys(codes))


def _country(message: _Message, found: Found) -> Any:
    codes = _codes(_places(message, found).home)
    return codes[0] if len(codes) == 1 else None


def _city(message: _Message, found: Found) -> Any:
    cities = [one for one in _places(message, found).home if one.entity == "city"]
    if len(cities) != 1 or not found.get("country"):
        return None
    return told_town(message.parse, cities[0])


def _destinations(message: _Message, found: Found) -> Any:
    codes = [code for code in _codes(_places(message, found).away) if code != found.get("country")]
    return codes or None


def _employees(message: _Message, found: Found) -> Any:
    return message.people.employees


def _sector(message: _Message, found: Found) -> Any:
    """The one sector that is named; the trade of a guest, or of somebody who goes, only where no other is."""
    named = [one for one in message.parse.entities if one.entity == "sector"]
    of_company = [one for one in named if not message.is_of_person(one)]
    sectors = list(dict.fromkeys(one.value for one in of_company or named))
    return sectors[0] if len(sectors) == 1 else None


def _role(message: _Message, found: Found) -> Any:
    """The role of those who would go, else of the writer who would, else the one that is named."""
    if found.get("side") == "host":
        return None
    text, language = message.parse.text, message.parse.language
    sending = any(one.entity == "side" and one.value == "sending" for one in message.parse.entities)
    writer = None if message.people.is_sent else role_of_writer(text, language, message.lexicons)
    going = message.people.role
    if going:
        return going if writer in (None, going) or (going == "employee" and message.people.is_decisive) else None
    if writer:
        return writer
    roles = set(message.parse.values("role"))
    if len(roles) == 1 and not sending:
        return roles.pop()
    if wants_to_go(text, language, message.lexicons):
        return None
    return "employee" if not roles and names_one_of_us(text, language, message.lexicons) else None


def _participants(message: _Message, found: Found) -> Any:
    """How many would go, where more than one are meant."""
    going = message.people.participants
    return going if going and found.get("role") and going <= forms.MAX_PARTICIPANTS else None


def _duration(message: _Message, found: Found) -> Any:
    values = message.parse.values("duration")
    if len(values) != 1:
        return None
    checked = forms.check_duration(message.turn, message.parse.text, message.lexicons)
    return checked.value if isinstance(checked, Accepted) else None


def _start(message: _Message, found: Found) -> Any:
    checked = forms.check_start(message.turn, message.parse.text, message.lexicons)
    return checked.value if isinstance(checked, Accepted) else None


def _email(message: _Message, found: Found) -> Any:
    checked = forms.check_email(message.turn, message.parse.text, message.lexicons)
    return checked.value if isinstance(checked, Accepted) else None


def _registration_number(message: _Message, found: Found) -> Any:
    found_number = told(message.parse.text, message.parse.language, message.lexicons)
    return found_number.number if found_number else None


_READERS: dict[str, Callable[[_Message, Found], Any]] = {
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
    SLOT: _registration_number,
}
