"""Cities: forms of our data always count, names of the gazetteer only where they stand like a place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.model import Entity
from nlu.components.cities import City, city_key
from nlu.components.extract.country import country_hits
from nlu.components.extract.declension import nominatives
from nlu.components.extract.reading import Reading
from nlu.components.extract.spelling import is_common
from nlu.components.forms import Hit

_LONGEST_NAME = 5
#: Shorter names that are typed small are other words too often.
_SHORTEST_PLAIN = 5
#: Towns from this size count wherever their own name stands …
WELL_KNOWN_FROM = 200_000
#: … and from this size where a capital within a sentence marks a name: in small countries earlier, since the
#: many small towns of large ones are surnames and company names as well.
NAMED_FROM = 15_000
NAMED_FROM_ELSEWHERE = 50_000
#: How far before a small town in small letters its company stands.
_COMPANY_REACH = 5
_FEW_TOWNS = frozenset({"AT", "BE", "GR", "HR", "IE", "ME", "RS", "SI", "SK"})


def find_cities(reading: Reading) -> list[Entity]:
    """The cities of a message, each with its country; a country named beside decides between namesakes."""
    hits = [hit for hit in reading.hits("cities") if _is_named(reading, hit)]
    found = [
        reading.entity("city", {"name": hit.value[0], "country": hit.value[1]}, _start(reading, hit), hit.last)
        for hit in hits
    ]
    named = {hit.value for hit in country_hits(reading)}
    for first, last, cities in _gazetteer(reading):
        city = next((city for city in cities if city.country in named), cities[0])
        name = reading.lexicon.city_names.get(city, city.name)
        found.append(reading.entity("city", {"name": name, "country": city.country}, first, last))
    return found


def _is_named(reading: Reading, hit: Hit) -> bool:
    """Whether a form of our data means its city: it always does, unless it is an ordinary word, too."""
    word, context = reading.folded(hit.first, hit.last), reading.context
    if context.ordinary_cities.has(word) or context.no_cities.has(word):
        in_place = _after_preposition(reading, hit.first) or reading.is_whole(hit.first, hit.last)
        return in_place or reading.is_proper(hit.first)
    return not _is_longer_name(reading, hit)


def _is_longer_name(reading: Reading, hit: Hit) -> bool:
    """Whether a word that a short stem catches is another town's name ("Bečeju" is Bečej, not Beč)."""
    if hit.length > 1 or hit.form.exact:
        return False
    names = {reading.tokens[hit.first].text, *(name for name, _ in _nominatives(reading, hit.first))}
    towns = [town for name in names for town in reading.lexicon.cities.named(name) if city_key(town.name) == name]
    stem = len(hit.form.words[0].text)
    return any(len(city_key(town.name)) >= stem + 2 and town.name != hit.value[0] for town in towns)


def _start(reading: Reading, hit: Hit) -> int:
    """The first token of a city's name, without the preposition that a form may begin with ("u Rijeci")."""
    if hit.length == 1 or reading.folded(hit.first, hit.last) == city_key(hit.value[0]):
        return hit.first
    return hit.first + reading.context.place_before.has(reading.tokens[hit.first].text)


def _nominatives(reading: Reading, index: int) -> Iterator[tuple[str, frozenset[str]]]:
    return nominatives(reading.tokens[index].text, reading.lexicon.language)


def _gazetteer(reading: Reading) -> Iterator[tuple[int, int, Sequence[City]]]:
    index = 0
    while index < len(reading.tokens) and not reading.is_borrowed:
        length = _name_length(reading, index)
        if length:
            name = reading.folded(index, index + length - 1)
            yield index, index + length - 1, reading.lexicon.cities.named(name)
        elif declined := _declined(reading, index):
            yield index, index, declined
        index += length or 1


def _name_length(reading: Reading, first: int) -> int:
    """How many tokens the longest city name at a token has; 0 when there is none."""
    cities = reading.lexicon.cities
    if reading.tokens[first].kind != "word" or not cities.may_begin(reading.tokens[first].text):
        return 0
    reach = 1
    while reach < _LONGEST_NAME and reading.joined(first + reach):
        reach += 1
    for length in range(reach, 0, -1):
        found = cities.named(reading.folded(first, first + length - 1))
        if found and _is_meant(reading, first, first + length - 1, found[0]):
            return length
    return 0


def _is_meant(reading: Reading, first: int, last: int, city: City) -> bool:
    name, context = reading.folded(first, last), reading.context
    if context.no_cities.has(name):
        return False
    capital = reading.is_capitalised(first)
    in_place = _after_preposition(reading, first) or reading.is_whole(first, last)
    if context.personal_names.has(name):
        return capital and in_place
    if context.ordinary_cities.has(name):
        return capital and (in_place or reading.is_proper(first))
    if city.population < NAMED_FROM:
        is_name = last > first or not _is_ordinary(reading, name)
        return is_name and _stands_as_small_town(reading, first, last, city)
    is_name = city.population >= NAMED_FROM_ELSEWHERE or not _is_ordinary(reading, name)
    if capital and is_name and city_key(city.name) == name and _is_set_apart(reading, first, last):
        return True
    if in_place or _before_country(reading, last):
        return True
    return _is_known(reading, first, last, city, name)


def _stands_as_small_town(reading: Reading, first: int, last: int, city: City) -> bool:
    """Whether a small town's name stands as one: after a preposition or beside the company, with a capital if others have one."""
    in_place = _after_preposition(reading, first) or reading.is_whole(first, last)
    if reading.is_capitalised(first):
        return in_place or (city.country in _FEW_TOWNS and _is_set_apart(reading, first, last))
    is_long = len(reading.folded(first, last)) >= _SHORTEST_PLAIN
    return (
        in_place
        and is_long
        and city.country in _FEW_TOWNS
        and reading.typed_small
        and _is_beside_company(reading, first)
    )


def _is_set_apart(reading: Reading, first: int, last: int) -> bool:
    """Whether a name stands by itself between commas or brackets, beside a trade or a number of people: "Druckerei, Krems, 14 Leute"."""
    ends = last + 1 == len(reading.tokens) or not reading.joined(last + 1)
    if reading.joined(first) or not ends or first == 0:
        return False
    if (
        not reading.joined(last + 1)
        and last + 1 < len(reading.tokens)
        and reading.context.legal_forms.has(reading.tokens[first - 1].text)
    ):
        return True
    before = any(hit.last == first - 1 for hit in (*reading.all_hits("sectors"), *reading.all_hits("people")))
    return before or any(quantity.first == last + 1 for quantity in reading.quantities)


def _is_beside_company(reading: Reading, first: int) -> bool:
    """Whether a company, its trade or its people are named shortly before ("tischlerei mit 9 leuten in lienz")."""
    near = set(reading.clause_before(first, _COMPANY_REACH))
    hits = (hit for section in ("sectors", "professions", "people", "roles") for hit in reading.all_hits(section))
    named = any(hit.last in near for hit in hits)
    return named or any(reading.context.company_nouns.has(reading.tokens[at].text) for at in near)


def _is_small_towns_name(reading: Reading, index: int) -> bool:
    """Whether a word stands as the name of a small town has to: with a capital, like a place, and no word of the language."""
    in_place = _after_preposition(reading, index)
    small = reading.typed_small and _is_beside_company(reading, index)
    named = in_place and (reading.is_capitalised(index) or small)
    return named and not _is_ordinary(reading, reading.tokens[index].text)


def _is_ordinary(reading: Reading, name: str) -> bool:
    return any(is_common(word, reading.lexicon.language) for word in name.split())


def _is_known(reading: Reading, first: int, last: int, city: City, name: str) -> bool:
    """Whether a town is large enough to count with no preposition before it."""
    own_name = city_key(city.name) == name
    is_large = city.population >= WELL_KNOWN_FROM
    if is_large and own_name:
        return len(name) >= _SHORTEST_PLAIN or reading.is_capitalised(first)
    if not (is_large or own_name):
        return False
    if last > first and reading.is_capitalised(first):
        return True
    smallest = NAMED_FROM if city.country in _FEW_TOWNS else NAMED_FROM_ELSEWHERE
    return reading.is_proper(first) and city.population >= smallest


def _after_preposition(reading: Reading, index: int) -> bool:
    context, document = reading.context, reading.document
    if context.place_before.before(document, index):
        return True
    is_article = reading.lexicon.language == "el" and reading.joined(index)  # "από το Κιλκίς"
    return (
        is_article
        and context.number_articles.before(document, index)
        and context.place_before.before(document, index - 1)
    )


def _before_country(reading: Reading, index: int) -> bool:
    """Whether a country follows ("Graz, Austria")."""
    return any(hit.first == index + 1 for hit in reading.all_hits("countries"))


def _declined(reading: Reading, index: int) -> Sequence[City]:
    """The towns whose name in the nominative a word may be a case form of, where it stands like a place."""
    if not (reading.is_proper(index) or _after_preposition(reading, index)):
        return ()
    for name, countries in _nominatives(reading, index):
        if reading.context.ordinary_cities.has(name) or reading.context.no_cities.has(name):
            continue
        cities = [city for city in reading.lexicon.cities.named(name) if city.country in countries]
        if cities and (cities[0].population >= NAMED_FROM or _is_small_towns_name(reading, index)):
            return cities
    return ()
