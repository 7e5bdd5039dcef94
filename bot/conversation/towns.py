"""A town's name as it is told back to who typed it."""

from __future__ import annotations

from bot.conversation.turn import Parse
from bot.model import Entity
from nlu.components.cities import city_index, city_key

#: There a town is written in a sentence as it is called.
_WITHOUT_CASES = frozenset(["en", "fr", "nl", "de", "es", "it"])


def told_town(parse: Parse, city: Entity) -> str:
    """The name as typed where it stands in its own form, else the usual one ("u Splitu": Split)."""
    typed, name = parse.text[city.start : city.end], str(city.value["name"])
    if typed.islower() and city_key(typed) == city_key(name):
        return name  # "graz"
    if typed and (parse.language in _WITHOUT_CASES or _is_called_so(typed, city.value["country"])):
        return typed[:1].upper() + typed[1:]
    return name


def _is_called_so(typed: str, country: str) -> bool:
    """Whether a town's name stands in its own form, with its capital ("στα Χανιά"), and not in another case."""
    return typed[:1].isupper() and any(city.country == country for city in city_index().named(city_key(typed)))
