"""Who of a message's people a stay is meant for: they are sent, they want to go, or their way is told."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Entity
from nlu.components.extract.groups import Group, belongs_to_another, person_at
from nlu.components.extract.reading import Reading

#: How far after a person the verb may stand that tells that they would go.
_GOES_REACH = 4
#: How far from a verb of sending the person may stand who is sent.
_SENT_REACH = 12
#: So many people at most are a group that goes; larger numbers are the company's.
_MOST_SENT = 20
#: Languages in which the verb may follow those who are sent ("unseren Koch nach Italien schicken").
_OBJECT_FIRST = frozenset(["de", "nl", "hr", "sr_Latn", "sr_Cyrl", "cnr", "sk", "sl"])


class Going:
    """A message's people, seen as those who would go."""

    def __init__(self, reading: Reading, groups: Sequence[Group], entities: Sequence[Entity]) -> None:
        """Read the message whose groups and entities these are."""
        self.reading, self.context, self.document = reading, reading.context, reading.document
        self.groups = groups
        self.senders = [one for one in entities if one.entity == "side" and one.value == "sending"]
        self.stays = [one for one in entities if one.entity in ("country", "city")]

    def goes(self, group: Group) -> bool:
        """Whether a stay is meant for these people: they are sent, they want to, or their way follows at once."""
        if group.count is not None and group.count > _MOST_SENT:
            return False
        if self.is_sent(group):
            return True
        if belongs_to_another(self.reading, group):
            return False
        for at in self.reading.clause_after(group.last, _GOES_REACH):
            if self.context.join.has(self.reading.tokens[at].text):
                return False
            if self.context.me.has(self.reading.tokens[at].text) or person_at(self.reading, at):
                return False
            if self.context.goes.has(self.reading.tokens[at].text):
                return group.role is not None or self._in_clause_of_stay(group)
        return group.role is not None and self._way_follows(group)

    def _in_clause_of_stay(self, group: Group) -> bool:
        end = self.reading.tokens[group.last].end
        after = list(self.reading.sentence_after(group.last, _SENT_REACH))
        return any(
            one.start > end and after and one.start <= self.reading.tokens[after[-1]].start for one in self.stays
        )

    def _way_follows(self, group: Group) -> bool:
        """Whether "to Spain" follows directly."""
        at = group.last + 1
        if not self.reading.joined(at):
            return False
        is_way = self.context.away.at(self.document, at)
        if not is_way and not ((group.count or 1) > 1 and self.context.place_before.has(self.reading.tokens[at].text)):
            return False
        near = [place for place in (at, at + 1, at + 2) if place < len(self.reading.tokens)]
        starts = {self.reading.tokens[place].start for place in near}
        return any(one.start in starts and (is_way or one.entity == "country") for one in self.stays)

    def is_sent(self, group: Group) -> bool:
        """Whether these people are the ones that a verb of sending is about."""
        if group.role is None and group.count is None:
            return False
        start = self.reading.tokens[group.first].start
        for sender in self.senders:
            first = next(at for at, token in enumerate(self.reading.tokens) if token.end > sender.start)
            if sender.start < start:
                between = list(self.reading.sentence_before(group.first, _SENT_REACH))
                if first in between and self._nearest_after(first, group):
                    return True
            elif self.reading.lexicon.language in _OBJECT_FIRST and not belongs_to_another(self.reading, group):
                is_near = first in set(self.reading.sentence_after(group.last, _SENT_REACH))
                if is_near and self._nearest_before(first, group) and self._nothing_sent_after(first):
                    return True
        return False

    def _nearest_after(self, verb: int, group: Group) -> bool:
        """Whether no other person stands between the verb of sending and these."""
        return not any(verb < one.first < group.first and one.role for one in self.groups)

    def _nearest_before(self, verb: int, group: Group) -> bool:
        return not any(group.last < one.first < verb and (one.role or one.count) for one in self.groups)

    def _nothing_sent_after(self, verb: int) -> bool:
        after = set(self.reading.sentence_after(verb, _SENT_REACH))
        if any(self.context.one_of_them.at(self.document, at) for at in after):
            return False
        if any(one.first in after and not self._is_measure(one.last + 1) for one in self.reading.quantities):
            return False  # "imamo 15 radnika, poslali bi dvojicu"
        return not any(one.first in after and one.role for one in self.groups)

    def _is_measure(self, at: int) -> bool:
        """Whether the number before a token counts months, or belongs to a date."""
        return any(self.reading.beginning(section, at) for section in ("duration_units", "months"))
