"""Which state of a lead may follow which."""

from __future__ import annotations

from bot.model import LeadState

#: A decision may be taken back to `in_review`, so that a slip of the mouse is mended and stays on record.
TRANSITIONS: dict[LeadState, tuple[LeadState, ...]] = {
    "new": ("in_review", "needs_information", "forwarded", "declined", "closed"),
    "in_review": ("needs_information", "accepted", "declined", "forwarded", "closed"),
    "needs_information": ("in_review", "accepted", "declined", "forwarded", "closed"),
    "forwarded": ("in_review", "needs_information", "accepted", "declined", "closed"),
    "accepted": ("in_review", "closed"),
    "declined": ("in_review", "closed"),
    "closed": ("in_review",),
}


def allowed_changes(state: LeadState) -> tuple[LeadState, ...]:
    """The states that a lead in this state may go to, in the order in which staff are offered them."""
    return TRANSITIONS[state]
