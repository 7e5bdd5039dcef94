"""The size of a company: a head count, or a size class by word."""

from __future__ import annotations

from bot.model import Entity
from nlu.components.extract.numbers import Quantity
from nlu.components.extract.reading import Reading

#: A number of people shortly after a word for sending or hosting is a number of guests.
_SENDING_REACH = 4
#: The hundred of South Slavic languages is also "what" without its hook: there the noun must follow directly.
_NEXT_TO_PEOPLE = frozenset({"sto"})
_LONGEST_ANSWER = 4
#: "Number of employees: 48", "employees = 12".
_SIGNS_OF_A_LIST = (":", ".:", "=", "-")
_LARGEST = 1_000_000
_LARGEST_BARE = 9_999


def find_company_sizes(reading: Reading) -> list[Entity]:
    """The head counts and size classes of a message."""
    found = [entity for quantity in reading.quantities if (entity := _head_count(reading, quantity))]
    return found + reading.entities("company_size", reading.hits("company_sizes"))


def _head_count(reading: Reading, quantity: Quantity) -> Entity | None:
    count = int(quantity.high)
    if quantity.high != count or not 0 <= count <= _LARGEST:
        return None
    first = _beginning(reading, quantity.first)
    if _is_bare(reading, quantity):
        return reading.entity("company_size", count, first, quantity.last)
    if count == 1 and _is_article(reading, quantity):
        return None
    last = _people_after(reading, quantity)
    if last is not None:
        is_size = not _is_about_guests(reading, quantity.first)
        return reading.entity("company_size", count, first, last) if is_size else None
    is_size = _is_announced(reading, quantity)
    return reading.entity("company_size", count, first, quantity.last) if is_size else None


def _is_article(reading: Reading, quantity: Quantity) -> bool:
    """Whether "one" is more of an article than a count ("one person may go")."""
    if reading.tokens[quantity.first].kind == "number":
        return False
    announced = _beginning(reading, quantity.first) < quantity.first
    is_long = len(reading.tokens) > _LONGEST_ANSWER and not announced
    return is_long or reading.ending("articles", quantity.last) is not None


def _people_after(reading: Reading, quantity: Quantity) -> int | None:
    """The last token of a noun for people after a number, one word between allowed ("12 full-time staff")."""
    last = quantity.last
    if not reading.joined(last + 1):
        return None
    directly = reading.beginning("people", last + 1)
    if directly:
        return directly.last
    between = reading.tokens[last + 1]
    if reading.tokens[last].text in _NEXT_TO_PEOPLE:
        return None
    unfit = between.kind != "word" or len(between.text) < 4 or reading.context.not_people.has(between.text)
    if unfit or reading.beginning("duration_units", last + 1) or reading.ending("months", last + 1):
        return None
    further = reading.beginning("people", last + 2) if reading.joined(last + 2) else None
    return further.last if further else None


def _beginning(reading: Reading, first: int) -> int:
    about = reading.ending("approximately", first - 1) if reading.joined(first) else None
    before = about.first if about else first
    near = reading.joined(before) or reading.document.gap(before).strip() in _SIGNS_OF_A_LIST
    announced = reading.ending("head_count_before", before - 1) if near else None
    return announced.first if announced else before


def _is_about_guests(reading: Reading, first: int) -> bool:
    if reading.ending("head_count_before", first - 1):
        return False
    near = set(reading.clause_before(first, _SENDING_REACH))
    return any(hit.last in near for hit in reading.all_hits("sides"))


def _is_announced(reading: Reading, quantity: Quantity) -> bool:
    """Whether "we are", "a team of" stands before, and nothing follows that is counted instead of people."""
    first, after = _beginning(reading, quantity.first), quantity.last + 1
    if reading.beginning("head_count_before", first) is None or first == quantity.first:
        return False
    end = reading.tokens[quantity.last].to
    if reading.context.not_people.has_sign(reading.document.folded[end : end + 2]):
        return False
    if not reading.joined(after):
        return True
    counted = reading.beginning("duration_units", after) or reading.beginning("months", after)
    return not counted and not reading.context.not_people.has(reading.tokens[after].text)


def _is_bare(reading: Reading, quantity: Quantity) -> bool:
    """Whether the number, perhaps with "about" before, is the whole message and no year."""
    first = _beginning(reading, quantity.first)
    typed = reading.typed(quantity.first, quantity.last)
    if not reading.is_whole(first, quantity.last) or reading.document.folded.strip()[:1] in "-+":
        return False
    return 1 <= quantity.high <= _LARGEST_BARE and not (typed.isdigit() and 1900 <= quantity.high <= 2100)
