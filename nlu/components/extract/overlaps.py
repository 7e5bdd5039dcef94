"""Which of several entities that cover the same words is kept."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import Entity

#: Of equally long entities the one named first here is kept.
_ORDER = (
    "partner",
    "reference",
    "date",
    "duration",
    "company_size",
    "language",
    "country",
    "city",
    "role",
    "side",
    "sector",
)


def without_overlaps(entities: Iterable[Entity]) -> list[Entity]:
    """The entities in the order of the text: the longest wins, an organisation over the place in its name."""
    kept: list[Entity] = []
    taken: set[int] = set()
    for entity in sorted(entities, key=_rank):
        places = range(entity.start, entity.end)
        if taken.isdisjoint(places):
            kept.append(entity)
            taken.update(places)
    return sorted(kept, key=lambda entity: (entity.start, entity.end))


def _rank(entity: Entity) -> tuple[bool, int, int, int]:
    length = entity.end - entity.start
    return entity.entity not in ("partner", "reference"), -length, _ORDER.index(entity.entity), entity.start
