"""The role of the person who goes: employee, manager or owner."""

from __future__ import annotations

from bot.model import Entity
from nlu.components.extract.reading import Reading


def find_roles(reading: Reading) -> list[Entity]:
    """The roles that a message names."""
    return reading.entities("role", reading.hits("roles"))
