"""Which of the places in a message is the writer's own, and to which a stay is to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Entity
from nlu.components.extract.reading import Reading
from nlu.components.lexicon import Lexicons
from nlu.components.text import read

#: How many words before a place may tell whose it is.
_REACH = 6
_NEAR = 3
#: Countries that end so after "u", "v", "na" are gone to; where one is, they end otherwise (accusative and locative).
_GONE_TO = {
    **dict.fromkeys(("hr", "sr_Latn", "sr_Cyrl", "cnr"), (("u", "na"), ("iju", "ku", "cu", "rsku", "lju"))),
    "sl": (("v", "na"), ("ijo", "ko", "sko")),
    "sk": (("do", "na"), ()),
}


@dataclass(frozen=True)
class Places:
    """The places of a message, each an entity `country` or `city`; `unclear` are those that nothing tells about."""

    home: tuple[Entity, ...] = ()
    away: tuple[Entity, ...] = ()
    unclear: tuple[Entity, ...] = ()
    #: Those that somebody comes from, whoever it is.
    origins: tuple[Entity, ...] = ()


def find_places(text: str, language: str, entities: Sequence[Entity], lexicons: Lexicons, hosting: bool) -> Places:
    """Tell the writer's own places from those at a stay's other end.

    Args:
        text: the message as typed.
        language: the language it is written in.
        entities: what was found in it.
        lexicons: the lexicons by language.
        hosting: the writer wants to host: who comes "from" a place then is a guest.
    """
    reading = Reading(read(text), lexicons.serving(language))
    sides: dict[str, list[Entity]] = {"home": [], "away": [], "unclear": []}
    before: tuple[Entity, str] | None = None
    for entity in entities:
        if entity.entity not in ("country", "city"):
            continue
        goes_on = before is not None and _goes_on(text[before[0].end : entity.start], reading)
        side = before[1] if before and goes_on else _side(reading, entity, entities, hosting)
        sides[side].append(entity)
        before = (entity, side)
    origins = tuple(entity for entity in entities if _is_origin(reading, entity))
    return Places(tuple(sides["home"]), tuple(sides["away"]), tuple(sides["unclear"]), origins)


def _is_origin(reading: Reading, place: Entity) -> bool:
    """Whether "from" stands right before a place."""
    first = next((at for at, token in enumerate(reading.tokens) if token.end > place.start), 0)
    named = place.entity in ("country", "city") and reading.joined(first)
    return named and reading.context.origin.has(reading.tokens[first - 1].text)


def _goes_on(between: str, reading: Reading) -> bool:
    """Whether only "or", "and", an article, a preposition or a comma parts a place from the one before it."""
    words = Reading(read(between), reading.lexicon)
    known = (
        reading.context.join,
        reading.context.number_articles,
        reading.context.place_before,
        reading.context.origin,
    )
    return all(
        any(of.has(token.text) for of in known) or words.beginning("range_words", at)
        for at, token in enumerate(words.tokens)
    )


def _side(reading: Reading, place: Entity, entities: Sequence[Entity], hosting: bool) -> str:
    first = next((at for at, token in enumerate(reading.tokens) if token.end > place.start), None)
    if first is None:
        return "unclear"
    if place.entity == "country" and _is_gone_to(reading, first):
        return "away"
    context = reading.context
    steps, goes = 0, False
    for at in reading.clause_before(first, _REACH):
        token = reading.tokens[at]
        if steps == 0 and context.number_articles.has(token.text) and not context.origin.has(token.text):
            continue  # "aus der Slowakei"
        steps += 1
        told = {found.entity for found in entities if found.start <= token.start < found.end}
        if "duration" in told:
            return "away"  # "three months in Italy"
        if context.origin.has(token.text) and steps == 1 and hosting:
            return _of_guests(reading, at, entities)
        goes = goes or context.goes.has(token.text)
        if told & {"sector", "company_size"} and goes and not hosting:
            return "away"  # "two colleagues would go to Amsterdam"
        if told & {"sector", "company_size"} and steps <= _NEAR:
            # "a bakery in Graz", but "host an Italian baker"
            return "away" if hosting and steps == 1 and place.entity == "country" else "home"
        if context.origin.has(token.text) and steps == 1:
            return "home"
        beside = steps == 1 and context.along.has(token.text)  # "beekeepers near Pirot"
        if not beside and context.away.covers(reading.document, at, at):
            return "away"
        if context.home.covers(reading.document, at, at):
            return "home"
    after = {found.entity for found in entities if 0 <= found.start - place.end <= 1}
    return "home" if after & {"sector"} and not hosting and first < _NEAR else "unclear"


def _of_guests(reading: Reading, index: int, entities: Sequence[Entity]) -> str:
    """Of a host's message, whether "from" tells where guests come from, or where the host is."""
    for at in reading.clause_before(index, _REACH):
        token = reading.tokens[at]
        if reading.context.home.covers(reading.document, at, at):
            return "home"
        if any(found.entity == "side" and found.start <= token.start < found.end for found in entities):
            return "away"
    start = reading.tokens[index].start
    before = list(reading.sentence_before(index, len(reading.tokens)))
    begins = reading.tokens[before[-1]].start if before else start
    return "away" if any(found.entity == "side" and begins <= found.start < start for found in entities) else "home"


def _is_gone_to(reading: Reading, first: int) -> bool:
    """Whether case and preposition tell that somebody goes there ("u Italiju", "do Talianska")."""
    prepositions, endings = _GONE_TO.get(reading.lexicon.language, ((), ()))
    before = reading.tokens[first - 1].text if reading.joined(first) else ""
    if before not in prepositions:
        return False
    return before == "do" or reading.tokens[first].text.endswith(endings)
