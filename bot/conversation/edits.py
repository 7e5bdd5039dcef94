"""A message that its author edits later: the answers that came of it are taken anew.

A channel with editable messages gives each the same `ref` in all its versions. An edited message is never taken as the
answer to the question that is open now.
"""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import application, forms
from bot.conversation.forms import Accepted
from bot.conversation.turn import Parse, Turn
from bot.conversation.volunteered import volunteered
from bot.model import APPLICATION_FORM, Reply
from nlu.components.lexicon import Lexicons


def note(turn: Turn) -> None:
    """Remember which slots of the application this message has filled."""
    state, ref = turn.state, turn.message.ref
    if turn.draft_ended:
        state.answered_from = {}
    elif ref and turn.form == APPLICATION_FORM and turn.parse.payload is None:
        filled = [slot for slot, value in turn.slots.items() if turn.slots_before.get(slot) != value]
        state.answered_from |= dict.fromkeys(filled, ref)


def as_meant(turn: Turn) -> Parse:
    """The parse of an edited message as it is to be acted on; every other message stays as it is."""
    parse = turn.parse
    if not turn.message.edited or turn.requested_slot is None or parse.payload is not None:
        return parse
    kept = turn.state.answered_from.items()
    turn.edited_slots = [slot for slot, ref in kept if ref == turn.message.ref and turn.slots.get(slot) is not None]
    if turn.edited_slots:
        return replace(parse, intent="inform", asked=("inform",), choices=())
    if parse.intent == "inform":  # no answer came of it before
        return replace(parse, intent="correct", asked=("correct",), choices=())
    return parse


def take(turn: Turn, lexicons: Lexicons) -> list[Reply]:
    """Change the answers that the edited message gave; which one is asked where it no longer tells."""
    if len(turn.edited_slots) == 1:
        slot = turn.edited_slots[0]
        return application.store(turn, slot, forms.check(turn, slot, turn.parse.text, lexicons))
    told = volunteered(turn, lexicons)
    changed = [slot for slot in turn.edited_slots if slot in told and told[slot] != turn.slots[slot]]
    if not changed:
        turn.choosing_field = True
    return [reply for slot in changed for reply in application.store(turn, slot, Accepted(told[slot]))]
